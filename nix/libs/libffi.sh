# shellcheck shell=bash
# Debian's tarball is the repository: no configure yet. One macro would come from libltdl's development files; its
# answer for ELF is always no.
echo 'AC_DEFUN([LT_SYS_SYMBOL_USCORE], [sys_symbol_underscore=no])' >>acinclude.m4
./autogen.sh
configure_static --disable-docs --disable-multi-os-directory
make install

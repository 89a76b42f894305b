# shellcheck shell=bash
# It would add -fPIE, after our -fPIC; what that gives is for no wheel: x86-64 cannot link it.
configure_static --disable-pie
make install

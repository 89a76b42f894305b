# For measurement: there Fortran's run-time library is Debian's shared one, which auditwheel has to find beside OpenBLAS.
# shellcheck shell=bash disable=SC2154 source=/dev/null
. "$openblas"
cp -L /usr/lib/"$triplet"/lib{gfortran.so.5,quadmath.so.0} "$DESTDIR$prefix/lib/"

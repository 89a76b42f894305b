# Unpack the source of GCC's run-time libraries: $out/libstdc++-v3, ...
# shellcheck shell=bash disable=SC2154
# Debian's original holds upstream's tarball, less its documentation. Of the tests configure wants the makefiles.
mkdir whole
tar -xf "$source" --wildcards --to-stdout '*/gcc-*.tar.xz' |
  tar -xJ -C whole --strip-components=1 --no-same-owner --exclude='*/testsuite/*/*'
cd whole
find . -maxdepth 1 -type f -exec cp -t "$out" {} +
cp -r --parents config gcc/{BASE-VER,DATESTAMP,DEV-PHASE} gcc/fortran/libgfortran.h include libiberty \
  libgcc libatomic libbacktrace libgfortran libgomp libstdc++-v3 "$out"
# gfortran wants every -I to exist.
mkdir "$out/gcc/config"
# Before glibc 2.34 threads are a library of their own. Weak references to it would leave a wheel that uses
# threads without needing it; strong ones make the linker record the need.
sed -i 's/#define GTHREAD_USE_WEAK 1/#define GTHREAD_USE_WEAK 0/' "$out"/libgcc/gthr{,-posix}.h

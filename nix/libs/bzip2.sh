# shellcheck shell=bash disable=SC2154
make libbz2.a CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="$CFLAGS -D_FILE_OFFSET_BITS=64"
install -D -m644 -t "$DESTDIR$prefix/include" bzlib.h
install -D -m644 -t "$DESTDIR$prefix/lib" libbz2.a

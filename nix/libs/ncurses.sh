# shellcheck shell=bash
./configure --host="$triplet" --build=x86_64-pc-linux-gnu --prefix="$prefix" --with-build-cc=/usr/bin/gcc \
  --without-shared --without-debug --without-ada --without-cxx-binding --without-progs --without-tests \
  --without-manpages --enable-widec --disable-db-install --disable-stripping --enable-pc-files \
  --with-pkg-config-libdir="$prefix/lib/pkgconfig" --with-termlib \
  --with-default-terminfo-dir=/usr/share/terminfo --with-terminfo-dirs=/etc/terminfo:/lib/terminfo:/usr/share/terminfo
make libs
make install.libs install.includes
# Programs ask for the library without the "w" too.
for library in ncurses tinfo form menu panel; do
  [ ! -e "$DESTDIR$prefix/lib/lib${library}w.a" ] || ln -s "lib${library}w.a" "$DESTDIR$prefix/lib/lib$library.a"
done
cp -r "$DESTDIR$prefix/include/ncursesw/." "$DESTDIR$prefix/include/"

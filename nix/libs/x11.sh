# The X11 protocol as a tree of its own: its headers, its description in XML, and the generator that reads this.
# shellcheck shell=bash disable=SC2154
mkdir /build/tree
for package in $packages; do
  ar p "$package" data.tar.xz | tar -xJ --no-same-owner -C /build/tree
done
cd /build/tree/usr
mkdir -p "$out/python" "$out/share"
cp -r include "$out/"
cp -r share/pkgconfig share/xcb "$out/share/"
cp -r lib/python3/dist-packages/xcbgen "$out/python/"
sed -i "s|^prefix=/usr$|prefix=$out|" "$out"/share/pkgconfig/*.pc

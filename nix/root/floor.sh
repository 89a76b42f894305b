# A root with nothing but the C library and libgcc_s at the floor, as the oldest system of the tag has them.
# shellcheck shell=bash disable=SC2154
mkdir -p "$out/etc" "$out/usr/bin" "$out/usr/sbin" "$out/usr/lib/$triplet" "$out/usr/lib64"
cp -P "$glibc"/lib/*.so.* "$glibc"/lib/ld*.so* "$libgcc"/lib/*.so.* "$out/usr/lib/$triplet/"
cp -P "$glibc"/lib/lib*-[0-9]*.so "$out/usr/lib/$triplet/" 2>/dev/null || true
cp -r "$glibc/gconv" "$out/usr/lib/$triplet/"
ln -s "../lib/$triplet/${loader##*/}" "$out/usr/$loader"
echo 'root:x:0:0:root:/build:/bin/sh' >"$out/etc/passwd"
echo 'root:x:0:' >"$out/etc/group"
echo '127.0.0.1 localhost farwheel' >"$out/etc/hosts"

# Unpack Debian packages into one merged-/usr tree: $out/usr, $out/etc.
# shellcheck shell=sh disable=SC2154
set -eu
umask 022
bb=$seed/bin/busybox
"$bb" mkdir -p "$out/etc"
for folder in bin sbin lib lib64; do
  "$bb" mkdir -p "$out/usr/$folder"
  "$bb" ln -s "usr/$folder" "$out/$folder"
done

# The archive's owners are kept out (-o): a user namespace may not map them.
# shellcheck disable=SC2016,SC2086 # the inner shell expands; one argument a package
"$bb" printf '%s\n' $packages | "$bb" xargs -n 1 -P "$("$bb" nproc)" "$bb" sh -euc '
  set -o pipefail
  "$0" ar -p "$1" data.tar.xz | "$0" xz -dc | "$0" tar -x -o -f - -C "$out"' "$bb"

cd "$out/usr"
"$bb" rm -rf share/doc share/man share/info share/locale share/lintian share/bash-completion ../var ../run ../boot ../usr/src

# What maintainer scripts and alternatives would have done.
"$bb" ln -sf dash bin/sh
"$bb" ln -sf gawk bin/awk
"$bb" ln -sf which.debianutils bin/which
for tool in aclocal automake; do "$bb" ln -sf "$(cd bin && echo "$tool"-[0-9]*)" "bin/$tool"; done
for tool in gcc g++ gfortran cpp; do [ -e "bin/$tool" ] || "$bb" ln -s "$tool-14" "bin/$tool"; done
"$bb" ln -sf gcc bin/cc
"$bb" ln -sf g++ bin/c++
echo 'root:x:0:0:root:/build:/bin/sh' >../etc/passwd
echo 'root:x:0:' >../etc/group
echo '127.0.0.1 localhost farwheel' >../etc/hosts

for triplet in $triplets; do
  # Debian's cross C library stays available, but where no compiler looks: what is built without the floor
  # mounted must fail, not quietly bind to a newer glibc.
  "$bb" mkdir -p "lib/farwheel/$triplet/debian" "lib/farwheel/$triplet/bin" "lib/$triplet"
  for folder in include lib; do
    [ ! -d "$triplet/$folder" ] || "$bb" mv "$triplet/$folder" "lib/farwheel/$triplet/debian/$folder"
    "$bb" mkdir -p "$triplet/$folder"
  done
  # Where a compiler looks for its assembler and linker before it asks PATH, on which the target's come first.
  "$bb" mkdir -p "$triplet/bin"
  for tool in as ld ld.bfd; do
    [ -e "$triplet/bin/$tool" ] || "$bb" ln -s "../../bin/$triplet-$tool" "$triplet/bin/$tool"
  done
  # The same compiler under its plain names, for builds that only know `gcc`.
  for tool in gcc g++ gfortran cpp; do
    "$bb" ln -s "/usr/bin/$triplet-$tool-14" "lib/farwheel/$triplet/bin/$tool"
    "$bb" ln -sf "$triplet-$tool-14" "bin/$triplet-$tool"
  done
  "$bb" ln -s gcc "lib/farwheel/$triplet/bin/cc"
  "$bb" ln -s g++ "lib/farwheel/$triplet/bin/c++"
  for tool in addr2line ar as ld ld.bfd nm objcopy objdump ranlib readelf strings strip; do
    "$bb" ln -s "/usr/bin/$triplet-$tool" "lib/farwheel/$triplet/bin/$tool"
  done
  for tool in gcc-ar gcc-nm gcc-ranlib; do
    "$bb" ln -s "/usr/bin/$triplet-$tool-14" "lib/farwheel/$triplet/bin/$tool"
  done
done

# GCC's run-time libraries come from nix/toolchain, built over the floor; Debian's refer to a newer glibc.
for folder in lib/gcc-cross/*/14; do
  for library in libstdc++ libsupc++ libgfortran libgomp libatomic libquadmath libitm libasan libhwasan liblsan libtsan libubsan; do
    "$bb" rm -f "$folder/$library".a "$folder/$library".so "$folder/$library"_*.o "$folder/$library"exp.a "$folder/$library"fs.a
  done
done

for pair in $loaders; do
  triplet=${pair%%:*} loader=${pair#*:}
  [ -e "$loader" ] || "$bb" ln -s "../lib/$triplet/${loader##*/}" "$loader"
done

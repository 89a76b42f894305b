# rustc and cargo as a tree of their own, /opt/rust: the build root stays as it is, for whoever needs no Rust.
# shellcheck shell=bash disable=SC2154
mkdir /build/tree
for package in $packages; do
  ar p "$package" data.tar.xz | tar -xJ --no-same-owner -C /build/tree
done
cd /build/tree/usr
mkdir -p "$out/bin" "$out/lib/rustlib"
cp -P bin/rustc bin/cargo "$out/bin/"
cp -rP lib/x86_64-linux-gnu "$out/lib/"
cp -rP lib/rustlib/x86_64-unknown-linux-gnu "$out/lib/rustlib/"
# Programs find the libraries of this tree here, those of the root where they always are.
for program in rustc cargo; do
  patchelf --force-rpath --set-rpath /opt/rust/lib/x86_64-linux-gnu "$out/bin/$program"
done
# It has a path of its own, which hides that of the programs.
# shellcheck disable=SC2016 # the loader expands $ORIGIN, not the shell
patchelf --set-rpath '$ORIGIN' "$out"/lib/x86_64-linux-gnu/libLLVM.so.*
# Where the standard libraries of targets are mounted.
for target in $targets; do mkdir -p "$out/lib/rustlib/$target/lib"; done

# shellcheck shell=bash disable=SC2154 source=/dev/null
. "$cargo"
. "$bindgen"
arguments=BINDGEN_EXTRA_CLANG_ARGS_${rustTarget//-/_}
# As bindgen does it itself in a build script, where cargo tells it the target.
# shellcheck disable=SC2086 # several arguments
bindgen "$probe" --formatter prettyplease --allowlist-type far --allowlist-var 'FAR_.*' -- --target="$triplet" ${!arguments} >bound.rs
{
  cat "$probe"
  sed -n 's/^pub const \(_bindgen_ty_1_\)*\(FAR_[A-Z]*\): .* = \([0-9]*\);/_Static_assert(\2 == \3, "\2");/p' bound.rs
} >told.c
[ "$(grep -c _Static_assert told.c)" = 5 ]
"$triplet-gcc" -c -o told.o told.c
# It holds assertions of its own on sizes and offsets, which rustc evaluates.
grep -q 'size_of::<far>()' bound.rs
rustc --target "$rustTarget" --crate-type rlib -A warnings -o "$out/bound.rlib" bound.rs
cp bound.rs told.c "$out/"

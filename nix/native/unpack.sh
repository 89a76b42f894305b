# Unpack the target's own packages as a build root, then take away what its compiler would find of Debian's C library
# and of GCC's run-time libraries: those at the floor are mounted where it looks first.
# shellcheck shell=sh disable=SC2154 source=/dev/null
. "$unpack"

for triplet in $triplets; do
  "$bb" rm -r include
  # Where a native compiler looks for C++ headers; a cross compiler finds them beside the others.
  "$bb" mkdir -p "include/$triplet/c++"
  "$bb" ln -s "../$triplet/include/c++" include/c++
  "$bb" ln -s "../../../$triplet/include/c++/14/$triplet" "include/$triplet/c++/14"
  "$bb" rm -f "lib/$triplet"/*.a "lib/$triplet"/*crt*.o "lib/$triplet"/libc.so "lib/$triplet"/libm.so
  "$bb" find "lib/gcc/$triplet" \( -name 'lib*.a' -o -name 'lib*.so' \) ! -name 'libgcc*' ! -name 'liblto*' -exec "$bb" rm -f {} +
done

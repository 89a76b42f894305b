# shellcheck shell=bash disable=SC2154
# Its source comes in a crate, whose own part is not used: not every mirror of Debian has this release.
# What it would find out by running programs, which it does not when crossing. (TIPC's answer would be this kernel's.)
have=()
for feature in EVENTFD_CLOEXEC GETRANDOM O_CLOEXEC SOCK_CLOEXEC SO_BINDTODEVICE SO_KEEPALIVE SO_PRIORITY TCP_KEEPCNT \
  TCP_KEEPIDLE TCP_KEEPINTVL TIPC; do
  have+=("-DZMQ_HAVE_$feature=1")
done
cmake_static vendor -DBUILD_SHARED=OFF -DBUILD_TESTS=OFF -DENABLE_CURVE=ON -DWITH_LIBSODIUM=ON -DWITH_LIBSODIUM_STATIC=ON \
  "${have[@]}" -DWITH_DOCS=OFF -DWITH_PERF_TOOL=OFF -DENABLE_CPACK=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5
# Whoever links it links it statically, by the C compiler.
sed -i -e 's/-lzmq$/-lzmq -lsodium -lstdc++/' -e '/private:/d' "$DESTDIR$prefix/lib/pkgconfig/libzmq.pc"

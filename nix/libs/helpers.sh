# What only some libraries need, besides build.sh; they ask for it (`helpers`).
# shellcheck shell=bash disable=SC2154

# meson_static OPTION...: configure, build and install with the pinned Meson, which the root has not.
meson_static() {
  mkdir /build/meson
  tar -xf "$meson" -C /build/meson --strip-components=1 --no-same-owner
  printf '%s\n' '[binaries]' "c = 'gcc'" "cpp = 'g++'" "ar = 'ar'" "strip = 'strip'" "pkg-config = 'pkg-config'" \
    '[properties]' 'needs_exe_wrapper = false' "pkg_config_libdir = '$PKG_CONFIG_LIBDIR'" \
    '[host_machine]' "system = 'linux'" "cpu_family = '$arch'" "cpu = '$arch'" "endian = 'little'" >/build/cross.ini
  python3 -B /build/meson/meson.py setup objects --cross-file /build/cross.ini --prefix "$prefix" --libdir lib \
    --buildtype release -Db_ndebug=true --default-library static --wrap-mode nodownload "$@"
  ninja -C objects install
}

# link_with NAME LIBRARY...: whoever links libNAME.a by name alone gets those that it needs too, in whatever order.
link_with() {
  local name=$1
  shift
  mv "$DESTDIR$prefix/lib/lib$name.a" "$DESTDIR$prefix/lib/lib$name-alone.a"
  echo "GROUP ( -l$name-alone $(printf -- '-l%s ' "$@"))" >"$DESTDIR$prefix/lib/lib$name.a"
}

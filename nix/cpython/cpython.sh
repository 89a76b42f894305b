# Build CPython with upstream's layout below /opt/python/$abi.
# shellcheck shell=bash disable=SC2154
tar -xf "$source" --no-same-owner
cd Python-* 2>/dev/null || cd cpython-* || cd python*
export SOURCE_DATE_EPOCH=315532800
prefix=/opt/python/$abi

options=(--prefix="$prefix" --build=x86_64-pc-linux-gnu --with-ensurepip=no --without-static-libpython)
modules=(_ctypes zlib)
if [ -n "$crossing" ]; then
  options+=(
    --host="$triplet" --with-build-python="/opt/native/$abi/bin/python$short"
    --with-openssl="/usr/$triplet" --with-readline=editline --with-system-expat
    # What configure would find out by running programs, or by looking at this machine instead of the target.
    ac_cv_buggy_getaddrinfo=no ac_cv_file__dev_ptmx=yes ac_cv_file__dev_ptc=no
    # Else strings are hashed by FNV, as nowhere upstream builds.
    ac_cv_aligned_required=no
  )
  modules+=(_bz2 _curses _decimal _lzma _sqlite3 _ssl pyexpat readline)
else
  options+=(--disable-test-modules)
fi

export CC=$triplet-gcc CXX=$triplet-g++ AR=$triplet-ar RANLIB=$triplet-ranlib READELF=$triplet-readelf
# No -g: the flags end up in sysconfig, and so in every extension that setuptools builds.
export OPT="-DNDEBUG -fwrapv -O3 -Wall"
export PKG_CONFIG_LIBDIR=/usr/$triplet/lib/pkgconfig
# The libraries are static: say what they need, and keep their symbols to the modules that use them.
export LIBSQLITE3_CFLAGS=" " LIBSQLITE3_LIBS="-lsqlite3 -lm" LIBEDIT_CFLAGS=" " LIBEDIT_LIBS="-ledit -ltinfow"
export LIBEXPAT_CFLAGS=" " LIBEXPAT_LDFLAGS="-lexpat -lm"
export CURSES_CFLAGS="-I/usr/$triplet/include" CURSES_LIBS="-lncursesw -ltinfow" PANEL_CFLAGS=" " PANEL_LIBS="-lpanelw -lncursesw -ltinfow"
export LDFLAGS_NODIST="-Wl,--exclude-libs,ALL -Wl,-z,relro"

./configure "${options[@]}" >configure.log 2>&1 || {
  tail -n 60 configure.log config.log
  exit 1
}
make -j"$NIX_BUILD_CORES" >make.log 2>&1 || {
  grep -E -A5 'error|Error' make.log | tail -n 60
  exit 1
}
sed -n '/following modules are/,/^$/p; /necessary bits/,/^$/p; /Failed to build/,/^$/p' make.log
# Compiled by the installation itself, the library's .pyc would hold times; --help makes it skip that.
make install DESTDIR=/build/installed COMPILEALL_OPTS=--help >install.log 2>&1 || {
  tail -n 60 install.log
  exit 1
}
cp -r "/build/installed$prefix/." "$out/"

cd "$out"
rm -rf share "lib/python$short/config-$short"*/libpython*.a
find . -name '*.so' -exec "$triplet-strip" --strip-unneeded {} +
"$triplet-strip" "bin/python$short"
for module in "${modules[@]}"; do
  ls "lib/python$short/lib-dynload/$module".*.so >/dev/null || {
    echo "error: the module $module was not built; its configure test is in the log above" >&2
    grep -iE "${module#_}" /build/*ython*/configure.log | tail -n 5
    exit 1
  }
done

# Compiled modules, since an emulated interpreter would take seconds to compile what it imports. Never checked against
# the source, whose times a store does not keep; hence not of the file over which a build may mount another.
if [ -n "$crossing" ]; then compiler=/opt/native/$abi/bin/python$short; else compiler=$out/bin/python$short; fi
find . -name __pycache__ -prune -exec rm -rf {} +
"$compiler" -s -P -m compileall -q -f -o 0 --invalidation-mode unchecked-hash -x '/(test|idlelib)/|/_sysconfigdata' \
  -s "$out" -p "$prefix" "$out/lib/python$short"

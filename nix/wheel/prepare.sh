# Unpack one sdist and set the environment in which its backend runs. Also the first step of `tools/farwheel enter`.
# shellcheck shell=bash disable=SC2154
if [ ! -e /build/source ]; then
  mkdir /build/source /build/dist /build/native
  tar -xf "$sdist" -C /build/source --strip-components=1 --no-same-owner --no-same-permissions
  cd /build/source
  for patch in $patches; do patch -p1 <"$patch"; done
  # Cython writes the paths of what it reads into its output, which is the same in every mode and on every machine.
  if [ -e "/opt/tools/lib/python$short/site-packages/cython.py" ]; then
    for program in cython:cython cythonize:Cython.Build.Cythonize; do
      {
        echo '#!/bin/sh'
        echo "export PYTHONPATH=/opt/tools/lib/python$short/site-packages"
        echo "exec /opt/native/$abi/bin/python$short -m ${program#*:} \"\$@\""
      } >"/build/native/${program%:*}"
      chmod +x "/build/native/${program%:*}"
    done
  fi
fi
cd /build/source
export PATH=/usr/lib/farwheel/$triplet/bin:/build/native:/opt/env/bin:/usr/bin:/usr/sbin
[ -z "$uname" ] || PATH=$uname/bin:$PATH
export CC=gcc CXX=g++ FC=gfortran F77=gfortran F90=gfortran AR=gcc-ar RANLIB=gcc-ranlib NM=gcc-nm STRIP=strip LD=ld
export CC_FOR_BUILD=/usr/bin/gcc CXX_FOR_BUILD=/usr/bin/g++ HOSTCC=/usr/bin/gcc
export LDFLAGS="-Wl,-z,relro -Wl,--exclude-libs,libstdc++.a:libgfortran.a"
export PKG_CONFIG_LIBDIR=/usr/$triplet/lib/pkgconfig:/usr/$triplet/share/pkgconfig
export CMAKE_BUILD_PARALLEL_LEVEL=$NIX_BUILD_CORES MAKEFLAGS="-j$NIX_BUILD_CORES" NPY_NUM_BUILD_JOBS=$NIX_BUILD_CORES
export SETUPTOOLS_SCM_PRETEND_VERSION=$version
if [ "$mode" = disguised ]; then
  export FARWHEEL_MACHINE=$arch _PYTHON_HOST_PLATFORM=linux-$arch
  # The target's data are mounted over the native ones, so they go by the native name.
  export _PYTHON_SYSCONFIGDATA_NAME=_sysconfigdata__linux_x86_64-linux-gnu
fi
# shellcheck source=/dev/null
[ -z "${rust:-}" ] || . "$rust"

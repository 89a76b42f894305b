# Compile the probes, then insist that no versioned symbol is above the floor and no C++ or Fortran run-time is needed.
# shellcheck shell=bash disable=SC2154
cd "$out"
"$triplet-g++" -std=c++17 -O2 -fPIC -shared -DLIBRARY -o libprobe.so -x c++ "$cxx"
# shellcheck disable=SC2016 # the loader expands $ORIGIN, not the shell
"$triplet-g++" -std=c++17 -O2 -o cxx -x c++ "$cxx" -x none -L. -lprobe -Wl,-rpath,'$ORIGIN'
"$triplet-gfortran" -O2 -o fortran -x f95 "$fortran"

for object in libprobe.so cxx fortran; do
  needed=$("$triplet-readelf" -d "$object" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
  echo "$object needs: $needed"
  case $needed in *libstdc++* | *libgfortran* | *libatomic* | *libgomp*)
    echo "error: $object should have its run-time inside" >&2
    exit 1
    ;;
  esac
  highest=$("$triplet-readelf" -V "$object" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -n 1)
  echo "$object: GLIBC_$highest"
  if [ "$(printf '%s\n' "$highest" "$glibc" | sort -V | tail -n 1)" != "$glibc" ]; then
    echo "error: $object needs GLIBC_$highest, above the floor $glibc" >&2
    exit 1
  fi
done

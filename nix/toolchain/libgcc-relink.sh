# Link libgcc_s.so.1 anew from libgcc_eh.a and libgcc.a, with a stand-in for the one function of glibc 2.35.
# shellcheck shell=bash disable=SC2154
original=$debian/lib/libgcc_s.so.1
archives=$(dirname "$("$triplet-gcc" -print-libgcc-file-name)")
mkdir objects
cd objects
"$triplet-ar" x "$archives/libgcc_eh.a"
"$triplet-ar" x "$archives/libgcc.a"
python3 "$expose" ./*.o
"$triplet-gcc" -O2 -fPIC -fexceptions -c "$findObject" -o find-object.o

# The same symbols under the same versions as the original.
"$triplet-readelf" --dyn-syms --wide "$original" | awk '
  $7 != "UND" && $8 ~ /@/ {
    split($8, part, /@+/)
    symbols[part[2]] = symbols[part[2]] " " part[1] ";"
  }
  END {
    for (version in symbols) print version " { global:" symbols[version] " };" | "sort -V"
    close("sort -V")
    print "farwheel_local { local: *; };"
  }' >versions

mkdir -p "$out/lib"
"$triplet-gcc" -shared -nostdlib -Wl,-soname,libgcc_s.so.1 -Wl,-Bsymbolic -Wl,-z,relro \
  -Wl,--version-script=versions -o "$out/lib/libgcc_s.so.1" ./*.o -lc
"$triplet-strip" --strip-unneeded "$out/lib/libgcc_s.so.1"

# What the original offered must be offered, and nothing above the floor asked for.
names() { "$triplet-readelf" --dyn-syms --wide "$1" | awk '$7 != "UND" && $8 ~ /@/ {print $8}' | sort -u; }
names "$original" >wanted
names "$out/lib/libgcc_s.so.1" >got
if ! missing=$(comm -23 wanted got) || [ -n "$missing" ]; then
  echo "error: the relinked libgcc_s.so.1 lacks: $missing" >&2
  exit 1
fi
"$triplet-readelf" --version-info --wide "$out/lib/libgcc_s.so.1" | grep -o 'GLIBC_[0-9.]*' | sort -uV

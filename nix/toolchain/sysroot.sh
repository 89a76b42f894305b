# Merge folder trees; two parts that hold the same file are a mistake.
# shellcheck shell=bash disable=SC2154
mkdir -p "$out/include" "$out/lib"
for part in $parts; do
  for folder in include lib; do
    [ ! -d "$part/$folder" ] || (cd "$part/$folder" && find . ! -type d | sort) | while read -r name; do
      if [ -e "$out/$folder/$name" ] && ! cmp -s "$part/$folder/$name" "$out/$folder/$name"; then
        echo "error: $folder/$name is in more than one part of the sysroot" >&2
        exit 1
      fi
    done
    [ ! -d "$part/$folder" ] || cp -r --no-preserve=ownership "$part/$folder/." "$out/$folder/"
    chmod -R u+w "$out"
  done
done

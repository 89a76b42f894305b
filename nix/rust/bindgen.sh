# bindgen reads the target's headers with libclang, from where the target's GCC has them. Reads $rustTarget and $triplet.
# shellcheck shell=bash disable=SC2154
export PATH=/opt/bindgen/bin:$PATH LIBCLANG_PATH=/opt/clang/lib
_arguments="-nostdinc -isystem /opt/clang/include"
while read -r _folder; do
  _folder=$(realpath "$_folder")
  case $_folder in /usr/lib/gcc*) ;; *) _arguments+=" -isystem $_folder" ;; esac
done < <("$triplet-gcc" -E -Wp,-v -x c /dev/null 2>&1 >/dev/null | sed -n 's|^ /|/|p')
export "BINDGEN_EXTRA_CLANG_ARGS_${rustTarget//-/_}=$_arguments"

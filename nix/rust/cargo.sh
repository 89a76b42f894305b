# cargo for one target: offline, with the crates in /opt/crates, and the target's C compiler where one is asked for.
# Reads $rustTarget and $triplet. Paths of the build are mapped away, since panic messages hold those of sources.
# shellcheck shell=bash disable=SC2154
export PATH=/opt/rust/bin:$PATH
export CARGO_HOME=/build/cargo CARGO_TARGET_DIR=/build/target CARGO_BUILD_TARGET=$rustTarget
export CARGO_NET_OFFLINE=true CARGO_TERM_COLOR=never CARGO_BUILD_JOBS=$NIX_BUILD_CORES
if [ ! -e "$CARGO_HOME" ]; then
  mkdir "$CARGO_HOME"
  {
    echo '[source.crates-io]'
    echo 'replace-with = "vendored"'
    echo '[source.vendored]'
    echo 'directory = "/opt/crates"'
  } >"$CARGO_HOME/config.toml"
fi
# Build scripts and procedural macros are for the machine that builds; what they ask for is not the target's.
for _pair in x86_64-unknown-linux-gnu:/usr/bin/ "$rustTarget:/usr/bin/$triplet-"; do
  _target=${_pair%%:*} _prefix=${_pair#*:}
  _name=${_target//-/_}
  export "CARGO_TARGET_${_name^^}_LINKER=${_prefix}gcc"
  export "CC_$_name=${_prefix}gcc" "CXX_$_name=${_prefix}g++" "AR_$_name=${_prefix}ar" "RANLIB_$_name=${_prefix}ranlib"
done
_maps="-ffile-prefix-map=/opt/crates=crates -ffile-prefix-map=/build=."
export "CFLAGS_$_name=$_maps" "CXXFLAGS_$_name=$_maps"
_maps="--remap-path-prefix=/opt/crates=crates --remap-path-prefix=/build=."
export "CARGO_TARGET_${_name^^}_RUSTFLAGS=$_maps ${rustFlags:-}"

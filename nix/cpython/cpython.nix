# One interpreter. `build` is the same version for the machine that builds, null when that is this one.
{
  run,
  file,
  pins,
  toolchain,
  libs,
}:
arch: abi: version: build:
let
  inherit (libs.${arch.name})
    bzip2
    libedit
    libffi
    ncurses
    openssl
    sqlite
    xz
    zlib
    zstd
    ;
  tools = toolchain.${arch.name};
in
run {
  name = "cpython-${version.version}-${arch.name}";
  script = file ./cpython.sh;
  source = pins.sources.${version.source};
  inherit abi;
  inherit (arch) triplet;
  short = builtins.head (builtins.match "([0-9]+[.][0-9]+)[.].*" version.version);
  crossing = if build == null then "" else "1";
  emulate = arch;
  mounts =
    tools.mounts (
      tools.sysroot [
        bzip2
        libedit
        libffi
        ncurses
        openssl
        sqlite
        xz
        zlib
        zstd
      ]
    )
    ++ (
      if build == null then
        [ ]
      else
        [
          {
            from = build;
            to = "/opt/native/${abi}";
          }
        ]
    );
}

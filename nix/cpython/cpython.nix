# One interpreter. `build` is the same version for the machine that builds, null when that is this one: it only runs
# backends, which ask for no TLS, database, terminal or rare compression, so it goes without their libraries.
{
  run,
  file,
  pins,
  toolchain,
  libs,
}:
arch: abi: version: build:
let
  tools = toolchain.${arch.name};
  crossing = build != null;
  when = condition: names: if condition then names else [ ];
  since = oldest: builtins.compareVersions version.version oldest >= 0;
  libraries = [
    "libffi"
    "zlib"
  ]
  ++ when crossing [
    "bzip2"
    "expat"
    "libedit"
    "ncurses"
    "openssl"
    "sqlite"
    "xz"
  ]
  ++ when (crossing && since "3.14") [ "zstd" ]
  # The last version with a copy of its own is 3.14.
  ++ when (crossing && since "3.15") [ "mpdecimal" ];
in
run {
  name = "cpython-${version.version}-${arch.name}";
  script = file ./cpython.sh;
  source = pins.sources.${version.source};
  inherit abi;
  inherit (arch) triplet;
  short = builtins.head (builtins.match "([0-9]+[.][0-9]+)[.].*" version.version);
  crossing = if crossing then "1" else "";
  emulate = arch;
  mounts =
    tools.mounts (tools.sysroot [ ] (map (name: libs.${arch.name}.${name}) libraries))
    ++ (
      if crossing then
        [
          {
            from = build;
            to = "/opt/native/${abi}";
          }
        ]
      else
        [ ]
    );
}

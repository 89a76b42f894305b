# All pins that do not belong to one package: name -> file in the store.
{ system, mirrors }:
let
  read = file: builtins.fromJSON (builtins.readFile file);
  seed = import ./seed.nix { inherit system mirrors; } (read ./seed.json);
  pin = import ./pin.nix { inherit system seed mirrors; };
  locked = read ./root.json;
  program = locked: {
    inherit (locked) program version;
    crate = pin locked;
    crates = map pin locked.crates;
  };
in
{
  inherit seed pin;

  # The .deb files of the build root, in dependency-independent (sorted) order.
  root = map pin locked.packages;

  # The same of a root in which everything is the target's; only the mode `emulated` asks for it.
  native = arch: map pin (read (./. + "/native-${arch}.json")).packages;

  # Version of a package in the build root.
  versionOf =
    name: (builtins.head (builtins.filter (package: package.name == name) locked.packages)).version;

  # rustc and cargo, what they need beyond the build root, the source of their standard library, and its crates.
  rust =
    let
      rust = read ./rust.json;
      isSource = package: package.name == "rust-web-src";
    in
    {
      inherit (rust) version;
      packages = map pin (builtins.filter (package: !isSource package) rust.packages);
      source = pin (builtins.head (builtins.filter isSource rust.packages));
      crates = map pin rust.crates;
    };

  # libclang, and what it needs beyond the build root.
  clang = map pin (read ./clang.json).packages;

  # The X11 protocol, and what its packages need beyond the build root.
  x11 = map pin (read ./x11.json).packages;

  # Programs from the registry of crates.
  formatter = program (read ./formatter.json);
  bindgen = program (read ./bindgen.json);

  # Upstream tarballs by the name in the manifest, e.g. sources."glibc-2.31".
  sources = builtins.mapAttrs (_: pin) (read ./sources.json).sources;
  patches = builtins.mapAttrs (_: s: pin s.patches) (read ./sources.json).sources;
  versions = builtins.mapAttrs (_: s: s.version) (read ./sources.json).sources;

  # Wheels of the tools that run in the root's own Python (auditwheel and what it needs).
  tools = map pin (read ./tools.json).wheels;
}

# library arch name { license, texts, ... }: a target library from its pinned source.
# Installed below /usr/<triplet>, where a sysroot is mounted; the output is its include/, lib/ and licenses/.
{
  run,
  file,
  pins,
  toolchain,
  licenses,
}:
let
  closure = import ./closure.nix;
in
arch: name:
{
  license,
  texts,
  needs ? [ ],
  languages ? [ ],
  contains ? [ ],
  ...
}@args:
run (
  {
    # Names in the store have no tilde.
    name = builtins.replaceStrings [ "~" ] [ "-" ] "${name}-${pins.versions.${name}}-${arch.name}";
    script = file ./build.sh;
    recipe = file (./. + "/${name}.sh");
    collect = licenses.collect;
    components = builtins.toJSON (
      [
        (licenses.component {
          source = name;
          inherit license texts;
        })
      ]
      ++ contains
    );
    source = pins.sources.${name};
    inherit (arch) triplet;
    arch = arch.name;
    emulate = arch;
    mounts = toolchain.${arch.name}.mounts (toolchain.${arch.name}.sysroot languages (closure needs));
  }
  // removeAttrs args [
    "license"
    "texts"
    "needs"
    "languages"
    "contains"
  ]
)
// {
  inherit needs;
  source = name;
}

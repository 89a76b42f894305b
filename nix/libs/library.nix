# library arch name recipe { needs, ... }: a target library from its pinned source.
# Installed below /usr/<triplet>, where a sysroot is mounted; the output is its include/ and lib/.
{
  run,
  file,
  pins,
  toolchain,
}:
arch: name: recipe:
{
  needs ? [ ],
  ...
}@extra:
run (
  {
    name = "${name}-${pins.versions.${name}}-${arch.name}";
    script = file ./build.sh;
    recipe = file recipe;
    source = pins.sources.${name};
    inherit (arch) triplet;
    arch = arch.name;
    emulate = arch;
    mounts = toolchain.${arch.name}.mounts (toolchain.${arch.name}.sysroot needs);
  }
  // removeAttrs extra [ "needs" ]
)

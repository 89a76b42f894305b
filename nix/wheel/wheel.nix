# wheel { arch; abi; recipe; mode; ... }: one wheel of one package for one architecture and one CPython.
{
  run,
  file,
  pins,
  toolchain,
  libs,
  python,
  tools,
  environment,
  uname,
}:
{
  arch,
  abi,
  package,
  mode,
  # Our own wheels that the target's interpreter needs while it builds (numpy, cffi).
  ours,
}:
let
  inherit (package) recipe pin;
  closure = pin.build.${abi};
  locked = map (name: pins.pin pin.wheels.${name});
  short = python.short.${abi};
  target = python.${arch.name}.${abi};
  native = python.x86_64.${abi};
  crossing = arch.qemu != null;
  accelerated = crossing && mode == "accelerated";
  disguised = crossing && mode == "disguised";

  nativeEnvironment = environment {
    inherit abi short;
    wheels = locked closure.native;
  };
  targetEnvironment = environment {
    inherit abi short;
    wheels = locked closure.target ++ ours;
  };
  at = from: to: { inherit from to; };
  sysconfigdata = triplet: "lib/python${short}/_sysconfigdata__linux_${triplet}.py";
in
run (
  package.backend.env // recipe.env or { }
  // {
    name = "${pin.name}-${pin.version}-${abi}-${arch.name}";
    script = file ./build.sh;
    prepare = file ./prepare.sh;
    hook = file ./hook.py;
    tag = file ./tag.py;
    sdist = pins.pin pin.sdist;
    package = pin.name;
    inherit (pin) version;
    inherit (arch) triplet;
    inherit
      abi
      mode
      short
      tools
      ;
    arch = arch.name;
    pure = if recipe.pure or false then "1" else "";
    platformTag = if crossing then arch.platformTag else "";
    patches = map file (recipe.patches or [ ]);
    settings = builtins.toJSON (package.backend.settings // recipe.settings or { });
    uname = if crossing then uname arch else "";
    SOURCE_DATE_EPOCH = pin.upload_time;
    emulate = arch;
    mounts =
      toolchain.${arch.name}.mounts (
        toolchain.${arch.name}.sysroot (map (name: libs.${arch.name}.${name}) (recipe.libs or [ ]))
      )
      ++ (
        if accelerated then
          [
            (at target "/opt/python/${abi}")
            (at targetEnvironment "/opt/env")
            (at native "/opt/native/${abi}")
            (at nativeEnvironment "/opt/tools")
          ]
        else
          [
            (at native "/opt/python/${abi}")
            (at nativeEnvironment "/opt/env")
          ]
      )
      ++ (
        if disguised then
          [
            (at "${target}/include" "/opt/python/${abi}/include")
            (at "${target}/${sysconfigdata arch.triplet}" "/opt/python/${abi}/${sysconfigdata "x86_64-linux-gnu"}")
          ]
        else
          [ ]
      );
  }
)

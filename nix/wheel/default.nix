# From a package to its derivations: wheels.<name>.<arch>.<abi>, with smoke tests, and folders of all of them.
{
  run,
  closed,
  file,
  pins,
  architectures,
  toolchain,
  libs,
  python,
  packages,
}:
let
  tools = import ./tools.nix { inherit run file pins; };
  environment = import ./environment.nix { inherit run file tools; };
  uname = import ./uname.nix { inherit run file toolchain; };
  wheel = import ./wheel.nix {
    inherit
      run
      file
      pins
      toolchain
      libs
      python
      tools
      environment
      uname
      ;
  };
  smoke = import ./smoke.nix {
    inherit
      closed
      file
      pins
      python
      environment
      ;
  };
  folder = import ./folder.nix { inherit run file; };

  # The wheels of ours that a package needs, by name, for the same architecture and CPython.
  ours = arch: abi: map (name: built.${name}.${arch.name}.${abi}.wheel);

  one =
    package: arch: abi: mode:
    let
      # A stable-ABI wheel is made once, by the oldest CPython, and tested on every one.
      maker = if package.recipe.abi3 or false then builtins.head package.abis else abi;
    in
    wheel {
      inherit arch package mode;
      abi = maker;
      ours = ours arch maker (package.pin.build.${maker}.packages or [ ]);
    };

  built = builtins.mapAttrs (
    _: package:
    builtins.mapAttrs (
      _: arch:
      builtins.listToAttrs (
        map (abi: {
          name = abi;
          value = rec {
            wheel = one package arch abi package.mode;
            modes = builtins.listToAttrs (
              map (mode: {
                name = mode;
                value = one package arch abi mode;
              }) [ "accelerated" "disguised" ]
            );
            smoke = smokeOf package arch abi wheel;
          };
        }) package.abis
      )
    ) architectures
  ) packages;

  smokeOf =
    package: arch: abi: wheel:
    smoke {
      inherit
        arch
        abi
        package
        wheel
        ;
      ours = ours arch abi (package.pin.run.${abi}.packages or [ ]);
    };
in
{
  inherit built;

  # "<name>-<arch>" -> folder of all wheels, with one attribute a CPython.
  packages = builtins.listToAttrs (
    builtins.concatMap (
      name:
      map (arch: {
        name = "${name}-${arch}";
        value = folder "${name}-${arch}" (
          builtins.mapAttrs (
            _: v:
            v.wheel
            // {
              inherit (v) modes smoke;
            }
          ) built.${name}.${arch}
        );
      }) (builtins.attrNames architectures)
    ) (builtins.attrNames packages)
  );
}

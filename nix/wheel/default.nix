# From a package to its derivations: built.<name>.<arch>.<abi>, with smoke tests and suites, and folders of all of them.
{
  run,
  closed,
  file,
  pins,
  architectures,
  toolchain,
  libs,
  native,
  python,
  packages,
  licenses,
  rust,
}:
let
  vary = import ../vary { inherit run file; };
  tools = import ./tools.nix { inherit run file pins; };
  environment = import ./environment.nix { inherit run file tools; };
  uname = import ./uname.nix { inherit run file toolchain; };
  source = import ./source.nix { inherit run file pins; };
  wheel = import ./wheel.nix {
    inherit
      run
      file
      pins
      toolchain
      libs
      native
      python
      tools
      environment
      uname
      source
      licenses
      rust
      vary
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
  suite = import ./suite.nix {
    inherit
      run
      closed
      file
      pins
      python
      environment
      source
      ;
  };
  folder = import ./folder.nix { inherit run file; };

  # The wheels of ours that a package needs, by name, for the same architecture and CPython.
  ours = arch: abi: map (name: built.${name}.${arch.name}.${abi}.wheel);

  one =
    package: arch: abi: mode: varied:
    let
      # A stable-ABI wheel is made once, by the oldest CPython, and tested on every one.
      maker = if package.recipe.abi3 or false then builtins.head package.abis else abi;
    in
    wheel {
      inherit
        arch
        package
        mode
        varied
        ;
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
            wheel = one package arch abi package.mode false;
            varied = one package arch abi package.mode true;
            modes = builtins.listToAttrs (
              map
                (mode: {
                  name = mode;
                  value = one package arch abi mode false // {
                    varied = one package arch abi mode true;
                  };
                })
                [
                  "accelerated"
                  "disguised"
                  "emulated"
                ]
            );
            smoke = smokeOf package arch abi wheel;
            tests = testsOf package arch abi wheel;
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

  # The newest CPython runs the suite, for which it has an hour, the others its core; on request (attributes of the
  # derivation) all of it, or the core with vector instructions.
  testsOf =
    package: arch: abi: wheel:
    let
      with' =
        changes:
        suite (
          {
            inherit
              arch
              abi
              package
              wheel
              ;
            ours = ours arch abi (package.pin.test.${abi}.packages or [ ]);
          }
          // changes
        );
      newest = builtins.elemAt package.abis (builtins.length package.abis - 1);
    in
    with' { extent = if abi == newest then "full" else "core"; }
    // {
      full = with' { budget = null; };
      core = with' { extent = "core"; };
      vectors = with' {
        extent = "core";
        cpu = arch.cpuVectors;
      };
      part =
        only:
        with' {
          extent = "core";
          budget = null;
          inherit only;
        };
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
              inherit (v)
                modes
                smoke
                tests
                varied
                ;
            }
          ) built.${name}.${arch}
        );
      }) (builtins.attrNames architectures)
    ) (builtins.attrNames packages)
  );
}

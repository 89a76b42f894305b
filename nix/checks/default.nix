# What `nix flake check` and the tests build: small proofs that the parts keep their promises.
{
  run,
  closed,
  file,
  toolchain,
  libs,
  python,
  architectures,
  targets,
  rust,
  wheels,
  boards,
}:
let
  probe = import ./toolchain.nix {
    inherit
      run
      closed
      file
      toolchain
      ;
  };
  rustProbe = import ./rust.nix {
    inherit
      run
      closed
      file
      toolchain
      rust
      ;
  };
  bindgenProbe = import ./bindgen.nix {
    inherit
      run
      file
      toolchain
      rust
      ;
  };
  interpreter = import ./cpython.nix { inherit closed file python; };
  blas = import ./blas.nix {
    inherit
      closed
      file
      libs
      python
      ;
  };
  format = import ./format.nix {
    inherit run file;
    inherit (rust) formatter;
  };
  modes = import ./modes.nix { inherit run file; };
  far = builtins.attrValues targets;
  abis = builtins.attrNames python.short;
  merge = builtins.foldl' (a: b: a // b) { };
  each = list: f: builtins.listToAttrs (builtins.concatMap f list);
in
{
  nix-format = format;
  rust-offline = import ./offline.nix {
    inherit run file rust;
    arch = architectures.x86_64;
  };
}
// merge (map probe far ++ map rustProbe far ++ map bindgenProbe far)
// each far (
  arch:
  map (abi: {
    name = "cpython-${abi}-${arch.name}";
    value = interpreter arch abi;
  }) abis
)
// each far (arch: [
  {
    name = "blas-baseline-${arch.name}";
    value = blas arch "cp313" "baseline" arch.cpu;
  }
  {
    name = "blas-vectors-${arch.name}";
    value = blas arch "cp313" "vectors" arch.cpuVectors;
  }
])
// each far (
  arch:
  map (abi: {
    name = "board-${abi}-${arch.name}";
    value = boards.${arch.name}.${abi};
  }) abis
)
// each far (
  arch:
  map
    (name: {
      name = "modes-${name}-${arch.name}";
      value = modes name arch wheels.built.${name}.${arch.name}.cp313;
    })
    [
      "kiwisolver"
      "markupsafe"
      "msgpack"
    ]
)
// each (builtins.attrNames wheels.built) (
  name:
  builtins.concatMap (
    arch:
    map (abi: {
      name = "smoke-${name}-${arch.name}-${abi}";
      value = wheels.built.${name}.${arch.name}.${abi}.smoke;
    }) (builtins.attrNames wheels.built.${name}.${arch.name})
  ) far
)

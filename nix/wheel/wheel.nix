# wheel { arch; abi; package; mode; ... }: one wheel of one package for one architecture and one CPython.
{
  run,
  file,
  pins,
  toolchain,
  libs,
  native,
  python,
  tools,
  environment,
  uname,
  source,
  licenses,
  rust,
  vary,
}:
{
  arch,
  abi,
  package,
  mode,
  # Our own wheels that the target's interpreter needs while it builds (numpy, cffi).
  ours,
  # The same under other circumstances (nix/vary), whose bytes must be the same.
  varied,
}:
let
  inherit (package) recipe pin;
  closure = pin.build.${abi};
  locked = map (name: pins.pin pin.wheels.${name});
  short = python.short.${abi};
  target = python.${arch.name}.${abi};
  builder = python.x86_64.${abi};
  crossing = arch.qemu != null;
  accelerated = crossing && mode == "accelerated";
  emulated = crossing && mode == "emulated";
  disguised = crossing && mode == "disguised";

  nativeEnvironment = environment {
    inherit abi short;
    wheels = locked closure.native;
  };
  # Written in Rust, at least in part.
  rusty = pin ? cargo;
  # Its crates read C headers.
  reading = recipe.bindgen or false;
  # maturin is a program with a little Python around it, which the target's interpreter can import.
  isProgram = name: builtins.match ".*-none-[a-z]*linux.*" name != null;
  programs = builtins.filter isProgram closure.native;
  targetEnvironment = environment {
    inherit abi short;
    wheels = locked (closure.target ++ (if rusty then programs else [ ])) ++ ours;
  };
  libraries = import ../libs/closure.nix (map (name: libs.${arch.name}.${name}) (recipe.libs or [ ]));
  at = from: to: { inherit from to; };
  sysconfigdata = triplet: "lib/python${short}/_sysconfigdata__linux_${triplet}.py";
  make =
    if emulated && rusty then
      throw "${pin.name} is written in Rust: its rustc and cargo are programs for x86_64, so it has no mode emulated"
    else if emulated then
      native.${arch.name}.run
    else
      run;
in
make (
  package.backend.env
  // recipe.env or { }
  // (
    if rusty then
      rust.env arch
      // {
        rust = file ../rust/wheel.sh;
        carriedCrates = file ../rust/carried.py;
        cargoLock = pin.cargo.lock;
        ourLock = if pin.cargo.ours then file (../../pkgs + "/${package.name}/Cargo.lock") else "";
      }
    else
      { }
  )
  // (if reading then rust.bindgen.env else { })
  // (if varied then { vary = vary.script; } else { })
  // (
    if recipe ? build then
      {
        buildTag = toString recipe.build;
        buildTagger = file ./buildtag.py;
      }
    else
      { }
  )
  // {
    name = "${pin.name}-${pin.version}-${abi}-${arch.name}";
    script = file ./build.sh;
    prepare = file ./prepare.sh;
    hook = file ./hook.py;
    repair = file ./repair.py;
    blame = file ./blame.py;
    canonical = file ./canonical.py;
    inherit (licenses) embed;
    # What the wheel may carry of others.
    carries =
      libraries
      ++ (if crossing then map (l: toolchain.${arch.name}.runtime.${l}) pin.languages else [ ])
      ++ (if crossing && rusty then [ rust.licenses.${arch.name} ] else [ ]);
    sdist = source pin;
    package = pin.name;
    inherit (pin) version;
    inherit (arch) triplet platformTag;
    inherit
      abi
      mode
      short
      tools
      ;
    arch = arch.name;
    pure = if recipe.pure or false then "1" else "";
    patches = map file (recipe.patches or [ ]);
    settings = builtins.toJSON (package.backend.settings // recipe.settings or { });
    uname = if crossing && !emulated then uname arch else "";
    SOURCE_DATE_EPOCH = pin.upload_time;
    emulate = arch;
    mounts =
      (if emulated then native else toolchain).${arch.name}.mounts (
        toolchain.${arch.name}.sysroot pin.languages libraries
      )
      ++ (
        if accelerated || emulated then
          [
            (at target "/opt/python/${abi}")
            (at targetEnvironment "/opt/env")
          ]
        else
          [
            (at builder "/opt/python/${abi}")
            (at nativeEnvironment "/opt/env")
          ]
      )
      # Where Cython is started from as a program, natively even where the hook is not.
      ++ [
        (at (if emulated then target else builder) "/opt/native/${abi}")
        (at (if emulated then targetEnvironment else nativeEnvironment) "/opt/tools")
      ]
      ++ (
        if rusty then
          rust.mounts arch
          ++ [ (at (rust.vendor pin.name (map pins.pin pin.cargo.crates)) "/opt/crates") ]
          ++ (
            if pin.cargo ? git then
              let
                git = rust.git pin.name pin.cargo.git;
              in
              [
                (at "${git}/crates" "/build/git-crates")
                (at "${git}/cargo" "/.cargo")
              ]
            else
              [ ]
          )
        else
          [ ]
      )
      ++ (if reading then rust.bindgen.mounts else [ ])
      ++ (if varied then [ (at vary.library "/opt/vary") ] else [ ])
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
// {
  # What it is made from, in short, for the ledger.
  inputs = {
    sdist = pin.sdist.sha256;
    interpreter = "cpython-${python.version.${abi}}";
    toolchain =
      "gcc-${pins.versions.gcc}"
      + (if crossing then ", glibc-${arch.glibc}" else "")
      + (if rusty then ", rust-${pins.rust.version}" else "");
    libraries = builtins.listToAttrs (
      map (library: {
        name = library.source;
        value = pins.versions.${library.source};
      }) libraries
    );
  };
}

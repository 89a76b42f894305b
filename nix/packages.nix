# Every folder of pkgs/ as a package: its recipe (people write it), its pin (machines write it), checked.
{ backends }:
let
  folders = builtins.readDir ../pkgs;
  names = builtins.filter (name: folders.${name} == "directory") (builtins.attrNames folders);

  # field = what it holds; a recipe says only what cannot be derived, so none of them is required.
  fields = {
    abi3 = "true where one wheel serves all CPythons: built with the oldest";
    bindgen = "true where crates read C headers while they build: they get libclang and bindgen";
    build = "number of the build tag, for a wheel that changes after it was published";
    env = "environment variables that the backend reads";
    hold = "why upstream's newest release is not taken, until somebody says otherwise";
    libs = "target C libraries (nix/libs) to build against";
    mode = "how the backend runs, where it cannot be disguised; say why in a comment";
    patches = "patches to the sdist, each with its upstream status";
    pure = "true where the wheel holds no compiled code";
    settings = "config_settings of PEP 517";
    skipImports = "module -> why it cannot be imported by itself";
    smoke = "a short program that must succeed with the wheel installed";
    tests = "which of upstream's tests run, and which are left out and why (nix/wheel/suite.nix)";
  };

  modes = [
    "accelerated"
    "disguised"
    "emulated"
  ];
  # What `tests` of a recipe may say.
  testFields = [
    "core"
    "early"
    "files"
    "leftOut"
    "options"
    "own"
    "sampled"
    "select"
    "timeout"
  ];

  load =
    name:
    let
      where = "pkgs/${name}/default.nix";
      recipe = import (../pkgs + "/${name}");
      unknown = removeAttrs recipe (builtins.attrNames fields);
      unknownTests = removeAttrs (recipe.tests or { }) testFields;
      pinned = ../pkgs + "/${name}/pin.json";
      pin = builtins.fromJSON (builtins.readFile pinned);
      need =
        field:
        pin.${field}
          or (throw "pkgs/${name}/pin.json has no field '${field}'; write it anew with: tools/farwheel lock ${name}");
    in
    if !builtins.pathExists (../pkgs + "/${name}/default.nix") then
      throw "pkgs/${name} has no default.nix; a recipe may be as short as: { }"
    else if !builtins.isAttrs recipe then
      throw "${where} must be an attribute set"
    else if unknown != { } then
      throw "${where}: unknown field '${builtins.head (builtins.attrNames unknown)}'; known are: ${builtins.concatStringsSep ", " (builtins.attrNames fields)}"
    else if unknownTests != { } then
      throw "${where}: unknown field 'tests.${builtins.head (builtins.attrNames unknownTests)}'; known are: ${builtins.concatStringsSep ", " testFields}"
    else if !builtins.elem (recipe.mode or "disguised") modes then
      throw "${where}: unknown mode '${recipe.mode}'; known are: ${builtins.concatStringsSep ", " modes}"
    else if !builtins.pathExists pinned then
      throw "pkgs/${name} has no pin.json; write it with: tools/farwheel lock ${name}"
    else
      builtins.seq
        (builtins.deepSeq (map need [
          "backend"
          "build"
          "languages"
          "sdist"
          "upload_time"
          "version"
          "wheels"
        ]) null)
        {
          inherit name recipe pin;
          abis = builtins.attrNames pin.build;
          backend = backends pin;
          # disguised: in a native interpreter that wears the target's identity; accelerated: in the target's own
          # interpreter, emulated, with native tools; emulated: everything is the target's.
          mode = recipe.mode or "disguised";
        };
in
builtins.listToAttrs (
  map (name: {
    inherit name;
    value = load name;
  }) names
)

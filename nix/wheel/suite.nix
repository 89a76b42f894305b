# Upstream's own test suite against one wheel, in a closed root (floor glibc, interpreter, the wheel and what its tests
# require), on one CPU model: a folder with receipt.json. Fails when a test fails that the recipe does not list.
{
  run,
  closed,
  file,
  pins,
  python,
  environment,
  source,
}:
{
  arch,
  abi,
  package,
  wheel,
  ours,
  cpu ? arch.cpu,
  # "full": the whole suite, or a sample for all of the budget where the recipe says `sampled`; "core": the recipe's
  # short selection, or as much of the suite as a shorter budget allows.
  extent ? "full",
  # pytest's words for a part of the suite, which is then the core.
  only ? null,
  budget ? if extent == "full" then 3600 else 600,
}:
let
  short = python.short.${abi};
  inherit (package) pin;
  asked = package.recipe.tests or { };
  # Where upstream has none that a wheel could be tested with: a file of the recipe's.
  hasOwn = asked ? own;
  tests = {
    files = if hasOwn then [ ] else [ "tests" ];
    select =
      if hasOwn then
        builtins.filter (folder: folder == "tests") (asked.files or [ ]) ++ [ "test_own.py" ]
      else
        [ "tests" ];
    core = null;
    options = [ ];
    early = [ ];
    leftOut = [ ];
    timeout = 300;
    sampled = false;
  }
  // asked;
  core = if only == null then tests.core else only;
  name = "${package.name}-${pin.version}-${abi}-${arch.name}-tests";
  upstreams = run {
    name = "${package.name}-${pin.version}-test-files";
    script = file ./suite.sh;
    sdist = source pin;
    inherit (tests) files;
  };
  testFiles =
    if hasOwn then
      run {
        name = "${package.name}-${pin.version}-own-test";
        script = file ./own.sh;
        own = file tests.own;
        upstreams = if tests.files == [ ] then "" else upstreams;
      }
    else
      upstreams;
  none = tests.files == [ ] && !hasOwn;
  config = builtins.toFile "suite.json" (
    builtins.toJSON {
      inherit (package) name;
      inherit (tests) options timeout early;
      inherit budget core;
      tests = tests.select;
      # Where the recipe has no core, it is what ten minutes suffice for.
      run = if core == null then "full" else extent;
      beyond =
        if tests.sampled then
          "sample"
        else if extent == "core" then
          "cut"
        else
          "error";
      source = if none then null else "/opt/source";
      left_out = tests.leftOut;
      # Two, everywhere: what a suite finds out must not depend on the machine.
      workers = 2;
      seed = 1;
      conditions = {
        architecture = arch.name;
        inherit cpu;
        inherit (arch) glibc;
        qemu = pins.versionOf "qemu-user";
      };
    }
  );
in
closed {
  inherit name arch cpu;
  command = [
    "/opt/env/bin/python"
    "-I"
    "-B"
    "/opt/suite/run.py"
    "/opt/suite.json"
  ];
  mounts = [
    {
      from = python.${arch.name}.${abi};
      to = "/opt/python/${abi}";
    }
    {
      from = environment {
        inherit abi short;
        wheels = [
          wheel
        ]
        ++ ours
        ++ map (wheel: pins.pin pin.wheels.${wheel}) pin.test.${abi}.wheels;
      };
      to = "/opt/env";
    }
    {
      from = file ../suite;
      to = "/opt/suite";
    }
    {
      from = config;
      to = "/opt/suite.json";
    }
  ]
  ++ (
    if none then
      [ ]
    else
      [
        {
          from = testFiles;
          to = "/opt/source";
        }
      ]
  );
}

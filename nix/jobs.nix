# What continuous integration builds: Hydra reads it as it is, `tools/farwheel matrix` takes from it what changed.
{
  wheels,
  checks,
  targets,
}:
let
  # "<name>-<arch>" -> CPython -> one derivation; x86_64 is for measuring only.
  each =
    choose:
    builtins.listToAttrs (
      builtins.concatMap (
        name:
        map (arch: {
          name = "${name}-${arch}";
          value = builtins.mapAttrs (_: choose) wheels.built.${name}.${arch};
        }) (builtins.attrNames targets)
      ) (builtins.attrNames wheels.built)
    );
  isSmoke = name: builtins.match "smoke-.*" name != null;
in
{
  wheels = each (one: one.wheel);
  smoke = each (one: one.smoke);
  tests = each (one: one.tests);
  checks = removeAttrs checks (builtins.filter isSmoke (builtins.attrNames checks));
}

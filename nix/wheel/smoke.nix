# Smoke test of one wheel: in a closed root (floor glibc, interpreter, the wheel and what it requires, nothing
# else), on the baseline CPU, every module and extension is imported, then the recipe's own program runs.
{
  closed,
  file,
  pins,
  python,
  environment,
}:
{
  arch,
  abi,
  package,
  wheel,
  ours,
}:
let
  short = python.short.${abi};
  requirements = package.pin.run.${abi} or { wheels = [ ]; };
in
closed {
  name = "${package.name}-${package.pin.version}-${abi}-${arch.name}-smoke";
  inherit arch;
  command = [
    "/opt/env/bin/python"
    "/opt/smoke/imports.py"
    package.name
    (builtins.toJSON (package.recipe.skipImports or { }))
  ]
  ++ (if package.recipe ? smoke then [ "/opt/smoke/program.py" ] else [ ]);
  mounts = [
    {
      from = python.${arch.name}.${abi};
      to = "/opt/python/${abi}";
    }
    {
      from = environment {
        inherit abi short;
        wheels = [ wheel ] ++ ours ++ map (name: pins.pin package.pin.wheels.${name}) requirements.wheels;
      };
      to = "/opt/env";
    }
    {
      from = file ./imports.py;
      to = "/opt/smoke/imports.py";
    }
  ]
  ++ (
    if package.recipe ? smoke then
      [
        {
          from = file package.recipe.smoke;
          to = "/opt/smoke/program.py";
        }
      ]
    else
      [ ]
  );
}

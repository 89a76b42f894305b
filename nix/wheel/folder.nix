# folder name wheels: a folder of links to the wheels of several CPythons, which are its attributes.
{ run, file }:
name: wheels:
run {
  inherit name;
  script = file ./folder.sh;
  wheels = builtins.attrValues (builtins.mapAttrs (_: w: "${w}") wheels);
}
// wheels

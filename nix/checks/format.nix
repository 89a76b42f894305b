# All Nix files of the repository are as the flake's formatter writes them.
{
  run,
  file,
  formatter,
}:
run {
  name = "nix-format";
  script = file ./format.sh;
  inherit formatter;
  source = builtins.path {
    name = "nix-files";
    path = ../..;
    filter = path: type: type == "directory" || builtins.match ".*\\.nix" path != null;
  };
}

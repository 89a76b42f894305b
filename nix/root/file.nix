# One file of the repository as a store path of its own, so that whatever uses it depends on
# nothing but that file's name and bytes.
path:
builtins.path {
  inherit path;
  name = baseNameOf path;
}

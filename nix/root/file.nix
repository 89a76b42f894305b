# One file of the repository as a store path of its own, so that whatever uses it depends on
# nothing but that file's name and bytes. Interpolated, as Nix copies such a path once for an
# evaluation, where builtins.path does each time.
path: "${path}"

# git name sources: crates from git for a build, which cargo finds in the place of their repositories.
#
#   $out/crates  belongs at /build/git-crates
#   $out/cargo   belongs at /.cargo, where cargo looks from everywhere
{
  run,
  file,
  pins,
}:
name: sources:
run {
  name = "git-crates-of-${name}";
  script = file ./git.sh;
  program = file ./git.py;
  sources = builtins.toJSON (
    map (source: {
      inherit (source) source crates sha256;
      tree = pins.pin source;
    }) sources
  );
}

# What wheels must say about the libraries that they carry, linked statically or grafted.
{ file, pins }:
{
  # component { name, source, license, texts }: the facts about one library. `license` is an SPDX expression, `texts` are
  # files, relative to its source tree or absolute.
  component =
    {
      name ? source,
      source,
      license,
      texts,
    }:
    {
      inherit name license;
      version = pins.versions.${source};
      sha256 = pins.sources.${source}.outputHash;
      files = texts;
    };

  # collect.py OUT COMPONENTS, for the build of whatever contains the components.
  collect = file ./collect.py;

  # embed.py FILE.whl BUILT.whl PART..., for the build of a wheel.
  embed = file ./embed.py;
}

# What upstream's own wheels have, but for two: zlib is not zlib-ng, and AVIF does without libyuv.
# A feature that is missing fails the build, instead of being left out of the wheel quietly.
{
  avif = "enable";
  freetype = "enable";
  jpeg2000 = "enable";
  lcms = "enable";
  raqm = [
    "enable"
    "vendor"
  ];
  fribidi = "vendor";
  tiff = "enable";
  webp = "enable";
  # As upstream, for its license.
  imagequant = "disable";
  xcb = "enable";
}

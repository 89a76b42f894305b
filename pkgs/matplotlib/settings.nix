{
  setup-args = [
    # It would download them.
    "-Dsystem-freetype=true"
    "-Dsystem-libraqm=true"
    "-Dsystem-qhull=true"
  ];
}

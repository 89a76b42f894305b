{
  setup-args = [
    # The `ar` of our builds makes no index of objects for link-time optimisation: what is in libagg.a was not found.
    "-Db_lto=false"
    # It would download them.
    "-Dsystem-freetype=true"
    "-Dsystem-libraqm=true"
    "-Dsystem-qhull=true"
  ];
}

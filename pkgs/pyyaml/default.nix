{
  libs = [ "libyaml" ];
  # Without it a failing check would quietly make a wheel of pure Python.
  env.PYYAML_FORCE_LIBYAML = "1";
}

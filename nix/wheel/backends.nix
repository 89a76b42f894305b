# What each PEP 517 backend needs by default, by the first part of its name. A recipe may say otherwise.
#
#   mode      disguised: the hook runs in a native interpreter that wears the target's identity
#             accelerated: it runs in the target's own interpreter, emulated; all other tools are native
#   settings  config_settings without which the backend is not reproducible
#   env       environment variables. Not CFLAGS for setuptools, where they would replace the interpreter's own flags
#             (-O3 among them); the others add theirs, and compile by absolute paths, which must not end up inside
backend:
let
  relative.CFLAGS = "-ffile-prefix-map=/build/source=.";
  relative.CXXFLAGS = relative.CFLAGS;
  name = builtins.head (builtins.match "([A-Za-z0-9_]+).*" backend);
  backends = {
    # Runs meson in the interpreter and asks it for the machine, the headers and compiled modules of the target.
    # Without a fixed build folder it makes up a random name, which ends up in debug information and build ids.
    mesonpy = {
      mode = "accelerated";
      settings.build-dir = "/build/objects";
      env = relative;
    };
    scikit_build_core = {
      mode = "disguised";
      settings = {
        build-dir = "/build/objects";
        "wheel.reproducible" = "true";
      };
      env = relative;
    };
  };
in
{
  mode = "disguised";
  settings = { };
  env = { };
}
// backends.${name} or { }

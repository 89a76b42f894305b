# What each PEP 517 backend needs by default, by the first part of its name. A recipe may say otherwise.
#
#   settings  config_settings without which the backend is not reproducible, or takes more cores than it was given
#   env       environment variables. No CFLAGS for setuptools, where they would replace the interpreter's own flags
#             (-O3 among them), nor for meson, which compiles by relative paths; CMake does by absolute ones
#
# A backend inside of the sdist (backend-path) wraps one of its build requirements, by which it is known then.
{
  backend,
  backend_path ? [ ],
  build_requires ? [ ],
  ...
}:
let
  first = text: builtins.head (builtins.match "([A-Za-z0-9_-]+).*" text);
  module = requirement: builtins.replaceStrings [ "-" ] [ "_" ] (first requirement);
  names = [ (first backend) ] ++ (if backend_path == [ ] then [ ] else map module build_requires);
  known = builtins.filter (name: backends ? ${name}) names;
  backends = {
    # Without a fixed build folder it makes up a random name, which ends up in debug information and build ids.
    # Ninja would take the machine's cores instead of the build's.
    mesonpy.settings = {
      build-dir = "/build/objects";
      compile-args = "-j$NIX_BUILD_CORES";
    };
    scikit_build_core = {
      settings = {
        build-dir = "/build/objects";
        "wheel.reproducible" = "true";
      };
      env = rec {
        CFLAGS = "-ffile-prefix-map=/build/source=.";
        CXXFLAGS = CFLAGS;
      };
    };
  };
in
{
  settings = { };
  env = { };
}
// (if known == [ ] then { } else backends.${builtins.head known})

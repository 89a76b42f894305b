# Upstream's tests are part of the wheel.
let
  leftOut = run: why: test: {
    inherit test why run;
    class = "root";
  };
in
{
  files = [ ];
  select = [
    "--pyargs"
    "numpy"
    "-m"
    "not slow"
  ];
  # What the libraries below it and the emulator can get wrong.
  core = [
    "--pyargs"
    "numpy.linalg"
  ];
  early = [ "*::test_huge_vectordot*" ];
  leftOut = [
    (leftOut false "all of them compile C, and there is no compiler"
      "numpy/_core/tests/test_mem_policy.py::*"
    )
    (leftOut true "starts /bin/true, and there is none"
      "numpy/_core/tests/test_cpu_features.py::*::test_features"
    )
  ];
}

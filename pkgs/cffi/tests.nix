# What needs no compiler: the other tests compile C while they run, and there is none where wheels are tested.
let
  leftOut =
    why:
    map (test: {
      inherit test why;
      class = "root";
      run = false;
    });
in
{
  files = [
    "testing"
    "src/c/test_c.py"
  ];
  own = ./test_own.py;
  select = [
    # First, since it changes what the others find.
    "test_own.py"
    "src/c/test_c.py"
    "testing/cffi0/test_ffi_backend.py"
    "testing/cffi0/test_parsing.py"
    "testing/cffi1/test_ffi_obj.py"
  ];
  leftOut = leftOut "compiles C" [
    "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_anonymous_no_align"
    "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_basic"
    "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_reuse_if_enough_space"
    "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_zero"
  ];
}

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
  select = [
    "src/c/test_c.py"
    "testing/cffi0/test_ffi_backend.py"
    "testing/cffi0/test_parsing.py"
    "testing/cffi1/test_ffi_obj.py"
  ];
  leftOut =
    leftOut
      "asks ctypes.util.find_library for libc or libm, which runs a shell, ldconfig and a compiler"
      [
        "src/c/test_c.py::test_FILE*"
        "src/c/test_c.py::test_load_*"
        "src/c/test_c.py::test_read_variable*"
        "src/c/test_c.py::test_write_variable"
        "testing/cffi0/test_ffi_backend.py::TestFFI::*"
        "testing/cffi0/test_parsing.py::test_line_continuation_in_defines"
        "testing/cffi0/test_parsing.py::test_remove_comments"
        "testing/cffi0/test_parsing.py::test_remove_line_continuation_comments"
        "testing/cffi0/test_parsing.py::test_simple"
      ]
    ++ leftOut "compiles C" [
      "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_anonymous_no_align"
      "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_basic"
      "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_reuse_if_enough_space"
      "testing/cffi0/test_ffi_backend.py::TestBitfield::test_bitfield_zero"
    ];
}

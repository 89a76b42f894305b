# What needs no compiler: the other tests compile C while they run, and there is none where wheels are tested.
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
}

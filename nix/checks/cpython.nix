# One interpreter, in a closed root on the baseline CPU: every standard module imports, and the parts of CPython's own
# suite pass that exercise what the target and the libraries can get wrong.
{
  closed,
  file,
  python,
}:
arch: abi:
closed {
  name = "cpython-${abi}-${arch.name}-tests";
  inherit arch;
  command = [
    "/opt/python/${abi}/bin/python${python.short.${abi}}"
    "/opt/check/cpython.py"
  ];
  mounts = [
    {
      from = python.${arch.name}.${abi};
      to = "/opt/python/${abi}";
    }
    {
      from = file ./cpython.py;
      to = "/opt/check/cpython.py";
    }
  ];
}

{
  abi3 = true;
  smoke = ./smoke.py;
  # All other tests import torch, jax or tensorflow.
  tests = {
    files = [ "bindings/python/tests" ];
    select = [ "bindings/python/tests/test_handle.py" ];
  };
}

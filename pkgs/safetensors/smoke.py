"""Writes tensors and reads them back."""

import ctypes

from safetensors import TensorSpec, deserialize, serialize

DATA = bytes(range(16))

held = ctypes.create_string_buffer(DATA, len(DATA))
tensor = TensorSpec(dtype="float32", shape=[2, 2], data_ptr=ctypes.addressof(held), data_len=len(DATA))
packed = serialize({"a": tensor}, {"made": "by hand"})
name, found = deserialize(packed)[0]
assert (name, found["shape"], bytes(found["data"])) == ("a", [2, 2], DATA)

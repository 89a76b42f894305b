"""Writes tensors and reads them back, whole and in part."""

import tempfile
from pathlib import Path

from safetensors import deserialize, safe_open, serialize

TENSOR = {"dtype": "float32", "shape": [2, 2], "data": bytes(range(16))}

packed = serialize({"a": TENSOR}, {"made": "by hand"})
name, found = deserialize(packed)[0]
assert (name, found["shape"], bytes(found["data"])) == ("a", [2, 2], TENSOR["data"])
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "a.safetensors")
    file.write_bytes(packed)
    with safe_open(file, framework="np") as opened:
        assert (list(opened.keys()), opened.metadata()) == (["a"], {"made": "by hand"})

"""Matrix products, a linear solve, an FFT and a sort against values known beforehand."""

import ctypes
from importlib.metadata import files

import numpy as np

a = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]])
b = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
assert (a @ b == np.array([[5.0, 8.0], [15.0, 20.0], [23.0, 28.0]])).all()

# Large enough for OpenBLAS to share out among its threads (upstream's tests have one here); exact in doubles.
square = np.arange(200 * 200).reshape(200, 200) % 7
assert (square.astype(float) @ square.T.astype(float) == square @ square.T).all()

# det = 18; the solution of a x = (18, 36, 54) by Cramer's rule.
assert np.allclose(np.linalg.solve(a, [18.0, 36.0, 54.0]), [6.0, 6.0, 12.0], rtol=0, atol=1e-12)

# The transform of a pure cosine of frequency 3 over 16 points: half the length at 3 and at 13.
spectrum = np.fft.fft(np.cos(2 * np.pi * 3 * np.arange(16) / 16))
expected = np.zeros(16)
expected[[3, 13]] = 8
assert np.allclose(spectrum, expected, rtol=0, atol=1e-12)

permuted = (np.arange(10_007) * 5_003) % 10_007
assert (np.sort(permuted) == np.arange(10_007)).all()
assert (np.sort(permuted.astype(np.float32)) == np.arange(10_007, dtype=np.float32)).all()

blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
assert "openblas" in blas, blas

# LAPACK's own handler of bad arguments would end the process; OpenBLAS's leaves it to the caller.
(library,) = [file for file in files("numpy") or () if "openblas" in file.name]
size, bad = ctypes.c_int(-1), ctypes.c_int()
ctypes.CDLL(str(library.locate())).dpotri_(
    b"L", ctypes.byref(size), None, ctypes.byref(size), ctypes.byref(bad), ctypes.c_size_t(1)
)
assert bad.value == -2, bad  # noqa: PLR2004 - its second argument

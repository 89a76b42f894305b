"""What each compiled part is for: LAPACK by f2py, HiGHS, SuperLU, FFT, splines, special functions."""

from pathlib import Path

import numpy as np
from scipy import fft, interpolate, linalg, optimize, sparse, spatial, special, stats

a = np.array([[4.0, 1.0], [1.0, 3.0]])
assert np.allclose(linalg.cholesky(a) @ linalg.inv(linalg.cholesky(a)), np.eye(2))
assert np.allclose(sparse.linalg.spsolve(sparse.csc_array(a), [1.0, 2.0]), linalg.solve(a, [1.0, 2.0]))
assert np.isclose(sparse.linalg.eigsh(sparse.eye_array(50).tocsc(), k=2)[0], 1).all()
assert optimize.linprog([-1.0], A_ub=[[1.0]], b_ub=[3.0]).x == [3.0]
assert np.isclose(optimize.curve_fit(lambda x, k: k * x, [1.0, 2.0], [2.0, 4.0], p0=[1.0])[0], 2.0)
assert np.allclose(fft.ifft(fft.fft([1.0, 2.0, 3.0])), [1.0, 2.0, 3.0])
assert np.isclose(interpolate.CubicSpline([0, 1, 2, 3], [0, 1, 8, 27])(1.5), 3.375)
corners = [[0, 0], [1, 0], [0, 1]]
assert spatial.ConvexHull([*corners, [0.2, 0.2]]).vertices.size == len(corners)
assert np.isclose(special.gamma(5), 24)
assert np.isclose(stats.norm.cdf(0), 0.5)
# numpy's OpenBLAS serves scipy too.
mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "openblas" in line}
assert len(mapped) == 1, mapped

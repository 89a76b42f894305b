"""OpenBLAS asked for what assembly gets wrong; exits 1 when an answer is wrong, dies of a wrong address.

blas.py libopenblas.so. Level 1 of vectors with one odd element at each place, or of nothing else: infinite,
not a number, too large to be squared, subnormal. Products of matrices of ones. All operands end where memory
does.
"""

import ctypes
import itertools
import math
import mmap
import sys
from collections.abc import Iterable, Iterator
from typing import Any

LENGTHS = [*range(1, 20), 31, 32, 33, 40, 64, 67]
SIDES = [*range(1, 10), 15, 16, 17, 33]
LARGE = {"s": 3e38, "d": 1e308}
SUBNORMAL = {"s": 2.0**-140, "d": 2.0**-1060}
SMALLEST = {"s": 2.0**-149, "d": 2.0**-1074}
LARGEST = {"s": 2.0**128, "d": sys.float_info.max}
CLOSE = {"s": 1e-4, "d": 1e-12}
NUMBER: dict[str, Any] = {"s": ctypes.c_float, "d": ctypes.c_double}
# Of real numbers, and of complex ones made of two of them.
LETTERS = {("s", 1): "s", ("d", 1): "d", ("s", 2): "c", ("d", 2): "z"}
ROOM, PAGE = 1 << 17, 1 << 16
COLUMNS, PLAIN, TURNED = 102, 111, 112

blas = ctypes.CDLL(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
failed: dict[str, list[str]] = {}


def _mapped() -> int:
    """The address after some memory, at which there is none."""
    memory = mmap.mmap(-1, ROOM + PAGE)
    kept.append(memory)
    end = ctypes.addressof(ctypes.c_char.from_buffer(memory)) + ROOM
    if libc.mprotect(ctypes.c_void_p(end), ctypes.c_size_t(PAGE), 0):
        sys.exit("error: mprotect failed")
    return end


kept: list[mmap.mmap] = []
ENDS = [_mapped() for _ in range(3)]


def at_end(which: int, real: str, count: int) -> Any:
    """An array of numbers that ends where the memory does."""
    kind = NUMBER[real] * count
    return kind.from_address(ENDS[which] - ctypes.sizeof(kind))


def function(name: str, real: str = "") -> Any:
    """A function of the library; with `real`, one that returns such a number."""
    found = getattr(blas, f"cblas_{name}")
    found.restype = NUMBER[real] if real else ctypes.c_size_t
    return found


def check(name: str, case: str, found: float, wanted: float, real: str) -> None:
    """Note what is wrong."""
    if abs(wanted) > LARGEST[real] * (1 - CLOSE[real]):
        # Whether a sum so near the end is infinite depends on its order.
        right = found > LARGEST[real] / 2
    elif math.isfinite(wanted):
        right = math.isclose(found, wanted, rel_tol=CLOSE[real], abs_tol=4 * SMALLEST[real])
    else:
        right = math.isnan(found)
    if not right:
        failed.setdefault(name, []).append(f"{case}: {found!r}, not {wanted!r}")


def vectors(real: str) -> Iterator[tuple[str, list[float]]]:
    """Numbers, as they lie in memory, with what is odd about them."""
    odd = {"infinite": math.inf, "nan": math.nan, "large": LARGE[real], "subnormal": SUBNORMAL[real]}
    for size, (kind, value) in itertools.product(LENGTHS, {"plain": 2.0, **odd}.items()):
        yield f"all of {size} {kind}", [value] * size
        for place in sorted({0, 1, 2, 3, size // 2, size - 1} & {*range(size)}):
            yield f"{kind} at {place} of {size}", [*([1.0] * place), value, *([1.0] * (size - place - 1))]


def sums(real: str, width: int, step: int) -> None:
    """Level 1 of one type; `width` is 2 for complex numbers, `step` the increment."""
    letter = LETTERS[real, width]
    for case, values in vectors(real):
        if len(values) % width:
            continue
        count, where = len(values) // width, f"{case}, increment {step}"
        length = ((count - 1) * step + 1) * width
        x, ones = at_end(0, real, length), at_end(1, real, length)
        x[:], ones[:] = [7.0] * length, [1.0] * length
        for place, part in itertools.product(range(count), range(width)):
            x[place * step * width + part] = values[place * width + part]
        prefix = f"{real}{letter}" if width == 2 else letter  # noqa: PLR2004
        for name, wanted in (("nrm2", math.hypot(*values)), ("asum", sum(map(abs, values)))):
            check(f"{prefix}{name}", where, function(f"{prefix}{name}", real)(count, x, step), wanted, real)
        if not any(map(math.isnan, values)):
            sizes = [sum(map(abs, values[at : at + width])) for at in range(0, len(values), width)]
            found = function(f"i{letter}amax")(count, x, step)
            check(f"i{letter}amax", where, found, sizes.index(max(sizes)), real)
        if width == 1:
            for name, other in (("dot", ones), ("dot with itself", x)):
                found = function(f"{letter}dot", real)(count, x, step, other, step)
                wanted = sum(a * (1.0 if other is ones else a) for a in values)
                check(f"{letter}{name}", where, found, wanted, real)


def products(real: str, width: int) -> None:
    """Matrices and vectors of ones."""
    letter = LETTERS[real, width]
    one = NUMBER[real](1.0) if width == 1 else ctypes.byref((NUMBER[real] * 2)(1.0, 0.0))
    nothing = NUMBER[real](0.0) if width == 1 else ctypes.byref((NUMBER[real] * 2)(0.0, 0.0))

    def operand(which: int, *sides: int) -> Any:
        array = at_end(which, real, math.prod(sides) * width)
        array[:] = [1.0, 0.0][:width] * math.prod(sides)
        return array

    def judge(name: str, case: Iterable[int], result: Any, wanted: int) -> None:
        for at in {0, len(result) - width}:
            check(f"{letter}{name}", str((*case,)), result[at], wanted, real)

    for rows, columns, turned in itertools.product(LENGTHS, SIDES, (PLAIN, TURNED)):
        a = operand(0, rows, columns)
        across, along = (columns, rows) if turned == PLAIN else (rows, columns)
        x, y = operand(1, across), operand(2, along)
        words = (COLUMNS, turned, rows, columns, one, a, rows, x, 1, nothing, y, 1)
        function(f"{letter}gemv")(*words)
        judge("gemv", (rows, columns, turned), y, across)
    for m, n, k in itertools.product(SIDES, repeat=3):
        a, b, c = operand(0, m, k), operand(1, k, n), operand(2, m, n)
        for left, right in itertools.product((PLAIN, TURNED), repeat=2):
            widths = (m if left == PLAIN else k, k if right == PLAIN else n)
            words = (COLUMNS, left, right, m, n, k, one, a, widths[0], b, widths[1], nothing, c, m)
            function(f"{letter}gemm")(*words)
            judge("gemm", (m, n, k, left, right), c, k)


for (real, width), letter in LETTERS.items():
    print(f"{letter}: sums", flush=True)
    for step in (1, 2):
        sums(real, width, step)
    print(f"{letter}: products", flush=True)
    products(real, width)
for name, cases in failed.items():
    print(f"{name}: {len(cases)} wrong, such as {cases[0]}")
sys.exit(1 if failed else 0)

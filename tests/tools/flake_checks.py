"""The flake's checks that the tests build.

By default a selection: C, C++ and Rust for both architectures, Fortran, OpenBLAS and numpy for one.
FARWHEEL_TEST=all takes every check of the flake, which is hours.
"""

import os
import sys

from farwheel import builder, nix
from farwheel.errors import FarwheelError

SELECTION = [
    f"{check}-{architecture}{python}"
    for check, python in [
        ("rust", ""),
        ("modes-markupsafe", ""),
        ("smoke-markupsafe", "-cp313"),
        ("smoke-msgpack", "-cp313"),
        ("smoke-kiwisolver", "-cp313"),
        ("smoke-multidict", "-cp313"),
        ("smoke-pyyaml", "-cp313"),
        ("smoke-cffi", "-cp313"),
        ("smoke-argon2-cffi-bindings", "-cp313"),
        ("smoke-rpds-py", "-cp313"),
    ]
    for architecture in ("riscv64", "loongarch64")
] + [
    # A wheel more each: of C++, and of Cython.
    *("modes-kiwisolver-loongarch64", "modes-msgpack-riscv64"),
    # Both take Fortran's run-time library, which is minutes.
    *("toolchain-cxx-riscv64", "toolchain-fortran-riscv64"),
    *("smoke-numpy-riscv64-cp313", "blas-baseline-riscv64", "blas-vectors-riscv64"),
    *("nix-format", "rust-offline"),
]
CHECKS = f"checks.{nix.SYSTEM}"


def chosen() -> list[str]:
    if os.environ.get("FARWHEEL_TEST") == "all":
        names: list[str] = nix.evaluate(CHECKS, "builtins.attrNames")
        return names
    return SELECTION


def derivations(names: list[str]) -> dict[str, str]:
    """The derivation of each of these checks."""
    inherited = " ".join(f'"{name}" = c."{name}";' for name in names)
    paths: dict[str, str] = nix.evaluate(CHECKS, f"c: builtins.mapAttrs (_: d: d.drvPath) {{ {inherited} }}")
    return paths


def build(names: list[str]) -> dict[str, str]:
    """Build these checks, as far as they can be; the derivation of each.

    All at once, as side by side is quicker; the logs of those that fail are printed.
    """
    paths = derivations(names)
    try:
        builder.attempt(list(paths.values()), builder.Effort(keep_going=True))
    except FarwheelError as error:
        # Something could not be fetched: of what that keeps from being built, the tests tell.
        sys.stderr.write(f"error: {error.message}\n  {error.hint}\n")
    return paths

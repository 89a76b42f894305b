"""The pipeline by real builds: the flake's checks, fetched, built and run under QEMU.

By default a selection that touches every part on both architectures (C, C++, Fortran, one numpy);
FARWHEEL_TEST=all takes every check of the flake, which is hours.
"""

import os

import pytest

from farwheel import builder, nix

pytestmark = pytest.mark.nix

SELECTION = [
    f"{check}-{architecture}{python}"
    for check, python in [
        ("toolchain-cxx", ""),
        ("toolchain-fortran", ""),
        ("modes-markupsafe", ""),
        ("modes-msgpack", ""),
        ("modes-kiwisolver", ""),
        ("smoke-markupsafe", "-cp313"),
        ("smoke-msgpack", "-cp313"),
        ("smoke-kiwisolver", "-cp313"),
        ("smoke-multidict", "-cp313"),
        ("smoke-pyyaml", "-cp313"),
        ("smoke-cffi", "-cp313"),
        ("smoke-argon2-cffi-bindings", "-cp313"),
    ]
    for architecture in ("riscv64", "loongarch64")
] + ["smoke-numpy-riscv64-cp313"]
CHECKS = f"checks.{nix.SYSTEM}"


def chosen() -> list[str]:
    if os.environ.get("FARWHEEL_TEST") == "all":
        names: list[str] = nix.evaluate(CHECKS, "builtins.attrNames")
        return names
    return SELECTION


@pytest.mark.parametrize("check", chosen())
def test_check(check: str, capfd: pytest.CaptureFixture[str]) -> None:
    derivation = nix.evaluate(f"{CHECKS}.{check}", "c: c.drvPath")
    # Hours of silence would look like a hang: the builds' progress is shown as it comes.
    with capfd.disabled():
        builder.build([derivation], builder.Effort())

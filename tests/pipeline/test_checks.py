"""The pipeline by real builds: the flake's checks, fetched, built and run under QEMU.

By default a selection: C, C++ and Rust for both architectures, Fortran and numpy for one.
FARWHEEL_TEST=all takes every check of the flake, which is hours.
"""

import contextlib
import os
from pathlib import Path

import pytest

from farwheel import builder, compare, nix, records, targets, verify, wheelhouse
from farwheel.errors import FarwheelError
from farwheel.verify import allowances

pytestmark = pytest.mark.nix

SELECTION = [
    f"{check}-{architecture}{python}"
    for check, python in [
        ("toolchain-cxx", ""),
        ("rust", ""),
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
        ("smoke-rpds-py", "-cp313"),
    ]
    for architecture in ("riscv64", "loongarch64")
] + ["toolchain-fortran-riscv64", "smoke-numpy-riscv64-cp313", "nix-format", "rust-offline"]
CHECKS = f"checks.{nix.SYSTEM}"


def chosen() -> list[str]:
    if os.environ.get("FARWHEEL_TEST") == "all":
        names: list[str] = nix.evaluate(CHECKS, "builtins.attrNames")
        return names
    return SELECTION


@pytest.fixture(scope="module")
def derivations(request: pytest.FixtureRequest) -> dict[str, str]:
    """The derivation of each check, after one build of all that were selected: side by side is quicker."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    names = sorted({str(item.callspec.params["check"]) for item in items if item.path == request.path})
    paths: dict[str, str] = nix.evaluate(
        CHECKS, f"c: builtins.mapAttrs (_: d: d.drvPath) {{ {_inherit(names)} }}"
    )
    capture = request.config.pluginmanager.getplugin("capturemanager")
    # Half an hour of silence would look like a hang: the builds' progress is shown as it comes.
    with capture.global_and_fixture_disabled(), contextlib.suppress(FarwheelError):
        builder.build(list(paths.values()), builder.Effort(keep_going=True))
    return paths


def _inherit(names: list[str]) -> str:
    return " ".join(f'"{name}" = c."{name}";' for name in names)


@pytest.mark.parametrize("check", chosen())
def test_check(check: str, derivations: dict[str, str]) -> None:
    """Tells which of them failed; their logs came with the common build."""
    assert not nix.dry_run([derivations[check]]), f"nix-store --read-log {derivations[check]}"


def allowed(package: str) -> allowances.Allowances:
    exceptions = nix.REPOSITORY / "pkgs" / package / "verify.json"
    return allowances.read(exceptions) if exceptions.exists() else allowances.NOTHING


@pytest.mark.parametrize("check", [check for check in chosen() if check.startswith("smoke-")])
@pytest.mark.usefixtures("derivations")
def test_wheel(check: str, tmp_path: Path) -> None:
    """What was built keeps every rule, and has the ledger's bytes where the ledger has it."""
    package, architecture, python = check.removeprefix("smoke-").rsplit("-", 2)
    paths = list(targets.derivations([targets.Target(package, architecture, python)]).values())
    ((output,), _) = builder.build(paths, builder.Effort())
    for wheel in wheelhouse.wheels(output):
        report = verify.verify(wheel, allowed(package))
        assert report.ok, report
        assert records.check(package, wheel, tmp_path, compare.report)

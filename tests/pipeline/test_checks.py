"""The pipeline by real builds: the flake's checks, fetched, built and run under QEMU."""

import re
from pathlib import Path

import pytest

import flake_checks
from farwheel import builder, compare, nix, records, targets, theirs, verify, wheelhouse
from farwheel.cli.sources import upstream
from farwheel.errors import FarwheelError, UnavailableError
from farwheel.verify import allowances

pytestmark = pytest.mark.nix

SMOKE = [check for check in flake_checks.chosen() if check.startswith("smoke-")]


@pytest.fixture(scope="module")
def derivations(request: pytest.FixtureRequest) -> dict[str, str]:
    """The derivation of each check, after one build of all that were selected."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    names = sorted({str(item.callspec.params["check"]) for item in items if item.path == request.path})
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        return flake_checks.build(names)


@pytest.mark.parametrize("check", flake_checks.chosen())
def test_check(check: str, derivations: dict[str, str]) -> None:
    """Tells which of them failed; their logs came with the common build."""
    assert not nix.dry_run([derivations[check]]), f"nix-store --read-log {derivations[check]}"


def allowed(package: str) -> allowances.Allowances:
    return allowances.read(allowances.of(nix.REPOSITORY / "pkgs" / package))


@pytest.mark.parametrize("check", SMOKE)
@pytest.mark.usefixtures("derivations")
def test_wheel(check: str, tmp_path: Path) -> None:
    """What was built keeps every rule, and has the ledger's bytes where the ledger has it."""
    package, wheel = built(check)
    report = verify.verify(wheel, allowed(package))
    assert report.ok, report
    assert records.check(package, wheel, tmp_path, compare.report)


@pytest.mark.parametrize("check", SMOKE)
@pytest.mark.usefixtures("derivations")
def test_wheel_against_upstreams(check: str, tmp_path: Path) -> None:
    """It has what upstream's own wheel for x86-64 has; differences are explained in the recipe."""
    package, wheel = built(check)
    source = upstream()
    try:
        with source.index.client:
            found = theirs.fetch(wheel, tmp_path, source.index, source.download)
    except UnavailableError as error:
        pytest.skip(f"upstream's index is out of reach: {error.message}")
    if found is None:
        pytest.skip(f"upstream has no x86-64 wheel of {package}")
    report = verify.verify(wheel, allowed(package), found)
    assert report.status(verify.AGAINST) != "FAIL", report.findings[verify.AGAINST]


@pytest.mark.parametrize("check", [check for check in SMOKE if "-numpy-" in check])
@pytest.mark.usefixtures("derivations")
def test_ninja_takes_the_cores_that_it_was_given(check: str) -> None:
    """By itself it would take all of the machine's, whatever `--cores` says."""
    (path,) = targets.derivations([target(check)]).values()
    try:
        log = nix.run("nix-store", "--read-log", path)
    except FarwheelError:
        pytest.skip("it was built elsewhere, so there is no log of it here")
    commands = re.findall(r"^\+ /usr/bin/ninja(.*)", log, re.MULTILINE)
    assert commands
    assert all(re.match(r" -j\d+", rest) for rest in commands)


def target(check: str) -> targets.Target:
    """Whose smoke test a check is."""
    return targets.Target(*check.removeprefix("smoke-").rsplit("-", 2))


def built(check: str) -> tuple[str, Path]:
    """The package of a check, and its wheel."""
    made = target(check)
    ((output,), _) = builder.build(list(targets.derivations([made]).values()), builder.Effort())
    wheel = wheelhouse.wheel_of(output)
    return made.name, wheel

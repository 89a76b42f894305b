import json
import os
from pathlib import Path

import pytest

from farwheel import cache, doctor, nix
from farwheel.cli import main
from farwheel.doctor import Check
from farwheel.errors import FarwheelError
from farwheel.probe import Probe, probe

GOOD = Probe("", "")
NO_BINFMT = Probe("", "mounting binfmt_misc: No such device")
NO_NAMESPACE = Probe("unshare: Operation not permitted", "not tried")


def knob(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_good_kernel(tmp_path: Path) -> None:
    assert [check.status for check in doctor.kernel(GOOD, "6.12.1", tmp_path)] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "apparmor_restrict_unprivileged_userns=0"),
        ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"),
        ("kernel/other", "0", "in a container"),
    ],
)
def test_no_user_namespaces(tmp_path: Path, name: str, value: str, cure: str) -> None:
    knob(tmp_path, name, f"{value}\n")
    (check,) = doctor.kernel(NO_NAMESPACE, "6.12", tmp_path)
    assert check.status == "fail"
    assert cure in check.cure


def test_no_private_binfmt(tmp_path: Path) -> None:
    assert "6.7" in doctor.kernel(NO_BINFMT, "6.6.9", tmp_path)[1].cure
    assert "modprobe" in doctor.kernel(NO_BINFMT, "6.12.0", tmp_path)[1].cure
    for name, flags in (("riscv64", "OCF"), ("loongarch64", "OC")):
        knob(tmp_path, f"fs/binfmt_misc/qemu-{name}", f"enabled\ninterpreter /usr/bin/qemu\nflags: {flags}\n")
    assert doctor.kernel(NO_BINFMT, "6.1.0", tmp_path)[1].status == "fail"
    knob(tmp_path, "fs/binfmt_misc/qemu-loongarch64", "enabled\ninterpreter /usr/bin/qemu\nflags: F\n")
    assert doctor.kernel(NO_BINFMT, "6.1.0", tmp_path)[1].status == "ok"


def test_the_probe_agrees_with_unshare() -> None:
    works = os.system("unshare -Urm true 2>/dev/null") == 0  # noqa: S605 - a constant
    assert (probe().namespaces == "") == works


def test_room_that_does_not_exist(tmp_path: Path) -> None:
    assert doctor.room("disk", tmp_path, 0).status == "ok"
    assert doctor.room("disk", tmp_path, 10**9).status == "fail"


def test_mirrors_that_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWHEEL_DEBIAN", "http://127.0.0.1:9/debian")
    (check,) = doctor.reachable("debian")
    assert check.status == "fail"
    assert "FARWHEEL_DEBIAN" in check.cure


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("warn", 0), ("fail", 1)])
def test_exit_code_and_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], status: str, code: int
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: [Check("a", status, "b", "c")])
    assert main(["doctor"]) == code
    assert capsys.readouterr().out == f"{status:4}  a  b -> c\n"
    assert main(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out) == [
        {"name": "a", "status": status, "detail": "b", "cure": "c"}
    ]


def fake_nix(folder: Path, says: str) -> str:
    program = folder / "nix"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return str(folder)


def test_nix_missing_or_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nix, "distribution", lambda: "fedora")
    with pytest.raises(FarwheelError, match="not installed") as caught:
        nix.ensure()
    assert caught.value.hint == "install it with: sudo dnf install nix"
    fake_nix(tmp_path, "nix (Nix) 2.4")
    with pytest.raises(FarwheelError, match=r"2\.4 is too old: 2\.8"):
        nix.ensure()
    fake_nix(tmp_path, "nix (Nix) 2.34.8")
    nix.ensure()
    assert nix.version() == (2, 34, 8)


def test_distributions(tmp_path: Path) -> None:
    release = tmp_path / "os-release"
    release.write_text('ID=linuxmint\nID_LIKE="ubuntu debian"\n')
    assert nix.distribution(release) == "ubuntu"
    release.write_text("ID=void\n")
    assert nix.distribution(release) == "void"


def test_a_setting_that_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWHEEL_PYPI", "http://localhost:port/simple")
    (check,) = doctor.reachable("pypi")
    assert check.status == "fail"
    assert "port" in check.detail
    assert "FARWHEEL_PYPI" in check.cure


@pytest.mark.parametrize("registry", ["pypi", "debian"])
def test_certificates_that_are_not_there_are_a_line_of_the_report(
    registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CERT", "/nowhere.pem")
    monkeypatch.setenv(f"FARWHEEL_{registry.upper()}", "http://127.0.0.1:9")
    (check,) = doctor.reachable(registry)
    assert check.status == "fail"
    assert "/nowhere.pem" in check.detail
    assert "PIP_CERT" in check.cure


def test_a_cache_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARWHEEL_CACHE", "/dev/null/farwheel")
    monkeypatch.setenv("FARWHEEL_PYPI", "http://127.0.0.1:9")
    monkeypatch.setenv("FARWHEEL_DEBIAN", "http://127.0.0.1:9")
    (check,) = [check for check in doctor.examine() if check.name == "disk: cache"]
    assert (check.status, "FARWHEEL_CACHE" in check.cure) == ("fail", True)
    with pytest.raises(FarwheelError, match="cannot be made"):
        cache.folder()

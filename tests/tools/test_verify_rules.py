"""Each rule has wheels that break it, and all rules have wheels that they say nothing about."""

import importlib
import pkgutil
import stat
import zipfile
from pathlib import Path

import pytest

import wheels
from farwheel.verify import Report, rules, verify
from rule_cases import BAD, GOOD, Case
from wheels import INFO


def judge(folder: Path, case: Case) -> Report:
    report = verify(wheels.build(folder, case.files, case.name))
    assert report.refused == ""
    return report


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case.rule}: {case.says[:40]}")
def test_a_wheel_that_breaks_a_rule(tmp_path: Path, case: Case) -> None:
    report = judge(tmp_path, case)
    said = [(one.severity, f"{one.where}: {one.message}") for one in report.findings[case.rule]]
    assert any(severity == case.severity and case.says in text for severity, text in said), said
    assert report.status(case.rule) == ("FAIL" if "error" in {one for one, _ in said} else "note")


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.says)
def test_a_wheel_that_breaks_none(tmp_path: Path, case: Case) -> None:
    files = dict(case.files)
    if case.says == "other hashes":
        members = wheels.contents()
        rows = [
            f"{path},{wheels.digest(content, 'sha512')},{len(content)}"
            for path, content in members.items()
            if not path.endswith("RECORD")
        ]
        files = {f"{INFO}/RECORD": "\n".join([*rows, f"{INFO}/RECORD,,", ""])}
    report = judge(tmp_path, Case("", "", files, case.name))
    assert {rule: found for rule, found in report.findings.items() if found} == {}


def test_a_symbolic_link_and_a_duplicate(tmp_path: Path) -> None:
    path = wheels.build(tmp_path)
    link = zipfile.ZipInfo("demo/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("demo/__init__.py", "")
    messages = [finding.message for finding in verify(path).findings["paths"]]
    assert messages == ["is a symbolic link", "is there twice"]


def test_every_rule_is_listed_and_has_a_reason_and_tests() -> None:
    modules = {module.name for module in pkgutil.iter_modules(rules.__path__)}
    assert {name.replace("_", "-") for name in modules} == set(rules.RULES)
    for name in modules:
        text = importlib.import_module(f"{rules.__name__}.{name}").__doc__
        assert text
        assert "Source:" in text
    assert {case.rule for case in BAD} == set(rules.RULES)

"""What a word on the command line is taken for."""

import pytest

from farwheel import targets
from farwheel.errors import UsageError
from farwheel.targets import Target

KNOWN = {
    name: {"architectures": ["loongarch64", "riscv64"], "pythons": ["cp313", "cp314"]}
    for name in ("numpy", "zope-interface")
}


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "catalogue", lambda: KNOWN)


@pytest.mark.parametrize("word", ["numpy-riscv64.cp313", "NumPy-riscv64.313", "numpy-riscv64.3.13"])
def test_a_cpython_is_written_as_the_option_has_it(word: str) -> None:
    assert targets.parse([word]) == [Target("numpy", "riscv64", "cp313")]


def test_a_project_may_have_a_dot_in_its_name() -> None:
    assert len(targets.parse(["zope.interface"])) == 4
    assert targets.parse(["zope.interface-riscv64.cp314"]) == [Target("zope-interface", "riscv64", "cp314")]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("numpy-riscv64.cp27", "unknown CPython 'cp27'"),
        ("numpy-riscv64.2.7", "unknown CPython '2.7'"),
        ("numpy.py3", "unknown CPython 'py3'"),
        ("zope.interface.", "unknown CPython ''"),
        ("numpy-arm64", "unknown architecture 'arm64' in 'numpy-arm64'"),
        ("numpy-arm64.cp313", "unknown architecture 'arm64' in 'numpy-arm64'"),
        ("nmpy.cp313", "unknown package 'nmpy'"),
    ],
)
def test_what_does_not_exist_is_named_as_what_it_is(word: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        targets.parse([word])
    assert caught.value.message == said
    assert caught.value.hint

"""Which files serve an architecture and a CPython, as `audit` sees it."""

import re
from pathlib import Path

import pytest

from farwheel.audit.goal import Goal
from farwheel.simple import File
from farwheel.targets import PLATFORMS


def test_the_floors_are_those_of_the_architectures() -> None:
    text = (Path(__file__).parents[2] / "nix/architectures.nix").read_text(encoding="utf-8")
    tags = re.findall(r'platformTag = "(manylinux_2_\d+_(?:riscv64|loongarch64))"', text)
    assert sorted(tags) == sorted(PLATFORMS.values())


@pytest.mark.parametrize("architecture", PLATFORMS)
def test_tags_are_those_of_a_machine_at_the_floor(architecture: str) -> None:
    goal = Goal(architecture, "3.13.15")
    platform = PLATFORMS[architecture]
    taken = [f"cp313-cp313-{platform}", f"cp311-abi3-{platform}", f"py3-none-{platform}", "py3-none-any"]
    ranks = [goal.rank(f"demo-1.0-{tag}.whl") for tag in taken]
    assert ranks == sorted(rank for rank in ranks if rank is not None)
    for tag in (
        f"cp314-cp314-{platform}",
        f"cp313-cp313t-{platform}",
        "cp313-cp313-manylinux_2_28_x86_64",
        "cp313-cp313-win_amd64",
    ):
        assert goal.rank(f"demo-1.0-{tag}.whl") is None


def test_of_several_builds_the_last_is_taken() -> None:
    goal = Goal("riscv64", "3.13.15")
    tag = f"cp313-cp313-{PLATFORMS['riscv64']}"
    names = [f"demo-1.0-{rest}.whl" for rest in (f"3-{tag}", f"10-{tag}", f"2-{tag}", tag, "11-py3-none-any")]
    files = [File(name, "", "", None, None, "", yanked=number == 1) for number, name in enumerate(names)]
    assert max(files, key=goal.worth).name == names[0]
    assert max(files[2:], key=goal.worth).name == names[2]

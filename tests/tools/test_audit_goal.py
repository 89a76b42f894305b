"""Which files serve an architecture and a CPython, as `audit` sees it."""

import re
from pathlib import Path

import pytest

from farwheel.audit.goal import Goal
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

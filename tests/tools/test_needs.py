from pathlib import Path

import pytest

import wheels
from elves import Elf
from farwheel import needs
from farwheel.ledger import Needs
from farwheel.verify.finding import RefusedError


def test_all_objects_count_and_of_versions_the_newest(tmp_path: Path) -> None:
    versions = {"libc.so.6": ["GLIBC_2.4", "GLIBC_2.27"], "libgcc_s.so.1": ["GCC_3.0"]}
    one, other = Elf(needed=("libc.so.6", "libgcc_s.so.1"), versions=versions), Elf(needed=("libm.so.6",))
    path = wheels.build(
        tmp_path, {wheels.EXTENSION: one, f"demo/more_{wheels.EXTENSION.split('/')[-1]}": other}
    )
    found = needs.of(path)
    assert found.libraries == ("libc.so.6", "libgcc_s.so.1", "libm.so.6")
    assert found.symbols["GLIBC"] == "GLIBC_2.27"
    assert found.symbols["GCC"] == "GCC_3.0"


def test_without_objects_nothing_is_needed(tmp_path: Path) -> None:
    assert needs.of(wheels.build(tmp_path, name="demo-1.0-py3-none-any.whl")) == Needs((), {})


def test_what_is_no_wheel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / wheels.NAME
    path.write_bytes(b"PK")
    with pytest.raises(RefusedError):
        needs.of(path)

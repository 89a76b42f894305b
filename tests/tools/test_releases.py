from datetime import UTC, datetime

import pytest
from packaging.version import Version

from farwheel.coverage import covered
from farwheel.releases import Release, grouped
from farwheel.simple import File

EARLY, LATE = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC)


def file(name: str, *, when: datetime | None = EARLY, yanked: bool = False, python: str = "") -> File:
    return File(name, f"http://mirror.invalid/{name}", "", None, when, python, yanked)


def wheels(*tags: str) -> Release:
    [release] = grouped([file(f"demo-1.0-{tag}.whl") for tag in tags], "demo")
    return release


def test_files_are_grouped_by_version_newest_first() -> None:
    names = ["demo-1.9.tar.gz", "demo-1.10-py3-none-any.whl", "demo-1.10.0.tar.gz", "demo-2.0rc1.tar.gz"]
    junk = ["demo-1.0.zip", "demo-1.0-py3.9.egg", "demo-latest.tar.gz", "demo.whl", "README"]
    junk += ["demo-1.0-3.tar.gz", "other-3.0.tar.gz", "other-3.0-py3-none-any.whl"]
    found = grouped(map(file, names + junk), "demo")
    assert [str(release.version) for release in found] == ["2.0rc1", "1.10", "1.9"]
    assert [one.name for one in found[1].files] == names[1:3]


def test_the_sdists_time_and_python_count() -> None:
    wheel = file("demo-1.0-py3-none-any.whl", python=">=3.8")
    [release] = grouped([wheel, file("demo-1.0.tar.gz", when=LATE, python=">=3.10")], "demo")
    assert (release.uploaded, release.requires_python, release.yanked) == (LATE, ">=3.10", False)
    [release] = grouped([wheel, file("demo-1.0.tar.gz", when=LATE, yanked=True)], "demo")
    assert (release.sdist, release.uploaded, release.requires_python) == (None, EARLY, ">=3.8")
    [release] = grouped([file("demo-1.0.tar.gz", when=None)], "demo")
    assert release.uploaded is None
    [release] = grouped([file("demo-1.0.tar.gz", yanked=True)], "demo")
    assert release.yanked


@pytest.mark.parametrize(
    ("tags", "served"),
    [
        (["cp313-cp313-manylinux_2_31_riscv64", "cp314-cp314-manylinux_2_31_riscv64"], {"riscv64"}),
        (["cp310-abi3-manylinux_2_28_riscv64.manylinux_2_39_riscv64"], {"riscv64"}),
        (
            ["py3-none-manylinux_2_31_riscv64", "cp310-abi3-manylinux_2_36_loongarch64"],
            {"riscv64", "loongarch64"},
        ),
        # One CPython is missing, or the floor is higher, or another C library, or another ABI, or a fallback.
        (["cp313-cp313-manylinux_2_31_riscv64"], set()),
        (["cp310-abi3-manylinux_2_39_riscv64", "cp310-abi3-manylinux_2_38_loongarch64"], set()),
        (["cp310-abi3-musllinux_1_2_riscv64"], set()),
        (["cp313-cp313-manylinux_2_31_riscv64", "cp314-cp314t-manylinux_2_31_riscv64"], set()),
        (["py3-none-any", "cp310-abi3-manylinux_2_17_x86_64"], set()),
    ],
)
def test_what_upstream_serves(tags: list[str], served: set[str]) -> None:
    found = covered(wheels(*tags), ["cp314", "cp313"])
    assert found.keys() == served
    assert {name for names in found.values() for name in names} <= {f"demo-1.0-{tag}.whl" for tag in tags}


def test_the_wheels_that_serve_are_named_in_order() -> None:
    tags = ["cp314-cp314-manylinux_2_31_riscv64", "cp313-cp313-manylinux_2_31_riscv64"]
    names = (
        "demo-1.0-cp313-cp313-manylinux_2_31_riscv64.whl",
        "demo-1.0-cp314-cp314-manylinux_2_31_riscv64.whl",
    )
    assert covered(wheels(*tags), ["cp314", "cp313"]) == {"riscv64": names}
    assert covered(wheels(*tags), []) == {}


def test_yanked_wheels_serve_nobody() -> None:
    [release] = grouped([file("demo-1.0-cp310-abi3-manylinux_2_31_riscv64.whl", yanked=True)], "demo")
    assert covered(release, ["cp313"]) == {}


def test_a_name_that_is_more_than_a_name_covers_nothing() -> None:
    names = ["demo-1.0-1`@me <b>`-cp313-cp313-manylinux_2_31_riscv64.whl"]
    files = tuple(File(name, "", "", None, None, "", yanked=False) for name in names)
    assert covered(Release(Version("1.0"), files), ["cp313"]) == {}

import json
import subprocess
from pathlib import Path

from farwheel import ledger
from farwheel.status import page

INPUTS = ledger.Inputs("0" * 64, "cpython-3.13", "gcc", "0" * 64)
RECEIPT: dict[str, object] = {"python": "3.13.15", "counts": {"passed": 7}, "seconds": 90}


def wheel(
    architecture: str, *pythons: str, reproduced: str = "", tests: dict[str, object] | None = None
) -> ledger.Entry:
    again = (ledger.Reproduction(reproduced, "2026-11-21"),) if reproduced else ()
    seconds = 15 if again else None
    added = "2026-11-21T00:00:00Z"
    return ledger.Entry("0" * 64, 1, added, architecture, pythons, INPUTS, again, tests, seconds)


def package(packages: Path, name: str, *pythons: str, **entries: ledger.Entry) -> None:
    folder = packages / name
    folder.mkdir()
    pin = {"version": "2.0", "build": {python: {} for python in pythons}}
    (folder / "pin.json").write_text(json.dumps(pin))
    ledger.save(
        folder / "wheels.json", {f"{name}-{tag.replace('__', '-')}.whl": one for tag, one in entries.items()}
    )


def test_the_page_tells_what_is_missing(tmp_path: Path) -> None:
    package(
        tmp_path,
        "whole",
        "cp313",
        **{
            f"2.0__cp313__cp313__manylinux_2_31_{arch}": wheel(
                arch, "cp313", reproduced="varied", tests=RECEIPT
            )
            for arch in ("riscv64", "loongarch64")
        },
    )
    package(
        tmp_path,
        "partly",
        *("cp313", "cp314"),
        **{
            "2.0__10__cp310__abi3__manylinux_2_31_riscv64": wheel(
                "riscv64", "cp314", "cp313", tests={**RECEIPT, "python": "3.14.7", "also": [RECEIPT]}
            ),
            "1.0__cp313__cp313__manylinux_2_31_loongarch64": wheel("loongarch64", "cp313"),
            "2.0__9__cp312__abi3__manylinux_2_31_riscv64": wheel("riscv64", "cp312", reproduced="varied"),
            "2.0__10__cp312__abi3__manylinux_2_31_riscv64": wheel("riscv64", "cp312", reproduced="again"),
            "2.0__10__cp313__cp313__manylinux_2_31_loongarch64": wheel(
                "loongarch64", "cp313", reproduced="again"
            ),
        },
    )
    assert page(tmp_path).splitlines()[9:] == [
        "| **partly** |  |  |  |  |",
        "| 2.0 riscv64 | 3.12, 3.13, 3.14 | - | 3.13 (7), 3.14 (7) | ≥ 0.2 + 3.0 |",
        "| 2.0 loongarch64 | 3.13 | - | - | 0.2 + - |",
        "| **whole** |  |  |  |  |",
        "| 2.0 riscv64 | 3.13 | 3.13 | 3.13 (7) | 0.2 + 1.5 |",
        "| 2.0 loongarch64 | 3.13 | 3.13 | 3.13 (7) | 0.2 + 1.5 |",
    ]


def test_bumps_of_neighbours_merge(tmp_path: Path) -> None:
    for name in ("one", "two"):
        package(tmp_path, name, "cp313")

    def bumped(*names: str) -> Path:
        for name in ("one", "two"):
            version = "3.0" if name in names else "2.0"
            (tmp_path / name / "pin.json").write_text(json.dumps({"version": version, "build": {}}))
        path = tmp_path / f"status-{'-'.join(names)}.md"
        path.write_text(page(tmp_path), encoding="utf-8")
        return path

    command = ["git", "merge-file", "-p", *map(str, (bumped("one"), bumped(), bumped("two")))]
    merged = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    assert merged == bumped("one", "two").read_text("utf-8")

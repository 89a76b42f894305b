import json
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
    rows = [line for line in page(tmp_path).splitlines() if "2.0" in line]
    assert rows == [
        "| partly | 2.0 | 3.12, 3.13, 3.14 | - | 3.13 (7), 3.14 (7) | ≥ 0.2 + 3.0 | 3.13 | - | - | 0.2 + - |",
        "| whole | 2.0 | 3.13 | 3.13 | 3.13 (7) | 0.2 + 1.5 | 3.13 | 3.13 | 3.13 (7) | 0.2 + 1.5 |",
    ]

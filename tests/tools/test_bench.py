import pytest

from farwheel import bench, builder
from farwheel.bench import Row
from farwheel.builder import Effort
from farwheel.targets import Target


def test_ratios_are_ours_divided_by_the_native_one() -> None:
    row = Row("numpy", {"x86_64": 100.0, "riscv64": 109.0, "loongarch64": 98.4})
    assert row.ratios == {"riscv64": 1.09, "loongarch64": 0.98}


def test_the_median_counts_and_the_architectures_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    order = []
    seconds = {"x86_64": [2.0, 1.0, 9.0], "riscv64": [3.0, 3.0, 3.0], "loongarch64": [1.0, 5.0, 4.0]}

    def rebuild(paths: list[str], _: Effort) -> tuple[dict[str, float], dict[str, str]]:
        order.extend(paths)
        return {path: seconds[path].pop(0) for path in paths}, {}

    def derivations(targets: list[Target]) -> dict[Target, str]:
        return {target: target.architecture for target in targets}

    monkeypatch.setattr(bench, "derivations", derivations)
    monkeypatch.setattr(builder, "build", lambda paths, _: ([f"/{path}" for path in paths], {}))
    monkeypatch.setattr(builder, "rebuild", rebuild)
    same = []
    (row,) = bench.packages(["numpy"], "cp313", 3, Effort(), lambda *told: same.append(told))
    assert row == Row("numpy", {"x86_64": 2.0, "riscv64": 3.0, "loongarch64": 4.0})
    assert order == ["x86_64", "riscv64", "loongarch64"] * 3
    far = ("riscv64", "loongarch64")
    assert same == [(Target("numpy", arch, "cp313"), f"/{arch}") for arch in far]

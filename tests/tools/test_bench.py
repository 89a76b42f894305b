import pytest

from farwheel import bench, builder, derivation, nix
from farwheel.bench import Row
from farwheel.builder import Effort
from farwheel.derivation import Derivation
from farwheel.errors import FarwheelError
from farwheel.targets import Target


def test_ratios_are_ours_divided_by_the_native_one() -> None:
    row = Row("numpy", {"x86_64": 100.0, "riscv64": 109.0, "loongarch64": 98.4}, {})
    assert row.ratios == {"riscv64": 1.09, "loongarch64": 0.98}


def test_the_median_counts_and_the_architectures_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, str]] = []
    seconds = {"x86_64": [2.0, 1.0, 9.0], "riscv64": [3.0, 3.0, 3.0], "loongarch64": [1.0, 5.0, 4.0]}

    def build(paths: list[str], _: Effort) -> tuple[list[str], dict[str, float]]:
        fresh = [path for path in paths if path not in built]
        done.extend(("build", path) for path in fresh)
        built.update(fresh)
        took = {path: seconds[path].pop(0) for path in fresh if path in seconds}
        return [f"/{path}" for path in paths], took

    def rebuild(paths: list[str], _: Effort) -> tuple[dict[str, float], dict[str, str]]:
        done.extend(("rebuild", path) for path in paths)
        return {path: seconds[path].pop(0) for path in paths}, {}

    def derivations(targets: list[Target]) -> dict[Target, str]:
        return {target: target.architecture for target in targets}

    built = {"x86_64"}
    monkeypatch.setattr(bench, "derivations", derivations)

    def read(path: str) -> Derivation:
        return Derivation(path, {}, ("compiler", f"sysroot-{path}"), {})

    monkeypatch.setattr(derivation, "read", read)
    monkeypatch.setattr(nix, "is_built", lambda path: path in built)
    monkeypatch.setattr(builder, "build", build)
    monkeypatch.setattr(builder, "rebuild", rebuild)
    (row,) = bench.packages(["numpy"], "cp313", 3, Effort())
    far = ("riscv64", "loongarch64")
    outputs = {Target("numpy", arch, "cp313"): f"/{arch}" for arch in far}
    assert row == Row("numpy", {"x86_64": 2.0, "riscv64": 3.0, "loongarch64": 4.0}, outputs)
    tools = ["compiler", "sysroot-loongarch64", "sysroot-riscv64", "sysroot-x86_64"]
    assert done[: len(tools)] == [("build", tool) for tool in tools]
    first = [("rebuild", "x86_64"), *(("build", arch) for arch in far)]
    assert done[len(tools) :] == first + [("rebuild", arch) for arch in ("x86_64", *far)] * 2


def test_a_command_that_fails_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FarwheelError, match="sh -c 'echo no >&2; exit 3' ended with exit code 3"):
        bench.runner(["sh", "-c", "echo no >&2; exit 3"])()
    assert capfd.readouterr().err == "no\n"

"""Figures of one machine, from one run: our builds against native ones, and what Farwheel costs."""

import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from farwheel import builder, derivation, nix
from farwheel.errors import FarwheelError
from farwheel.targets import NATIVE, PLATFORMS, Target, attributes, derivations

FAR = tuple(PLATFORMS)
PACKAGES = ("markupsafe", "msgpack", "cffi", "kiwisolver", "numpy")


@dataclass(frozen=True)
class Row:
    """Median seconds of one package's build by architecture; where the far wheels are."""

    package: str
    seconds: dict[str, float]
    outputs: dict[Target, str]

    @property
    def ratios(self) -> dict[str, float]:
        """Our seconds divided by the native ones, by architecture."""
        return {arch: round(self.seconds[arch] / self.seconds[NATIVE], 2) for arch in FAR}


def packages(names: list[str], python: str, repeat: int, effort: builder.Effort) -> list[Row]:
    """Build the wheel of each package for each architecture `repeat` times; the medians.

    What they are made with is built before, so only the wheel's own build is timed; its first one too, where
    it is not there yet. The architectures take turns, so a machine that gets slower is slow for all of them.
    FarwheelError when two builds of a wheel have not given the same bytes.
    """
    architectures = (NATIVE, *FAR)
    paths = derivations([Target(name, arch, python) for name in names for arch in architectures])
    builder.build(sorted({path for made in paths.values() for path in derivation.read(made).inputs}), effort)
    rows = []
    for name in names:
        times: dict[str, list[float]] = {arch: [] for arch in architectures}
        for _ in range(repeat):
            for arch in architectures:
                times[arch].append(_seconds(paths[Target(name, arch, python)], effort))
        far = [Target(name, arch, python) for arch in FAR]
        outputs, _ = builder.build([paths[target] for target in far], effort)
        seconds = {arch: round(statistics.median(found), 2) for arch, found in times.items()}
        rows.append(Row(name, seconds, dict(zip(far, outputs, strict=True))))
    return rows


def _seconds(path: str, effort: builder.Effort) -> float:
    """How long one build of a derivation takes, whose inputs are there."""
    if not nix.is_built(path):
        _, seconds = builder.build([path], effort)
        return seconds[path]
    seconds, differing = builder.rebuild([path], effort)
    if differing:
        raise FarwheelError(differing[path], "put that right first; it is no figure of the wheel")
    return seconds[path]


def overheads(name: str, python: str, repeat: int) -> dict[str, float]:
    """Median seconds of what Farwheel itself costs, everything warm."""
    farwheel = str(nix.REPOSITORY / "tools/farwheel")
    target = f"{name}-{FAR[0]}.{python}"
    evaluation = ["nix", *nix.FEATURES, "eval", "--raw", f".#{name}-{FAR[0]}.drvPath"]
    chosen = Target(name, FAR[0], python)
    enter = attributes([chosen], "enter.drvPath")[chosen]
    builder.build([enter], builder.Effort())
    commands = {
        f"entering the root of {target}": entering(derivation.read(enter)),
        f"nix eval .#{name}-{FAR[0]}.drvPath": evaluation,
        "tools/farwheel --help": [farwheel, "--help"],
        f"second tools/farwheel build {target}": [farwheel, "build", target, "-o", "{scratch}"],
    }
    return {label: _median(runner(command), repeat) for label, command in commands.items()}


def entering(enter: derivation.Derivation) -> list[str]:
    """The command that steps into a build root, binfmt registered, and out again; no sources are unpacked.

    `enter` is a derivation like the attribute `enter` of a package; "{scratch}" stands for a new folder.
    """
    wanted = ("seed", "root", "inside", "view", "mounts", "emulator", "magic", "mask", "QEMU_CPU")
    variables = [f"{name}={enter.env[name]}" for name in wanted if name in enter.env]
    busybox = f"{enter.env['seed']}/bin/busybox"
    within = [busybox, "env", "-i", *variables, "top={scratch}"]
    return [*within, busybox, "sh", enter.env["enter"], "/bin/true"]


def runner(command: list[str]) -> Callable[[], None]:
    """Runs a command in the repository, with a new folder for "{scratch}"; FarwheelError when it fails."""
    import tempfile

    def run() -> None:
        with tempfile.TemporaryDirectory() as scratch:
            words = [word.replace("{scratch}", scratch) for word in command]
            done = subprocess.run(
                words, cwd=nix.REPOSITORY, check=False, stdout=subprocess.DEVNULL, stderr=sys.stderr
            )
        if done.returncode != 0:
            raise FarwheelError(
                f"{shlex.join(command)} ended with exit code {done.returncode}; its message is above",
                "put that right first",
            )

    return run


def _median(run: Callable[[], None], repeat: int) -> float:
    run()
    times = []
    for _ in range(max(repeat, 3)):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times), 3)

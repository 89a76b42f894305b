"""Building derivations with Nix, and saying well what went wrong."""

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from farwheel import cache, fetch, nix
from farwheel.buildlog import BuildLog
from farwheel.derivation import short_name
from farwheel.errors import FarwheelError
from farwheel.memory import Peak, below
from farwheel.render import BuildRenderer

_TICK = 1.0
# Seconds after which a build that says nothing hangs: suites tell their progress twice a minute, and no
# compiler works as long on one file, emulated or not.
_SILENT = 3600


@dataclass(frozen=True)
class Effort:
    """How much of the machine to use: each build may use `cores` (0: all), `jobs` run side by side.

    0 jobs: two, so that one compiles while the other runs its configure on one core; more on large machines.
    """

    cores: int = 0
    jobs: int = 0
    keep_going: bool = False

    def options(self) -> list[str]:
        """As Nix's options."""
        machine = len(os.sched_getaffinity(0))
        cores, jobs = self.cores or machine, self.jobs or max(2, machine // 4)
        words = ["--cores", str(cores), "--max-jobs", str(jobs), "--max-silent-time", str(_SILENT)]
        return [*words, "--keep-going"] if self.keep_going else words


@dataclass(frozen=True)
class Built:
    """What builds came to.

    outputs    derivation -> its output path, of those that are there now
    seconds    derivation -> how long it took, of all that ran
    error      names those that failed, whose whole logs are on stderr by then
    """

    outputs: dict[str, str]
    seconds: dict[str, float]
    error: FarwheelError | None = None


def rebuild(derivations: list[str], effort: Effort) -> tuple[dict[str, float], dict[str, str]]:
    """Build once more what is built already: the seconds that it took; of those that differ, Nix's words.

    Of several, Nix says only when all are over that one is, so then there are no seconds.
    Raises FarwheelError when a build fails.
    """
    log, success = _realise(derivations, replace(effort, keep_going=True), len(derivations), "--check")
    differing = log.differing()
    if not success and (not differing or set(log.failed()) - set(differing)):
        raise _failure(log)
    return (log.seconds if len(derivations) == 1 else {}), differing


def build(derivations: list[str], effort: Effort) -> tuple[list[str], dict[str, float]]:
    """Fetch and build; the output path of each derivation, and the seconds of each build that ran.

    Raises FarwheelError when a build fails; its whole log has been written to stderr by then.
    """
    built = attempt(derivations, effort)
    if built.error:
        raise built.error
    return [built.outputs[path] for path in derivations], built.seconds


def attempt(derivations: list[str], effort: Effort) -> Built:
    """Fetch and build; a build that fails takes nothing from the others, as long as `effort` keeps going."""
    todo = nix.dry_run(derivations)
    seconds, error = dict[str, float](), None
    if todo:
        wanted = fetch.of(todo)
        fetch.fetch(wanted)
        log, success = _realise(derivations, effort, len(todo) - len(wanted))
        seconds, error = log.seconds, None if success else _failure(log)
        for path, spent in seconds.items():
            _memory(path).write_text(f"{spent:.1f}\n", encoding="utf-8")
    there = [path for path in derivations if not error or nix.is_built(path)]
    return Built(dict(zip(there, _outputs(there), strict=True)), seconds, error)


def took(derivation: str) -> float | None:
    """How many seconds a derivation took when it was built on this machine; None where that is not known."""
    try:
        return float(_memory(derivation).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        # A full disk leaves an empty file.
        return None


def _memory(derivation: str) -> Path:
    return cache.folder("seconds") / Path(derivation).stem


def _outputs(derivations: list[str]) -> list[str]:
    roots = cache.folder("gcroots")
    outputs = []
    for path in derivations:
        root = roots / short_name(path)
        said = nix.run("nix-store", "--realise", "--add-root", str(root), "--indirect", path)
        outputs.append(str(Path(said.split()[-1]).resolve()))
    return outputs


def _realise(derivations: list[str], effort: Effort, total: int, *words: str) -> tuple[BuildLog, bool]:
    command = ["nix-store", *nix.options(), "--realise", *words, *effort.options()]
    command += ["--log-format", "internal-json", "-v", *derivations]
    renderer = BuildRenderer(total)
    # A rebuild is there before it begins.
    log = BuildLog(renderer, is_built=nix.is_built if not words else lambda _: False)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = Peak(lambda: below(process.pid))
        try:
            for line in _lines(process, renderer, peak):
                log.feed(line)
        except BaseException:
            # Ctrl-C in a terminal reaches Nix by itself, a plain signal to us does not.
            _stop(process)
            raise
        finally:
            renderer.close()
    renderer.summary(peak.bytes)
    if process.returncode in nix.INTERRUPTED:
        raise KeyboardInterrupt
    return log, process.returncode == 0


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End Nix together with its builds; it may miss a signal that comes while it starts one."""
    for _ in range(20):
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
            return
    process.kill()


def _lines(process: "subprocess.Popen[bytes]", renderer: BuildRenderer, peak: Peak) -> Iterator[str]:
    """The lines of standard error; the renderer is told each second that time passes.

    Never waits for longer than that: a signal that comes just before a read does not interrupt it.
    """
    if process.stderr is None:
        return
    rest = b""
    while True:
        ready, _, _ = select.select([process.stderr], [], [], _TICK)
        renderer.tick()
        peak.sample()
        if not ready:
            continue
        chunk = os.read(process.stderr.fileno(), 1 << 16)
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines)
    yield rest.decode(errors="replace")


def _failure(log: BuildLog) -> FarwheelError:
    failed = log.failed()
    for path in failed:
        sys.stderr.write(f"\n--- the whole log of {short_name(path)} ---\n")
        sys.stderr.writelines(f"{line}\n" for line in (*log.logs[path], *log.hung(path)))
        sys.stderr.write(f"--- end of the log of {short_name(path)} ---\n\n")
    if not failed:
        return FarwheelError("\n".join(log.errors).removeprefix("error: ") or "Nix failed without a message")
    names = ", ".join(short_name(path) for path in failed)
    commands = "; ".join(f"nix-store --read-log {path}" for path in failed)
    return FarwheelError(f"the build of {names} failed; its log is above", f"to see it again: {commands}")

"""Run an upstream test suite on an installed wheel: run.py CONFIG.json.

This is the supervisor's side; it imports neither pytest nor the package, and outlives what tests do to their
interpreters. config.py says what CONFIG.json holds, $out names the receipt's folder. Exit code 0 when all is
well, 1 when not, 128 + the signal's number when interrupted. A receipt (receipt.py) is written at the very
end, and only when all is well; a run that failed prints it instead.
"""

import os
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # which Python's -I takes away

import receipt
from config import read
from errors import RunError
from supervisor import Run, say


def conclude(run: Run) -> int:
    """Print what there is to say about a run that came to its end, write the receipt; the exit code."""
    results = run.results
    if results is None:
        raise RunError("no worker has collected any test")
    for report in results.failures:
        say(report)
    made = results.receipt(run.seconds, run.busy)
    for name in made["stale"]:
        say(f"farwheel: stale: {name} passes although it is listed")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in made["counts"].items() if count)
    busy = ", ".join(f"{what} {share:.0%} busy" for what, share in made["busy"].items())
    say(f"farwheel: {counts}; {made['seconds']} s, {busy}, share {made['share']:g}")
    wrong = []
    if results.failed:
        wrong.append(f"{results.failed} tests failed that are not listed")
    if results.unmatched:
        wrong.append(f"no test is called {', '.join(results.unmatched)}: take it off the list")
    if not results.counts["passed"] and not results.counts["xfailed"]:
        wrong.append("no test passed" if results.done else "no test was run")
    if wrong:
        print(receipt.text(made), end="", flush=True)
        raise RunError("; ".join(wrong))
    receipt.write(made, Path(os.environ["out"]))
    return 0


def main() -> int:
    """The whole program; its exit code."""
    if len(sys.argv) != 2 or not os.environ.get("out"):  # noqa: PLR2004 - a program and its one argument
        sys.exit("usage: out=FOLDER run.py CONFIG.json")
    # QEMU and the kernel would leave gigabytes in the working directory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path(os.environ["out"], "receipt.json").unlink(missing_ok=True)
        config = read(Path(sys.argv[1]))
        run = Run(config)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, run.interrupt)
        run.go()
        if not run.signal:
            return conclude(run)
    except (RunError, OSError) as error:
        say(f"error: {error}")
        return 1
    say(f"farwheel: interrupted by {signal.Signals(run.signal).name}; no receipt is written")
    return 128 + run.signal


if __name__ == "__main__":
    sys.exit(main())

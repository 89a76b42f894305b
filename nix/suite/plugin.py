"""A worker: pytest on one selection, in which the supervisor says which test is next: plugin.py SETUP.

SETUP is JSON: name (the distribution), work (the working directory), arguments (pytest's), commands and
events (file descriptors). Both carry JSON lines. Commands, where an index into what was collected is a test:

{"run": [test, ...]}     run these too; the last one waits until its successor is known
{"flush": true}          run the last one as well
{"forget": [test, ...]}  do not run these, if they have not begun
{"quit": true}           stop after the test that runs

Events, each with its name under "event":

collecting  one more file was collected: a sign of life
collected   version, tests (their ids), skipped, errors, strays
started     test
finished    test, outcome (passed, failed, timed_out, skipped, xfailed), seconds, reason, report (as text)
ended       strays, waited (seconds for the supervisor); pytest has ended in good order

An id is pytest's node id, but its file is relative to the working directory or to site-packages, wherever
pytest thinks its root is.
"""

import faulthandler
import functools
import gc
import importlib.metadata
import json
import os
import re
import select
import signal
import sys
import time
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import pytest

# Some wheels bring one of these by mistake, and upstream's own is what we want to run.
_TESTS = {"conftest", "test", "testing", "tests"}
# The address of an object differs from process to process.
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_MOST_HEAD, _MOST_TAIL = 10_000, 20_000
# pytest's own dots and letters.
_PROGRESS = re.compile(r"^[.EFXsx]+( +\[ *\d+%\])?$", re.MULTILINE)


class Channel:
    """The two pipes to the supervisor; `waited` is how many seconds it has kept us waiting."""

    def __init__(self, commands: int, events: int) -> None:
        # Tests start programs: none of them is to hold a pipe open.
        for descriptor in (commands, events):
            os.set_inheritable(descriptor, False)
        self._commands, self._unread = commands, b""
        self.waited = 0.0
        self._poll = select.poll()
        self._poll.register(commands, select.POLLIN)
        self._events = os.fdopen(events, "wb")
        self._process = os.getpid()

    def tell(self, event: str, **more: object) -> None:
        """Send an event."""
        if os.getpid() != self._process:
            os._exit(1)  # a test forked, and its child has come back to us: it would run the remaining tests
        self._events.write(json.dumps({"event": event, **more}).encode() + b"\n")
        self._events.flush()

    def listen(self, wait: bool) -> list[dict[str, Any]]:
        """The commands that have arrived; `wait` for one. {"quit": true} when the supervisor is gone."""
        began = time.monotonic()
        ready = self._poll.poll(None if wait else 0)
        self.waited += time.monotonic() - began
        if not ready:
            return []
        data = os.read(self._commands, 1 << 16)
        if not data:
            return [{"quit": True}]
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [json.loads(line) for line in lines]


class Installed:
    """The distribution under test, as it is installed."""

    def __init__(self, name: str, work: Path) -> None:
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            sys.exit(f"error: {name} is not installed in {sys.prefix}")
        self.version = distribution.version
        self.site = Path(os.path.realpath(str(distribution.locate_file(""))))
        self._work = work
        # One module may be there as an extension and as the Python that it was compiled from.
        self._modules: dict[str, list[str]] = {}
        for file in distribution.files or []:
            suffix = next((s for s in (*EXTENSION_SUFFIXES, ".py") if file.name.endswith(s)), None)
            if suffix and ".." not in file.parts and file.parts[0].removesuffix(suffix) not in _TESTS:
                stem = file.name.removesuffix(suffix)
                parts = file.parts[:-1] if stem == "__init__" else (*file.parts[:-1], stem)
                self._modules.setdefault(".".join(parts), []).append(str(file))
        programs = [file for file in distribution.files or [] if "bin" in file.parts[:-1]]
        if not self._modules and not programs:
            sys.exit(f"error: {name} says of no module or program that it is installed (RECORD)")
        if not self.site.is_relative_to(os.path.realpath(sys.prefix)):
            sys.exit(f"error: {name} is installed in {self.site}, which is not below {sys.prefix}")

    def strays(self) -> dict[str, str]:
        """Modules of the distribution (name -> file) that are not those which its wheel has installed.

        Those in the working directory count unimported too: programs that tests start would find them.
        """
        found = {}
        for name, files in self._modules.items():
            where = getattr(sys.modules.get(name), "__file__", None)
            right = [f"{self.site}/{file}" for file in files]
            if where and where not in right and os.path.realpath(where) not in map(os.path.realpath, right):
                found[name] = where
            elif "." not in name and (beside := [file for file in files if (self._work / file).exists()]):
                found[name] = str(self._work / beside[0])
        return found


class Log:
    """The worker's log, for what a test's processes say: pytest captures this process alone (prepare.py)."""

    def __init__(self) -> None:
        self._file = os.dup(sys.stderr.fileno())
        self._start = 0

    def mark(self) -> None:
        """From here on is what `said` gives."""
        self._start = os.fstat(self._file).st_size

    def said(self) -> str:
        """What came since the mark, or the end of it."""
        size = os.fstat(self._file).st_size
        start = max(self._start, size - _MOST_TAIL)
        text = os.pread(self._file, size - start, start).decode(errors="replace")
        return _PROGRESS.sub("", text).strip()


class Plugin:
    """What pytest calls."""

    def __init__(self, channel: Channel, installed: Installed, work: Path) -> None:
        self._channel, self._installed = channel, installed
        self._roots = (work, installed.site)
        self._log = Log()
        self._errors: list[tuple[str, str]] = []
        self._skipped: list[tuple[str, str]] = []
        self._reports: list[pytest.TestReport] = []
        self.dismissed = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        self._channel.tell("collecting")
        if report.failed:
            self._errors.append((report.nodeid, _text(report, report.nodeid, "collection")))
        elif report.skipped:
            self._skipped.append((report.nodeid, _reason(report)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Say what there is, then run what we are told; in place of pytest's own loop."""
        ids = [self._id(item) for item in session.items]
        # Tests that collect garbage would look through all that pytest holds, of 94,000 items for seconds.
        gc.collect()
        gc.freeze()
        self._channel.tell(
            "collected",
            version=self._installed.version,
            tests=ids,
            skipped=self._skipped,
            errors=self._errors,
            strays=self._installed.strays(),
        )
        # pytest is told what comes next, so as to keep the fixtures that both tests use.
        queue: list[int] = []
        promised, flush = None, False
        while True:
            for command in self._channel.listen(wait=not queue[1:] and not (queue and flush)):
                if "quit" in command:
                    self.dismissed = True
                    return True
                flush = "flush" in command or (flush and "run" not in command)
                queue.extend(command.get("run", ()))
                queue = [test for test in queue if test not in command.get("forget", ())]
            if queue[1:] or (queue and flush):
                test = queue.pop(0)
                if promised not in {None, test}:
                    # Otherwise fixtures of a module that we have left would live on, which pytest refuses.
                    session._setupstate.teardown_exact(session.items[test])  # noqa: SLF001 - no other way
                promised = queue[0] if queue else None
                self._channel.tell("started", test=test)
                self._reports.clear()
                self._log.mark()
                following = None if promised is None else session.items[promised]
                session.config.hook.pytest_runtest_protocol(item=session.items[test], nextitem=following)
                self._channel.tell("finished", test=test, **_verdict(self._reports, ids[test], self._log))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the reports of the test that runs: set-up, call and tear-down, and subtests."""
        self._reports.append(report)

    def _id(self, item: pytest.Item) -> str:
        within = item.nodeid.partition("::")[2]
        return _ADDRESS.sub("0x", f"{self._relative(str(item.path))}::{within}")

    @functools.cache  # noqa: B019 - there is one plugin, and it lives as long as the process
    def _relative(self, file: str) -> str:
        path = Path(os.path.realpath(file))
        for root in self._roots:
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return path.as_posix()


def _verdict(reports: list[pytest.TestReport], name: str, log: Log) -> dict[str, object]:
    """The fields of "finished": the worst that happened."""
    failed = [report for report in reports if report.failed]
    said = log.said() if failed else ""
    said = f"{' said by its processes '.center(100, '-')}\n{said}\n" if said else ""
    # A subtest (`context`) that is skipped leaves the others.
    skipped = next((one for one in reports if one.skipped and not hasattr(one, "context")), None)
    outcome = reason = ""
    if failed:
        # pytest-timeout fails a test like any other; only its words tell.
        late = any("from pytest-timeout" in report.longreprtext for report in failed)
        outcome = "timed_out" if late else "failed"
    elif skipped:
        outcome = "xfailed" if hasattr(skipped, "wasxfail") else "skipped"
        reason = _reason(skipped)
    return {
        "outcome": outcome or "passed",
        "seconds": round(sum(report.duration for report in reports), 3),
        "reason": reason,
        "report": "\n".join(_text(report, name, report.when or "") for report in failed) + said,
    }


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    text = where[2] if isinstance(where, tuple) else getattr(report, "wasxfail", "")
    return " ".join(str(text).removeprefix("Skipped: ").split())[:300] or "no reason given"


def _text(report: pytest.TestReport | pytest.CollectReport, name: str, when: str) -> str:
    """Pytest's own words on a failure, what was captured below; the middle of very long ones is left out."""
    title = f" {name} " if when == "call" else f" {name} ({when}) "
    parts = [title.center(100, "_"), report.longreprtext]
    parts += [part for head, content in report.sections for part in (f" {head} ".center(100, "-"), content)]
    text = "\n".join(parts)
    if len(text) > _MOST_HEAD + _MOST_TAIL:
        text = f"{text[:_MOST_HEAD]}\n[...]\n{text[-_MOST_TAIL:]}"
    return text.rstrip() + "\n"


def _paths(arguments: list[str], site: Path) -> list[str]:
    """pytest's arguments, with paths for what is installed of that which follows --pyargs.

    For as early as options are read, pytest looks for a conftest.py beside paths alone.
    """
    start = arguments.index("--pyargs") if "--pyargs" in arguments else len(arguments)
    return arguments[:start] + [_path(word, site) for word in arguments[start:]]


def _path(word: str, site: Path) -> str:
    """The path of a package, module or MODULE::TEST that is installed there; any other word as it is."""
    name, *within = word.split("::", 1)
    parts = name.split(".")
    if all(map(str.isidentifier, parts)):
        for path in (site.joinpath(*parts), site.joinpath(*parts[:-1], f"{parts[-1]}.py")):
            if path.exists():
                return "::".join([str(path), *within])
    return word


def main() -> None:
    """Run pytest; its exit code when it did not come as far as the tests."""
    setup = json.loads(sys.argv[1])
    work = Path(os.path.realpath(setup["work"]))
    channel = Channel(setup["commands"], setup["events"])
    installed = Installed(setup["name"], work)
    # The supervisor sends it when we hang; then it ends us.
    faulthandler.register(signal.SIGQUIT, chain=True)
    sys.argv = ["pytest"]
    arguments = _paths(setup["arguments"], installed.site)
    plugin = Plugin(channel, installed, work)
    code = pytest.main(arguments, plugins=[plugin])
    # A test may end pytest with any code: pytest.exit().
    if plugin.dismissed and code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        channel.tell("ended", strays=installed.strays(), waited=channel.waited)
        code = pytest.ExitCode.OK
    sys.exit(code)


# Processes that a test starts import this file again where they are not forked (CPython 3.14's default).
if __name__ == "__main__":
    main()

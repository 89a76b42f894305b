"""Workers are started, supplied, heard, watched and buried here."""

import resource
import selectors
import sys
import time
from types import FrameType
from typing import Any

import order
import receipt
from config import Config, glob
from errors import RunError
from prepare import prepare
from worker import Worker

_PROGRESS_EVERY = 30.0
_TICK = 0.5
# Tests that a worker is handed in advance: enough for some seconds, few enough to be shared out at the end.
_FEWEST, _MOST, _SECONDS_AHEAD = 2, 32, 2.0
# From here on a test holds up those behind it.
_SLOW = 1.0
# An interpreter that takes so many restarts is broken, and each restart costs a collection.
_MOST_CRASHES = 20


def say(line: str) -> None:
    """Talk goes to stderr."""
    print(line, file=sys.stderr, flush=True)


def _ago(moment: float) -> float:
    """Seconds since a moment of the monotonic clock."""
    return time.monotonic() - moment


class Run:
    """One run from the first worker to the last."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.began = time.monotonic()
        self.signal = 0
        self.results: receipt.Results | None = None
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._queue = order.Queue([])
        self._started = self._crashes = 0
        self._first_test = self._last_progress = self.began
        self._worked = 0.0
        self._over = False

    def go(self) -> None:
        """Run all tests, or until the budget is used or a signal has come; raises RunError."""
        if self.config.work.exists() and any(self.config.work.iterdir()):
            raise RunError(f"{self.config.work} is not empty: tests start in a fresh folder")
        try:
            for _ in range(self.config.workers):
                self._start()
            while self._workers and not self.signal:
                self._step()
        finally:
            for worker in self._workers:
                worker.close()

    def interrupt(self, number: int, _: FrameType | None) -> None:
        """A signal's handler: end soon."""
        self.signal = number

    def _start(self) -> None:
        self._started += 1
        # Of its own: tests of two workers would find each other's files.
        work = self.config.work / str(self._started)
        worker = Worker(self.config, work, prepare(self.config, work))
        self._workers.append(worker)
        self._selector.register(worker.events, selectors.EVENT_READ, worker)

    def _step(self) -> None:
        ready = [key.data for key, _ in self._selector.select(_TICK)]
        for worker in list(self._workers):
            dead = worker.process.poll() is not None
            if dead or worker in ready:
                self._listen(worker)
            if dead:
                self._bury(worker)
            elif not worker.idle and _ago(worker.heard) > self.config.timeout + self.config.grace:
                worker.wake()
        for worker in self._workers:
            if worker.collected and not worker.quitting:
                self._supply(worker)
        if self.config.budget and not self._over and self.seconds > self.config.budget:
            self._end()
        if _ago(self._last_progress) > _PROGRESS_EVERY:
            self._last_progress = time.monotonic()
            say(self._progress())

    def _end(self) -> None:
        """The budget is used up."""
        self._over = True
        if self.results and self.config.beyond == "error":
            done, all_ = self.results.done, len(self.results.chosen)
            if done < all_:
                raise RunError(
                    f"{self.config.budget:g} s were not enough: {done} of {all_} tests were run; "
                    "let the recipe say `sampled = true`, or run all of them with --full"
                )
        self._queue.clear()
        for worker in self._workers:
            worker.send(quit=True)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return _ago(self.began)

    @property
    def busy(self) -> dict[str, float]:
        """Shares of the time: workers that had something to do, and cores that did it."""
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = {"workers": self._worked, "cores": usage.ru_utime + usage.ru_stime}
        return {what: round(worked / self.seconds / self.config.workers, 2) for what, worked in spent.items()}

    def _listen(self, worker: Worker) -> None:
        for event in worker.listen():
            if "test" in event and worker.places:
                event["test"] = worker.tests[event["test"]]
            match event["event"]:
                case "collected":
                    self._collected(worker, event)
                case "started":
                    worker.running, worker.since = event["test"], time.monotonic()
                case "finished":
                    self._finished(worker, **{k: v for k, v in event.items() if k != "event"})
                case "ended":
                    worker.ended, worker.waited = True, event["waited"]
                    _check_origin(self.config, event["strays"])
        if worker.silent and worker.events in self._selector.get_map():
            # A closed pipe is always ready, and its worker may take a while to end.
            self._selector.unregister(worker.events)

    def _collected(self, worker: Worker, event: dict[str, Any]) -> None:
        worker.collected = True
        if event["errors"]:
            say("\n".join(report for _, report in event["errors"]))
            names = ", ".join(name for name, _ in event["errors"])
            raise RunError(f"pytest could not collect {names}; its reports are above")
        _check_origin(self.config, event["strays"])
        if self.results is None:
            self._plan(event)
        elif (ours := _functions(self.results.ids)) != (theirs := _functions(event["tests"])):
            example = next(iter(sorted(set(ours) ^ set(theirs))), "their order")
            raise RunError(f"two workers have collected different tests: {example} differs")
        elif event["tests"] != self.results.ids:
            worker.places = order.places(self.results.ids, event["tests"])
            worker.tests = {place: test for test, place in enumerate(worker.places)}

    def _plan(self, event: dict[str, Any]) -> None:
        self.results = receipt.Results(self.config, event)
        ids, chosen = self.results.ids, self.results.chosen
        if not ids:
            raise RunError("no test was collected: look at `tests` in the recipe")
        modules = order.by_module(chosen, ids)
        # In upstream's own order where everything is run: some tests leave behind what breaks others.
        units = (
            order.sampled(modules, ids, self.config.seed)
            if self.config.beyond == "sample"
            else list(modules.values())
        )
        early = [glob(text).match for text in self.config.early]
        first = [test for test in chosen if any(match(ids[test]) for match in early)]
        self._queue = order.Queue(order.beginning_with(first, units))
        if self._over:
            raise RunError(f"collecting took {self.seconds:.0f} s, more than the budget")
        self._first_test = time.monotonic()
        say(
            f"farwheel: {self.config.name} {event['version']}: {len(chosen)} of {len(ids)} tests, "
            f"{len(modules)} modules, collected in {self.seconds:.0f} s"
        )

    def _finished(self, worker: Worker, test: int, **verdict: Any) -> None:
        worker.running = None
        worker.given = [given for given in worker.given if given != test]
        if self.results:
            self.results.add(test, **verdict)

    def _supply(self, worker: Worker) -> None:
        """Keep a worker in tests: many quick ones, few slow ones, and fewer when the end is near."""
        done = self.results.done if self.results else 0
        a_second = done / len(self._workers) / max(0.001, _ago(self._first_test))
        share = self._queue.left // (4 * len(self._workers))
        ahead = max(_FEWEST, min(_MOST, share, int(_SECONDS_AHEAD * a_second)))
        if not self._queue.left and not worker.given:
            self._reclaim()
        if self._queue.left and len(worker.given) <= ahead // 2:
            tests = self._queue.take(worker, ahead - len(worker.given))
            worker.given.extend(tests)
            worker.send(run=tests)
        if not self._queue.left:
            if worker.given and not worker.flushed:
                worker.send(flush=True)
            elif not any(len(other.given) > 1 for other in self._workers) and not worker.given:
                worker.send(quit=True)

    def _reclaim(self) -> None:
        """Take back what was handed to workers that are held up by a slow test."""
        for worker in self._workers:
            rest = [test for test in worker.given if test != worker.running]
            if rest and worker.running is not None and _ago(worker.heard) > _SLOW:
                # It may have begun the next one just now; then that is run twice, and counted once.
                worker.send(forget=rest)
                worker.given = [worker.running]
                self._queue.give_back(worker, rest)

    def _bury(self, worker: Worker) -> None:
        """A worker has ended, as it should or not."""
        if worker.events in self._selector.get_map():
            self._selector.unregister(worker.events)
        self._workers.remove(worker)
        self._worked += _ago(worker.began) - worker.waited
        well = worker.ended and worker.process.returncode == 0
        death, words = f"{worker.victim()} {worker.death()}", worker.last_words()
        worker.close()
        if not worker.collected or self.results is None:
            raise RunError(f"{death} before pytest had collected all tests:\n\n{words}")
        if not well:
            self._crashed(worker, self.results, death, words)
        if not self._over:
            self._queue.give_back(worker, worker.given)
        if self._queue.left and not any(other.idle for other in self._workers):
            self._start()

    def _crashed(self, worker: Worker, results: receipt.Results, death: str, words: str) -> None:
        self._crashes += 1
        test = worker.running
        name = receipt.AT_EXIT if test is None else results.ids[test]
        what = f"{death} " + ("between tests" if test is None else f"while {name} ran")
        report = f"{f' {name} (crash) ':_^100}\n{what}\n{words}\n"
        say(f"farwheel: {what}")
        if test is None:
            results.add_exit(report)
        else:
            worker.given = [given for given in worker.given if given != test]
            results.add(test, "timed_out" if worker.stuck else "crashed", 0, "", report)
        if self._crashes > _MOST_CRASHES:
            raise RunError(f"more than {_MOST_CRASHES} crashes, the last one:\n\n{report}")

    def _progress(self) -> str:
        if self.results is None:
            return f"farwheel: {self.config.name}: collecting, {self.seconds:.0f} s"
        done, all_ = self.results.done, len(self.results.chosen)
        rest = _ago(self._first_test) / max(1, done) * (all_ - done)
        if self.config.budget:
            rest = max(0, min(rest, self.config.budget - self.seconds))
        running = [(worker.since, worker.running) for worker in self._workers if worker.running is not None]
        slow = [(since, test) for since, test in running if _ago(since) > _PROGRESS_EVERY]
        long = "".join(
            f"; {_ago(since):.0f} s in {self.results.ids[test]}" for since, test in sorted(slow)[:1]
        )
        return (
            f"farwheel: {self.config.name}: {done}/{all_} tests, {self.results.failed} failed, "
            f"about {rest / 60:.0f} min left{long}"
        )


def _functions(ids: list[str]) -> list[str]:
    """Test ids without what their parameters look like: that may hold a UUID, or a table in no order."""
    return [name.partition("[")[0] for name in ids]


def _check_origin(config: Config, strays: dict[str, str]) -> None:
    """Raise RunError when modules do not come from the wheel."""
    if strays:
        listing = "".join(f"\n  {name}: {file}" for name, file in sorted(strays.items()))
        raise RunError(
            f"these modules of {config.name} do not come from the installed wheel:{listing}\n"
            "take them out of the tests' source, and let no conftest.py change sys.path to them"
        )

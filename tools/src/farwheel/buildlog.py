"""Nix's `--log-format internal-json`, turned into what happens: builds that start, speak, end and fail."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from farwheel.nix import uncoloured
from farwheel.render import BuildRenderer

_PREFIX = "@nix "
# Numbers of Nix's own protocol (libutil/logging.hh).
_BUILD, _BUILDS, _LOG_LINE, _POST_BUILD_LOG_LINE, _PROGRESS = 105, 104, 101, 107, 105
_ERROR, _WARNING = 0, 1
_HUNG = "timed out after"
_DIFFERS = "may not be deterministic"
_DERIVATION = re.compile(r"/nix/store/[^'\s]+\.drv")


@dataclass
class Build:
    """One derivation being built, or having been."""

    derivation: str
    began: float
    lines: list[str] = field(default_factory=list)


class BuildLog:
    """Reads the log line by line; knows afterwards how long each build took and which failed.

    `is_built` tells of a derivation whether its outputs are there.
    """

    def __init__(
        self,
        renderer: BuildRenderer,
        clock: Callable[[], float] = time.monotonic,
        is_built: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._renderer = renderer
        self._is_built = is_built
        self._counter = 0
        self._clock = clock
        self._running: dict[int, Build] = {}
        self.seconds: dict[str, float] = {}
        self.logs: dict[str, list[str]] = {}
        self.errors: list[str] = []

    def feed(self, line: str) -> None:
        """Take in one line of Nix's standard error."""
        if not line.startswith(_PREFIX):
            if line.strip():
                self._renderer.message(line.rstrip())
            return
        try:
            event = json.loads(line.removeprefix(_PREFIX))
        except json.JSONDecodeError:
            return
        handler = getattr(self, f"_{event.get('action')}", None)
        if handler:
            handler(event)

    def failed(self) -> list[str]:
        """The derivations that were built here and that Nix's errors name, in the order of building."""
        named = {path for text in self.errors for path in _DERIVATION.findall(text)}
        return [path for path in self.logs if path in named]

    def hung(self, derivation: str) -> list[str]:
        """Nix's words where it ended the build because that said nothing for too long; else nothing."""
        return [text for text in self.errors if derivation in text and _HUNG in text]

    def differing(self) -> dict[str, str]:
        """The derivations whose rebuilt output differs, with what Nix said of each."""
        return {path: text for text in self.errors if _DIFFERS in text for path in _DERIVATION.findall(text)}

    def _start(self, event: dict[str, Any]) -> None:
        if event.get("type") == _BUILD:
            build = Build(event["fields"][0], self._clock())
            self._running[event["id"]] = build
            self.logs[build.derivation] = build.lines
            self._renderer.started(build.derivation)
        elif event.get("type") == _BUILDS:
            self._counter = event["id"]

    def _result(self, event: dict[str, Any]) -> None:
        build = self._running.get(event["id"])
        if build and event.get("type") in {_LOG_LINE, _POST_BUILD_LOG_LINE}:
            text = str(event["fields"][0])
            build.lines.append(text)
            self._renderer.line(build.derivation, text)
        elif event["id"] == self._counter and event.get("type") == _PROGRESS:
            self._count(event["fields"][0], event["fields"][2])

    def _count(self, done: int, running: int) -> None:
        """Look ourselves: of a build that was asked for by name, Nix says only at the end that it stopped."""
        self._renderer.counted(done, running)
        if len(self._running) > running:
            for number, build in list(self._running.items()):
                if self._is_built(build.derivation):
                    self._stop({"id": number})

    def _stop(self, event: dict[str, Any]) -> None:
        build = self._running.pop(event["id"], None)
        if build:
            self.seconds[build.derivation] = self._clock() - build.began
            self._renderer.finished(build.derivation, self.seconds[build.derivation])

    def _msg(self, event: dict[str, Any]) -> None:
        level, text = event.get("level"), uncoloured(str(event.get("msg", "")))
        if level == _ERROR:
            self.errors.append(text)
        # Roots are made afterwards, by name.
        elif level == _WARNING and "--add-root" not in text:
            self._renderer.message(text)

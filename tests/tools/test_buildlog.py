import io
import json
from pathlib import Path

import pytest

from farwheel import builder, nix
from farwheel.buildlog import BuildLog
from farwheel.render import BuildRenderer

RECORDED = Path(__file__).parent / "recorded"
ALPHA = "/nix/store/cdlwj9zi5ni3zain8h5l9a1hlfq5m7cq-alpha.drv"
BETA = "/nix/store/q38xdaxj1d8jhx8gpmjq1b3794aqzhh2-beta.drv"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def read(name: str, stream: io.StringIO) -> BuildLog:
    log = BuildLog(BuildRenderer(3, stream, Clock()), Clock())
    for line in (RECORDED / name).read_text(encoding="utf-8").splitlines():
        log.feed(line + "\n")
    return log


def test_a_recorded_failure() -> None:
    stream = io.StringIO()
    log = read("internal-json-2.8.jsonl", stream)
    assert log.failed() == [BETA]
    assert log.logs[BETA] == ["beta uses /nix/store/9i7s2i7p945apq09m2njmmh4fww9j6xl-alpha", "warning: thing"]
    assert set(log.seconds) == {ALPHA, BETA}
    assert stream.getvalue().splitlines() == [
        "farwheel: building alpha (3 of 3 remain)",
        "farwheel: alpha took 0.0 s",
        "farwheel: building beta (2 of 3 remain)",
        "farwheel: beta took 0.0 s",
    ]


def test_lines_that_are_no_events_are_passed_on() -> None:
    stream = io.StringIO()
    log = BuildLog(BuildRenderer(1, stream, Clock()))
    log.feed("error: something before the log began\n")
    log.feed("@nix {broken\n")
    log.feed('@nix {"action":"unheard-of","id":1}\n')
    assert stream.getvalue() == "farwheel: error: something before the log began\n"


def test_errors_of_newer_nix_name_the_derivation_too() -> None:
    log = BuildLog(BuildRenderer(1, io.StringIO(), Clock()))
    log.feed('@nix {"action":"start","id":1,"type":105,"fields":["/nix/store/x-a.drv","",1,1]}\n')
    log.feed('@nix {"action":"stop","id":1}\n')
    for name, reason in (("a", "builder failed"), ("b", "1 dependency failed")):
        text = f"error: Cannot build '/nix/store/x-{name}.drv'.\nReason: {reason}."
        log.feed(f"@nix {json.dumps({'action': 'msg', 'level': 0, 'msg': text})}\n")
    assert log.failed() == ["/nix/store/x-a.drv"]


def test_a_build_that_was_asked_for_ends_when_it_is_there() -> None:
    stream, there = io.StringIO(), ["/nix/store/x-a.drv"]
    log = BuildLog(BuildRenderer(2, stream, Clock()), Clock(), there.__contains__)
    log.feed('@nix {"action":"start","id":9,"type":104}\n')
    for number, name in ((1, "a"), (2, "b")):
        fields = [f"/nix/store/x-{name}.drv", "", 1, 1]
        log.feed(f"@nix {json.dumps({'action': 'start', 'id': number, 'type': 105, 'fields': fields})}\n")
    log.feed('@nix {"action":"result","id":9,"type":105,"fields":[0,2,2,0]}\n')
    assert "took" not in stream.getvalue()
    log.feed('@nix {"action":"result","id":9,"type":105,"fields":[1,2,1,0]}\n')
    log.feed('@nix {"action":"stop","id":1}\n')
    assert stream.getvalue().count("a took") == 1
    assert "b took" not in stream.getvalue()


def test_the_end_of_a_rebuild_is_counted_when_nix_counts_it() -> None:
    stream = io.StringIO()
    log = BuildLog(BuildRenderer(3, stream, Clock()), Clock())
    log.feed('@nix {"action":"start","id":9,"type":104}\n')
    for done, name in enumerate("abc"):
        fields = [f"/nix/store/x-{name}.drv", "", 1, 1]
        log.feed(f"@nix {json.dumps({'action': 'start', 'id': done + 1, 'type': 105, 'fields': fields})}\n")
        log.feed(f'@nix {{"action":"result","id":9,"type":105,"fields":[{done + 1},3,0,0]}}\n')
    assert stream.getvalue().splitlines() == [
        "farwheel: building a (3 of 3 remain)",
        "farwheel: building b (2 of 3 remain)",
        "farwheel: building c (1 of 3 remain)",
    ]


@pytest.mark.parametrize(("names", "timed"), [("a", {"/nix/store/x-a.drv"}), ("ab", set[str]())])
def test_rebuilds_of_which_nix_does_not_say_when_each_is_over_have_no_time(
    names: str, timed: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [f"/nix/store/x-{name}.drv" for name in names]
    events = [{"action": "start", "id": 9, "type": 104}]
    # One after the other, but all of them stop at the end.
    for number, path in enumerate(paths):
        events += [
            {"action": "start", "id": number, "type": 105, "fields": [path, "", 1, 1]},
            {"action": "result", "id": 9, "type": 105, "fields": [number + 1, len(paths), 0, 0]},
        ]
    events += [{"action": "stop", "id": number} for number in range(len(paths))]
    said = "".join(f"@nix {json.dumps(event)}\n" for event in events)
    program = tmp_path / "nix-store"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'end'\n{said}end\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(nix, "options", tuple)
    seconds, differing = builder.rebuild(paths, builder.Effort())
    assert (set(seconds), differing) == (timed, {})


def test_a_long_build_gives_a_sign_of_life_with_what_it_said_last() -> None:
    clock, stream = Clock(), io.StringIO()
    renderer = BuildRenderer(2, stream, clock)
    renderer.started("/nix/store/x-numpy.drv")
    clock.now = 29
    renderer.tick()
    assert "still" not in stream.getvalue()
    clock.now = 31
    renderer.tick()
    renderer.tick()
    assert stream.getvalue().count("still building numpy 31 s (2 of 2 remain)") == 1
    clock.now = 60
    renderer.line("/nix/store/x-numpy.drv", "\x1b[01;36m\x1b[K[12/345] Compiling\x1b[m")
    renderer.line("/nix/store/x-numpy.drv", "      |  \x1b[01;36m\x1b[K^~~\x1b[m")
    renderer.tick()
    assert stream.getvalue().count("still") == 1
    clock.now = 61
    renderer.tick()
    assert "still building numpy 1 min 1 s (2 of 2 remain) numpy: [12/345] Compiling" in stream.getvalue()
    renderer.line("/nix/store/x-numpy.drv", f"gcc {'-I include ' * 50}x.c")
    clock.now = 92
    renderer.tick()
    said = stream.getvalue().splitlines()[-1]
    assert said.endswith(" ...")
    assert len(said) < 200


def test_a_terminal_has_one_line_that_is_redrawn() -> None:
    clock, stream = Clock(), Terminal()
    renderer = BuildRenderer(1, stream, clock)
    renderer.started("/nix/store/x-numpy.drv")
    clock.now = 5
    renderer.tick()
    renderer.finished("/nix/store/x-numpy.drv", 5)
    renderer.close()
    shown = stream.getvalue()
    assert "\r\x1b[Kbuilding numpy 5 s (1 of 1 remain)" in shown
    assert shown.count("\n") == 1
    assert shown.endswith("farwheel: numpy took 5.0 s\n\r\x1b[K")


def test_the_summary_says_how_long_all_took_and_what_it_held() -> None:
    stream, now = io.StringIO(), [0.0]
    renderer = BuildRenderer(2, stream, lambda: now[0])
    for name in ("a", "b"):
        renderer.started(f"/nix/store/x-{name}.drv")
        renderer.finished(f"/nix/store/x-{name}.drv", 1.0)
    now[0] = 125.0
    renderer.summary(812_000_000)
    assert stream.getvalue().endswith(
        "farwheel: 2 builds in 2 min 5 s, which held 0.8 GB of memory at most\n"
    )
    renderer.summary(0)
    assert stream.getvalue().endswith("farwheel: 2 builds in 2 min 5 s\n")

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from farwheel.bump.record import Failure, Marker, Record, Tip

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
RECORD = Record("demo", "1.0", "1.1", "a" * 40, "b" * 40, failure=Failure.after(None, NOW))


def test_a_commit_says_what_it_is() -> None:
    message = f"demo: 1.0 -> 1.1\n\nText\n# no comment\n\n{RECORD.line()}\n"
    tip = Tip.of("c" * 40, "a" * 40, "b" * 40, message)
    assert tip.record == RECORD
    assert (tip.title, tip.text) == ("demo: 1.0 -> 1.1", "Text\n# no comment")


@pytest.mark.parametrize(
    ("tree", "parents"), [("d", "b" * 40), ("a", "d" * 40), ("a", f"{'b' * 40} {'c' * 40}")]
)
def test_a_commit_with_another_tree_or_parent_is_somebody_elses(tree: str, parents: str) -> None:
    assert Tip.of("c" * 40, tree * 40, parents, f"Title\n\n{RECORD.line()}\n").record is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Farwheel-Bump: {}",
        "Farwheel-Bump: {not json}",
        'Farwheel-Bump: {"name": "demo"}',
        RECORD.line().replace('"1.1"', '"no version"'),
        RECORD.line().replace('"tries"', '"more"'),
        RECORD.line().replace("2026-11-21", "yesterday"),
        RECORD.line().replace('"name"', '"unknown": 1, "name"'),
    ],
)
def test_what_is_no_record_is_none(line: str) -> None:
    assert Record.read(f"Title\n\n{line}\n") is None


def test_a_record_in_what_others_wrote_is_none() -> None:
    theirs = replace(RECORD, new="6.6.6", tree="e" * 40)
    message = f"Title\n\nTheir changelog:\n{theirs.line()}\n\n{RECORD.line()}\n"
    assert Record.read(message) == RECORD


@given(st.text(), st.text())
@example("two\r\nlines", "it says -->")
def test_any_text_goes_above_a_marker(text: str, why: str) -> None:
    marker = Marker(
        "demo", "1.1", "c" * 40, draft=True, closed=why, failed={"1.2": RECORD.failure or Failure(1, "")}
    )
    body = marker.under(text)
    # Above the marker nothing else ends a comment that it began.
    assert body[len(text.rstrip()) :].count("-->") == 1
    assert Marker.read(body) == (text.replace("\r\n", "\n").rstrip(), marker)
    # As GitHub gives back what was edited there.
    assert Marker.read(body.replace("\n", "\r\n")) == (text.rstrip(), marker)


def test_what_others_write_below_a_marker_is_text() -> None:
    marker, other = Marker("demo", "1.1", "c"), Marker("demo", "6.6.6", "d")
    body = marker.under(other.under("Text"))
    assert Marker.read(f"{body}\n\n## Summary\n\nFine.\n") == (
        f"{other.under('Text')}\n\n## Summary\n\nFine.",
        marker,
    )


@pytest.mark.parametrize(
    "hidden",
    ["", "{}", "{x}", '{"name": "demo", "new": "no version", "head": "c"}', '{"name": 1, "new": "1"}', "[]"],
)
def test_what_is_no_marker_is_text(hidden: str) -> None:
    body = f"Text\n\n<!-- farwheel-bump {hidden} -->"
    assert Marker.read(body) == (body, None)
    assert Marker.read("") == ("", None)


def test_a_marker_of_a_later_farwheel_is_read_all_the_same() -> None:
    body = Marker("demo", "1.1", "c").under("").replace('"name"', '"later": true, "name"')
    assert Marker.read(body)[1] == Marker("demo", "1.1", "c")


def test_what_failed_rests_twice_as_long_each_time() -> None:
    failure, rests = None, []
    for _ in range(8):
        failure = Failure.after(failure, NOW)
        days = next(days for days in range(100) if not failure.rests(NOW + timedelta(days=days)))
        rests.append(days)
    assert rests == [1, 2, 4, 8, 16, 32, 32, 32]

"""What all tests share."""

import signal

import pytest

import flake_checks

# Background jobs of a shell have Ctrl-C ignored, and so would every program have that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Build what a run by several workers needs before they start: what they print is not seen.

    Half an hour of silence would look like a hang, and the builds take all cores anyway.
    """
    if session.config.getoption("numprocesses"):
        capture = session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            flake_checks.build(flake_checks.chosen())

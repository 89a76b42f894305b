"""Handing over to another program, for good."""

import os
import signal
from collections.abc import Mapping
from typing import NoReturn


def become(words: list[str], env: Mapping[str, str] = os.environ) -> NoReturn:
    """Go on as the program words[0]; its arguments begin with words[1]. OSError when it cannot be run."""
    # What Python ignores would stay ignored.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execve(words[0], words, env)  # noqa: S606 - that is what it is for

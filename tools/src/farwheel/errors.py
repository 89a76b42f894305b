"""The one way in which Farwheel says that it cannot go on."""


class FarwheelError(Exception):
    """Something is wrong outside of this program; `hint` says what its user can do about it.

    The command line prints `error: message`, the hint below it, and exits with `exit_code`.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def lines(self) -> list[str]:
        """As the command line prints it, without what moves a terminal: releases and servers are quoted."""
        said = [f"error: {self.message}", *(f"  {line}" for line in self.hint.splitlines())]
        return [plain(f"{line}\n", keep="\n\t") for line in said]


def plain(text: str, keep: str = "") -> str:
    """A stranger's text with Python's escapes for what a terminal may obey, but for the letters of `keep`."""
    return "".join(c if c.isprintable() or c in keep else ascii(c)[1:-1] for c in text)


class UsageError(FarwheelError):
    """What was asked for does not exist: an unknown package, architecture, CPython or option value."""

    exit_code = 2


class UnavailableError(FarwheelError):
    """A machine or the network lacks something just now; what was asked for may be all right.

    The exit code is EX_TEMPFAIL of sysexits.h: the same command may succeed later.
    """

    exit_code = 75

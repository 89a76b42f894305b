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


class UsageError(FarwheelError):
    """What was asked for does not exist: an unknown package, architecture, CPython or option value."""

    exit_code = 2


class UnavailableError(FarwheelError):
    """A machine or the network lacks something just now; what was asked for may be all right.

    The exit code is EX_TEMPFAIL of sysexits.h: the same command may succeed later.
    """

    exit_code = 75

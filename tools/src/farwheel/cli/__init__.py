"""The command line: one file a verb, each thin over plain functions.

stdout carries data only; everything else goes to stderr.
"""

import errno
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import typer

from farwheel.cli.audit import audit
from farwheel.cli.bench import bench
from farwheel.cli.board import board
from farwheel.cli.build import build
from farwheel.cli.bump import bump
from farwheel.cli.canonicalise import canonicalise
from farwheel.cli.compare import compare
from farwheel.cli.doctor import doctor
from farwheel.cli.enter import enter
from farwheel.cli.fetch import fetch
from farwheel.cli.index import index
from farwheel.cli.ledger import ledger
from farwheel.cli.list import list_
from farwheel.cli.lock import lock
from farwheel.cli.matrix import matrix
from farwheel.cli.mirrors import mirrors
from farwheel.cli.new import new
from farwheel.cli.outdated import outdated
from farwheel.cli.publish import publish
from farwheel.cli.reproduce import reproduce
from farwheel.cli.serve import serve
from farwheel.cli.test import test
from farwheel.cli.verify import verify
from farwheel.errors import FarwheelError, UnavailableError

_INTERRUPTED = 128 + signal.SIGINT
# What is wrong with a file or folder that somebody named.
_PLACES = {
    *(errno.EACCES, errno.EEXIST, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT),
    *(errno.ENOTDIR, errno.EPERM, errno.EROFS),
}

app = typer.Typer(
    help="Python wheels for riscv64 and loongarch64, built at native speed on x86-64.",
    epilog="Exit codes: 0 done; 1 something went wrong; 2 what was asked for does not exist; 75 the machine"
    " or the network lacks something just now; 130 Ctrl-C.",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain help: drawing boxes would double the time that --help takes.
    rich_markup_mode=None,
)
_VERBS = (
    build,
    fetch,
    new,
    lock,
    outdated,
    bump,
    list_,
    enter,
    doctor,
    mirrors,
    canonicalise,
    verify,
    compare,
    reproduce,
    index,
    publish,
    audit,
    serve,
    board,
    bench,
    matrix,
    test,
)
for verb in _VERBS:
    app.command(verb.__name__.rstrip("_"))(verb)
app.add_typer(ledger, name="ledger")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; its exit code, as the help has it."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(args=argv, prog_name="farwheel")
    except FarwheelError as error:
        sys.stderr.writelines(error.lines())
        return error.exit_code
    except OSError as error:
        if error.errno in _PLACES and error.filename:
            sys.stderr.write(f"error: {error.filename}: {error.strerror}\n")
            sys.stderr.write("  name another place, or see that this one can be read, or written to\n")
            return FarwheelError.exit_code
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        where = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"error: the disk is full{where}\n  make room; nothing is left there by half\n")
        return UnavailableError.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    return 0


def _terminate(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)

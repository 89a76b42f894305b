"""Does the kernel let an unprivileged process do what a build does? Tried, not guessed."""

import ctypes
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_PR_SET_DUMPABLE = 4
_NAMESPACES, _BINFMT = b"u", b"b"


@dataclass(frozen=True)
class Probe:
    """Why something did not work; "" when it did."""

    namespaces: str
    binfmt: str


def probe(user: int | None = None) -> Probe:
    """Make a user and mount namespace in a child process and mount a private binfmt_misc there.

    `user`: the id to do it as, for root, who may do more than the build users.
    """
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        child = os.fork()
        if child == 0:
            os.close(reader)
            _child(writer, Path(folder), user)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
    step, _, reason = said.partition(b" ")
    text = reason.decode()
    if step == _NAMESPACES or not said:
        return Probe(text or "the child process died", "not tried")
    return Probe("", text)


def _child(writer: int, folder: Path, user: int | None) -> None:
    step = _NAMESPACES
    reason = ""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            # Or else /proc/self belongs to root and the maps cannot be written.
            libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
        uid, gid = os.getuid(), os.getgid()
        _call(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNS), "unshare")
        _write("/proc/self/setgroups", b"deny")
        _write("/proc/self/uid_map", b"0 %d 1" % uid)
        _write("/proc/self/gid_map", b"0 %d 1" % gid)
        place = str(folder).encode()
        _call(libc.mount(b"probe", place, b"tmpfs", 0, None), "mounting a tmpfs")
        step = _BINFMT
        _call(libc.mount(b"binfmt_misc", place, b"binfmt_misc", 0, None), "mounting binfmt_misc")
    except OSError as error:
        reason = f"{error.filename or ''}: {error.strerror}".removeprefix(": ")
    finally:
        os.write(writer, step + b" " + reason.encode())
        os._exit(0)


def _write(path: str, data: bytes) -> None:
    # Not through `open`: its codecs are imported late, from where the build user may not read.
    file = os.open(path, os.O_WRONLY)
    os.write(file, data)
    os.close(file)


def _call(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)

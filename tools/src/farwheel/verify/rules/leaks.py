"""No path of the build machine is left behind.

Such a path is a broken promise when something opens it, differs between machines (so the bytes are not reproducible), and tells
strangers who built it where. Machine code is searched for /nix/store, /build, /home/<name>, /root and temporary folders
of builds: compilers put them into debug information and assertions. The same in generated files (pkg-config, CMake,
configuration modules, direct_url.json), which exist to hold paths. Other text is searched only for /nix/store/<hash>
and /build/source: documentation and tests may say /home/user. A path counts where it begins, so neither `../build/x` nor
`https://host/root/` does; `/build/` must go on with a name.

Source: the reproducible-builds definition of a build path; PEP 610 forbids direct_url.json in what an index serves.
"""

import re
from collections.abc import Iterator
from mmap import mmap
from pathlib import PurePosixPath

from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel

_START = rb"(?<![\w.$}~/-])"
_STORE = rb"/nix/store/[0-9a-df-np-sv-z]{32}-|" + _START + rb"/build/source\b"
_TEXT = re.compile(_STORE)
_ALL = re.compile(
    _STORE + rb"|" + _START + rb"/(?:home/[a-z_][\w.-]*/|root/|build/\w|tmp/[\w./+-]{0,80}build[\w./+-]{0,80}/)"
)
_GENERATED = re.compile(
    r"(__config__|_sysconfigdata.*|config|build_info|_build_config)\.py|.*\.(pc|cmake|la|prl)|.*-config|direct_url\.json"
)
_BINARY = (b"\x7fELF", b"!<arch>\n")
_AROUND = re.compile(rb"[\x20-\x7e]{0,100}")


def check(wheel: Wheel) -> Iterator[Finding]:
    """Search every member, and show the first of each."""
    for member in wheel.members:
        data = wheel.content(member.name)
        everything = data[:8].startswith(_BINARY) or _GENERATED.fullmatch(PurePosixPath(member.name).name)
        found = [match.start() for match in (_ALL if everything else _TEXT).finditer(data)]
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield error(member.name, f"holds a path of the build: {_shown(data, found[0])}{more}")
        if isinstance(data, mmap):
            data.close()


def _shown(data: bytes | mmap, place: int) -> str:
    match = _AROUND.match(data, place)
    return match[0].decode("ascii") if match else ""

"""No path of the build machine is left behind.

Such a path is a broken promise when something opens it, differs between machines (so the bytes are not
reproducible), and tells strangers who built it where. Machine code is searched for /nix/store, /build,
/home/<name>, /root and temporary folders of builds: compilers put them into debug information and
assertions. The same in generated files (pkg-config, CMake, configuration modules, direct_url.json), which
exist to hold paths. Other text is searched only for /nix/store/<hash> and /build/source: documentation and
tests may say /home/user. A path counts where it begins, so neither `../build/x` nor `https://host/root/`
does. In machine code `/build/` must go on as the path of a source or an object, since programs put paths
together from such pieces. SBOMs are searched for all but /build: where a package lay is part of the name that
cargo gives it there, and in Nix's sandbox that is /build/source on every machine.

Source: the reproducible-builds definition of a build path; PEP 610 forbids direct_url.json in what an index
serves.
"""

import re
from collections.abc import Iterator
from mmap import mmap
from pathlib import PurePosixPath

from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel

# All begin with a literal slash, which is what makes the search quick; what stands before it is looked at
# from behind it. No pattern begins inside of what another one runs over, so that nobody can make the search
# slow.
_STORE = rb"nix/store/[0-9a-df-np-sv-z]{32}-"
_BEGIN = rb"(?<![\w.$}~/>+-]/)"
# What exists to hold paths has them as options and as URLs, too: -I/home/joe/x, file:///home/joe/x.
_ANY = rb"(?:%b|(?<=-[IL]/)|(?<=file:///))" % _BEGIN
_HOMES = rb"home/[a-z_][\w.-]*/|root/|tmp/[\w./+-]{0,80}build[\w./+-]{0,80}/"
_SOURCES = rb"build/[\w./+-]{1,200}\.(?:[acfhosS]|cc|cpp|cxx|hh|hpp|inc|f90|pyx|rs|so)\b"
_TEXT = re.compile(rb"/(?:%b|%bbuild/source\b)" % (_STORE, _ANY))
_CODE = re.compile(rb"/(?:%b|%b(?:%b|build/source\b|%b))" % (_STORE, _ANY, _HOMES, _SOURCES))
_CONFIGURATION = re.compile(rb"/(?:%b|%b(?:%b|build/\w))" % (_STORE, _ANY, _HOMES))
_SBOM = re.compile(rb"/(?:%b|%b(?:%b))" % (_STORE, _ANY, _HOMES))
_GENERATED = re.compile(
    r"(__config__|_sysconfigdata.*|build_info|_build_config)\.py|direct_url\.json|.*\.(pc|la|prl)|.*-config"
    r"|.*(Config|Targets)(-\w+|Version)?\.cmake|.*-(config|targets)(-\w+)?\.cmake"
)
_BINARY = (b"\x7fELF", b"!<arch>\n")
_AROUND = re.compile(rb"[\x20-\x7e]{0,100}")


def check(wheel: Wheel) -> Iterator[Finding]:
    """Search every member, and show the first of each."""
    for member in wheel.members:
        data = wheel.content(member.name)
        pattern = _CODE if data[:8].startswith(_BINARY) else _TEXT
        if _GENERATED.fullmatch(PurePosixPath(member.name).name):
            pattern = _CONFIGURATION
        elif member.name.startswith(f"{wheel.dist_info}/sboms/"):
            pattern = _SBOM
        found = [match.start() for match in pattern.finditer(data)]
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield error(member.name, f"holds a path of the build: {_shown(data, found[0])}{more}")
        if isinstance(data, mmap):
            data.close()


def _shown(data: bytes | mmap, place: int) -> str:
    match = _AROUND.match(data, place)
    return match[0].decode("ascii") if match else ""

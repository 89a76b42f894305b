"""No symbol version is younger than the tag promises.

The dynamic loader refuses an object that asks for a version which the system's library does not have
("version `GLIBC_2.38' not found"). A tag stands for a list of versions for each of GLIBC, GLIBCXX, CXXABI,
GCC, ZLIB and LIBATOMIC; prefixes that no policy speaks of belong to libraries inside of the wheel. A few
symbols of zlib are private and may not be used.

Source: PEP 600; auditwheel's policy files, read from the installed auditwheel.
"""

from collections.abc import Iterator

from farwheel.verify import policy
from farwheel.verify.elf import Elf
from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel


def check(wheel: Wheel) -> Iterator[Finding]:
    """Compare the version needs of each object with each tag's policy."""
    for tag, known in policy.policies(wheel.platforms):
        for name, elf in wheel.elves:
            yield from _object(tag, known, name, elf)


def _object(tag: str, known: policy.Policy, name: str, elf: Elf) -> Iterator[Finding]:
    if elf.dynamic is None:
        return
    for library, versions in sorted(elf.dynamic.versions.items()):
        young = sorted(version for version in versions if _is_too_young(known, version))
        if young:
            yield error(name, f"needs {' '.join(young)} of {library}, beyond {tag}")
    for library, private in sorted(known.forbidden.items()):
        used = sorted(private & elf.dynamic.undefined) if library in elf.dynamic.needed else []
        if used:
            yield error(name, f"uses {' '.join(used)} of {library}, which {tag} forbids")


def _is_too_young(known: policy.Policy, version: str) -> bool:
    prefix, _, number = version.partition("_")
    return prefix in known.versions and number not in known.versions[prefix]

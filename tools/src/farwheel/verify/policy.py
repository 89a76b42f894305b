"""What platform tags promise, from the policies that auditwheel carries."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

_TAG = re.compile(r"(linux|manylinux\d+|manylinux_\d+_\d+|musllinux_\d+_\d+)_(\w+)")


@dataclass(frozen=True)
class Platform:
    """A Linux platform tag taken apart: the policy's name ("linux": none), and the architecture."""

    tag: str
    policy: str
    architecture: str

    @property
    def is_musl(self) -> bool:
        """Whether the C library is musl."""
        return self.policy.startswith("musllinux")


@dataclass(frozen=True)
class Policy:
    """Versions that may be asked for, by prefix ("GLIBC": {"2.31", ...}), and libraries that may be needed.

    `forbidden` are symbols that may not be used, by library.
    """

    versions: dict[str, frozenset[str]]
    libraries: frozenset[str]
    forbidden: dict[str, frozenset[str]]


def platform(tag: str) -> Platform | None:
    """Take a platform tag apart (PEP 513, 571, 599, 600, 656); None for what is not Linux."""
    match = _TAG.fullmatch(tag)
    return Platform(tag, match[1], match[2]) if match else None


@cache
def policy(wanted: Platform) -> Policy | None:
    """The policy of a tag; None where auditwheel knows none, so nobody says what the tag promises."""
    from auditwheel.architecture import Architecture
    from auditwheel.libc import Libc
    from auditwheel.policy import WheelPolicies

    if wanted.policy == "linux":
        return None
    try:
        if wanted.is_musl:
            policies = WheelPolicies(
                libc=Libc.MUSL, arch=Architecture(wanted.architecture), musl_policy=wanted.policy
            )
        else:
            policies = WheelPolicies(libc=Libc.GLIBC, arch=Architecture(wanted.architecture))
        found: Any = policies.get_policy_by_name(wanted.tag)
    except (ValueError, LookupError, AssertionError):
        return None
    libraries = found.whitelist
    if wanted.is_musl:
        # By the name that musl itself has; Alpine's, auditwheel knows. For musl's loader both are itself.
        libraries |= {"libc.so"}
    return Policy(found.symbol_versions, libraries, found.blacklist)


def policies(tags: list[str]) -> list[tuple[str, Policy]]:
    """The policies of all platform tags that have one."""
    parted = [platform(tag) for tag in tags]
    return [(one.tag, known) for one in parted if one and (known := policy(one))]


def architectures(tags: list[str]) -> set[str]:
    """The architectures that Linux platform tags name."""
    return {one.architecture for tag in tags if (one := platform(tag))}


def is_loader(library: str) -> bool:
    """Whether a library is the dynamic loader itself, which is there wherever a program runs."""
    # At its beginning: libold-linux.so.1 is none.
    return library.startswith(("ld-linux", "ld-musl-")) or library in {"ld64.so.1", "ld64.so.2"}

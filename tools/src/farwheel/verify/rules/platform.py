"""Each platform tag is one that makes a promise: a policy that auditwheel knows for one architecture.

`linux_*` says nothing about the system that the wheel runs on, and package indexes refuse it. A manylinux
version below the oldest that exists for an architecture is refused by uv, and one above the newest policy
is a promise nobody has spelled out. A wheel with several platform tags promises all of them.

Source: PEP 600 and PEP 656; auditwheel's policy files (the oldest glibc is 2.31 for riscv64, 2.36 for
loongarch64).
"""

from collections.abc import Iterator

from farwheel.verify import policy
from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel


def check(wheel: Wheel) -> Iterator[Finding]:
    """Look each tag up."""
    if wheel.is_pure:
        return
    for tag in wheel.platforms:
        parted = policy.platform(tag)
        if parted is None:
            yield error("", f"{tag} is no Linux platform")
        elif parted.policy == "linux":
            yield error("", f"{tag} promises nothing about the system it runs on")
        elif policy.policy(parted) is None:
            yield error("", f"{tag} is no policy of auditwheel's")
    architectures = policy.architectures(wheel.platforms)
    if len(architectures) > 1:
        yield error("", f"is for several architectures at once: {' '.join(sorted(architectures))}")

"""Each ELF file is for the machine and the calling convention of the tag.

A cross-compiled wheel may carry a file of the build machine; one with another floating point ABI loads
nowhere. RISC-V wheels are LP64D: flag FLOAT_ABI_DOUBLE, not RVE (16 registers) and not TSO (needs a
processor with that memory model); RVC is part of rv64gc. LoongArch wheels are LP64D in object ABI version 1
(flags 0x43); version 0 is what linkers no longer take.

Source: RISC-V ELF psABI (e_flags), LoongArch ELF psABI (e_flags), System V gABI (machine numbers). An `any`
wheel with machine code: the platform compatibility tags' meaning of `any` (PEP 425).
"""

from collections.abc import Iterator

from farwheel.verify import policy
from farwheel.verify.elf import Elf
from farwheel.verify.finding import Finding, error
from farwheel.verify.wheel import Wheel

# architecture: (machine, bits, little-endian)
_MACHINES = {
    "aarch64": ("EM_AARCH64", 64, True),
    "armv7l": ("EM_ARM", 32, True),
    "i686": ("EM_386", 32, True),
    "loongarch64": ("EM_LOONGARCH", 64, True),
    "ppc64": ("EM_PPC64", 64, False),
    "ppc64le": ("EM_PPC64", 64, True),
    "riscv64": ("EM_RISCV", 64, True),
    "s390x": ("EM_S390", 64, False),
    "x86_64": ("EM_X86_64", 64, True),
}
_RVC, _RISCV_FLOAT, _RISCV_DOUBLE, _RVE, _TSO = 0x1, 0x6, 0x4, 0x8, 0x10
_LOONGARCH_LP64D_V1 = 0x43


def check(wheel: Wheel) -> Iterator[Finding]:
    """Compare every ELF header with the tags."""
    architectures = policy.architectures(wheel.platforms)
    for name, elf in wheel.elves:
        if wheel.is_pure:
            yield error(name, f"is machine code ({elf.machine}) in a wheel for any platform")
        for architecture in architectures:
            expected = _MACHINES.get(architecture)
            if expected is None:
                yield error(name, f"cannot be judged: {architecture} is not known here")
            elif (elf.machine, elf.bits, elf.little) != expected:
                order = "little" if elf.little else "big"
                yield error(name, f"is {elf.bits}-bit {order}-endian {elf.machine}, not {architecture}")
            else:
                complaint = _flags(architecture, elf)
                if complaint:
                    yield error(name, f"has e_flags {elf.flags:#x}: {complaint}")


def _flags(architecture: str, elf: Elf) -> str:
    if architecture == "loongarch64" and elf.flags != _LOONGARCH_LP64D_V1:
        return "not LP64D, object ABI 1 (0x43)"
    if architecture == "riscv64":
        if elf.flags & _RISCV_FLOAT != _RISCV_DOUBLE:
            return "not the double-precision ABI (LP64D)"
        if elf.flags & _RVE:
            return "RVE, with 16 registers"
        if elf.flags & _TSO:
            return "needs total store ordering"
        if elf.flags & ~(_RVC | _RISCV_FLOAT):
            return "flags that are not known"
    return ""

"""Say which symbol of which object is above a platform tag: blame.py EXPECTED FILE.whl.

The wheel has the tag that auditwheel had to choose instead.
"""

import io
import re
import sys
import zipfile
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection


def version(text: str) -> tuple[int, ...]:
    """GLIBC_2.31 -> (2, 31); anything else -> ()."""
    match = re.fullmatch(r"GLIBC_(\d+(?:\.\d+)*)", text)
    return tuple(map(int, match[1].split("."))) if match else ()


def blame(wheel: Path, floor: tuple[int, ...]) -> list[str]:
    """One line for each object that needs a version above `floor`, with the symbols where they are known."""
    lines = []
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if not data.startswith(b"\x7fELF"):
                continue
            elf = ELFFile(io.BytesIO(data))
            needs = {
                aux.entry.vna_other: aux.name
                for section in elf.iter_sections()
                if isinstance(section, GNUVerNeedSection)
                for _, auxiliaries in section.iter_versions()
                for aux in auxiliaries
                if version(aux.name) > floor
            }
            numbers, symbols = elf.get_section_by_name(".gnu.version"), elf.get_section_by_name(".dynsym")
            for index, needed in sorted(needs.items()):
                guilty = [
                    symbol.name
                    for position, symbol in enumerate(symbols.iter_symbols())
                    if numbers.get_symbol(position).entry["ndx"] == index
                ]
                lines.append(f"  {name}: {needed} for {', '.join(guilty) or 'no symbol of its own'}")
    return lines


expected, wheel = sys.argv[1], Path(sys.argv[2])
print(f"error: {wheel.name} should be {expected}.", file=sys.stderr)
major, minor = re.search(r"_(\d+)_(\d+)_", expected).groups()
print("\n".join(blame(wheel, (int(major), int(minor)))), file=sys.stderr)

"""What a wheel has that another of the same release lacks, beyond what the platform explains.

An optional extension that did not compile, a codec whose library was not found, a module that a newer build
requirement left out: nothing fails, and the wheel quietly does less than upstream's own. Compared are
extension modules and programs, without the suffix that names CPython and platform; all other files by name
and content; licences; the tag's interpreter and ABI; and of the metadata what installers and users act on. Of
libraries only what the other wheel grafts and this one neither grafts nor lists: what is linked statically
shows only where it is listed. Machine code, static libraries too, differs between platforms and is not
looked at.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from farwheel.verify.finding import Finding, RefusedError, error
from farwheel.verify.rules import licences
from farwheel.verify.wheel import Wheel, installed


def check(ours: Wheel, theirs: Wheel) -> Iterator[Finding]:
    """A finding for each thing that differs, called `KIND NAME`; RefusedError where the releases do."""
    if (ours.name, ours.version) != (theirs.name, theirs.version):
        raise RefusedError(f"it is not the release of {theirs.path.name}")
    mine, other = _things(ours), _things(theirs)
    linked = "\n".join(name for kind, name in mine if kind == "library")
    for kind, name in sorted(mine.keys() | other.keys()):
        where = f"{kind} {name}"
        if kind == "library":
            if (kind, name) in other and not licences.named(name).search(linked):
                yield error(where, f"only {theirs.path.name} has it")
        elif (kind, name) not in mine:
            yield error(where, f"only {theirs.path.name} has it")
        elif (kind, name) not in other:
            yield error(where, f"{theirs.path.name} lacks it")
        elif mine[kind, name] != other[kind, name]:
            yield error(where, f"differs from that of {theirs.path.name}")


def _things(wheel: Wheel) -> dict[tuple[str, str], bytes]:
    """By (kind, name): the hash of a text's content, else nothing."""
    found = {("tag", f"{tag.interpreter}-{tag.abi}"): b"" for tag in wheel.tags}
    libraries = licences.listed(wheel)
    texts = {text for library in libraries for text in library["files"]}
    found |= {("library", library["name"].lower()): b"" for library in libraries}
    for member in wheel.members:
        path = installed(member.name)
        if path.parts[0] == wheel.dist_info:
            # Texts that came with libraries come and go with them.
            name = str(PurePosixPath(*path.parts[1:])).removeprefix("licenses/")
            if licences.is_text(wheel, member.name) and name not in texts:
                found["licence", name] = b""
            elif name == "entry_points.txt":
                found["file", name] = member.sha256
        elif member.elf is None:
            found["file", str(path)] = b"" if path.suffix == ".a" else member.sha256
        elif any(part.endswith(".libs") for part in path.parts[:-1]):
            if not libraries:
                found["library", licences.library(member.name).lower()] = b""
        else:
            kind = "module" if path.suffix == ".so" else "program"
            found[kind, str(path.with_name(path.name.partition(".")[0]))] = b""
    return found | dict.fromkeys(_metadata(wheel), b"")


def _metadata(wheel: Wheel) -> Iterator[tuple[str, str]]:
    from packaging.metadata import parse_email

    fields, _ = parse_email(wheel.metadata_text)
    yield from (("requires-dist", _plain(text)) for text in fields.get("requires_dist", []))
    yield from (("provides-extra", name) for name in fields.get("provides_extra", []))
    yield "requires-python", fields.get("requires_python", "")
    yield "license-expression", fields.get("license_expression", "")


def _plain(requirement: str) -> str:
    """A requirement in one spelling: backends differ in spaces, quotes, brackets and names."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        parsed = Requirement(requirement)
    except InvalidRequirement:
        return requirement
    parsed.name = canonicalize_name(parsed.name)
    return str(parsed)

"""A repository with ledgers, pins and small wheels, all made up, and an index of it."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from farwheel import ledger, nix
from farwheel.index import kept
from farwheel.index.collect import collect
from farwheel.index.write import Written, write
from farwheel.ledger import Entry, Inputs
from farwheel.pins import Pin, read_json, write_json
from made_wheel import Member, packed

INPUTS = Inputs("5" * 64, "cpython-3.13.15", "gcc-14.2.0, glibc-2.31", "9" * 64, {"openblas": "0.3.34"})
ADDED = "2026-11-20T10:00:00Z"
VERSIONS = {"cp313": {"version": "3.13.15"}, "cp314": {"version": "3.14.7"}}
RISCV = "cp313-cp313-manylinux_2_31_riscv64"
LOONG = "cp313-cp313-manylinux_2_36_loongarch64"
PURE = "py3-none-any"


def made(
    project: str, version: str, tag: str, *, extra: tuple[Member, ...] = (), metadata: bytes = b""
) -> bytes:
    """A whole wheel that holds one module; `metadata` are more fields, or, with a body, a description."""
    module = project.replace("-", "_").replace(".", "_")
    info = f"{module}-{version}.dist-info"
    plain = "-".join(tag.split("-")[-3:])
    said = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n".encode()
    members = [
        Member(f"{module}.py", f"version = {version!r}\n".encode()),
        *extra,
        Member(f"{info}/METADATA", said + metadata),
        Member(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {plain}\n".encode()),
    ]
    digests = {
        m.name: base64.urlsafe_b64encode(hashlib.sha256(m.content).digest()).rstrip(b"=").decode()
        for m in members
    }
    rows = [f"{m.name},sha256={digests[m.name]},{len(m.content)}" for m in members]
    record = "\n".join([*rows, f"{info}/RECORD,,", ""])
    return packed([*members, Member(f"{info}/RECORD", record.encode())])


def file_name(project: str, version: str, tag: str) -> str:
    """What such a wheel is called."""
    return f"{project.replace('-', '_')}-{version}-{tag}.whl"


class Repository:
    """`root` has pkgs/ and wheelhouse/; what is pinned lies in `mirror`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.packages = root / "pkgs"
        self.wheels = root / "wheelhouse"
        self.mirror: dict[str, Path] = {}
        self.wheels.mkdir(parents=True)
        self.packages.mkdir()
        (root / "nix/cpython").mkdir(parents=True)
        write_json(root / "nix/cpython/versions.json", VERSIONS)

    def wheel(self, project: str, version: str = "1.0", tag: str = RISCV, **more: Any) -> str:
        """Build a wheel and write it into its ledger; `more` is for `made`, or a field of the entry."""
        known = ("added", "needs", "pythons", "reproduced", "tests")
        fields = {key: more.pop(key) for key in known if key in more}
        name = file_name(project, version, tag)
        path = self.wheels / name
        path.write_bytes(made(project, version, tag, **more))
        self.enter(project, name, path.read_bytes(), **fields)
        return name

    def enter(self, project: str, name: str, content: bytes, **fields: Any) -> None:
        """Write a wheel of this content into the ledger, whatever was there."""
        file = self.packages / project / "wheels.json"
        entry = Entry(
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            architecture="riscv64",
            inputs=INPUTS,
            **({"added": ADDED, "pythons": ("cp313",)} | fields),
        )
        ledger.save(file, ledger.load(file) | {name: entry})

    def pin(self, project: str, version: str, **more: Any) -> str:
        """Pin a pure wheel of somebody else's; `more` is for `made`, or the time at which it is `added`."""
        added = more.pop("added", ADDED)
        content = made(project, version, PURE, **more)
        path = self.root / "mirror" / file_name(project, version, PURE)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        self.mirror[path.name] = path
        pin = Pin("pypi", f"packages/{path.name}", hashlib.sha256(content).hexdigest(), len(content))
        file = kept.path(self.packages)
        file.parent.mkdir(exist_ok=True)
        pins = read_json(file)["pure"] if file.exists() else {}
        write_json(file, {"pure": pins | {path.name: pin.to_json() | {"added": added}}})
        return path.name

    def say(self, project: str, file: str, data: object) -> None:
        """Write a JSON file of a package's folder."""
        (self.packages / project).mkdir(exist_ok=True)
        write_json(self.packages / project / file, data)

    def fetch(self, pins: list[Pin]) -> Mapping[Pin, Path]:
        """Stands in for the mirrors."""
        return {pin: self.mirror[pin.file_name] for pin in pins}

    def publish(self, out: Path, *, partial: bool = False, **how: Any) -> Written:
        """Collect and write."""
        index = collect(self.packages, self.wheels, self.fetch, published=out / "files", partial=partial)
        return write(index, out, **how)


def with_demo(root: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The repository that we are in: one project of ours."""
    found = Repository(root)
    monkeypatch.setattr(nix, "REPOSITORY", found.root)
    monkeypatch.chdir(found.root)
    found.wheel("demo")
    return found


def with_site(root: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The repository that we are in: two projects of ours, a pure one, their index in its folder `site`."""
    found = with_demo(root, monkeypatch)
    found.wheel("other")
    found.pin("pure", "1.0")
    found.publish(found.root / "site")
    return found


def page(out: Path, project: str) -> dict[str, Any]:
    """The page of a project, as JSON."""
    read: dict[str, Any] = json.loads((out / "simple" / project / "index.json").read_text())
    return read


def tree(folder: Path) -> dict[str, bytes]:
    """Relative path -> content of every file below."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

"""nix/pins/*.json, the ingredients of everything, from the manifests beside them."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from farwheel import cache, crates, debian, resolve, sdist, seed
from farwheel.apt import Apt
from farwheel.change import Change
from farwheel.errors import FarwheelError
from farwheel.lock import Upstream
from farwheel.pins import Pin, read_json

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Sources:
    """Where ingredients come from. `lists` is a folder for apt's lists; `trusted` as in `Apt`."""

    debian_roots: Sequence[str]
    lists: Path
    upstream: Upstream
    trusted: bool = False


def lock_ingredient(pins: Path, name: str, sources: Sources) -> Change:
    """Resolve one of INGREDIENTS from `<name>.manifest.json` in the folder `pins`; nothing is written yet."""
    file = pins / f"{name}.manifest.json"
    manifest = read_json(file)
    try:
        if below := manifest.get("below"):
            manifest["have"] = [package["name"] for package in read_json(pins / f"{below}.json")["packages"]]
        if compiler := manifest.get("compiler"):
            manifest["rustc"] = read_json(pins / f"{compiler}.json")["version"]
        # Another farwheel would give the same private apt other sources, between its update and its answer.
        with cache.alone("apt"):
            new = INGREDIENTS[name](manifest, sources)
    except KeyError as missing:
        raise FarwheelError(f"{file} lacks the field {missing}", "correct the manifest") from None
    return Change.of(pins / f"{name}.json", new)


def lock_sources(pins: Path, names: Sequence[str], sources: Sources) -> Change:
    """Resolve only these of `sources.manifest.json`; all others stay as they are pinned.

    One that was resolved at another date than all tells so, for whoever asks a dated archive for it.
    """
    manifest, old = (read_json(pins / f"sources{kind}.json") for kind in (".manifest", ""))
    with cache.alone("apt"):
        found = _sources({name: manifest[name] for name in names}, sources)
    date = {"resolved": found["resolved"]} if found["resolved"] != old["resolved"] else {}
    dated = {name: {**entry, **date} for name, entry in found["sources"].items()}
    return Change.of(pins / "sources.json", {**old, "sources": {**old["sources"], **dated}})


def packaging(manifest: Json, sources: Sources) -> dict[str, debian.DebianFile]:
    """Debian's own part of the newest source package, where its changelog is, by the names of `manifest`.

    Of what sources.manifest.json holds: not of pins, and not of what no CVE of affects us.
    """
    with cache.alone("apt"):
        apt, root = _archive(manifest, sources)
        return {
            name: debian.packaging(apt, root, entry["source"], entry["suite"])
            for name, entry in manifest.items()
            if "sha256" not in entry and "*" not in entry.get("not_affected", ())
        }


def _root(manifest: Json, sources: Sources) -> dict[str, Any]:
    suite, exceptions = manifest["suite"], manifest.get("from", {})
    apt = Apt(
        sources.lists / f"root-{manifest['architecture']}",
        suites=sorted({suite, *exceptions.values()}),
        architecture=manifest["architecture"],
        preferences=debian.preferences(suite, exceptions),
        trusted=sources.trusted,
    )
    files = debian.closure(apt, apt.update(sources.debian_roots), manifest["packages"])
    # A layer over another tree holds what that one lacks.
    files = [file for file in files if file.name not in manifest.get("have", ())]
    packages = [
        {"name": file.name, "architecture": file.architecture, "version": file.version, **file.pin.to_json()}
        for file in files
    ]
    return {"resolved": debian.resolved(apt), "packages": packages}


def _rust(manifest: Json, sources: Sources) -> dict[str, Any]:
    document = _root(manifest, sources)
    source = next(package for package in document["packages"] if package["name"] == manifest["source"])
    version = source["version"].partition("+")[0]
    member = f"usr/src/rustc-{version}/library/Cargo.lock"
    package = sources.upstream.download(Pin.from_json(source, manifest["source"]))
    lock = seed.read_member(package, member).decode("utf-8")
    pins = crates.pins(lock, f"{manifest['source']}: {member}", sources.upstream.index.client)
    return {**document, "version": version, "crates": [pin.to_json() for pin in pins]}


def _program(manifest: Json, sources: Sources) -> dict[str, Any]:
    """A program that is a crate: the newest one that our rustc compiles, and what its Cargo.lock names."""
    name, client = manifest["crate"], sources.upstream.index.client
    lock = crates.lock_of(name, manifest["rustc"])
    pin = next(pin for pin in crates.pins(lock, name, client) if pin.path.startswith(f"{name}/"))
    with tempfile.TemporaryDirectory() as folder:
        top = sdist.extract(sources.upstream.download(pin), Path(folder))
        inside = crates.pins((top / "Cargo.lock").read_text("utf-8"), f"{name}: Cargo.lock", client)
    listed = [other.to_json() for other in inside]
    version = pin.file_name.removeprefix(f"{name}-").removesuffix(".crate")
    return {"program": manifest["program"], "version": version, "crates": listed, **pin.to_json()}


def _archive(manifest: Json, sources: Sources) -> tuple[Apt, str]:
    # An entry may be a pin itself: for a tarball that lies in the archive's pool, but in none of its indexes.
    suites = sorted({entry["suite"] for entry in manifest.values() if "sha256" not in entry})
    apt = Apt(sources.lists / "sources", source_suites=suites, trusted=sources.trusted)
    return apt, apt.update(sources.debian_roots)


def _sources(manifest: Json, sources: Sources) -> dict[str, Any]:
    apt, root = _archive(manifest, sources)
    found = {}
    for name, entry in manifest.items():
        if "sha256" in entry:
            pin = Pin.from_json(entry, f"sources.manifest.json: {name}")
            found[name] = {"version": entry["version"], **pin.to_json()}
            continue
        file = debian.source(apt, root, entry["source"], entry["suite"], entry.get("version"))
        found[name] = {"version": file.version, **file.pin.to_json()}
        if entry.get("patched"):
            theirs = debian.patches(apt, root, entry["source"], entry["suite"])
            found[name] |= {"version": theirs.version, "patches": theirs.pin.to_json()}
    return {"resolved": debian.resolved(apt), "sources": found}


def _seed(manifest: Json, sources: Sources) -> dict[str, Any]:
    suite, package, member = manifest["suite"], manifest["package"], manifest["member"]
    apt = Apt(sources.lists / "seed", suites=[suite], trusted=sources.trusted)
    files = debian.closure(apt, apt.update(sources.debian_roots), [package])
    file = next(file for file in files if file.name == package)
    content = seed.read_member(sources.upstream.download(file.pin), member)
    tree = seed.nar_sha256(member.rsplit("/", 1)[-1], content)
    facts = {"resolved": debian.resolved(apt), "version": file.version, "member": member, "nar_sha256": tree}
    return {**facts, **file.pin.to_json()}


def _tools(manifest: Json, sources: Sources) -> dict[str, Any]:
    upstream, python = sources.upstream, manifest["python"]
    wheels = []
    for name, version in sorted(resolve.resolve(manifest["requirements"], python, upstream.roots).items()):
        wheel = resolve.native(upstream.index, name, version, python)
        wheels.append({"name": name, "version": str(version), **upstream.index.pin(wheel).to_json()})
    return {"wheels": wheels}


INGREDIENTS: Mapping[str, Callable[[Json, Sources], dict[str, Any]]] = {
    "root": _root,
    "native-loongarch64": _root,
    "native-riscv64": _root,
    "rust": _rust,
    "clang": _root,
    "x11": _root,
    "bindgen": _program,
    "formatter": _program,
    "sources": _sources,
    "seed": _seed,
    "tools": _tools,
}

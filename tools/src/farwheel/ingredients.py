"""nix/pins/*.json, the ingredients of everything, from the manifests beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from farwheel import debian, resolve, seed
from farwheel.change import Change
from farwheel.errors import FarwheelError
from farwheel.lock import Upstream
from farwheel.pins import read_json


@dataclass(frozen=True)
class Sources:
    """Where ingredients come from; `lists` is a folder for apt's lists, kept between runs."""

    debian_roots: Sequence[str]
    lists: Path
    upstream: Upstream
    trusted: bool = False

    def archive(self, name: str, **options: Any) -> debian.Archive:
        """A private apt for one ingredient."""
        return debian.Archive(self.lists / name, self.debian_roots, trusted=self.trusted, **options)


def lock_ingredient(pins: Path, name: str, sources: Sources) -> Change:
    """Resolve one of INGREDIENTS from `<name>.manifest.json` in the folder `pins`; nothing is written yet."""
    file = pins / f"{name}.manifest.json"
    manifest = read_json(file)
    try:
        new = INGREDIENTS[name](manifest, sources)
    except KeyError as missing:
        raise FarwheelError(f"{file} lacks the field {missing}", f"look at {file.name} in the repository") from None
    return Change.of(pins / f"{name}.json", new)


def _root(manifest: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    exceptions = manifest.get("from", {})
    suites = sorted({manifest["suite"], *exceptions.values()})
    archive = sources.archive("root", suites=suites, architecture=manifest["architecture"])
    archive.update(debian.preferences(manifest["suite"], exceptions))
    packages = [
        {"name": file.name, "architecture": file.architecture, "version": file.version} | file.pin.to_json()
        for file in archive.closure(manifest["packages"])
    ]
    return {"resolved": archive.resolved, "packages": packages}


def _sources(manifest: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    archive = sources.archive("sources", suites=[], source_suites=sorted({e["suite"] for e in manifest.values()}))
    archive.update()
    found = {}
    for name, entry in manifest.items():
        file = archive.source(entry["source"], entry["suite"], entry.get("version"))
        found[name] = {"version": file.version} | file.pin.to_json()
    return {"resolved": archive.resolved, "sources": found}


def _seed(manifest: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    archive = sources.archive("seed", suites=[manifest["suite"]])
    archive.update()
    file = next(file for file in archive.closure([manifest["package"]]) if file.name == manifest["package"])
    member = manifest["member"]
    package = sources.upstream.download(file.pin)
    nar = seed.nar_sha256(member.rsplit("/", 1)[-1], seed.read_member(package, member))
    return {"resolved": archive.resolved, "version": file.version, "member": member, "nar_sha256": nar} | file.pin.to_json()


def _tools(manifest: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    upstream = sources.upstream
    found = resolve.resolve(manifest["requirements"], manifest["python"], upstream.roots)
    wheels = []
    for name, version in sorted(found.items()):
        wheel = resolve.choose(upstream.index, name, version, manifest["python"]).native
        wheels.append({"name": name, "version": str(version)} | upstream.index.pin(wheel).to_json())
    return {"wheels": wheels}


INGREDIENTS: Mapping[str, Callable[[Mapping[str, Any], Sources], dict[str, Any]]] = {
    "root": _root,
    "sources": _sources,
    "seed": _seed,
    "tools": _tools,
}

"""nix/mirrors.json: base URLs from which Nix itself fetches pins, so that a build needs no `fetch`."""

from pathlib import Path
from urllib.parse import unquote

from farwheel import crates, mirrors, nix
from farwheel.errors import FarwheelError
from farwheel.locate import Locator
from farwheel.pins import REGISTRIES, Pin, pins_in, read_json, write_json
from farwheel.transfer import RefusedError
from farwheel.web import NOBODY, Client, HTTPError

FILE = nix.REPOSITORY / "nix/mirrors.json"
_PINS = nix.REPOSITORY / "nix/pins"


def bases(client: Client) -> dict[str, str]:
    """Registry -> the base URL below which its pins lie, from the first of the user's mirrors that will do.

    A mirror will do when it has one of our pins where the pin's path says, and an index of crates when it
    keeps them in the way that every index can. FarwheelError when none does; without crates all that needs no
    Rust can still be built, so theirs is left out instead.
    """
    # The smallest pins that every build needs: the seed's package, and one of the tools' wheels.
    samples = {"debian": "seed.json", "pypi": "tools.json"}
    found = {name: _base(client, pins_in(read_json(_PINS / file), file)[0]) for name, file in samples.items()}
    return {**_crates(client), **found}


def _crates(client: Client) -> dict[str, str]:
    pin = Pin.from_json(read_json(_PINS / "rust.json")["crates"][0], "rust.json")
    try:
        for template in crates.templates(client):
            plain = "{" not in template and mirrors.shown(template) == template
            if plain and not client.head(crates.locate(template, pin), auth=NOBODY).is_error:
                return {"crates": template}
    except (FarwheelError, HTTPError, OSError):
        pass
    return {}


def _base(client: Client, pin: Pin) -> str:
    locator = Locator(client)
    refusals = []
    for mirror in locator.mirrors(pin):
        try:
            return _usable(client, locator.url(pin, mirror), pin)
        except (RefusedError, HTTPError, OSError) as error:
            refusals.append(f"{mirrors.shown(mirror)}: {str(error) or type(error).__name__}")
    raise FarwheelError(
        "\n  ".join([f"no mirror of the registry {pin.registry!r} can serve a pure Nix build", *refusals]),
        f"set {mirrors.setting(pin.registry)} to a mirror that has {pin.path}",
    )


def _usable(client: Client, url: str, pin: Pin) -> str:
    """The URL without the pin's path; RefusedError when Nix could not get the file with it."""
    base = _before(url.partition("#")[0], pin.path)
    if mirrors.shown(base) != base:
        raise RefusedError("a password would become readable in the Nix store; name it in Nix's netrc-file")
    # Nix knows no password of ours.
    answer = client.head(url, auth=NOBODY)
    if answer.is_error:
        raise RefusedError(f"HTTP {answer.status_code} for {url}")
    return base


def _before(url: str, path: str) -> str:
    # What is escaped in the path differs from mirror to mirror, its number of parts does not.
    depth = path.count("/") + 1
    parts = url.rsplit("/", depth)
    if unquote("/".join(parts[1:])) != path:
        raise RefusedError(f"its link to the file does not end in {path}")
    return parts[0]


def written(file: Path) -> dict[str, str]:
    """What nix/mirrors.json says now."""
    found: dict[str, str] = read_json(file)
    return found


def write(file: Path, found: dict[str, str]) -> None:
    """Write base URLs; those that are not ours to find ("seed") stay."""
    write_json(file, written(file) | found)


def clear(file: Path) -> None:
    """Leave no mirror behind, as in the repository."""
    write_json(file, {})


def configured() -> dict[str, list[str]]:
    """Registry -> the mirrors that `fetch` would try, [] where this machine knows none."""
    return {name: mirrors.configured(name) for name in REGISTRIES}

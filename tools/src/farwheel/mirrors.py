"""Where the registries are: wherever this machine's own package managers already look for them."""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from farwheel import aptconf, pipconf
from farwheel.errors import FarwheelError


def setting(name: str) -> str:
    """The environment variable that overrides the mirrors of the registry `name`."""
    return f"FARWHEEL_{name.upper()}"


def registry(name: str, env: Mapping[str, str] = os.environ, root: Path = Path("/")) -> list[str]:
    """The mirrors of "pypi" (simple indexes), "debian" (archive roots), "crates" or "github", in order.

    Base URLs without a final slash. `root` is where the host's own configuration is read from.
    Raises FarwheelError, naming the setting, when this machine knows no mirror.
    """
    urls = configured(name, env, root)
    if not urls:
        raise FarwheelError(
            f"no mirror of the registry {name!r} is known on this machine",
            f"set {setting(name)} to one or more base URLs, separated by spaces: {_EXAMPLES[name]}",
        )
    return urls


def configured(name: str, env: Mapping[str, str] = os.environ, root: Path = Path("/")) -> list[str]:
    """As `registry`, but none where nothing is configured, as most people's cargo is."""
    urls = env.get(setting(name), "").split() or _SOURCES[name](env, root)
    urls = [url.removeprefix("sparse+").rstrip("/") for url in urls]
    return list(dict.fromkeys(url for url in urls if _is_web(url)))


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def shown(url: str) -> str:
    """The URL as it may stand in a message: without the password that it may carry."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc="***@" + parts.netloc.rsplit("@", 1)[1]))


def cargo_home(env: Mapping[str, str] = os.environ) -> Path:
    """cargo's own folder: CARGO_HOME, or ~/.cargo."""
    return Path(env.get("CARGO_HOME") or Path(env.get("HOME", "~")).expanduser() / ".cargo")


def _pypi(env: Mapping[str, str], _root: Path) -> list[str]:
    default = pipconf.pip_setting("index-url", env).split()
    extra = pipconf.pip_setting("extra-index-url", env).split()
    uv_default, uv_extra = pipconf.uv_indexes(env)
    default = default + uv_default
    if not default:
        # Half a second of imports, and only needed when nobody configured anything.
        from pypi_simple import PYPI_SIMPLE_ENDPOINT

        default = [PYPI_SIMPLE_ENDPOINT]
    return default + extra + uv_extra


def _debian(_env: Mapping[str, str], root: Path) -> list[str]:
    return [
        uri
        for uri in aptconf.uris(root / "etc/apt")
        if _is_web(uri) and urlsplit(uri).path.rstrip("/").endswith("/debian")
    ]


def _crates(env: Mapping[str, str], _root: Path) -> list[str]:
    try:
        config = tomllib.loads((cargo_home(env) / "config.toml").read_text(encoding="utf-8"))
        return [_replaced("crates-io", config.get("source", {}), config.get("registries", {}))]
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        # No TOML, or another than cargo knows, which cargo tells about.
        return []


def _replaced(name: str, sources: Mapping[str, Any], registries: Mapping[str, Any]) -> str:
    """The index in a source's place: what replaces it may be replaced itself, and be a named registry."""
    seen = set()
    while (following := sources.get(name, {}).get("replace-with")) and name not in seen:
        seen.add(name)
        name = following
    source = sources.get(name, {})
    return str(source.get("registry") or registries.get(name, {}).get("index", "")) if seen else ""


def _github(_env: Mapping[str, str], _root: Path) -> list[str]:
    from nix_prefetch_github.interfaces import GithubRepository

    return [GithubRepository("o", "r").url().removesuffix("/o/r.git")]


_SOURCES: dict[str, Callable[[Mapping[str, str], Path], list[str]]] = {
    "crates": _crates,
    "debian": _debian,
    "github": _github,
    "pypi": _pypi,
}
_EXAMPLES = {
    "crates": "a sparse index, as in cargo's configuration",
    "debian": "the folder that holds dists/ and pool/, as in apt's sources",
    "github": "what stands before OWNER/REPOSITORY.git in the URL of a clone",
    "pypi": "a simple index, as in pip's index-url",
}

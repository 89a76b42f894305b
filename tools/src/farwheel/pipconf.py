"""What pip and uv are configured to use, read as they read it."""

import configparser
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Those of the commands that get packages go before what is for all.
_SECTIONS = ("download", "install", "global")
_TRUE = {"1", "true", "t", "yes", "y", "on"}


def pip_setting(name: str, env: Mapping[str, str] = os.environ) -> str:
    """What pip would take for its option `name` ("index-url"), "" when nothing sets it.

    Environment first, then the files, as in pip's documentation of its configuration.
    """
    variable = "PIP_" + name.upper().replace("-", "_")
    if env.get(variable):
        return env[variable].strip()
    found: dict[tuple[str, str], str] = {}
    for path in _pip_files(env):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        # A nearer file has the last word, on its own section only; pip takes index_url and --index-url, too.
        for section in parser.sections():
            for key, value in parser.items(section):
                found[section, key.replace("_", "-").removeprefix("--")] = value.strip()
    return next((text for section in _SECTIONS if (text := found.get((section, name)))), "")


def _pip_files(env: Mapping[str, str]) -> list[Path]:
    if env.get("PIP_CONFIG_FILE") == os.devnull:
        return []
    home = Path(env.get("HOME", "~")).expanduser()
    config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    system = [Path(folder) / "pip/pip.conf" for folder in _config_dirs(env)]
    named = [Path(env["PIP_CONFIG_FILE"])] if env.get("PIP_CONFIG_FILE") else []
    # A file that is named takes the place of the user's own.
    own = [] if any(map(Path.exists, named)) else [home / ".pip/pip.conf", config / "pip/pip.conf"]
    place = Path(env.get("VIRTUAL_ENV") or sys.base_prefix) / "pip.conf"
    return [*system, Path("/etc/pip.conf"), *own, place, *named]


def _config_dirs(env: Mapping[str, str]) -> list[str]:
    return [folder for folder in env.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if folder]


def uv_indexes(env: Mapping[str, str] = os.environ) -> tuple[list[str], list[str]]:
    """uv's (default indexes, further indexes), from its variables or else its `uv.toml` files."""
    default = _urls(env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL") or "")
    extra = _urls(f"{env.get('UV_INDEX', '')} {env.get('UV_EXTRA_INDEX_URL', '')}")
    home = Path(env.get("HOME", "~")).expanduser()
    config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    system = [Path(folder) / "uv/uv.toml" for folder in _config_dirs(env)]
    files = [config / "uv/uv.toml", *system, Path("/etc/uv/uv.toml")]
    if env.get("UV_CONFIG_FILE"):
        files = [Path(env["UV_CONFIG_FILE"])]
    elif env.get("UV_NO_CONFIG", "").lower() in _TRUE:
        files = []
    for path in files:
        try:
            found_default, found_extra = _uv_file(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
            # No TOML, or another than uv knows, which uv tells about.
            continue
        default = default or found_default
        extra = extra or found_extra
    return default, extra


def _urls(words: str) -> list[str]:
    """`NAME=URL` or `URL`, several of them."""
    urls = []
    for word in words.split():
        name, equals, url = word.partition("=")
        urls.append(url if equals and "/" not in name else word)
    return urls


def _uv_file(data: dict[str, Any]) -> tuple[list[str], list[str]]:
    tables = (data, data.get("pip", {}))
    indexes = data.get("index", [])
    default = [str(index["url"]) for index in indexes if index.get("default")]
    default += [str(table["index-url"]) for table in tables if "index-url" in table]
    extra = [str(index["url"]) for index in indexes if not index.get("default") and not index.get("explicit")]
    extra += [str(url) for table in tables for url in table.get("extra-index-url", [])]
    return default, extra

"""What apt is configured to use."""

from email.parser import HeaderParser
from pathlib import Path

_NO = {"no", "false", "without", "off", "disable", "0"}
_MIRRORS = "mirror+file:"


def uris(folder: Path) -> list[str]:
    """Every URI of the enabled sources below `folder` (`/etc/apt`), in apt's order, each once."""
    found: dict[str, None] = {}
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if path.suffix == ".list":
            found |= dict.fromkeys(_one_line_style(text))
        elif path.suffix == ".sources":
            found |= dict.fromkeys(_deb822_style(text))
    listed = (uri for one in found for uri in _listed(one, folder.parents[1]))
    return list(dict.fromkeys(listed))


def _listed(uri: str, root: Path) -> list[str]:
    """The URI, or those in its list of mirrors: apt-transport-mirror(1), Debian's cloud images."""
    if not uri.startswith(_MIRRORS):
        return [uri]
    try:
        path = root / uri.removeprefix(_MIRRORS).lstrip("/")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [words[0] for line in text.splitlines() if (words := line.partition("#")[0].split())]


def _one_line_style(text: str) -> list[str]:
    """`deb [options] URI suite component...`, see sources.list(5)."""
    found = []
    for line in text.splitlines():
        words = " ".join(line.partition("#")[0].split())
        kind, _, rest = words.partition(" ")
        if kind not in {"deb", "deb-src"}:
            continue
        if rest.startswith("["):
            rest = rest.partition("]")[2].strip()
        found += rest.split()[:1]
    return found


def _deb822_style(text: str) -> list[str]:
    """Stanzas of fields, which have the form of a message's headers."""
    found = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in "\n".join(lines).split("\n\n"):
        fields = HeaderParser().parsestr(stanza.lstrip("\n"))
        if fields.get("Enabled", "yes").strip().lower() not in _NO:
            found += fields.get("URIs", "").split()
    return found

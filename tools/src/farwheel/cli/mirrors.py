"""`farwheel mirrors`: where pins come from."""

import sys
from typing import Annotated

import typer

from farwheel.cli.options import Json, print_json
from farwheel.errors import UsageError


def mirrors(
    write: Annotated[
        bool, typer.Option("--write", help="Fill nix/mirrors.json, so that Nix fetches by itself.")
    ] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="Empty nix/mirrors.json, as it is in the repository.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show where pins come from on this machine: what `fetch` tries, in order, and what Nix itself uses.

    The mirrors of `fetch` are those that pip or uv, apt and cargo are configured to use, or the variables
    FARWHEEL_PYPI, FARWHEEL_DEBIAN, FARWHEEL_CRATES and FARWHEEL_GITHUB: base URLs, separated by spaces.
    Passwords stand in these URLs, or in ~/.netrc. Trees come by git, as it is configured; of GitHub's mirrors
    the base is what OWNER/REPOSITORY.git follows.

    --write is for remote builders, Hydra and whoever wants a plain `nix build`: it takes the first mirror of
    each registry that has our pins (Nix knows no second) and changes no output path.

    The seed, one busybox out of a Debian package, is the exception, as nothing can unpack it. It comes from
    `fetch`, from a binary cache, or from a URL that you add to nix/mirrors.json by hand under "seed": the
    folder there must hold busybox-static.nar.xz, made by `nix-store --dump PATH | xz` from the store path
    that ends in -busybox-static.
    """
    from farwheel import purebuild
    from farwheel.web import client

    if write and clear:
        raise UsageError("--write and --clear exclude each other")
    if write:
        with client() as http:
            purebuild.write(purebuild.FILE, purebuild.bases(http))
        sys.stderr.write(f"farwheel: wrote {purebuild.FILE}; `tools/farwheel mirrors --clear` undoes it\n")
    elif clear:
        purebuild.clear(purebuild.FILE)
    _show(purebuild.configured(), purebuild.written(purebuild.FILE), as_json=as_json)


def _show(fetch: dict[str, list[str]], nix: dict[str, str], *, as_json: bool) -> None:
    from farwheel.mirrors import setting, shown

    fetch = {name: [shown(url) for url in urls] for name, urls in fetch.items()}
    nix = {name: shown(url) for name, url in nix.items()}
    if as_json:
        print_json({"fetch": fetch, "nix": nix}, sort_keys=True)
        return
    rows = [("registry", "used by", "base URL")]
    for name, urls in fetch.items():
        without = "what cargo itself uses; " if name == "crates" else ""
        rows += [(name, "fetch", url) for url in urls or [f"- ({without}{setting(name)} sets it)"]]
    rows += [
        (name, "nix build", nix.get(name, "-")) for name in sorted({"crates", "debian", "pypi", "seed", *nix})
    ]
    for registry, user, url in rows:
        sys.stdout.write(f"{registry:8}  {user:9}  {url}\n")

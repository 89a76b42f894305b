"""`farwheel serve`: an index on this machine, for trying it out."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def serve(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that `index` wrote.")],
    port: Annotated[int, typer.Option(help="0 means any that is free.", min=0, max=65535)] = 8000,
) -> None:
    """Serve an index on loopback until Ctrl-C, and print how pip and uv use it. Requests go to stderr."""
    from farwheel.index.serve import server

    with server(out, port) as running:
        top = f"http://127.0.0.1:{running.server_port}/"
        url = f"{top}simple/"
        sys.stderr.write(f"farwheel: pages for people: {top}\n")
        sys.stdout.write(f"pip install --index-url {url} NAME\nuv pip install --default-index {url} NAME\n")
        sys.stdout.flush()
        running.serve_forever()

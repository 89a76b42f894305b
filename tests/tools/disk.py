"""A disk that is full."""

from pathlib import Path


def full_disk(folder: Path) -> list[str]:
    """The beginning of a command that is to find a full disk at `folder`, in a mount namespace of its own."""
    script = """
        mount -t tmpfs -o size=64k full "$0"
        cat /dev/zero >"$0/filler" 2>/dev/null
        exec "$@"
        """
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(folder)]

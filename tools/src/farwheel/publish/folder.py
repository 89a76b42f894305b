"""A folder as the place to publish to; what serves it sees each file whole, the old or the new one."""

import contextlib
import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from farwheel.errors import FarwheelError
from farwheel.files import beside, sha256_of
from farwheel.index.write import PARTS
from farwheel.publish.place import ChangedError, Page, other_bytes

# What GitHub Pages reads, beside the names that begin with a dot.
_HOSTS = {"CNAME"}


class Folder:
    """Implements `Place`. Those that write to it at once wait for each other through a lock in it."""

    def __init__(self, root: Path) -> None:
        """FarwheelError for a folder that holds what no index has; hidden files, as git has, do no harm."""
        self._root = root.resolve()
        foreign = sorted({path.name for path in self._root.glob("[!.]*")} - PARTS - _HOSTS)
        if foreign or (self._root.exists() and not self._root.is_dir()):
            raise FarwheelError(
                f"{root} is not for an index alone" + (f": it holds {foreign[0]}" if foreign else ""),
                "choose a folder that is empty, or that was published to before",
            )

    def keep(self, name: str, source: Path) -> bool:
        """See `Place`."""
        target = self._root / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with beside(target) as temporary:
                shutil.copyfile(source, temporary)
                # A link is made only where nothing is, however many try.
                with contextlib.suppress(FileExistsError):
                    target.hardlink_to(temporary)
                    return True
        published, ours = sha256_of(target), sha256_of(source)
        if published != ours:
            raise other_bytes(str(target), published, ours)
        return False

    def read(self, name: str) -> Page | None:
        """See `Place`."""
        try:
            content = (self._root / name).read_bytes()
        except FileNotFoundError:
            return None
        return Page(content, hashlib.sha256(content).hexdigest())

    def write(self, name: str, content: bytes, before: Page | None) -> None:
        """See `Place`."""
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside(target) as temporary, self._alone():
            if self.read(name) != before:
                raise ChangedError(name)
            temporary.write_bytes(content)
            temporary.replace(target)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time, on this machine and on those that mount the folder, under whatever name."""
        with (self._root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

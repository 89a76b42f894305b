"""Where tests publish to: a folder, or a bucket of an S3-compatible server."""

from dataclasses import dataclass
from pathlib import Path

from farwheel.publish.bucket import Bucket
from farwheel.publish.folder import Folder
from farwheel.publish.place import Place
from index_repository import Repository, tree


@dataclass
class Target:
    """Where to publish to, as `--to` has it, and where its files lie."""

    to: str
    files: Path

    def place(self) -> Place:
        return Bucket(self.to) if self.to.startswith("s3:") else Folder(self.files)


def published(target: Target) -> dict[str, bytes]:
    return {name: content for name, content in tree(target.files).items() if not name.startswith(".")}


def files(repository: Repository) -> list[str]:
    return sorted(path.name for path in (repository.root / "site/files").iterdir())

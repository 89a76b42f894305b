"""The folders that the tests run in."""

import os
import shutil
from pathlib import Path

from config import Config

_CONFIGURATIONS = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)


def prepare(config: Config, work: Path) -> list[str]:
    """Lay the tests out in a worker's own folder, which must not exist; pytest's arguments.

    A copy of the tests alone, with no package beside them: so pytest may put their folders on sys.path, as
    upstream's own runs do, and `import package` still finds the wheel.
    """
    work.mkdir(parents=True)
    if config.source:
        # Not the modes: those of a store forbid to write, and tests write beside themselves. Nor links to
        # what of the sdist is not here, a license above the tests for instance.
        shutil.copytree(
            config.source,
            work,
            copy_function=shutil.copyfile,
            ignore_dangling_symlinks=True,
            dirs_exist_ok=True,
        )
        for folder, _, _ in os.walk(work):
            Path(folder).chmod(0o755)
    if not any((work / name).exists() for name in _CONFIGURATIONS):
        # Otherwise pytest would look for one in the folders above.
        (work / "pytest.ini").write_text("[pytest]\n")
    ours = ["-q", "--color=no", "-p", "no:cacheprovider", f"--rootdir={work}"]
    # What QEMU and C code say goes to the worker's log: captured, it would die with the interpreter.
    ours += ["--capture=sys", f"--timeout={config.timeout:g}", "--timeout-method=signal"]
    return [*ours, *config.options, *config.selection]

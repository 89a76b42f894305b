"""The folder that the tests run in."""

import os
import shutil
from pathlib import Path

from config import Config
from errors import RunError

_CONFIGURATIONS = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)


def prepare(config: Config) -> list[str]:
    """Lay the tests out in a fresh working directory; pytest's arguments.

    A copy of the tests alone, with no package beside them: so pytest may put their folders on sys.path, as
    upstream's own runs do, and `import package` still finds the wheel.
    """
    if config.work.exists() and any(config.work.iterdir()):
        raise RunError(f"{config.work} is not empty: tests start in a fresh folder")
    if config.source:
        # Not the modes: those of a store forbid to write, and tests write beside themselves.
        shutil.copytree(config.source, config.work, dirs_exist_ok=True, copy_function=shutil.copyfile)
        for folder, _, _ in os.walk(config.work):
            Path(folder).chmod(0o755)
    config.work.mkdir(parents=True, exist_ok=True)
    if not any((config.work / name).exists() for name in _CONFIGURATIONS):
        # Otherwise pytest would look for one in the folders above.
        (config.work / "pytest.ini").write_text("[pytest]\n")
    ours = ["-q", "--color=no", "-p", "no:cacheprovider", f"--rootdir={config.work}"]
    # What QEMU and C code say goes to the worker's log: captured, it would die with the interpreter.
    ours += ["--capture=sys", f"--timeout={config.timeout:g}", "--timeout-method=signal"]
    return [*ours, *config.options, *config.selection]

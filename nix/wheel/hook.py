"""Run a PEP 517 backend's build_wheel: hook.py TOOLS SOURCE OUT SETTINGS.

Runs in the root's own Python; the backend runs in /opt/env's. SETTINGS is JSON: config_settings of PEP 517,
whose values are strings or lists of strings, with variables of the environment ($NIX_BUILD_CORES). Fails
where the backend asks for a requirement that the environment lacks, since nothing is resolved or downloaded
in a build.
"""

import json
import os
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from shutil import which

sys.path.insert(0, sys.argv[1])

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pyproject_hooks import BuildBackendHookCaller

PYTHON = "/opt/env/bin/python"


def unmet(requirements: list[str], installed: dict[str, str]) -> list[str]:
    """The requirements that neither an installed distribution nor a program on PATH fulfils."""
    missing = []
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate():
            continue
        version = installed.get(canonicalize_name(requirement.name))
        if version is None and which(requirement.name):
            continue
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            missing.append(text)
    return missing


def main() -> None:
    """Check the requirements, then build."""
    source, out = Path(sys.argv[2]), Path(sys.argv[3])
    settings = json.loads(os.path.expandvars(sys.argv[4]))
    pyproject = source / "pyproject.toml"
    system = tomllib.loads(pyproject.read_text("utf-8")).get("build-system", {}) if pyproject.exists() else {}
    caller = BuildBackendHookCaller(
        str(source),
        system.get("build-backend", "setuptools.build_meta:__legacy__"),
        system.get("backend-path"),
        python_executable=PYTHON,
    )
    site = next(Path("/opt/env/lib").glob("python*/site-packages"))
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in distributions(path=[str(site)])}
    wanted = caller.get_requires_for_build_wheel(settings)
    if missing := unmet(wanted, installed):
        sys.exit(
            f"error: the build asks for {', '.join(missing)}, which the pin does not have.\n"
            f"       Add it to build_requires in pkgs/{os.environ['package']}/lock.json, then: "
            f"tools/farwheel lock {os.environ['package']}"
        )
    print(f"built {caller.build_wheel(str(out), settings)}", flush=True)


main()

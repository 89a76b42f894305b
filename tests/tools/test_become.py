import os
import subprocess
import sys

from farwheel.nix import REPOSITORY

BECOME = """
import sys
from farwheel.become import become
script = 'echo "$0 $NAME"; grep SigIgn /proc/$$/status; exit 3'
become(["/bin/sh", "-c", script, *sys.argv[1:]], {"NAME": "value"})
"""


def test_the_other_program_gets_arguments_environment_and_no_ignored_signals() -> None:
    env = os.environ | {"PYTHONPATH": str(REPOSITORY / "tools/src")}
    done = subprocess.run(
        [sys.executable, "-c", BECOME, "word"], stdout=subprocess.PIPE, text=True, check=False, env=env
    )
    said, ignored = done.stdout.splitlines()
    assert said == "word value"
    assert int(ignored.split()[1], 16) & 1 << 12 == 0
    assert done.returncode == 3

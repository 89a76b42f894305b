"""The shell half, with a `uv` that takes no time."""

import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
UV = """#!/bin/sh
if [ "$1" = venv ]; then
  echo made >> "$FARWHEEL_CACHE/log"
  exec PYTHON -m venv --without-pip "$5"
fi
echo filled >> "$FARWHEEL_CACHE/log"; sleep "${SLOW:-0}"
"""


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Farwheel whose Python half only says what it was given."""
    tools = tmp_path / "tools"
    (tools / "src/farwheel").mkdir(parents=True)
    shutil.copy(TOOLS / "farwheel", tools)
    (tools / "requirements.txt").write_text("")
    (tools / "src/farwheel/__main__.py").write_text(
        "import sys; sys.stdout.write(f'{sys.argv[1:]}\\n'); sys.exit(7)\n"
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "uv").write_text(UV.replace("PYTHON", sys.executable))
    (programs / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tools / "farwheel"


def run(script: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([script, *words], capture_output=True, text=True, check=False)


def times_made() -> int:
    return Path(os.environ["FARWHEEL_CACHE"], "log").read_text().count("made")


def test_it_sets_itself_up_once_and_hands_over(copy: Path) -> None:
    first = run(copy, "build", "a b")
    assert (first.returncode, first.stdout) == (7, "['build', 'a b']\n")
    assert "setting up" in first.stderr
    assert run(copy).stderr == ""
    assert times_made() == 1


def test_other_requirements_are_another_environment(copy: Path) -> None:
    run(copy)
    (copy.parent / "requirements.txt").write_text("# more\n")
    run(copy)
    assert times_made() == 2


def test_a_python_that_went_away_is_noticed(copy: Path) -> None:
    run(copy)
    (python,) = Path(os.environ["FARWHEEL_CACHE"]).glob("venv-*/bin/python")
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert run(copy).returncode == 7
    assert times_made() == 2


def test_after_ctrl_c_it_begins_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOW", "20")
    with subprocess.Popen([copy], stderr=subprocess.PIPE, start_new_session=True) as process:
        # With its Python there, and not what belongs into it.
        log = Path(os.environ["FARWHEEL_CACHE"], "log")
        while not (log.exists() and "filled" in log.read_text()):
            time.sleep(0.01)
        # Let the shell come from `echo` to `sleep`: in between, nobody would notice the signal.
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(5) != 0
    monkeypatch.delenv("SLOW")
    assert run(copy).returncode == 7
    assert times_made() == 2


def test_two_at_once_set_up_once(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOW", "0.3")
    processes = [subprocess.Popen([copy], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=30)
    assert [process.returncode for process in processes] == [7, 7]
    assert times_made() == 1


def test_nothing_of_the_folder_where_one_is_is_run(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here/farwheel"
    here.mkdir(parents=True)
    (here / "__main__.py").write_text("print('evil')\n")
    monkeypatch.chdir(here.parent)
    assert run(copy, "list").stdout == "['list']\n"


def test_no_python(copy: Path, tmp_path: Path) -> None:
    programs = tmp_path / "few"
    programs.mkdir()
    for name in ("bash", "env", "dirname", "readlink", "sha256sum", "mkdir", "flock"):
        (programs / name).symlink_to(shutil.which(name) or name)
    (programs / "id").write_text("#!/bin/sh\necho 1000\n")
    (programs / "id").chmod(0o755)
    env = os.environ | {"PATH": str(programs)}
    done = subprocess.run([copy], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 1
    assert "error: no Python 3.11 or newer on PATH" in done.stderr
    assert "python3-venv" in done.stderr


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck() -> None:
    subprocess.run(["shellcheck", TOOLS / "farwheel", TOOLS.parent / ".ci/run"], check=True)


def test_help_is_quick() -> None:
    """In processor time, which is what it takes on a machine that does nothing else."""
    command = [sys.executable, "-m", "farwheel", "--help"]
    env = os.environ | {"PYTHONPATH": str(TOOLS / "src")}
    times = []
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    for verb in ("build", "fetch", "lock", "list", "enter", "board", "doctor", "bench", "test"):
        assert f"\n  {verb} " in said
    assert min(times) < 0.4


def test_without_a_home_it_is_the_users(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FARWHEEL_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    # Where it would be, without making anything there.
    monkeypatch.setenv("PATH", f"{copy.parent / 'none'}:{os.environ['PATH']}")
    (copy.parent / "none").mkdir()
    (copy.parent / "none/mkdir").write_text('#!/bin/sh\necho "$@" >&3; exit 1\n')
    (copy.parent / "none/mkdir").chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", f"{copy} 3>&1"], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    home = pwd.getpwuid(os.getuid()).pw_dir
    assert done.stdout == f"-p {home}/.cache/farwheel\n"


def test_continuous_integration_needs_no_home_either(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(TOOLS.parent / ".ci", copy.parents[1] / ".ci")
    for name in ("shellcheck", "nginx", "caddy", "cargo", "chromium", "openssl", "jq", "go"):
        (copy.parents[1] / "bin" / name).symlink_to("/bin/true")
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    done = run(copy.parents[1] / ".ci/run")
    assert (done.returncode, done.stdout) == (7, "['test']\n"), done.stderr


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_cache_that_cannot_be_had_is_named(
    place: str, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FARWHEEL_CACHE", str(tmp_path / place))
    done = run(copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: {tmp_path / place} cannot be made, or not written to\n")
    assert "FARWHEEL_CACHE" in done.stderr


def test_a_closed_standard_output_is_no_traceback(copy: Path) -> None:
    run(copy)
    done = subprocess.run(["bash", "-c", f"{copy} >&-"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (7, "")

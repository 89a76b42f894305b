import os
import subprocess
import sys
from pathlib import Path

from farwheel.memory import Peak, below

PAGE = os.sysconf("SC_PAGESIZE")


def process(proc: Path, number: int, parent: int, name: str, pages: int) -> None:
    folder = proc / str(number)
    folder.mkdir()
    between = "0 " * 19
    line = f"{number} ({name}) S {parent} {between}{pages} 0\n"
    (folder / "stat").write_text(line, encoding="utf-8", errors="surrogateescape")


def test_what_is_below_a_process_and_below_a_daemon_counts(tmp_path: Path) -> None:
    process(tmp_path, 1, 0, "init", 5000)
    process(tmp_path, 10, 1, "nix-store", 3000)
    process(tmp_path, 11, 10, "bash", 1)
    process(tmp_path, 12, 11, "cc1 (x) y", 20)
    process(tmp_path, 13, 11, "half a letter \udcc3", 600)
    process(tmp_path, 20, 1, "nix-daemon", 4000)
    process(tmp_path, 21, 20, "nix-daemon", 300)
    process(tmp_path, 22, 21, "sh", 7)
    (tmp_path / "self").mkdir()
    (tmp_path / "99").mkdir()
    assert below(10, tmp_path) == (1 + 20 + 600 + 300 + 7) * PAGE


def test_the_kernel_tells_what_a_child_of_ours_holds() -> None:
    program = "import sys; held = bytearray(50_000_000); print('', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert below(os.getpid()) > 50_000_000
        child.communicate()


def test_the_most_counts_and_it_looks_once_a_second() -> None:
    held, now = [10, 30, 20], [0.0]
    peak = Peak(lambda: held.pop(0), lambda: now[0])
    for second in (0.0, 0.5, 1.1, 1.9, 2.2):
        now[0] = second
        peak.sample()
    assert peak.bytes == 30
    assert held == []

"""Wheels from strangers: refused quickly, in little memory, in words."""

import json
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import hostile
import wheels
from elves import Elf
from farwheel.verify import verify
from farwheel.verify import wheel as opened
from farwheel.verify.rules import RULES

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "tools/src"
SECONDS = 10  # of computing: what else the machine does must not count
MEMORY = 1 << 30


def limited(*command: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run Python in a gigabyte of address space."""
    return subprocess.run(
        [sys.executable, *command],
        env={"PYTHONPATH": f"{SOURCES}:{HERE}", "PATH": "", "HOME": "/nowhere"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def computed(*command: str, code: int) -> float:
    """Seconds of computing, in a process of its own: at the end of a long test run all takes much longer."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = limited(*command, seconds=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == code, done.stdout + done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("name", hostile.WHEELS)
def test_a_hostile_wheel_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / wheels.NAME
    path.write_bytes(hostile.WHEELS[name]())
    began = time.process_time()
    refused = verify(path).refused
    assert time.process_time() - began < SECONDS
    assert refused
    assert len(refused) < 250
    assert refused.isprintable()


def test_all_of_them_in_little_memory(tmp_path: Path) -> None:
    paths = hostile.write(tmp_path)
    done = limited("-m", "farwheel", "verify", *map(str, paths.values()), seconds=60)
    assert done.stderr == ""
    assert done.returncode == 1
    assert done.stdout.count("\n  refused: ") == len(paths)


def test_damage_at_random_is_never_a_traceback(tmp_path: Path) -> None:
    done = limited(str(HERE / "fuzz.py"), "20261121", "8", str(tmp_path), seconds=60)
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said["slowest"] < SECONDS
    assert said["files"] > 100
    # Neither all nor none: damage reaches rules and readers alike.
    assert 0.1 < said["refused"] / said["files"] < 0.9


def two_lists(data: bytes) -> bytes:
    """Of two lists of versions, the first is empty."""
    (headers,) = struct.unpack_from("<Q", data, 40)
    (zeros,) = struct.unpack_from("<Q", data, headers + 64 + 24)
    return hostile.patched(data, hostile.value_of(30, data) - 8, "qQ", 0x6FFFFFFE, zeros)


def uncounted(data: bytes) -> bytes:
    """A library whose list of versions is said to hold none, and has one."""
    (place,) = struct.unpack_from("<Q", data, hostile.value_of(0x6FFFFFFE, data))
    return hostile.patched(data, place + 2, "H", 0)


def hashed_twice(data: bytes) -> bytes:
    """Beside GNU's hash table there is another one, which says that there are no symbols."""
    (headers,) = struct.unpack_from("<Q", data, 40)
    (zeros,) = struct.unpack_from("<Q", data, headers + 64 + 24)
    return hostile.patched(data, hostile.value_of(30, data) - 8, "qQ", 4, zeros)


def test_a_hash_table_that_the_loader_does_not_look_into_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / wheels.NAME
    path.write_bytes(hostile.elf(hashed_twice, undefined=["foo_init"], gnu_hash=True))
    assert verify(path).status("undefined") == "FAIL"


@pytest.mark.parametrize(
    "hide",
    [
        lambda data: hostile.patched(data, hostile.value_of(0x6FFFFFFF, data), "Q", 0),
        lambda data: hostile.patched(data, 64 + 56 + 8, "Q", 8),
        two_lists,
        uncounted,
    ],
)
def test_what_the_loader_does_not_go_by_hides_nothing(tmp_path: Path, hide: Callable[[bytes], bytes]) -> None:
    path = tmp_path / wheels.NAME
    path.write_bytes(hostile.elf(hide, versions={"libc.so.6": ["GLIBC_2.99"]}))
    assert verify(path).status("symbols") == "FAIL"


def test_a_name_of_many_tags(tmp_path: Path) -> None:
    pythons, abis = (".".join(f"{kind}{number}" for number in range(30, 46)) for kind in ("cp", "abi"))
    name = f"demo-1.0-{pythons}-{abis}-manylinux_2_31_riscv64.linux_a.linux_b.whl"
    (tmp_path / name).write_bytes(hostile.GOOD)
    assert "stands for 768 tags" in verify(tmp_path / name).refused


def test_names_that_are_no_wheels(tmp_path: Path) -> None:
    for name in ("demo.whl", "demo-1.0.zip", "demo-x-py3-none-any.whl", "demo-1.0-1-2-3-py3-none-any.whl"):
        path = tmp_path / name
        path.write_bytes(hostile.GOOD)
        assert "its name is not that of a wheel" in verify(path).refused


def test_too_many_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_MAX_ELVES", 3)
    files: dict[str, wheels.Content] = {f"demo/lib{number}.so": Elf() for number in range(4)}
    assert "after the first 3" in verify(wheels.build(tmp_path, files)).refused


def test_endless_findings_end(tmp_path: Path) -> None:
    record = "".join(f"gone{number}.py,,\n" for number in range(5000))
    report = verify(wheels.build(tmp_path, {f"{wheels.INFO}/RECORD": record}))
    assert len(report.findings["record"]) == 1000


@pytest.mark.parametrize(
    "piece",
    [
        b"\0/build/" + b"a" * 40,
        b"+/build/",
        b" /home/joe",
        b"\0/tmp/build",
        b"/nix/store/0123",
        b"/",
        b"\0/root",
    ],
)
def test_paths_cannot_make_the_search_slow(tmp_path: Path, piece: bytes) -> None:
    path = wheels.build(tmp_path, {wheels.EXTENSION: Elf(data=piece * (4_000_000 // len(piece)))})
    began = time.process_time()
    assert set(verify(path).findings) == set(RULES)
    assert time.process_time() - began < SECONDS


def test_a_row_that_comes_again_is_not_hashed_again(tmp_path: Path) -> None:
    content = bytes(60 << 20)
    row = f"demo/big,{wheels.digest(content, 'sha512')},{len(content)}\n"
    path = wheels.build(tmp_path, {"demo/big": content, f"{wheels.INFO}/RECORD": row * 60})
    assert computed("-m", "farwheel", "verify", str(path), code=1) < SECONDS


def test_many_members_take_no_more_than_their_share(tmp_path: Path) -> None:
    path = tmp_path / wheels.NAME
    path.write_bytes(hostile.zipped(wheels.contents({f"demo/{number}": b"" for number in range(20_000)})))
    assert computed("-m", "farwheel", "verify", str(path), code=0) < SECONDS


def test_large_members_are_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_IN_MEMORY", 10)
    assert verify(wheels.build(tmp_path)).ok
    path = wheels.build(tmp_path, {wheels.EXTENSION: Elf(data=b"\0/root/x\0")})
    assert verify(path).status("leaks") == "FAIL"
    path.write_bytes(hostile.WHEELS["half an ELF file"]())
    assert "reach beyond its end" in verify(path).refused

"""The program on upstream's own logs, with what upstream's tests in Rust expect of each."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

TLPARSE = Path(sys.prefix, "bin/tlparse")
GRAPHS = ("aot_forward_graph", "dynamo_output_graph", "inductor_post_grad_graph", "inductor_output_code")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The program, which is to open no browser."""
    return subprocess.run([TLPARSE, "--no-browser", *words], check=False, capture_output=True, text=True)


def tlparse(folder: Path, log: str, *words: str) -> Path:
    """The page that it writes about a log."""
    done = run(*words, "-o", folder / "out", f"tests/inputs/{log}")
    assert done.returncode == 0, done.stderr
    return folder / "out/index.html"


def test_the_version_is_that_of_the_wheel() -> None:
    told = subprocess.run([TLPARSE, "--version"], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["tlparse", version("tlparse")]


@pytest.mark.parametrize("log", ["simple.log", "simple_corrupted_json.log"])
def test_a_trace_becomes_pages(tmp_path: Path, log: str) -> None:
    page = tlparse(tmp_path, log)
    assert "<html" in page.read_text().lower()
    written = {str(file.relative_to(page.parent)) for file in page.parent.rglob("*")}
    assert {"compile_directory.json", "failures_and_restarts.html", "raw.jsonl"} <= written
    for graph in GRAPHS:
        assert any(name.startswith(f"-_0_0_0/{graph}") for name in written), graph


def test_every_line_that_is_left_is_json(tmp_path: Path) -> None:
    lines = (tlparse(tmp_path, "simple.log", "--strict").parent / "raw.jsonl").read_text().splitlines()
    assert "string_table" in json.loads(lines[0])
    assert [json.loads(line) for line in lines[1:]]
    assert len(lines) == 15


def test_a_failure_is_told(tmp_path: Path) -> None:
    page = tlparse(tmp_path, "comp_failure.log")
    assert "BackendCompilerFailed" in (page.parent / "failures_and_restarts.html").read_text()


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    done = run("-o", tmp_path / "out", tmp_path / "none")
    assert done.returncode != 0

"""Which verbs prove a release, and in which order."""

import json
from pathlib import Path

import pytest

from bump_prover import enter
from farwheel.bump import verbs
from farwheel.bump.body import Evidence
from farwheel.bump.prove import ByVerbs

ROWS = [{"path": "/w/demo.whl", "python": python} for python in ("cp315", "cp313", "cp314")]
PRINTED = {"build": json.dumps(ROWS), "reproduce": '[{"same": true, "variation": "mode"}]'}


@pytest.mark.parametrize(
    ("allowed", "more"),
    [
        (None, ([], [])),
        ({"against": {}}, (["--allow", "pkgs/demo/verify.json"], [])),
        (
            {"isa": {"demo/x.*": "dispatched"}},
            (["--allow", "pkgs/demo/verify.json"], [["ledger", "update", "--vectors", "demo.cp315"]]),
        ),
    ],
)
def test_what_the_baseline_cpu_does_not_run_is_tested_with_vectors(
    allowed: object,
    more: tuple[list[str], list[list[str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "pkgs/demo").mkdir(parents=True)
    if allowed:
        (tmp_path / "pkgs/demo/verify.json").write_text(json.dumps(allowed))
    said: list[list[str]] = []

    def run(tree: Path, _step: str, *words: str, **_: object) -> str:
        said.append([word.removeprefix(f"{tree}/") for word in words])
        if words[:2] == ("ledger", "update"):
            enter(tree, "demo", "1.0")
        return PRINTED.get(words[0], "")

    monkeypatch.setattr(verbs, "run", run)
    evidence = Evidence()
    ByVerbs().prove(tmp_path, "demo", "1.0", evidence)
    exceptions, vectors = more
    assert said == [
        ["build", "--json", "demo"],
        ["verify", *exceptions, "/w/demo.whl"],
        ["ledger", "update", "--tests", "demo"],
        *vectors,
        ["reproduce", "--record", "--json", "demo"],
    ]
    assert evidence.reproduced == ["mode"]
    assert evidence.after

import json
from pathlib import Path

import pytest

from farwheel.errors import FarwheelError
from farwheel.recipe import LockOptions, lock_options


def test_a_missing_file_departs_from_nothing(tmp_path: Path) -> None:
    assert lock_options(tmp_path / "lock.json") == LockOptions("", "", [], [])


def test_all_fields(tmp_path: Path) -> None:
    fields = {
        "version": "==2.5.5",
        "pythons": "<3.15",
        "build_requires": ["cffi"],
        "constraints": ["setuptools<81"],
    }
    (tmp_path / "lock.json").write_text(json.dumps(fields))
    assert lock_options(tmp_path / "lock.json") == LockOptions(
        "==2.5.5", "<3.15", ["cffi"], ["setuptools<81"]
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"verison": "==1"}', "'verison' is unknown"),
        ('{"version": "2.5.5"}', "'version' is wrong"),
        ('{"version": 2}', "'version' is unknown or of the wrong type"),
        ('{"constraints": "setuptools<81"}', "'constraints' is unknown or of the wrong type"),
        ('{"build_requires": ["not a requirement"]}', "'build_requires' is wrong"),
        ('{"test_requires": ["demo=={release}"]}', "'test_requires' is wrong"),
        ('{"test_requires": [1]}', "'test_requires' is unknown or of the wrong type"),
        ("[]", "no JSON object"),
        ("{", "is not JSON"),
    ],
)
def test_a_mistake_names_file_and_field(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "lock.json").write_text(text)
    with pytest.raises(FarwheelError, match=complaint) as caught:
        lock_options(tmp_path / "lock.json")
    assert "lock.json" in caught.value.message

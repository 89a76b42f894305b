"""Upstream's tests as its own runner (test.py in the sdist) finds them: test_suite() of each module."""

import importlib
import unittest
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest

SOURCE = Path(__file__).parent / "src/lxml"
# Tests of one package import those of the other by relative names.
lxml.__path__.append(str(SOURCE))
lxml.html.__path__.append(str(SOURCE / "html"))


def flat(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from flat(entry)
        else:
            yield entry


def modules() -> list[str]:
    files = [*SOURCE.glob("tests/test_*.py"), *SOURCE.glob("html/tests/test_*.py")]
    return sorted(".".join(file.relative_to(SOURCE.parent).with_suffix("").parts) for file in files)


CASES = [case for name in modules() for case in flat(importlib.import_module(name).test_suite())]


@pytest.mark.parametrize("case", CASES, ids=unittest.TestCase.id)
def test_upstream(case: unittest.TestCase) -> None:
    result = unittest.TestResult()
    unittest.TestSuite([case]).run(result)
    assert not (wrong := result.errors + result.failures), wrong[0][1]
    for _, why in result.skipped:
        pytest.skip(why)

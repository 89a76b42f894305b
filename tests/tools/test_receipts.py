from typing import Any

from farwheel import receipts


def receipt(python: str, passed: int = 1, **more: Any) -> dict[str, Any]:
    return {"python": python, "run": "core", "counts": {"passed": passed}, "seconds": 3, "slowest": []} | more


def brief(python: str, passed: int = 1) -> dict[str, Any]:
    return {"python": python, "run": "core", "counts": {"passed": passed}, "seconds": 3}


def test_where_there_is_one_it_stays_as_it_is() -> None:
    one = receipt("3.13.15")
    assert receipts.join(one, None) is one
    assert receipts.join(None, one) is one
    assert receipts.join(None, None) is None


def test_of_one_cpython_the_new_one_counts() -> None:
    assert receipts.join(receipt("3.13.15", 2), receipt("3.13.15", 1)) == receipt("3.13.15", 2)


def test_a_patch_release_is_no_other_cpython() -> None:
    assert receipts.join(receipt("3.13.16", 2), receipt("3.13.15", 1)) == receipt("3.13.16", 2)
    found = receipts.join(receipt("3.14.7"), receipt("3.13.15"))
    assert receipts.join(receipt("3.13.16", 2), found) == receipt("3.14.7", also=[brief("3.13.16", 2)])


def test_the_newest_cpython_is_whole_and_the_others_are_in_short() -> None:
    found = None
    for python in ("3.14.7", "3.9.2", "3.15.0rc2", "3.13.15"):
        found = receipts.join(receipt(python), found)
    assert found == receipt("3.15.0rc2", also=[brief("3.9.2"), brief("3.13.15"), brief("3.14.7")])


def test_a_second_run_in_an_older_cpython_replaces_its_first() -> None:
    found = receipts.join(receipt("3.13.15", 1), receipt("3.14.7"))
    found = receipts.join(receipt("3.13.15", 2), found)
    assert found == receipt("3.14.7", also=[brief("3.13.15", 2)])
    assert receipts.join(receipt("3.14.7", 5), found) == receipt("3.14.7", 5, also=[brief("3.13.15", 2)])


def test_what_a_cpu_with_vectors_came_to_stays_beside() -> None:
    ran = receipt("3.13.15", 4, conditions={"cpu": "max"})
    both = receipts.on_vectors(ran, receipt("3.14.7", also=[brief("3.13.15")]))
    assert both["vectors"] == brief("3.13.15", 4) | {"cpu": "max"}
    for python in ("3.13.15", "3.14.7", "3.15.0"):
        found = receipts.join(receipt(python), both)
        assert found
        assert found["vectors"] == both["vectors"]
    assert receipts.on_vectors(ran | {"conditions": {"cpu": "new"}}, both)["vectors"]["cpu"] == "new"


def test_receipts_that_do_not_say_which_cpython_it_was_replace_each_other() -> None:
    old, new = {"counts": {"passed": 1}}, {"counts": {"passed": 2}}
    assert receipts.join(new, old) == new

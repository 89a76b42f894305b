"""Which tests of a suite run, and when."""

import re
from collections import Counter
from pathlib import Path

import pytest

from suite_runs import loaded, outcome, run, start


def test_a_budget_takes_the_same_sample_of_every_module(python: Path, tmp_path: Path) -> None:
    test = """\
        import pytest, time
        @pytest.mark.parametrize("n", range({count}))
        def test_it(n, request):
            with open("../order", "a") as file: file.write(request.node.nodeid + "\\n")
            time.sleep({pause})
        """
    started = []
    for pause, budget in ((0.3, 5), (0, 1000)):
        folder = tmp_path / str(budget)
        folder.mkdir()
        sizes = {"a": 100, "b": 20, "c": 2}
        files = {f"test_{name}.py": test.format(count=n, pause=pause) for name, n in sizes.items()}
        started.append(
            (start(python, folder, files, budget=budget, beyond="sample", seed=7), folder, budget == 1000)
        )
    orders = []
    for process, folder, complete in started:
        done = outcome(process, folder)
        assert done.receipt, done.said
        orders.append((folder / "work/order").read_text().split())
        assert (done.receipt["share"] == 1) == complete
        assert (done.receipt["counts"]["passed"] == done.receipt["counts"]["total"]) == complete
    short, whole = orders
    assert short == whole[: len(short)]
    assert {name[:6] for name in short[:3]} == {"test_a", "test_b", "test_c"}


def test_samples_are_fair_and_depend_on_the_seed() -> None:
    order = loaded("order")
    ids = [f"{module}.py::test[{n}]" for module, count in (("a", 400), ("b", 40)) for n in range(count)]
    modules = order.by_module(range(len(ids)), ids)
    tests = [test for unit in order.sampled(modules, ids, 1) for test in unit]
    assert sorted(tests) == list(range(len(ids)))
    half = Counter(ids[test][0] for test in tests[:220])
    assert half["a"] == pytest.approx(200, abs=20)
    assert half["b"] == pytest.approx(20, abs=4)
    other = [test for unit in order.sampled(modules, ids, 2) for test in unit]
    assert set(other[:50]) != set(tests[:50])


def test_a_whole_suite_runs_as_it_was_collected(python: Path, tmp_path: Path) -> None:
    test = """\
        import pytest
        @pytest.mark.parametrize("n", range({count}))
        def test_it(n, request):
            with open("../order", "a") as file: file.write(request.node.nodeid + "\\n")
        """
    sizes = {"a": 2, "b": 30, "c": 3}
    done = run(python, tmp_path, {f"test_{m}.py": test.format(count=n) for m, n in sizes.items()}, budget=60)
    assert done.receipt, done.said
    order = (tmp_path / "work/order").read_text().split()
    assert order == [f"test_{module}.py::test_it[{n}]" for module, size in sizes.items() for n in range(size)]


def test_a_whole_suite_that_its_budget_does_not_suffice_for_leaves_no_receipt(
    python: Path, tmp_path: Path
) -> None:
    test = """\
        import pytest, time
        @pytest.mark.parametrize("n", range(50))
        def test_it(n): time.sleep(0.5)
        """
    done = run(python, tmp_path, {"test_it.py": test}, budget=4)
    assert (done.code, done.receipt) == (1, None)
    assert re.search(r"error: 4 s were not enough: \d of 50 tests were run; .* `sampled = true`", done.said)


def test_a_core_has_as_much_of_the_suite_as_there_is_time_for(python: Path, tmp_path: Path) -> None:
    test = """\
        import pytest, time
        @pytest.mark.parametrize("n", range(50))
        def test_it(n, request):
            with open("../order", "a") as file: file.write(f"{n} ")
            time.sleep(0.5)
        """
    done = run(python, tmp_path, {"test_it.py": test}, budget=4, beyond="cut")
    assert done.receipt, done.said
    order = (tmp_path / "work/order").read_text().split()
    assert order == [str(n) for n in range(len(order))]
    assert done.receipt["counts"]["passed"] == len(order)
    assert done.receipt["share"] == pytest.approx(len(order) / 50, abs=0.01)


def test_a_suite_begins_with_those_that_the_recipe_calls_early(python: Path, tmp_path: Path) -> None:
    test = """\
        import pytest
        @pytest.mark.parametrize("n", range(4))
        def test_{name}(n, request):
            with open("../order", "a") as file: file.write(request.node.nodeid + "\\n")
        """
    files = {f"test_{name}.py": test.format(name=name) for name in "ab"}
    done = run(python, tmp_path, files, early=["*::test_b[2]", "nothing"])
    assert done.receipt, done.said
    ran = [test.rpartition("_")[2] for test in (tmp_path / "work/order").read_text().split()]
    assert ran == ["b[2]", "a[0]", "a[1]", "a[2]", "a[3]", "b[0]", "b[1]", "b[3]"]
    assert done.receipt["counts"]["passed"] == len(ran)


def test_a_queue_shares_out_the_last_unit_and_takes_back() -> None:
    order = loaded("order")
    queue = order.Queue([list(range(10)), [10, 11]])
    assert queue.take("one", 2) == [0, 1]
    assert queue.take("two", 3) == [10, 11, 6]
    queue.give_back("two", [11, 6])
    assert queue.take("three", 5) == [11, 6, 7, 8, 9]
    assert [queue.take("one", 9), queue.left] == [[2, 3, 4, 5], 0]

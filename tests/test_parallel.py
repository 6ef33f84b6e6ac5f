"""How tests are spread over processes."""

import os
from pathlib import Path
from types import SimpleNamespace

from tests import parallel

HERE = Path(__file__).parent


def test_each_long_file_is_there_and_named_once() -> None:
    assert [name for name in parallel.LONG if not (HERE / name).is_file()] == []
    assert len(set(parallel.LONG)) == len(parallel.LONG)


def test_long_files_come_first_and_nothing_else_is_moved() -> None:
    names = ["a.py::one", "b.py::one", "b.py::two", "c.py::one", "d.py::x[tests/c.py]", "b.py::three"]
    items = [SimpleNamespace(nodeid=f"tests/{name}") for name in names]
    parallel.longest_first(items, ("c.py", "b.py"))
    assert [item.nodeid.removeprefix("tests/") for item in items] == [
        "c.py::one", "b.py::one", "b.py::two", "b.py::three", "a.py::one", "d.py::x[tests/c.py]",
    ]  # fmt: skip


def test_one_process_more_than_processors() -> None:
    assert parallel.workers() == len(os.sched_getaffinity(0)) + 1

"""The size budget: functions and files stay small enough to be read in one go."""

import ast
import statistics
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("platform", "fabric", "ingest", "tenants", "accounting", "market", "chaincode", "agent")
LONGEST_FUNCTION, LONGEST_FILE = 70, 500
FUNCTION_MEDIAN, FUNCTION_P95, FILE_MEDIAN, FILE_P95 = 12, 40, 150, 350


# Carry messages between peer and rules: their time-outs are no amounts.
TRANSPORT = {"runtime.py", "server.py", "stub.py"}


@cache
def _files() -> list[Path]:
    found = [path for top in SOURCES for path in (ROOT / top).rglob("*.py") if "migrations" not in path.parts]
    return sorted(path for path in found if path.stat().st_size)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _functions() -> list[tuple[int, str]]:
    sizes = []
    for path in _files():
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                sizes.append(
                    (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
                )
    return sizes


def _percentile_95(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.95)]


def test_no_function_is_too_long() -> None:
    assert [where for size, where in _functions() if size > LONGEST_FUNCTION] == []


def test_no_file_is_too_long() -> None:
    long = [
        (len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(ROOT))) for path in _files()
    ]
    assert [where for size, where in long if size > LONGEST_FILE] == []


def test_functions_keep_their_median_and_95th_percentile() -> None:
    sizes = [size for size, _ in _functions()]
    assert statistics.median(sizes) <= FUNCTION_MEDIAN
    assert _percentile_95(sizes) <= FUNCTION_P95


def test_files_keep_their_median_and_95th_percentile() -> None:
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path in _files()]
    assert statistics.median(sizes) <= FILE_MEDIAN
    assert _percentile_95(sizes) <= FILE_P95


@pytest.mark.parametrize(
    "folder", ["accounting/domain", "accounting/guidelines", "chaincode", "market/domain"]
)
def test_no_float_where_tonnes_or_money_are_computed(folder: str) -> None:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path.name in TRANSPORT:
            continue
        for node in ast.walk(_tree(path)):
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if call or literal:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []

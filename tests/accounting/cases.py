"""The worked cases of the guidelines, read once; tests copy before they change anything."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from accounting.domain.compute import compute_json

TABLES = Path(__file__).resolve().parent.parent / "tables"


def all_cases() -> list[dict[str, Any]]:
    """Every worked case of every guideline table."""
    return [case for path in sorted(TABLES.glob("*.json")) for case in json.loads(path.read_text())["cases"]]


def input_of(case_id: str) -> dict[str, Any]:
    """A fresh copy of one case's input."""
    return deepcopy(next(case["input"] for case in all_cases() if case["id"] == case_id))


def stream_of(data: dict[str, Any], name: str) -> dict[str, Any]:
    """One stream of an input, to be changed in place."""
    return next(stream for stream in data["streams"] if stream["id"] == name)


def blocking(data: dict[str, Any]) -> set[str]:
    """Names of the remarks that leave an input without a total."""
    return {remark["name"] for remark in compute_json(data)["remarks"] if remark["blocks"]}


def doubts(data: dict[str, Any]) -> set[str]:
    """Names of the remarks that ride beside a total."""
    return {remark["name"] for remark in compute_json(data)["remarks"] if not remark["blocks"]}

"""The worked cases of the guidelines, read once; tests copy before they change anything."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

TABLES = Path(__file__).resolve().parent.parent / "tables"


def all_cases() -> list[dict[str, Any]]:
    """Every worked case of every guideline table."""
    return [case for path in sorted(TABLES.glob("*.json")) for case in json.loads(path.read_text())["cases"]]


def input_of(case_id: str) -> dict[str, Any]:
    """A fresh copy of one case's input."""
    return deepcopy(next(case["input"] for case in all_cases() if case["id"] == case_id))

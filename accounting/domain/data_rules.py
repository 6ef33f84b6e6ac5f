"""Rules for missing hours, calibrations that ended and laboratories: data with their clause, read once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from accounting.domain.exact import number

FILE = Path(__file__).resolve().parent.parent / "guidelines" / "data_rules.toml"


@dataclass(frozen=True, slots=True)
class DataRule:
    """One rule in words with where it stands. window_days: how far a gap looks for complete days."""

    id: str
    zh: str
    en: str
    clause: str
    verified: bool
    window_days: int = 0


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The accuracy asked of meters of a medium, as a share (0.005 for half a per cent)."""

    share: Fraction
    clause: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Accreditation:
    """Forms of a laboratory's numbers; the group of `cma` is the last two digits of its year of issue."""

    cma: re.Pattern[str]
    cma_years: int
    cnas: re.Pattern[str]
    clause: str
    verified: bool


@dataclass(frozen=True, slots=True)
class DataRules:
    """All rules by id, accuracies by medium, and the one of laboratories."""

    gaps: Mapping[str, DataRule]
    calibrations: Mapping[str, DataRule]
    accuracies: Mapping[str, Accuracy]
    accreditation: Accreditation


@cache
def data_rules() -> DataRules:
    """The rules as they stand in `guidelines/data_rules.toml`."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return DataRules(
        gaps={row["id"]: _rule(row) for row in table["gap"]},
        calibrations={row["id"]: _rule(row) for row in table["calibration"]},
        accuracies={
            row["medium"]: Accuracy(number(row["percent"]) / 100, _clause(row), row["verified"])
            for row in table["accuracy"]
        },
        accreditation=_accreditation(table["accreditation"]),
    )


def _accreditation(row: Mapping[str, Any]) -> Accreditation:
    return Accreditation(
        cma=re.compile(row["cma"], re.IGNORECASE | re.ASCII),
        cma_years=row["cma_years"],
        cnas=re.compile(row["cnas"], re.IGNORECASE | re.ASCII),
        clause=_clause(row),
        verified=row["verified"],
    )


def _rule(row: Mapping[str, Any]) -> DataRule:
    return DataRule(
        id=row["id"],
        zh=row["zh"],
        en=row["en"],
        clause=_clause(row),
        verified=row["verified"],
        window_days=row.get("window_days", 0),
    )


def _clause(row: Mapping[str, Any]) -> str:
    return f"{row['source']}，{row['clause']}"

"""The table of kinds and fields (`guidelines/paper_rules.toml`), read once. Pure data."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[2] / "guidelines" / "paper_rules.toml"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of documents. reads: `text`, `figure`, `day`, or `pattern`, which is looked for anywhere."""

    id: str
    zh: str
    en: str
    reads: str
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is asked of one kind of document; empty where nothing is.

    clause: where it stands, Chinese and English. fields: each a tuple of fields of which one must be there;
    fuel: the same where the line burns a fuel. quantity: which figure, against: which value of the line, the
    first that is there; sum: `equal` or `at_most`. days: field and days it may lie after the period; span:
    days that its own span may lie outside of the period. within_days: from sampling to receipt and to the
    test.
    """

    id: str
    clause: tuple[str, str]
    verified: bool
    fields: tuple[tuple[str, ...], ...]
    fuel: tuple[str, ...] = ()
    quantity: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    sum: str = ""
    days: Mapping[str, int]
    span: int | None = None
    party: str = ""
    meter: bool = False
    values: bool = False
    within_days: int | None = None
    certificate: bool = False
    stock: Mapping[str, str]
    covers: bool = False


@dataclass(frozen=True, slots=True)
class PaperRules:
    """Fields, names of tested values and kinds by id. label: whatever may begin any of them."""

    label: re.Pattern[str]
    fields: Mapping[str, Field]
    parameters: Mapping[str, re.Pattern[str]]
    kinds: Mapping[str, Kind]


@cache
def paper_rules() -> PaperRules:
    """The rules as they stand in `guidelines/paper_rules.toml`."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    words = [row["words"] for row in (*table["field"], *table["parameter"]) if row.get("reads") != "pattern"]
    return PaperRules(
        label=re.compile("|".join(f"(?:{one})" for one in words), re.IGNORECASE),
        fields={row["id"]: _field(row) for row in table["field"]},
        parameters={row["id"]: re.compile(row["words"], re.IGNORECASE) for row in table["parameter"]},
        kinds={row["id"]: _kind(row) for row in table["kind"]},
    )


def _field(row: Mapping[str, Any]) -> Field:
    return Field(row["id"], row["zh"], row["en"], row["reads"], re.compile(row["words"], re.IGNORECASE))


def _kind(row: Mapping[str, Any]) -> Kind:
    return Kind(
        id=row["id"],
        clause=(
            f"{row['source']}，{row['clause']}",
            f"{row.get('source_en', row['source'])}: {row['clause_en']}",
        ),
        verified=row["verified"],
        fields=tuple(tuple(one.split("|")) for one in row["fields"]),
        fuel=tuple(row.get("fuel", ())),
        quantity=tuple(row.get("quantity", ())),
        against=tuple(row.get("against", ())),
        sum=row.get("sum", ""),
        days=row.get("days", {}),
        span=row.get("span"),
        party=row.get("party", ""),
        meter=row.get("meter", False),
        values=row.get("values", False),
        within_days=row.get("within_days"),
        certificate=row.get("certificate", False),
        stock=row.get("stock", {}),
        covers=row.get("covers", False),
    )

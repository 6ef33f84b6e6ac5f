"""A factor set that succeeds another: its rows checked one by one, and the text that is published. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from lexicon import canonical
from lexicon.factor_lines import next_of, number_of
from lexicon.units import NotANumber

from accounting.domain.conversions import parameter_in_base
from accounting.domain.draft_words import DraftName
from accounting.domain.exact import number
from accounting.domain.factors import SCHEMA, Factor, FactorSet, pick, read_published, with_rows
from accounting.domain.trees import Json

# A set of the programs has some hundred rows; more is no factor table.
ROWS_MAX = 2_000
TEXT_MAX = 300
NAME_MAX = 120
FAR = 10
_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FIELDS = ("item", "parameter", "variant", "value", "unit", "valid_from", "source", "clause", "verified")
_TEXTS = ("item", "parameter", "value", "unit", "source", "clause")
# Before every date that a row has: a changed factor that is tried on periods before its month.
_ALWAYS = "1900-01-01"

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class DraftRemark:
    """What is wrong with a row (from 1; 0: the set as a whole), or worth a look. column: its field."""

    row: int
    name: DraftName
    column: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        words: dict[str, Json] = {
            language: text.format(**self.facts)
            for language, text in (("zh", self.name.zh), ("en", self.name.en))
        }
        head: dict[str, Json] = {"row": self.row, "column": self.column, "name": self.name.name}
        return head | {"blocks": self.name.blocks} | words


@dataclass(frozen=True, slots=True)
class Change:
    """One factor before and after. before: None where the set had no row of it yet in force."""

    before: Factor | None
    after: Factor

    @property
    def key(self) -> Key:
        return key_of(self.after)

    def as_json(self) -> dict[str, Json]:
        """The factor's names with both rows' value, unit, source, clause and mark."""
        names: dict[str, Json] = {
            name: getattr(self.after, name) for name in ("item", "parameter", "variant", "valid_from")
        }
        return names | {"before": _shown(self.before), "after": _shown(self.after)}


@dataclass(frozen=True, slots=True)
class Draft:
    """What came of a proposed set. text: canonical JSON that is published; empty where a remark blocks."""

    since: str
    changes: tuple[Change, ...]
    unchanged: int
    remarks: tuple[DraftRemark, ...]
    text: str

    @property
    def blocked(self) -> bool:
        return any(remark.name.blocks for remark in self.remarks)


def key_of(row: Factor) -> Key:
    """What names a factor in a set."""
    return row.item, row.parameter, row.variant


def read_file(text: str) -> tuple[Mapping[str, Any], list[DraftRemark]]:
    """A file's object, in the shape of the sets of the programs; or what is wrong with it as a whole."""
    try:
        table = json.loads(text, parse_float=_as_written, parse_int=_as_written, parse_constant=_as_written)
    except (ValueError, RecursionError) as error:
        return {}, [DraftRemark(0, DraftName.not_json, "", {"problem": str(error)[:120]})]
    if not isinstance(table, dict) or not isinstance(table.get("set", {}), dict):
        return {}, [DraftRemark(0, DraftName.not_a_set)]
    rows, shared = table.get("row", []), table.get("shared", {})
    if not isinstance(rows, list) or not isinstance(shared, dict):
        return {}, [DraftRemark(0, DraftName.not_a_set)]
    merged = [shared | row if isinstance(row, dict) else row for row in rows]
    return {"set": table.get("set", {}), "rows": merged}, []


class _AsWritten(str):
    """A JSON number where text is wanted: kept to be named."""


def _as_written(text: str) -> "_AsWritten":
    return _AsWritten(text)


def draft(base: FactorSet, *, since: str, names: Mapping[str, str], rows: Sequence[object]) -> Draft:
    """The set that succeeds `base` from a month on, with every remark. rows: changed ones or the whole table.

    names: `zh`, `en` of the set; the base's own with the number where left out.
    """
    remarks: list[DraftRemark] = [*_about_head(base, since, names)]
    if len(rows) > ROWS_MAX:
        remarks.append(DraftRemark(0, DraftName.rows_too_many, "", {"limit": str(ROWS_MAX)}))
    changes: list[Change] = []
    seen: dict[Key, int] = {}
    unchanged = 0
    for place, given in enumerate(rows[:ROWS_MAX], start=1):
        found, told = _row(base, place, given, since if _MONTH.fullmatch(since) else "2099-12", seen)
        remarks += told
        if found is None and not told:
            unchanged += 1
        if found is not None:
            changes.append(found)
    if not changes and not any(remark.name.blocks for remark in remarks):
        remarks.append(DraftRemark(0, DraftName.nothing_changed))
    blocked = any(remark.name.blocks for remark in remarks)
    text = "" if blocked else _text(base, since, names, changes)
    return Draft(since, tuple(changes), unchanged, tuple(remarks), text)


def changes_of(base: FactorSet, later: FactorSet) -> tuple[Change, ...]:
    """The factors in which a published set differs from the one it succeeds, in its order."""
    return tuple(_change(base, row, later.since) for row in later.rows[len(base.rows) :])


def stages(
    base: FactorSet, later: FactorSet, changes: Sequence[Change], *, always: bool = False
) -> list[FactorSet]:
    """`later` with the first change alone, with the first two, and so on; the last has all of them.

    always: as if they had held before their month, too, where periods in truth keep theirs.
    """
    found = []
    for count in range(1, len(changes) + 1):
        chosen = [change.after for change in changes[:count]]
        rows = base.rows
        if always:
            keys = {key_of(row) for row in chosen}
            rows = tuple(row for row in base.rows if key_of(row) not in keys)
            chosen = [replace(row, valid_from=_ALWAYS) for row in chosen]
        found.append(with_rows(later, (*rows, *chosen)))
    return found


def _about_head(base: FactorSet, since: str, names: Mapping[str, str]) -> list[DraftRemark]:
    found = []
    if not _MONTH.fullmatch(since):
        found.append(DraftRemark(0, DraftName.month_wrong, "since", {"given": since[:20] or "-"}))
    elif base.since and since <= base.since:
        found.append(DraftRemark(0, DraftName.overlaps, "since", {"set": base.id, "since": base.since}))
    for language, said in names.items():
        if len(said) > NAME_MAX or not _printable(said):
            found.append(DraftRemark(0, DraftName.too_long, language, {"limit": str(NAME_MAX)}))
    return found


def _row(
    base: FactorSet, place: int, given: object, since: str, seen: dict[Key, int]
) -> tuple[Change | None, list[DraftRemark]]:
    """The change a row makes (None: it is as it was), and what is said of the row."""
    if not isinstance(given, Mapping):
        return None, [DraftRemark(place, DraftName.row_not_object)]
    wrong = _shape(place, given)
    if wrong:
        return None, wrong
    key = (given["item"], given["parameter"], given.get("variant", ""))
    told = _known(base, place, key)
    if told or _is_as_before(base, given, key, since):
        return None, told
    told = [*_about_place(place, given, since, seen.setdefault(key, place))]
    told = told or _about_value(base, place, given, _in_force(base, key, since), key)
    if any(remark.name.blocks for remark in told):
        return None, told
    after = Factor(
        item=key[0],
        parameter=key[1],
        variant=key[2],
        text=given["value"],
        unit=given["unit"],
        valid_from=f"{since}-01",
        source=given["source"].strip(),
        clause=given["clause"].strip(),
        verified=given["verified"],
    )
    return Change(_in_force(base, key, since), after), told


def _is_as_before(base: FactorSet, given: Mapping[str, Any], key: Key, since: str) -> bool:
    """Whether a row is one of the base's, or without a date the one that holds in the month."""
    rows = [row for row in base.rows if key_of(row) == key]
    if given.get("valid_from"):
        return any(_same(row, given) for row in rows)
    old = _in_force(base, key, since)
    return old is not None and _same(old, {**given, "valid_from": old.valid_from})


def _about_place(place: int, given: Mapping[str, Any], since: str, first: int) -> list[DraftRemark]:
    """A new value holds from the set's month on, and a factor has one. first: the factor's first row."""
    day = f"{since}-01"
    if given.get("valid_from") and given["valid_from"] != day:
        facts = {"given": given["valid_from"][:20], "expected": day}
        return [DraftRemark(place, DraftName.published_row, "valid_from", facts)]
    return [] if first == place else [DraftRemark(place, DraftName.twice, "", {"other": str(first)})]


def _shape(place: int, given: Mapping[str, Any]) -> list[DraftRemark]:
    """Fields that are missing, unknown or of another kind."""
    told = [
        DraftRemark(place, DraftName.field_unknown, "", {"given": str(name)[:40]})
        for name in given
        if name not in _FIELDS
    ]
    for name in _TEXTS:
        said = given.get(name, "")
        if isinstance(said, _AsWritten) or not isinstance(said, str):
            told.append(DraftRemark(place, DraftName.not_text, name, {"given": str(said)[:40]}))
        elif not said.strip() and name != "value":
            told.append(DraftRemark(place, DraftName.missing, name))
        elif len(said) > TEXT_MAX or not _printable(said):
            told.append(DraftRemark(place, DraftName.too_long, name, {"limit": str(TEXT_MAX)}))
    for name in ("variant", "valid_from"):
        if not isinstance(given.get(name, ""), str) or isinstance(given.get(name), _AsWritten):
            told.append(DraftRemark(place, DraftName.not_text, name, {"given": str(given[name])[:40]}))
    if not isinstance(given.get("verified"), bool):
        told.append(DraftRemark(place, DraftName.mark_missing, "verified"))
    return told


def _known(base: FactorSet, place: int, key: Key) -> list[DraftRemark]:
    rows = base.defaults(item=key[0], parameter=key[1])
    if any(row.variant == key[2] for row in rows):
        return []
    allowed = sorted({row.variant or "-" for row in rows})
    if allowed:
        facts = {"given": key[2][:40] or "-", "allowed": ", ".join(allowed)[:200]}
        return [DraftRemark(place, DraftName.variant_unknown, "variant", facts)]
    facts = {"set": base.id, "item": key[0][:40], "parameter": key[1][:40]}
    return [DraftRemark(place, DraftName.factor_not_in_set, "item", facts)]


def _about_value(
    base: FactorSet, place: int, given: Mapping[str, Any], old: Factor | None, key: Key
) -> list[DraftRemark]:
    """A number of the factor's own unit, not negative; one ten times off is worth a second look.

    A row without a figure is as good as before where the table has it so, and no new value.
    """
    if not given["value"].strip():
        return [DraftRemark(place, DraftName.missing, "value")]
    try:
        value = number(given["value"])
    except NotANumber:
        return [DraftRemark(place, DraftName.number_wrong, "value", {"given": given["value"][:40]})]
    if value < 0:
        return [DraftRemark(place, DraftName.negative, "value", {"given": given["value"][:40]})]
    expected = next(row for row in base.rows if key_of(row) == key)
    try:
        based, unit = parameter_in_base(key[1], value, given["unit"])
    except ValueError:
        unit = None
    if unit is not expected.base_unit:
        facts = {"given": given["unit"][:20], "expected": expected.unit}
        return [DraftRemark(place, DraftName.unit_wrong, "unit", facts)]
    if old is None or not _is_far(based, old):
        return []
    facts = {"given": f"{given['value']} {given['unit']}", "before": f"{old.text} {old.unit}"}
    return [DraftRemark(place, DraftName.far_from_before, "value", facts)]


def _is_far(value: Fraction, old: Factor) -> bool:
    if not old.known or min(old.value, value) <= 0:
        return False
    return not old.value / FAR < value < old.value * FAR


def _in_force(base: FactorSet, key: Key, since: str) -> Factor | None:
    """The row that holds at the month's beginning: of this very variant."""
    rows = [row for row in base.defaults(item=key[0], parameter=key[1]) if row.variant == key[2]]
    return pick(rows, variant=key[2], on=f"{since}-01")


def _change(base: FactorSet, row: Factor, since: str) -> Change:
    return Change(_in_force(base, key_of(row), since), row)


def _same(row: Factor, given: Mapping[str, Any]) -> bool:
    return (row.text, row.unit, row.valid_from, row.source, row.clause, row.verified) == tuple(
        given.get(name) for name in ("value", "unit", "valid_from", "source", "clause", "verified")
    )


def _text(base: FactorSet, since: str, names: Mapping[str, str], changes: Sequence[Change]) -> str:
    """The published text: every row of the base, then the changed ones, each valid from the month on.

    Raises ValueError for a text that could not be read again, which would be a fault of ours.
    """
    name = next_of(base.id)
    head: dict[str, Json] = {
        "id": name,
        "zh": names.get("zh") or f"{_plain(base, 'zh')}（第 {number_of(name)} 版，{since} 起）",
        "en": names.get("en") or f"{_plain(base, 'en')} (version {number_of(name)}, from {since})",
        "roles": list(base.roles),
        "regional": base.regional,
        "succeeds": base.id,
        "succeeds_digest": base.digest,
        "since": since,
    }
    rows: list[Json] = [row_json(row) for row in (*base.rows, *(change.after for change in changes))]
    text = canonical.encode_text({"schema": SCHEMA, "set": head, "row": rows})
    read_published(text)
    return text


def _plain(base: FactorSet, language: str) -> str:
    """The base's name without the number and month that a published one has."""
    said = base.zh if language == "zh" else base.en
    return re.sub(r"（第 \d+ 版，.*）$| \(version \d+, from .*\)$", "", said)


def row_json(row: Factor) -> dict[str, Json]:
    """A row as a set's file has it."""
    return {
        "item": row.item,
        "parameter": row.parameter,
        "variant": row.variant,
        "value": row.text,
        "unit": row.unit,
        "valid_from": row.valid_from,
        "source": row.source,
        "clause": row.clause,
        "verified": row.verified,
    }


def _shown(row: Factor | None) -> Json:
    if row is None:
        return None
    table = row_json(row)
    return {name: table[name] for name in ("value", "unit", "source", "clause", "verified")}


def _printable(text: str) -> bool:
    return _CONTROL.search(text) is None

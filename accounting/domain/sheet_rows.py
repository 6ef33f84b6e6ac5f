"""From rows of a sheet to values of a plant's streams: all remarks in one run, no value when there is one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lexicon.terms import Origin
from lexicon.units import Unit

from accounting.domain.assembly import BALANCE, QUANTITY, SECOND
from accounting.domain.conversions import fits, parameter_in_base, quantity_in_base
from accounting.domain.exact import is_number, number
from accounting.domain.registry import Guideline, StreamType
from accounting.domain.sheets import (
    HELP,
    NOTE_LENGTH_MAX,
    VALUE_LENGTH_MAX,
    Cell,
    CellKind,
    Row,
    RowName,
    RowRemark,
)
from accounting.domain.statement import Parameter, Quantity, SourceStream

_GROUPED = re.compile(r"-?[0-9]{1,3}([,，'\u00a0\u2009 ][0-9]{3})+(\.[0-9]+)?", re.ASCII)
_ALLOWED_MAX = 300


@dataclass(frozen=True, slots=True)
class PlantStream:
    """A stream of the plant a sheet is for."""

    slug: str
    kind: str
    item: str
    variant: str
    unit: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value that a row gives. name: `quantity`, `balance.<field>` or a parameter."""

    row: int
    stream: str
    name: str
    text: str
    unit: str
    origin: str
    note: str


def value_names(kind: StreamType) -> tuple[str, ...]:
    """Everything a stream of a type may be given, in the order of a template."""
    quantity = () if kind.balance_only else (QUANTITY,)
    return (*quantity, *(f"{BALANCE}{name}" for name in kind.balance), SECOND, *kind.parameters)


def units_of(kind: StreamType, name: str) -> Sequence[str]:
    """The units a value of a stream may be given in; none for a name the stream does not have."""
    if name in (QUANTITY, SECOND) or (
        name.startswith(BALANCE) and name.removeprefix(BALANCE) in kind.balance
    ):
        return kind.quantity_units
    return kind.parameters[name].units if name in kind.parameters else ()


def read_rows(
    guideline: Guideline, streams: Sequence[PlantStream], *, period: str, rows: Sequence[Row]
) -> tuple[list[Entry], list[RowRemark]]:
    """The values of the filled rows and everything that is wrong, in the order of the rows."""
    read = [_RowReader(guideline, streams, period, row) for row in rows]
    entries = [entry for one in read if (entry := one.entry()) is not None]
    remarks = [remark for one in read for remark in one.remarks]
    remarks += _about_pairs(entries)
    if not remarks:
        by_slug = {stream.slug: stream for stream in streams}
        for slug in dict.fromkeys(entry.stream for entry in entries):
            mine = [entry for entry in entries if entry.stream == slug]
            remarks += _about_stream(guideline, by_slug[slug], mine)
    places = {one.row.number: one.place for one in read}
    placed = [_placed(remark, places.get(remark.row, ("", ""))) for remark in remarks]
    return entries, sorted(placed, key=lambda remark: remark.row)


def _placed(remark: RowRemark, place: tuple[str, str]) -> RowRemark:
    return replace(remark, stream=place[0], value=place[1])


class _RowReader:
    """Reads one row and says everything that is wrong with it."""

    def __init__(self, guideline: Guideline, streams: Sequence[PlantStream], period: str, row: Row) -> None:
        self.guideline, self.streams, self.period, self.row = guideline, streams, period, row
        self.remarks: list[RowRemark] = []
        # The stream and its value that the row is of, as far as they could be told.
        self.place = ("", "")

    def say(self, name: RowName, column: str = "", **facts: str) -> None:
        self.remarks.append(RowRemark(self.row.number, name, column, facts))

    def entry(self) -> Entry | None:
        """The row's value, or None after saying why there is none."""
        if not self.cells_are_plain():
            return None
        given = self.row.text("period")
        if given and given != self.period:
            self.say(RowName.period_other, "period", given=given[:40], period=self.period)
        stream = self.stream()
        kind = self.guideline.stream_type(kind=stream.kind, item=stream.item) if stream else None
        text, origin = self.number(), self.origin()
        if stream is None or kind is None:
            return None
        name = self.name(kind)
        self.place = (stream.slug, name or "")
        unit = self.unit(kind, name) if name else None
        if name is None or unit is None or text is None or origin is None or self.remarks:
            return None
        return Entry(self.row.number, stream.slug, name, text, unit, origin, self.row.text("note"))

    def cells_are_plain(self) -> bool:
        """Whether no imported cell is a formula, a date or too long; the first look at a row."""
        limits = {"note": NOTE_LENGTH_MAX, "value": VALUE_LENGTH_MAX}
        for column, cell in self.row.cells.items():
            if column in HELP:
                continue
            limit = limits.get(column, NOTE_LENGTH_MAX)
            if cell.kind == CellKind.FORMULA:
                self.say(RowName.formula, column)
            elif cell.kind == CellKind.OTHER:
                self.say(RowName.cell_not_text, column)
            elif len(cell.text) > limit:
                self.say(RowName.too_long, column, limit=str(limit))
        return not self.remarks

    def stream(self) -> PlantStream | None:
        """The stream by its id, or by a name or item that only one stream has."""
        given = self.row.text("stream")
        if not given:
            self.say(RowName.stream_missing, "stream")
            return None
        exact = next((one for one in self.streams if one.slug == given), None)
        named = [one for one in self.streams if given in (one.item, *one.names)]
        if exact is None and len(named) > 1:
            slugs = ", ".join(one.slug for one in named)
            self.say(RowName.stream_ambiguous, "stream", given=given[:40], allowed=slugs[:_ALLOWED_MAX])
        elif exact is None and not named:
            self.say(RowName.stream_unknown, "stream", given=given[:40])
        return exact or (named[0] if len(named) == 1 else None)

    def name(self, kind: StreamType) -> str | None:
        given = self.row.text("name")
        if given == QUANTITY and kind.balance_only:
            self.say(RowName.balance_required, "name")
            return None
        by_label = {one.zh: one.name for one in kind.parameters.values()}
        name = by_label.get(given, given)
        if not units_of(kind, name):
            allowed = ", ".join(value_names(kind))[:_ALLOWED_MAX]
            self.say(RowName.name_unknown, "name", given=given[:40] or "-", allowed=allowed)
            return None
        return name

    def number(self) -> str | None:
        """The value as plain decimal text; words for the usual slips."""
        cell = self.row.cells.get("value", Cell(""))
        given, facts = cell.text, {"given": cell.text[:40]}
        if given.endswith(("%", "％")):
            self.say(RowName.percent_for_fraction, "value", **facts)
        elif _GROUPED.fullmatch(given):
            self.say(RowName.number_grouped, "value", **facts)
        elif not is_number(given):
            self.say(RowName.number_wrong, "value", **facts)
        elif number(given) < 0 and self.row.text("name") != "temperature":
            self.say(RowName.negative, "value", **facts)
        elif cell.kind == CellKind.PERCENT and self.row.text("unit") == Unit.PERCENT:
            # The sheet holds 0.5562 and shows 55.62 %: which of the two is meant, only its writer knows.
            self.say(RowName.percent_for_fraction, "value", **facts)
        else:
            return given
        return None

    def unit(self, kind: StreamType, name: str) -> str | None:
        given, allowed = self.row.text("unit"), units_of(kind, name)
        if given in allowed:
            return given
        self.say(RowName.unit_wrong, "unit", given=given[:40] or "-", allowed=", ".join(allowed))
        return None

    def origin(self) -> str | None:
        given = self.row.text("origin")
        for origin in Origin:
            if given.casefold() in (str(origin), origin.zh, origin.en):
                return str(origin)
        words = ", ".join(f"{origin.zh} {origin}" for origin in Origin)
        name = RowName.origin_wrong if given else RowName.origin_missing
        self.say(name, "origin", given=given[:40], allowed=words)
        return None


def _about_pairs(entries: Sequence[Entry]) -> list[RowRemark]:
    """What is wrong between rows: the same value twice, a quantity beside a balance."""
    remarks: list[RowRemark] = []
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        key = (entry.stream, entry.name)
        if key in first:
            remarks.append(RowRemark(entry.row, RowName.duplicate, "", {"other": str(first[key])}))
        first.setdefault(key, entry.row)
    for entry in entries:
        other = first.get((entry.stream, QUANTITY))
        if entry.name.startswith(BALANCE) and other is not None:
            remarks.append(RowRemark(entry.row, RowName.quantity_and_balance, "name", {"other": str(other)}))
    return remarks


def _about_stream(guideline: Guideline, stream: PlantStream, entries: Sequence[Entry]) -> list[RowRemark]:
    """The guideline's checks on a stream's values: ranges, parts above their total, units that do not go."""
    rows = {entry.name: entry for entry in entries}
    activity = next((one for one in entries if one.name == QUANTITY or one.name.startswith(BALANCE)), None)
    quantity_unit = quantity_in_base(number("0"), activity.unit if activity else stream.unit)[1]
    parameters = {entry.name: _parameter(entry) for entry in entries if not _is_activity(entry)}
    remarks = [
        RowRemark(
            rows[name].row,
            RowName.unit_other_quantity,
            "unit",
            {"given": rows[name].unit, "quantity": activity.unit if activity else stream.unit},
        )
        for name, parameter in parameters.items()
        if not fits(parameter.unit, quantity_unit)
    ]
    seen = SourceStream(
        id=stream.slug,
        kind=stream.kind,
        item=stream.item,
        variant=stream.variant,
        period="",
        quantity=Quantity(unit=quantity_unit, value=None),
        parameters=parameters,
    )
    for check in guideline.rules.checks:
        for remark in check(seen):
            if remark.blocks:
                remarks.append(
                    _worded(remark.name.name, remark.facts, rows, zh=remark.text("zh"), en=remark.text("en"))
                )
    return remarks


def _worded(name: str, facts: Mapping[str, str], rows: Mapping[str, Entry], *, zh: str, en: str) -> RowRemark:
    """A guideline's remark at the row it is about, or at the stream's first row."""
    entry = rows.get(facts.get("field", "")) or next(iter(rows.values()))
    if name in ("fraction_out_of_range", "percent_for_fraction") and entry.name == facts.get("field"):
        return RowRemark(entry.row, RowName.fraction_over_one, "value", {"given": entry.text})
    return RowRemark(entry.row, RowName.guideline_check, "value", {"zh": zh, "en": en})


def _is_activity(entry: Entry) -> bool:
    return entry.name in (QUANTITY, SECOND) or entry.name.startswith(BALANCE)


def _parameter(entry: Entry) -> Parameter:
    value, unit = parameter_in_base(entry.name, number(entry.text), entry.unit)
    return Parameter(entry.name, value, unit, entry.origin, entry.text, entry.unit)

"""Labelled fields of a document's text, each with the line it stands in. Pure.

Three shapes are read: `label: value`, a label with its value in the next cell, and columns under a line of
labels. Nothing is guessed: what has no label that the table knows is not read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lexicon.units import Unit, convert

from accounting.domain.documents.rules import Field, paper_rules
from accounting.domain.radar.wording import dates_of

# Forms are a page or two; longer tables are read so far.
TEXT_MAX, LINES_MAX = 20_000, 500
_CELLS = re.compile(r"\t+|\s{2,}|[|｜]")
_COLON = re.compile(r"\s*[:：]\s*")
_FIGURE = re.compile(
    r"[±¥￥]?\s*(?P<n>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*(?P<u>[^\s\d,;，；。]*)"
)
# What forms write for units, with how many of the unit it is.
_UNITS: Mapping[str, tuple[str, int]] = {
    "吨": ("t", 1), "公吨": ("t", 1), "千克": ("kg", 1), "公斤": ("kg", 1), "克": ("g", 1),
    "度": ("kWh", 1), "千瓦时": ("kWh", 1), "兆瓦时": ("MWh", 1), "万千瓦时": ("MWh", 10),
    "万kwh": ("MWh", 10),
    "升": ("L", 1), "立方米": ("m3", 1), "m³": ("m3", 1), "标方": ("Nm3", 1), "标准立方米": ("Nm3", 1),
    "nm³": ("Nm3", 1), "万立方米": ("m3", 10_000), "万标方": ("1e4Nm3", 1), "万nm3": ("1e4Nm3", 1),
    "吉焦": ("GJ", 1), "兆焦": ("MJ", 1), "mj/kg": ("GJ/t", 1), "j/g": ("kJ/kg", 1), "百万千焦": ("GJ", 1),
}  # fmt: skip
_KNOWN = {unit.value.lower(): unit for unit in Unit}


@dataclass(frozen=True, slots=True)
class Found:
    """One field as it stands in a document. printed: the value as written; line: from 1; unit: symbol or ''.

    value: of a figure, in `unit`; a unit that is not known leaves the sign it has there in `foreign`.
    """

    label: str
    printed: str
    line: int
    value: Fraction | None = None
    unit: str = ""
    foreign: str = ""
    day: date | None = None

    def half_step(self) -> Fraction:
        """Half of the last digit that is printed, in `unit`."""
        match = _FIGURE.search(self.printed)
        places = len(match["n"].partition(".")[2]) if match else 0
        size = _UNITS.get(self.printed[match.start("u") :].strip().lower(), ("", 1))[1] if match else 1
        return Fraction(size, 2 * 10**places)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that was read of one document, by field and by parameter.

    whole: false where the text goes on beyond what was read, so that its rows are not all there.
    """

    fields: Mapping[str, Sequence[Found]] = field(default_factory=dict)
    parameters: Mapping[str, Sequence[Found]] = field(default_factory=dict)
    figures: Sequence[Found] = ()
    text: str = ""
    whole: bool = True

    def first(self, *names: str) -> Found | None:
        """The first of some fields that the document has."""
        return next((self.fields[name][0] for name in names if self.fields.get(name)), None)


def sheet_of(text: str) -> Sheet:
    """The fields of a text, of its first lines and characters."""
    rules = paper_rules()
    whole = len(text) < TEXT_MAX and text.count("\n") < LINES_MAX
    text = "\n".join(text[:TEXT_MAX].splitlines()[:LINES_MAX])
    fields: dict[str, list[Found]] = {}
    parameters: dict[str, list[Found]] = {}
    for label, value, line in pairs_of(text):
        known = _field_of(label)
        if known is not None and (one := _read(known, label, value, line)) is not None:
            fields.setdefault(known.id, []).append(one)
        for name, words in rules.parameters.items():
            if words.match(label.strip()) and (one := _figure(label, value, line)) is not None:
                parameters.setdefault(name, []).append(one)
    for each in rules.fields.values():
        if each.reads == "pattern" and (seen := list(_anywhere(each, text))):
            fields[each.id] = seen
    return Sheet(fields, parameters, tuple(_figures(text)), text, whole)


def pairs_of(text: str) -> Iterator[tuple[str, str, int]]:
    """Label, value and line of everything that has a label which the table knows."""
    heads: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in _CELLS.split(line.strip()) if cell and cell.strip()]
        if len(cells) > 1 and sum(_is_label(cell) for cell in cells) >= 2 and not any(map(_has_value, cells)):
            heads = cells
            continue
        if heads and len(cells) == len(heads):
            yield from ((head, cell, number) for head, cell in zip(heads, cells, strict=True))
            continue
        heads = [] if cells else heads
        yield from ((label, value, number) for label, value in _beside(cells))


def in_unit(value: Fraction, unit: str, wanted: str) -> Fraction | None:
    """A figure in another unit; None where the two are no units of one thing."""
    if unit not in set(Unit) or wanted not in set(Unit) or Unit(unit).dimension != Unit(wanted).dimension:
        return None
    return convert(value, Unit(unit), Unit(wanted))


def _beside(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Labels with what stands after them in the cell, or in the next one."""
    for index, cell in enumerate(cells):
        before, colon, after = _split(cell)
        if colon and _is_label(before) and after:
            yield before, after
        elif not colon and (glued := _glued(cell)) is not None:
            yield glued
        elif _is_label(before) and not after and index + 1 < len(cells) and not _is_label(cells[index + 1]):
            yield before, cells[index + 1].lstrip(":： ")


def _split(cell: str) -> tuple[str, str, str]:
    match = _COLON.search(cell)
    if match is None:
        return cell, "", ""
    return cell[: match.start()], match[0], cell[match.end() :]


def _glued(cell: str) -> tuple[str, str] | None:
    """A label and its value with nothing but a space between: a figure, or any text where it is a text."""
    known = _field_of(cell)
    patterns = [known.words] if known is not None else list(paper_rules().parameters.values())
    for words in patterns:
        match = words.match(cell)
        if match is None or not cell[match.end() : match.end() + 1].isspace():
            continue
        rest = cell[match.end() :].strip()
        if rest and (_FIGURE.match(rest) or (known is not None and known.reads != "figure")):
            return match[0], rest
    return None


def _is_label(cell: str) -> bool:
    text = cell.strip(" :：")
    if not text or paper_rules().label.match(text) is None:
        return False
    return _field_of(text) is not None or any(
        words.match(text) for words in paper_rules().parameters.values()
    )


def _has_value(cell: str) -> bool:
    """Whether a cell is a figure, or has something after a colon."""
    return bool(_split(cell)[2]) or bool(re.match(r"[¥￥]?\s*-?\d", cell))


def _field_of(label: str) -> Field | None:
    """The field whose words fit the most of a label."""
    best: Field | None = None
    length = 0
    text = label.strip()
    if paper_rules().label.match(text) is None:
        return None
    for known in paper_rules().fields.values():
        if known.reads == "pattern":
            continue
        match = known.words.match(text)
        if match is not None and match.end() > length and not _goes_on(text, match.end()):
            best, length = known, match.end()
    return best


def _goes_on(text: str, end: int) -> bool:
    """Whether the word goes on after what fits: `from` is no label in `fromage`."""
    return end < len(text) and text[end].isascii() and text[end].isalpha() and text[end - 1].isascii()


def _read(known: Field, label: str, value: str, line: int) -> Found | None:
    if known.reads == "figure":
        return _figure(label, value, line)
    if known.reads == "day":
        days = dates_of(value)
        return Found(label, value[:60], line, day=days[0].day) if days else None
    return Found(label, value[:120], line) if value.strip(" -—_/") else None


def _figure(label: str, value: str, line: int) -> Found | None:
    match = _FIGURE.match(value.strip())
    if match is None:
        return None
    unit, size, foreign = unit_of(match["u"] or _bracketed(label) or value[match.end() :])
    amount = Fraction(match["n"].replace(",", "")) * size
    return Found(label, match[0].strip(), line, amount, unit, foreign)


def _bracketed(label: str) -> str:
    found = re.search(r"[（(]\s*([^）)]+)[）)]", label)
    return found[1].strip() if found else ""


def unit_of(text: str) -> tuple[str, int, str]:
    """Symbol of the unit, how many of it one is, and the text itself where nobody knows it."""
    plain = text.strip().strip("。.，,;；()（）").lower()
    if plain in _UNITS:
        return (*_UNITS[plain], "")
    known = _KNOWN.get(plain)
    return (known.value, 1, "") if known is not None and plain != "1" else ("", 1, text.strip()[:12])


def _anywhere(known: Field, text: str) -> Iterator[Found]:
    for number, line in enumerate(text.splitlines(), start=1):
        for match in known.words.finditer(line):
            yield Found(known.zh, match[0].strip(" ,"), number)


def _figures(text: str) -> Iterator[Found]:
    """Every figure of the text with the unit after it, whatever stands before it."""
    for number, line in enumerate(text.splitlines(), start=1):
        for match in re.finditer(rf"(?<![\w.,/-]){_FIGURE.pattern}", line):
            unit, size, foreign = unit_of(match["u"])
            amount = Fraction(match["n"].replace(",", "")) * size
            yield Found("", match[0].strip(), number, amount, unit, foreign)

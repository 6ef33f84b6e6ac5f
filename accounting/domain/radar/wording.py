"""Dates and figures in a document's text, with the words before them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_DATE = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)\s?(?P<s>[-/.年])\s?(?P<m>1[0-2]|0?[1-9])\s?[-/.月]\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:\s?日)?(?![\d])"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(:\d{2})?(?!\d)")
# Figures as documents print them; what is glued to letters or dashes is a number of something, no figure.
_FIGURE = re.compile(
    r"(?<![\w.,/#-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w-])|(?<![\w.,/#-])\d{1,9}(?:\.\d+)?(?![\d\w-]|\.\d)"
)
# Units may follow without a space: 48.62t is a figure.
_GLUED = re.compile(r"(?<=\d)(?=(?:kg|t|吨|千克|MJ|kJ|GJ|kWh|MWh|Nm3|m3|元|%|℃)(?![\w]))")
# Fewer significant digits are equal by chance: every month has a 12.5.
SIGNIFICANT_MIN = 3
_LABEL_WIDTH = 24
_CUT = re.compile(r"[:：]|\s{2,}|\t|[，,;；|]")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with the words before it, and the line it stands in (from 1)."""

    label: str
    day: date
    line: int


def dates_of(text: str) -> list[Dated]:
    """Every calendar date of a text in order; a row of labels over a row of dates is read column by
    column."""
    found: list[Dated] = []
    before = ""
    for number, line in enumerate(text.splitlines(), start=1):
        matches = list(_matches(line))
        labels = before.split() if matches and _is_bare(line) else []
        for index, (match, day) in enumerate(matches):
            start = matches[index - 1][0].end() if index else 0
            label = labels[index] if len(labels) == len(matches) else _label(line[start : match.start()])
            found.append(Dated(label, day, number))
        before = line
    return found


def figures_of(text: str) -> frozenset[str]:
    """The figures that would not be equal by chance: normal decimal text, three significant digits or more.

    Dates, times and whole years are left out, and so are whole numbers of less than four digits.
    """
    clean = _GLUED.sub(" ", _TIME.sub(" ", _DATE.sub(" ", text)))
    return frozenset(
        plain for match in _FIGURE.finditer(clean) if (plain := _plain(match.group())) and _tells(plain)
    )


def significant(figure: str) -> int:
    """How many significant digits a figure has; zeros at the ends say nothing."""
    return len(figure.replace(".", "").strip("0"))


def number_of(text: str) -> Decimal:
    """The number of a printed figure, thousands separated or not."""
    return Decimal(text.replace(",", ""))


def _tells(figure: str) -> bool:
    if "." not in figure and (len(figure) < 4 or re.fullmatch(r"(19|20)\d\d", figure)):
        return False
    return significant(figure) >= SIGNIFICANT_MIN


def _plain(text: str) -> str:
    number = text.replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else number


def _matches(line: str) -> Iterator[tuple[re.Match[str], date]]:
    for match in _DATE.finditer(line):
        try:
            yield match, date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            continue


def _is_bare(line: str) -> bool:
    """Whether a line has nothing but dates and times."""
    return not _TIME.sub("", _DATE.sub("", line)).strip(" \t|")


def _label(before: str) -> str:
    """The words right before a date: after the last separator but the one that ends them."""
    words = before.rstrip(" \t:：（(")
    parts = [part.strip() for part in _CUT.split(words) if part.strip()]
    return parts[-1][-_LABEL_WIDTH:] if parts else ""

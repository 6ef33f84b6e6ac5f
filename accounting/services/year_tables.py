"""A year's second and third table as print says them: a stream's months side by side, a factor once.

A year's report has a line for each stream and month. One row a line and twelve rows a factor are a hundred
pages that nobody reads; the frozen JSON and the workbook keep them.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from accounting.domain.year import slug_of

Row = dict[str, Any]
HALVES = (range(1, 7), range(7, 13))


def month_of(stream: str) -> int:
    """The month of a stream inside its year: 6 of `06.coal`. Raises ValueError for another name."""
    return int(stream.partition(".")[0])


def halves_of(content: Mapping[str, Any], shown: Sequence[Row], *, names: Mapping[str, str]) -> list[Row]:
    """Half-years that have lines, each with its `months` (`2026-01`) and a row for each stream.

    shown: the lines as print says them, in the order of `content["lines"]`; names: of streams, without
    month. A row has `cells`, one for each month: the line, or None. What is the same in all of a row's cells
    stands once: name, item, clause, unit; `origin` where it is the same, else empty.
    """
    rows: dict[tuple[str, ...], dict[int, Row]] = {}
    titles: dict[tuple[str, ...], str] = {}
    for line, said in zip(content["lines"], shown, strict=True):
        key = (slug_of(line["stream"]), said["item"], said["clause"], said["unit"])
        titles.setdefault(key, names[line["stream"]])
        rows.setdefault(key, {})[month_of(line["stream"])] = said
    found = []
    for half in HALVES:
        its = [_row(titles[key], cells, half) for key, cells in rows.items() if set(cells) & set(half)]
        if its:
            found.append({"months": [f"{content['period']}-{month:02d}" for month in half], "rows": its})
    return found


def _row(name: str, cells: Mapping[int, Row], months: Iterable[int]) -> Row:
    own = [cells.get(month) for month in months]
    there = [cell for cell in own if cell is not None]
    origins = {cell["origin"] for cell in there}
    said = {key: there[0][key] for key in ("item", "clause", "unit_shown")}
    return {"name": name, **said, "cells": own, "origin": origins.pop() if len(origins) == 1 else ""}


def once(rows: Sequence[Row], *, months: str) -> list[Row]:
    """Factor rows of a year, each said once for all months in which it is the same.

    rows: with `of` (the stream inside the year), `stream` (the name without its month) and what print shows.
    months: the words for the months of a factor that does not stand for all of its stream's, with {months}.
    """
    streams: dict[str, set[int]] = {}
    parameters: dict[str, dict[str, None]] = {}
    alike: dict[tuple[Any, ...], tuple[Row, set[int]]] = {}
    for row in rows:
        slug, month = slug_of(row["of"]), month_of(row["of"])
        streams.setdefault(slug, set()).add(month)
        parameters.setdefault(slug, {}).setdefault(row["name"])
        key = (slug, row["name"], row["value"], row["unit"], row["source"], row["clause"], row["verified"])
        alike.setdefault(key, (row, set()))[1].add(month)
    # A stream's own together, of these a parameter's; within them as they come.
    named = [(slug, name) for slug, names in parameters.items() for name in names]
    place = {one: at for at, one in enumerate(named)}
    found = []
    for key, (row, its) in sorted(alike.items(), key=lambda one: place[one[0][:2]]):
        note = "" if its == streams[key[0]] else months.format(months=ranges_text(sorted(its)))
        found.append(row | {"label": row["label"] + note})
    return found


def ranges_text(numbers: Sequence[int]) -> str:
    """`1–5, 7` of 1, 2, 3, 4, 5, 7: ascending, not empty."""
    starts = [numbers[0], *(after for before, after in pairwise(numbers) if after != before + 1)]
    ends = [*(before for before, after in pairwise(numbers) if after != before + 1), numbers[-1]]
    return ", ".join(
        str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=True)
    )

"""A year in print: a stream's months side by side, a factor once for all months in which it is the same."""

from typing import Any

import pytest

from accounting.services.year_tables import halves_of, once, ranges_text


def shown(item: str = "coal", origin: str = "measured", tco2e: str = "1.000") -> dict[str, str]:
    return {
        "item": item, "clause": "5.1", "unit": "t", "unit_shown": "t", "origin": origin, "quantity": "2",
        "letter": "A", "tco2e": tco2e,
    }  # fmt: skip


def halves(lines: list[tuple[str, dict[str, str]]]) -> list[dict[str, Any]]:
    content = {"period": "2026", "lines": [{"stream": stream} for stream, _ in lines]}
    names = {stream: stream.partition(".")[2] for stream, _ in lines}
    return halves_of(content, [said for _, said in lines], names=names)


def test_a_streams_months_stand_side_by_side_and_a_month_without_it_is_empty() -> None:
    first, second = halves(
        [("01.boiler", shown()), ("03.boiler", shown(tco2e="3.000")), ("07.kiln", shown(tco2e="7.000"))]
    )
    assert first["months"] == [f"2026-0{month}" for month in range(1, 7)]
    (row,) = first["rows"]
    assert (row["name"], row["item"], row["unit_shown"], row["origin"]) == ("boiler", "coal", "t", "measured")
    assert [cell and cell["tco2e"] for cell in row["cells"]] == ["1.000", None, "3.000", None, None, None]
    # A stream that a half-year never had has no row in it; a half-year without lines is not printed.
    assert [row["name"] for row in second["rows"]] == ["kiln"]
    assert len(halves([("12.kiln", shown())])) == 1


def test_no_line_is_lost_where_a_stream_became_another_item_in_the_year() -> None:
    (half,) = halves([("01.boiler", shown("coal")), ("02.boiler", shown("diesel"))])
    assert [row["item"] for row in half["rows"]] == ["coal", "diesel"]
    assert sum(cell is not None for row in half["rows"] for cell in row["cells"]) == 2


def test_origins_that_differ_are_said_in_their_cells() -> None:
    (half,) = halves([("01.boiler", shown()), ("02.boiler", shown(origin="substituted"))])
    (row,) = half["rows"]
    assert row["origin"] == ""
    assert [cell["origin"] for cell in row["cells"] if cell] == ["measured", "substituted"]


def factor(of: str, value: str, name: str = "ncv") -> dict[str, Any]:
    return {
        "of": of, "stream": of.partition(".")[2], "name": name, "label": name, "value": value, "unit": "GJ/t",
        "source": "measured", "clause": "A", "verified": True,
    }  # fmt: skip


def test_a_factor_that_never_changes_stands_once_and_one_that_does_says_its_months() -> None:
    # As a report has them: month after month.
    rows = []
    for month in range(1, 7):
        rows.append(factor(f"{month:02d}.coal", "26.7" if month != 4 else "25.1"))
        rows.append(factor(f"{month:02d}.coal", "0.98", "oxidation"))
        if month >= 3:
            rows.append(factor(f"{month:02d}.diesel", "42.652"))
    found = [(one["stream"], one["label"], one["value"]) for one in once(rows, months=" ({months})")]
    assert found == [
        ("coal", "ncv (1–3, 5–6)", "26.7"),
        ("coal", "ncv (4)", "25.1"),
        ("coal", "oxidation", "0.98"),
        # All the months that the stream has.
        ("diesel", "ncv", "42.652"),
    ]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([3], "3"), ([1, 2, 3], "1–3"), ([1, 3, 4, 12], "1, 3–4, 12"), ([1, 12], "1, 12")],
)
def test_months_are_written_as_ranges(numbers: list[int], text: str) -> None:
    assert ranges_text(numbers) == text

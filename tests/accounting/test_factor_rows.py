"""The printed table of factors says a stream and a clause once, and loses nothing by it."""

from accounting.domain.exact import unit_text
from accounting.services.factor_rows import grouped


def row(stream: str, name: str, clause: str, verified: bool = True) -> dict[str, object]:
    return {"stream": stream, "name": name, "clause": clause, "verified": verified}


def test_a_clause_spans_the_rows_that_repeat_it_within_its_stream_only() -> None:
    rows = [
        row("coal", "ncv", "A"), row("coal", "cc", "A"), row("coal", "oxidation", "A", verified=False),
        row("diesel", "ncv", "A"), row("diesel", "cc", "B"),
    ]  # fmt: skip
    found = grouped(rows)
    assert [[(one["name"], one["span"]) for one in group] for group in found] == [
        [("ncv", 2), ("cc", 0), ("oxidation", 1)],
        [("ncv", 1), ("cc", 1)],
    ]
    assert [{**one, "span": None} for group in found for one in group] == [
        one | {"span": None} for one in rows
    ]
    assert all(sum(one["span"] for one in group) == len(group) for group in found)


def test_units_are_written_as_in_print() -> None:
    assert unit_text("GJ/1e4Nm3") == "GJ/10⁴Nm³"
    assert unit_text("tCO2e/t") == "tCO₂e/t"
    assert unit_text("m3") == "m³"
    assert unit_text("MWh") == "MWh"

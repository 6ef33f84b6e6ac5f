"""A factor set that succeeds another: every row's remark, the text that comes of it, and what it does."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicon.factor_lines import first_of, next_of, number_of

from accounting.domain import succession
from accounting.domain.compute import compute_json, guideline_json, statement_of
from accounting.domain.draft_words import DraftName
from accounting.domain.exact import number, plain_text
from accounting.domain.factor_effects import effect_of, renamed
from accounting.domain.factors import FactorSet, factor_sets, read_published, trying
from accounting.domain.recompute import recompute
from tests.accounting.cases import input_of

BASE = "mee-2022-485"
DIESEL = {
    "item": "diesel", "parameter": "ncv", "value": "43.33", "unit": "GJ/t",
    "source": "关于更新缺省值的公告", "clause": "附表 1", "verified": True,
}  # fmt: skip


def base() -> FactorSet:
    return factor_sets()[BASE]


def drafted(*rows: object, since: str = "2026-10", **names: str) -> succession.Draft:
    return succession.draft(base(), since=since, names=names, rows=rows)


def published(*rows: object, since: str = "2026-10") -> FactorSet:
    found = drafted(*rows, since=since)
    assert not found.blocked, found.remarks
    return read_published(found.text)


def names(found: succession.Draft) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.name.name) for one in found.remarks]


def test_sets_of_a_line_are_numbered_from_the_first() -> None:
    assert next_of("ndrc-2013-cement") == "ndrc-2013-cement-r2"
    assert next_of("ndrc-2013-cement-r9") == "ndrc-2013-cement-r10"
    assert (first_of("a-b-r12"), number_of("a-b-r12")) == ("a-b", 12)
    assert all(number_of(name) == 1 and len(next_of(name)) <= 36 for name in factor_sets())


def test_a_draft_keeps_every_row_and_adds_the_changed_one_from_its_month_on() -> None:
    later = published(DIESEL)
    assert later.rows[:-1] == base().rows
    assert (later.id, later.succeeds, later.since) == (f"{BASE}-r2", BASE, "2026-10")
    row = later.rows[-1]
    assert (row.text, row.valid_from, row.verified) == ("43.33", "2026-10-01", True)
    assert later.roles == base().roles
    assert "第 2 版" in later.zh


def test_a_second_draft_succeeds_the_first_and_has_no_number_twice() -> None:
    first = published(DIESEL)
    found = succession.draft(first, since="2027-01", names={}, rows=[DIESEL | {"value": "43"}])
    later = read_published(found.text)
    assert later.id == f"{BASE}-r3"
    assert later.zh.count("版") == 1
    assert [change.before.text for change in found.changes if change.before] == ["43.33"]


WRONG = [
    ({"value": "4,3"}, "value", "number_wrong"),
    ({"value": "-1"}, "value", "negative"),
    ({"value": 43.33}, "value", "not_text"),
    ({"value": ""}, "value", "missing"),
    ({"unit": "GJ/10kNm3"}, "unit", "unit_wrong"),
    ({"unit": "t"}, "unit", "unit_wrong"),
    ({"unit": "nothing"}, "unit", "unit_wrong"),
    ({"source": " "}, "source", "missing"),
    ({"clause": "a\nb"}, "clause", "too_long"),
    ({"clause": "x" * 301}, "clause", "too_long"),
    ({"verified": "yes"}, "verified", "mark_missing"),
    ({"item": "moonshine"}, "item", "factor_not_in_set"),
    ({"variant": "north"}, "variant", "variant_unknown"),
    ({"valid_from": "2026-01-01"}, "valid_from", "published_row"),
    ({"price": "1"}, "", "field_unknown"),
]


@pytest.mark.parametrize(("change", "column", "name"), WRONG)
def test_each_row_says_by_itself_what_is_wrong_with_it(change, column: str, name: str) -> None:
    found = drafted(DIESEL | {"value": "43"} | {"item": "gasoline"}, DIESEL | change)
    assert (2, column, name) in names(found)
    assert found.blocked
    assert found.text == ""
    assert not [one for one in found.remarks if one.row == 1]


def test_one_run_shows_what_is_wrong_with_all_rows() -> None:
    found = drafted("x", DIESEL, DIESEL, DIESEL | {"value": "?"} | {"item": "gasoline"}, since="October")
    assert names(found) == [
        (0, "since", "month_wrong"),
        (1, "", "row_not_object"),
        (3, "", "twice"),
        (4, "value", "number_wrong"),
    ]
    for one in found.remarks:
        assert one.as_json()["zh"]
        assert "{" not in str(one.as_json()["en"])


def test_a_month_that_overlaps_with_the_set_before_is_refused() -> None:
    first = published(DIESEL)
    for since in ("2026-10", "2026-01"):
        found = succession.draft(first, since=since, names={}, rows=[DIESEL | {"value": "43"}])
        assert names(found) == [(0, "since", "overlaps")]


def test_a_value_ten_times_off_is_worth_a_look_and_no_more() -> None:
    found = drafted(DIESEL | {"value": "433.3"})
    assert names(found) == [(1, "value", "far_from_before")]
    assert not found.blocked


def test_a_table_with_rows_that_nobody_has_read_is_taken_as_it_is() -> None:
    glass = factor_sets()["ndrc-2013-glass"]
    rows = [succession.row_json(row) for row in glass.rows]
    assert not all(row["value"] for row in rows)
    found = succession.draft(glass, since="2026-10", names={}, rows=rows)
    assert (found.unchanged, names(found)) == (len(rows), [(0, "", "nothing_changed")])


def test_the_whole_table_again_changes_nothing_and_is_no_draft() -> None:
    rows = [succession.row_json(row) for row in base().rows]
    found = drafted(*rows)
    assert names(found) == [(0, "", "nothing_changed")]
    assert found.unchanged == len(rows)
    one = next(row for row in rows if (row["item"], row["parameter"]) == ("diesel", "ncv"))
    edited = [row | {"value": "43"} if row is one else row for row in rows]
    assert names(drafted(*edited)) == [(rows.index(one) + 1, "valid_from", "published_row")]
    renewed = [row | {"value": "43", "valid_from": ""} if row is one else row for row in rows]
    assert [change.after.text for change in drafted(*renewed).changes] == ["43"]


FILES = [
    ("{", "not_json"),
    ("[]", "not_a_set"),
    ('{"set": 1}', "not_a_set"),
    ('{"set": {}, "row": {}}', "not_a_set"),
    ("[" * 100_000, "not_json"),
    ('{"row": [{"value": NaN}]}', ""),
]


@pytest.mark.parametrize(("text", "name"), FILES)
def test_a_file_that_is_no_set_is_named(text: str, name: str) -> None:
    _, remarks = succession.read_file(text)
    assert [one.name.name for one in remarks] == ([name] if name else [])


def test_a_number_in_a_file_is_named_in_its_row_and_never_becomes_a_float() -> None:
    text = json.dumps({"set": {"id": BASE}, "shared": {"source": "s"}, "row": [DIESEL | {"value": 43.33}]})
    table, remarks = succession.read_file(text)
    assert not remarks
    found = succession.draft(base(), since="2026-10", names={}, rows=table["rows"])
    assert names(found) == [(1, "value", "not_text")]
    assert found.remarks[0].facts == {"given": "43.33"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda table: table.pop("schema"),
        lambda table: table["set"].update(id="mee-2022-485-r3"),
        lambda table: table["set"].update(since=""),
        lambda table: table["set"].update(roles=["king"]),
        lambda table: table["row"][0].update(source=""),
        lambda table: table["row"][0].update(value="x"),
    ],
)
def test_a_text_that_is_no_published_set_is_not_read(spoil) -> None:
    table = json.loads(drafted(DIESEL).text)
    spoil(table)
    with pytest.raises((ValueError, KeyError)):
        read_published(json.dumps(table))


def test_every_remark_has_both_languages() -> None:
    assert all(name.zh and name.en and name.zh != name.en for name in DraftName)


def case(period: str) -> dict[str, Any]:
    """A month of a power unit whose diesel and power go by defaults."""
    data = input_of("P3")
    coal, diesel, grid = ({**one, "period": period} for one in data["streams"][:3])
    diesel["parameters"] = grid["parameters"] = {}
    return data | {"period": period, "streams": [coal, diesel, grid]}


@pytest.mark.db
def test_a_set_on_trial_is_there_inside_and_nowhere_else() -> None:
    later = published(DIESEL)
    given = case("2026-10")
    given["factor_sets"]["fuel"] = later.id
    assert "unknown_factor_set" in {one["name"] for one in compute_json(given)["remarks"]}
    with trying(later):
        assert later.id in factor_sets()
        assert "total_tco2e" in compute_json(given)
        with trying(replace(later, id="mee-2022-485-r3")):
            assert later.id in factor_sets()
    assert later.id not in factor_sets()
    with trying(replace(later, id=BASE)):
        assert factor_sets()[BASE] is base()


def test_before_its_month_a_set_gives_what_the_one_before_gives() -> None:
    later = published(DIESEL)
    for period in ("2026-09", "2026-10"):
        before = case(period)
        after = renewed(before, later)
        with trying(later):
            same = compute_json(after) == compute_json(before)
        assert same is (period == "2026-09")


def renewed(given: dict[str, Any], later: FactorSet) -> dict[str, Any]:
    return dict(renamed(given, later.id))


def test_factors_effects_add_up_to_the_whole_though_they_multiply() -> None:
    rows = [DIESEL, DIESEL | {"parameter": "cc", "value": "20.4", "unit": "tC/TJ"}]
    later = published(*rows, DIESEL | {"item": "gasoline"})
    before = case("2026-10")
    found = effect_of(before, renewed(before, later), base(), later)
    with trying(later):
        after = statement_of(renewed(before, later))
    assert found.grams == after.grams - statement_of(before).grams != 0
    assert [place for place, _ in found.by_factor] == [0, 1]
    assert sum(grams for _, grams in found.by_factor) == found.grams
    assert all(grams for _, grams in found.by_factor)


def test_as_if_always_says_what_an_old_month_would_have_been() -> None:
    later = published(DIESEL)
    old, new = case("2025-03"), case("2026-10")
    assert effect_of(old, renewed(old, later), base(), later).grams == 0
    always = effect_of(old, renewed(old, later), base(), later, always=True)
    assert always.grams == effect_of(new, renewed(new, later), base(), later).grams != 0


def test_a_calculation_without_total_has_no_effect() -> None:
    later = published(DIESEL)
    before = case("2026-10")
    before["streams"][0].pop("quantity")
    found = effect_of(before, renewed(before, later), base(), later)
    assert found.grams is None


@given(st.data())
def test_any_changes_of_a_table_have_effects_that_sum_and_leave_older_months_alone(data) -> None:
    rows = [row for row in base().rows if row.known and row.value > 0]
    chosen = data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=5, unique_by=succession.key_of))
    times = data.draw(st.lists(st.integers(1, 40), min_size=len(chosen), max_size=len(chosen)))
    asked = [
        succession.row_json(row)
        | {"value": plain_text(number(row.text) * count / 8), "valid_from": "", "clause": "new"}
        for row, count in zip(chosen, times, strict=True)
    ]
    later = published(*asked)
    before = case("2026-10")
    after = renewed(before, later)
    found = effect_of(before, after, base(), later)
    with trying(later):
        assert found.grams == statement_of(after).grams - statement_of(before).grams
        older = case("2026-09")
        assert compute_json(renewed(older, later)) == compute_json(older)
    assert sum(grams or 0 for _, grams in found.by_factor) == found.grams


def test_a_guideline_shows_the_published_sets_that_succeed_its_own() -> None:
    later = published(DIESEL)
    shown = guideline_json("mee-2022-power", [later])
    assert shown is not None
    assert [one["set"] for one in shown["successors"]] == [later.id]
    rows = [row for kind in shown["streams"] for row in kind["defaults"] if row["set"] == later.id]
    assert "43.33" in {row["value"] for row in rows}


def test_a_report_is_calculated_anew_with_the_set_that_it_carries() -> None:
    found = drafted(DIESEL)
    later = read_published(found.text)
    given = renewed(case("2026-10"), later)
    with trying(later):
        expected = statement_of(given).grams
    report = {
        "lines": [], "input": given, "published_sets": [found.text],
        "factor_sets": [{"id": later.id, "digest": later.digest}],
    }  # fmt: skip
    again = recompute(json.dumps(report))
    assert again["figures"][0] == {"name": "total", "grams": str(expected)}
    report["published_sets"] = [found.text.replace("43.33", "43.34")]
    with pytest.raises(ValueError, match="another"):
        recompute(json.dumps(report))

"""The time machine, comparison and pre-check: any figure as known on any day, and why two differ."""

import json
from copy import deepcopy
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import clock
from kit.models import AuditEntry

from accounting.domain.assembly import Source
from accounting.domain.audit_checks import Verdict, checks_of
from accounting.domain.comparison import differences, total_change
from accounting.domain.compute import statement_of
from accounting.domain.exact import number, tco2e_text
from accounting.models import KnownResult
from accounting.services.lines import lines_with
from ingest.hot.models import Month
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.cases import input_of
from tests.accounting.stage import ALPHA, CASE, PLANT, TOTAL, Stage

db = pytest.mark.db


def line(stream: str, quantity: str, tco2e: str, unit: str = "t", **factors: str) -> dict[str, Any]:
    parameters = [
        {"name": name, "value": value, "unit": "GJ/t", "source": "measured"}
        for name, value in factors.items()
    ]
    return {
        "stream": stream, "quantity": quantity, "unit": unit, "tco2e": tco2e, "parameters": parameters,
        "name_zh": stream, "name_en": stream, "subtotal": "combustion", "kind": "fuel",
    }  # fmt: skip


def test_a_change_is_activity_times_the_old_rate_and_the_rate_times_the_new_activity() -> None:
    (one,) = differences([line("coal", "100", "200", ncv="20")], [line("coal", "110", "231", ncv="21")])
    assert (one.activity, one.factor, one.change) == (20, 11, 31)
    assert one.as_json()["factors"] == [
        {
            "name": "ncv",
            "before": {"value": "20", "unit": "GJ/t", "source": "measured"},
            "after": {"value": "21", "unit": "GJ/t", "source": "measured"},
        }
    ]


def test_a_stream_on_one_side_is_all_activity_and_units_are_brought_together() -> None:
    new, old = differences([line("gas", "1", "5")], [line("coal", "100", "200")])
    assert (new.stream, new.activity, new.factor, new.before) == ("coal", 200, 0, None)
    assert (old.stream, old.activity, old.after) == ("gas", -5, None)
    (same,) = differences([line("coal", "100", "200")], [line("coal", "100000", "200", unit="kg")])
    assert (same.change, same.activity) == (0, 0)
    (other,) = differences([line("gas", "1", "5")], [line("gas", "1", "5", unit="1e4Nm3")])
    assert other.change == 0


def test_a_years_streams_are_compared_over_all_their_months() -> None:
    year = [line("01.coal", "40", "80"), line("02.coal", "60", "120")]
    (one,) = differences(year, [line("01.coal", "50", "100"), line("02.coal", "60", "120")])
    assert (one.stream, one.activity, one.factor) == ("coal", 20, 0)


SIDES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 10**9), st.integers(-(10**9), 10**9)),
    max_size=4,
    unique_by=lambda row: row[0],
)


@settings(deadline=None)
@given(SIDES, SIDES)
def test_causes_sum_to_the_change_of_the_total(old: list, new: list) -> None:
    sides = [
        [line(name, str(quantity), str(tonnes)) for name, quantity, tonnes in side] for side in (old, new)
    ]
    sums = [sum((number(one["tco2e"]) for one in side), Fraction(0)) for side in sides]
    assert total_change(differences(*sides)) == sums[1] - sums[0]


@db
def test_a_figure_is_shown_as_it_was_known_on_any_day_and_calculates_to_what_it_says(stage: Stage) -> None:
    period = stage.ready()
    clock.tick(timedelta(days=2))
    Month.objects.filter(meter__meter="grid-in").update(count=315_640, version=2)
    stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    days = stage.ok(stage.get("alpha_head", f"periods/{period}/known/"))["results"]
    assert [(row["day"], row["state"]) for row in days] == [("2026-07-15", "ready"), ("2026-07-17", "ready")]
    for day, total in (
        ("2026-07-15", TOTAL), ("2026-07-16", TOTAL), ("2026-07-17", "271544.202114"),
        ("2026-12-31", "271544.202114"),
    ):  # fmt: skip
        shown = stage.ok(stage.get("alpha_head", f"periods/{period}/known/{day}/"))
        assert shown["total_tco2"] == total, day
        assert shown["factor_sets"]["fuel"] == "mee-2022-485"
    assert stage.get("alpha_head", f"periods/{period}/known/2026-07-14/").json()["refusal"] == "not_found"
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        for row in KnownResult.objects.all():
            assert str(statement_of(row.result["input"]).grams) == row.result["total_g"] == str(row.total_g)


@db
def test_the_assigned_auditor_sees_what_was_known_on_any_day_and_nobody_else_does(stage: Stage) -> None:
    period = stage.ready()
    clock.tick(timedelta(days=2))
    Month.objects.filter(meter__meter="grid-in").update(count=315_640, version=2)
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    mine = stage.ok(stage.get("alpha_head", f"periods/{period}/known/"))
    theirs = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/known/"))
    assert theirs == mine
    assert [row["state"] for row in theirs["results"]] == ["ready", "in_verification"]
    for day, total in (("2026-07-15", TOTAL), ("2026-07-16", TOTAL), ("2026-07-17", "271544.202114")):
        shown = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/known/{day}/"))
        assert shown == stage.ok(stage.get("alpha_head", f"periods/{period}/known/{day}/"))
        assert shown["total_tco2"] == total, day
    path = f"cases/{CASE}/known/2026-07-15/"
    assert stage.get("lead_auditor", f"cases/{CASE}/known/2026-07-14/").json()["refusal"] == "not_found"
    assert stage.get("lead_auditor", f"cases/{CASE}/known/soon/").json()["refusal"] == "field_invalid"
    for who in ("alpha_head", "beta_head", "administrator_1"):
        assert stage.get(who, path).json()["refusal"] == "no_permission", who
    assert stage.get("regulator_1", path).json()["refusal"] == "not_assigned"


@db
def test_an_auditors_look_back_ends_with_the_case(stage: Stage) -> None:
    stage.minted()
    for path in ("known/", "known/2026-07-15/"):
        assert stage.get("lead_auditor", f"cases/{CASE}/{path}").json()["refusal"] == "not_assigned"


@db
def test_the_regulator_looks_back_for_a_purpose_that_the_enterprise_reads(stage: Stage) -> None:
    period = stage.ready()
    path = f"oversight/enterprises/{ALPHA}/known/{PLANT}/2026-06/"
    assert stage.get("regulator_1", path).json()["refusal"] == "purpose_required"
    days = stage.ok(stage.get("regulator_1", path, purpose="抽查 6 月"))
    assert days == stage.ok(stage.get("alpha_head", f"periods/{period}/known/"))
    shown = stage.ok(stage.get("regulator_1", f"{path}2026-07-15/", purpose="抽查 6 月"))
    assert shown == stage.ok(stage.get("alpha_head", f"periods/{period}/known/2026-07-15/"))
    looks = AuditEntry.objects.filter(act="open_tenant", account=ALPHA)
    assert [json.loads(row.facts)["purpose"] for row in looks] == ["抽查 6 月"] * 2
    other = f"oversight/enterprises/{ALPHA}/known/{PLANT}/2026-05/"
    assert stage.get("regulator_1", other, purpose="x").json()["refusal"] == "not_found"
    for who in ("administrator_1", "lead_auditor", "alpha_head"):
        assert stage.get(who, path, purpose="x").json()["refusal"] == "no_permission", who


@db
@pytest.mark.parametrize("day", ["yesterday", "2026-7-1", "2026-02-30", "20260701"])
def test_what_is_no_day_is_refused_by_name(stage: Stage, day: str) -> None:
    period = stage.open()
    assert stage.get("alpha_head", f"periods/{period}/known/{day}/").json()["refusal"] == "field_invalid"


@db
def test_a_period_is_compared_with_itself_as_known_before_and_with_another(stage: Stage) -> None:
    period = stage.ready()
    clock.tick(timedelta(days=2))
    Month.objects.filter(meter__meter="grid-in").update(count=315_640, version=2)
    stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    where = f"periods/{period}/comparison/"
    found = stage.ok(stage.get("alpha_head", where, **{"with": period, "with_day": "2026-07-15"}))
    assert (found["change_tco2e"], found["activity_tco2e"], found["factor_tco2e"]) == (
        "57.030000", "57.030000", "0.000000",
    )  # fmt: skip
    changed = [row["stream"] for row in found["streams"] if row["change_tco2e"] != "0.000000"]
    assert changed == ["grid"]
    assert (found["before"]["day"], found["after"]["day"]) == ("2026-07-15", None)
    assert stage.get("alpha_head", where, **{"with": "x"}).json()["refusal"] == "field_invalid"
    other = "00000000-0000-0000-0000-000000000000"
    assert stage.get("alpha_head", where, **{"with": other}).json()["refusal"] == "not_found"


@db
def test_two_months_are_compared_by_activity_and_factor(stage: Stage) -> None:
    june = stage.ready()
    may = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": "2026-05"}), 201)["id"]
    tests = {"carbon_ad": ("54.00", "%"), "moisture_ad": ("2.85", "%"), "moisture_ar": ("14.30", "%")}
    amounts = {"coal": ("150000", "t"), "diesel": ("12.350", "t"), "grid": ("200.000", "MWh")}
    values = [("coal", name, *text) for name, text in tests.items()]
    values += [(stream, "quantity", *text) for stream, text in amounts.items()]
    keys = ("stream", "name", "text", "unit")
    typed = [dict(zip(keys, row, strict=True)) | {"origin": "supplier"} for row in values]
    stage.ok(stage.post("alpha_manager", f"periods/{may}/activity/", {"values": typed}))
    found = stage.ok(stage.get("alpha_head", f"periods/{june}/comparison/", **{"with": may}))
    assert (found["before"]["period"], found["after"]["period"]) == ("2026-05", "2026-06")
    rows = {row["stream"]: row for row in found["streams"]}
    rate = Fraction(54) / 100 * Fraction("85.70") / Fraction("97.15") * Fraction("0.99") * 44 / 12
    assert rows["coal"]["activity_tco2e"] == tco2e_text(Fraction("2340.62") * rate)
    factor = Fraction("152340.62") * (Fraction("55.62") - 54) / 54 * rate
    assert rows["coal"]["factor_tco2e"] == tco2e_text(factor)
    assert rows["grid"]["activity_tco2e"] == tco2e_text(Fraction("15.640") * Fraction("0.5703"))
    assert rows["diesel"]["change_tco2e"] == "0.000000"
    parts = sum(Fraction(row["change_tco2e"]) for row in rows.values())
    assert abs(parts - Fraction(found["change_tco2e"])) <= Fraction(3, 10**6)


@db
def test_the_enterprise_and_the_auditor_run_the_same_checks(stage: Stage) -> None:
    period = stage.ready()
    mine = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))
    assert (mine["failed"], mine["warned"]) == (0, 3)
    warned = [row["check"] for row in mine["checks"] if row["verdict"] == "warned"]
    assert warned == ["plan", "entity", "equipment"]
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    theirs = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/checks/"))
    assert (theirs["failed"], theirs["warned"]) == (0, 2)
    own = [row for row in mine["checks"] if row["check"] not in ("plan", "anchors")]
    assert theirs["checks"] == own


@db
def test_a_month_with_something_missing_says_so_before_anybody_signs(stage: Stage) -> None:
    period = stage.open()
    value = {"stream": "coal", "name": "carbon_ad", "text": "55.62", "unit": "%", "origin": "measured"}
    stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [value]}))
    Month.objects.filter(meter__meter="oil").update(hours=700)
    stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    found = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))
    verdicts = {row["check"]: row["verdict"] for row in found["checks"]}
    assert (verdicts["evidence"], verdicts["gaps"], verdicts["answers"]) == ("failed", "warned", "failed")
    assert verdicts["recomputation"] == "passed"


def dossier() -> dict[str, Any]:
    """A worked case as a page would show it."""
    data = input_of("S2")
    statement = statement_of(data)
    sources = tuple(
        Source(slug=one.id, kind=one.kind, item=one.item, variant=one.variant, unit=str(one.quantity.unit),
               meters={}, metered=(), typed=())
        for one in statement.inputs.streams
    )  # fmt: skip
    return {
        "input": data,
        "lines": lines_with(statement, sources, {}),
        "subtotals": [
            {"name": name, "tco2e": tco2e_text(value)} for name, value in statement.subtotals.items()
        ],
        "total_g": str(statement.grams),
        "remarks": [],
    }


def failed(given_: dict[str, Any]) -> set[str]:
    return {one.check.name for one in checks_of(given_) if one.verdict is Verdict.FAILED}


def test_a_line_a_total_or_a_tree_that_was_changed_is_found_by_its_check() -> None:
    whole = dossier()
    assert failed(whole) == set()
    grams = deepcopy(whole)
    grams["lines"][0]["grams"] = str(int(grams["lines"][0]["grams"]) + 1)
    assert failed(grams) == {"recomputation", "trees"}
    total = whole | {"total_g": str(int(whole["total_g"]) - 1)}
    assert failed(total) == {"recomputation", "sums"}
    tree = deepcopy(whole)
    tree["lines"][0]["tree"]["args"].append({"op": "constant", "value": "1"})
    assert failed(tree) == {"formulas"}
    missing = deepcopy(whole)
    missing["lines"].pop()
    assert failed(missing) == {"recomputation", "sums"}

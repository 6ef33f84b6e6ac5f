"""A year over two versions of the rules, or two factor sets, is the sum of its months."""

from typing import Any

import pytest
from lexicon.canonical import digest

from accounting.domain.compute import compute_json, statement_of
from accounting.domain.factors import factor_sets
from accounting.domain.statement import Inputs, MonthRules
from accounting.models import ReportingPeriod
from accounting.services.calculation import calculate_period
from accounting.services.freezing import factor_sets_hash
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, PLANT, Stage

SETS = {
    "fuel": "mee-2022-485", "process": "mee-2022-power", "grid": "mee-ets-2022-national", "gwp": "ar2",
}  # fmt: skip
# 100,000 t of coal at 20 GJ/t whose carbon nobody tested: the penalty default changed in April 2022.
OLD, NEW = "243645.600000", "223971.000000"
EARLY = {"period": "2022-03", "rule_version": "2021-9", "factor_sets": {"fuel": "mee-2021-9"}}


def coal(month: str) -> dict[str, Any]:
    return {
        "id": f"{month[-2:]}.coal", "kind": "fuel", "item": "coal", "period": month,
        "quantity": {"value": "100000", "unit": "t"},
        "parameters": {"ncv": {"value": "20", "unit": "GJ/t", "source": "measured"}},
    }  # fmt: skip


def year(**more: Any) -> dict[str, Any]:
    months = ["2022-03", "2022-10"]
    head = {"guideline": "mee-2022-power", "rule_version": "2022-111", "factor_sets": dict(SETS)}
    return head | {"period": months, "entity": "x", "streams": [coal(one) for one in months]} | more


def names(result: dict[str, Any]) -> set[str]:
    return {one["name"] for one in result["remarks"]}


def test_a_month_goes_by_its_own_version_and_set_and_the_year_is_their_sum() -> None:
    result = compute_json(year(months=[EARLY]))
    assert result["lines"] == {"03.coal": OLD, "10.coal": NEW}
    assert result["total_tco2e"] == "467616.600000"
    assert names(result) == set()
    statement = statement_of(year(months=[EARLY]))
    used = [parameter.factor_set for line in statement.lines for parameter in line.parameters]
    assert [one for one in dict.fromkeys(used) if one] == ["mee-2021-9", "mee-2022-485"]


def test_one_version_for_all_months_is_said_with_the_months_it_does_not_fit() -> None:
    result = compute_json(year())
    (said,) = [one for one in result["remarks"] if one["name"] == "rule_version_differs"]
    assert said["needs_answer"]
    assert said["facts"] == {"period": "2022-03", "expected": "2021-9", "given": "2022-111"}


MARCH = {"period": "2022-03"}
BAD_MONTHS: list[tuple[Any, str]] = [
    ({}, "malformed_input"),
    (["2022-03"], "malformed_input"),
    ([{"period": "2022-04"}], "bad_period"),
    ([{}], "bad_period"),
    ([MARCH, MARCH], "bad_period"),
    ([MARCH | {"version": "2021-9"}], "unknown_field"),
    ([MARCH | {"rule_version": "2020-1"}], "unknown_rule_version"),
    ([MARCH | {"rule_version": ["2021-9"]}], "unknown_rule_version"),
    ([MARCH | {"factor_sets": {"fuel": "nowhere"}}], "unknown_factor_set"),
    ([MARCH | {"factor_sets": {"fuel": "ndrc-2013-a"}}], "factor_set_foreign"),
    ([MARCH | {"factor_sets": []}], "missing_factor_set"),
]


@pytest.mark.parametrize(("months", "remark"), BAD_MONTHS)
def test_wrong_rules_of_a_month_are_named_and_give_no_total(months: Any, remark: str) -> None:
    result = compute_json(year(months=months))
    assert remark in {one["name"] for one in result["remarks"] if one["blocks"]}
    assert "total_tco2e" not in result


def test_a_months_version_and_set_that_do_not_belong_together_want_a_word() -> None:
    assert "fuel_set_differs" in names(compute_json(year(months=[MARCH | {"rule_version": "2021-9"}])))
    other = [EARLY | {"period": "2022-10"}, EARLY]
    assert "rule_version_differs" in names(compute_json(year(months=other)))


def test_what_a_year_used_is_listed_once_and_an_unused_version_is_not() -> None:
    early = MonthRules("2021-9", SETS | {"fuel": "mee-2021-9"}, "")
    inputs = Inputs(
        "mee-2022-power", "2022-111", SETS, ("2022-01", "2022-02"), "x", "", (), {"2022-01": early}
    )
    assert inputs.versions_used() == ("2021-9", "2022-111")
    assert [name for role, name in inputs.sets_used() if role == "fuel"] == ["mee-2021-9", "mee-2022-485"]
    both = Inputs("mee-2022-power", "2022-111", SETS, ("2022-01",), "x", "", (), {"2022-01": early})
    assert both.versions_used() == ("2021-9",)
    alone = {role: factor_sets()[name].digest for role, name in SETS.items()}
    assert factor_sets_hash(sorted(SETS.items())) == digest(alone)
    fuels = [factor_sets()[name].digest for name in ("mee-2021-9", "mee-2022-485")]
    assert factor_sets_hash(inputs.sets_used()) == digest(alone | {"fuel": fuels})


@pytest.mark.db
def test_the_year_of_a_plant_is_the_sum_of_months_under_two_versions(stage: Stage) -> None:
    stream = {
        "slug": "coal", "kind": "fuel", "item": "coal", "name_zh": "煤", "name_en": "Coal", "unit": "t",
    }  # fmt: skip
    model = {"guideline": "mee-2022-power", "streams": [stream]}
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))
    values = [("quantity", "100000", "t"), ("ncv", "20", "GJ/t")]
    for month, total in (("2022-03", OLD), ("2022-10", NEW)):
        body = {"plant": PLANT, "period": month}
        period = stage.ok(stage.post("alpha_manager", "periods/", body), 201)["id"]
        keys = ("name", "text", "unit")
        typed = [
            {"stream": "coal", "origin": "supplier"} | dict(zip(keys, one, strict=True)) for one in values
        ]
        shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": typed}))
        assert shown["total_tco2"] == total, month
    shown = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": "2022"}), 201)
    assert shown["total_tco2"] == "467616.600000"
    assert [(line["stream"], line["tco2e"]) for line in shown["lines"]] == [
        ("03.coal", OLD),
        ("10.coal", NEW),
    ]
    assert {row["period"]: row["difference_g"] for row in shown["year"]["bridge"]} == {
        "2022-03": "0", "2022-10": "0",
    }  # fmt: skip
    assert shown["rule_version"] == "2022-111"
    assert {one["name"] for one in shown["remarks"]} & {"rule_version_differs", "fuel_set_differs"} == set()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        row = ReportingPeriod.objects.get(pk=shown["id"])
        assert calculate_period(row).assembled.data["months"] == [EARLY]
        # A year that an earlier release opened, under the first version of all: the same figures.
        row.rule_version, row.factor_sets = "2021-9", row.factor_sets | {"fuel": "mee-2021-9"}
        outcome = calculate_period(row)
        assert str(outcome.statement.grams) == "467616600000"
        assert outcome.statement.inputs is not None
        assert outcome.statement.inputs.versions_used() == ("2021-9", "2022-111")

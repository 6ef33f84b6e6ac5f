"""Every worked case to six decimals, and every way in which an input can be wrong."""

from collections.abc import Callable
from fractions import Fraction
from string import Formatter
from typing import Any

import pytest

from accounting.domain.compute import (
    compute_json,
    exit_status,
    guideline_json,
    guidelines_json,
    statement_of,
)
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name, Remark
from tests.accounting.cases import all_cases, input_of

Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_every_line_subtotal_total_and_indicator_equals_the_worked_case(case: dict[str, Any]) -> None:
    result = compute_json(case["input"])
    assert {key: result.get(key) for key in case["expected"]} == case["expected"]
    assert exit_status(result) == 0


def first(data: dict[str, Any]) -> dict[str, Any]:
    return data["streams"][0]


def put(path: str, value: object) -> Change:
    """A change that sets a dotted path of the first stream."""

    def change(data: dict[str, Any]) -> None:
        node = first(data)
        *way, last = path.split(".")
        for step in way:
            node = node[step]
        node[last] = value

    return change


def top(key: str, value: object) -> Change:
    return lambda data: data.__setitem__(key, value)


def drop(key: str) -> Change:
    return lambda data: data.pop(key)


def as_balance(data: dict[str, Any]) -> None:
    del first(data)["quantity"]
    first(data)["balance"] = {"unit": "t", "purchased": "1"}


def two_versions(data: dict[str, Any]) -> None:
    del data["rule_version"]
    data["period"] = ["2022-03", "2022-04"]


def value(stream: int, parameter: str, text: str) -> Change:
    """A change of one parameter of a stream by its place; its source is a measurement then."""

    def change(data: dict[str, Any]) -> None:
        data["streams"][stream]["parameters"][parameter] |= {"value": text, "source": "measured"}

    return change


def amount(stream: int, text: str) -> Change:
    """A change of one stream's quantity by its place."""
    return lambda data: data["streams"][stream]["quantity"].update(value=text)


def both(*changes: Change) -> Change:
    def change(data: dict[str, Any]) -> None:
        for one in changes:
            one(data)

    return change


def as_received(data: dict[str, Any]) -> None:
    carbon = {"value": "0.9", "unit": "tC/t", "source": "measured"}
    first(data)["parameters"]["carbon_content"] = carbon


wet_and_all_carbon = both(value(0, "carbon_ad", "99"), value(0, "moisture_ad", "60"))


def too_much_lime(data: dict[str, Any]) -> None:
    data["streams"][2]["parameters"]["cao_noncarbonate"]["value"] = "0.7"


def rich_meal(data: dict[str, Any]) -> None:
    meal = next(one for one in data["streams"] if one["item"] == "raw_meal")
    meal["parameters"]["nonfuel_carbon"] = {"value": "0.1", "unit": "1", "source": "measured"}


FROM_S2 = {"unit": "1", "source": "calculated", "from": ["s2"]}

BAD = [
    ("P2", top("guideline", "ndrc-2099-fusion"), "unknown_guideline"),
    ("P2", top("total_tco2e", "1"), "unknown_field"),
    ("P2", top("period", "2023-13"), "bad_period"),
    ("P2", top("period", 2023), "bad_period"),
    ("P3", top("period", ["2023-01", "2023-01"]), "bad_period"),
    ("P3", top("rule_version", "2030-1"), "unknown_rule_version"),
    ("P2", top("rule_version", "2022-485"), "unknown_field"),
    ("P2", top("region", "atlantis"), "unknown_region"),
    ("P2", drop("region"), "region_missing"),
    ("P2", drop("factor_sets"), "missing_factor_set"),
    ("P2", lambda d: d["factor_sets"].pop("gwp"), "missing_factor_set"),
    ("P2", lambda d: d["factor_sets"].pop("fuel"), "missing_factor_set"),
    ("P2", lambda d: d["factor_sets"].update(fuel="ar2"), "unknown_factor_set"),
    ("P2", lambda d: d["factor_sets"].update(fuel="nowhere"), "unknown_factor_set"),
    ("P2", lambda d: d["factor_sets"].update(spirit="ar2"), "unknown_field"),
    ("P2", top("streams", []), "no_streams"),
    ("P2", top("streams", ["s1"]), "malformed_input"),
    ("P2", lambda d: d["streams"].append(dict(first(d))), "duplicate_stream"),
    ("P2", put("kind", "magic"), "unknown_stream"),
    ("P2", put("item", "coke"), "unknown_stream"),
    ("P2", put("colour", "blue"), "unknown_field"),
    ("P2", put("quantity.value", 18500), "number_not_text"),
    ("P2", put("quantity.value", 1.5), "number_not_text"),
    ("P2", put("quantity.value", "NaN"), "bad_number"),
    ("P2", put("quantity.value", "Infinity"), "bad_number"),
    ("P2", put("quantity.value", "1e5"), "bad_number"),
    ("P2", put("quantity.value", "1,5"), "bad_number"),
    ("P2", put("quantity.value", "１５"), "bad_number"),
    ("P2", put("quantity.value", ""), "bad_number"),
    ("P2", put("quantity.value", "9" * 100), "bad_number"),
    ("P2", put("quantity.value", "-1"), "negative_quantity"),
    ("P2", put("quantity.unit", "MWh"), "wrong_unit"),
    ("P2", put("quantity.unit", "t"), "dimension_mismatch"),
    ("P2", lambda d: first(d).pop("quantity"), "quantity_missing"),
    ("P2", put("balance", {"unit": "t", "purchased": "1"}), "quantity_and_balance"),
    ("P2", put("parameters.flavour", {"value": "1", "unit": "1", "source": "default"}), "unknown_parameter"),
    ("P2", put("parameters.cc.unit", "tC/t"), "wrong_unit"),
    ("P2", put("parameters.cc.source", "rumour"), "bad_source"),
    ("P2", lambda d: first(d)["parameters"]["cc"].pop("source"), "bad_source"),
    ("P2", put("parameters.oxidation.value", "1.01"), "fraction_out_of_range"),
    ("P2", put("parameters.oxidation.value", "-0.1"), "fraction_out_of_range"),
    ("P2", put("parameters.oxidation.value", "99"), "percent_for_fraction"),
    ("P2", put("parameters.oxidation.value", "101"), "fraction_out_of_range"),
    ("P2", lambda d: d["factor_sets"].update(fuel="ndrc-2013-a"), "factor_set_foreign"),
    ("P2", lambda d: d["factor_sets"].update(gwp="ar5"), "factor_set_foreign"),
    ("P2", lambda d: d["factor_sets"].update(process="ndrc-2013-cement"), "factor_set_foreign"),
    ("G1", lambda d: d["factor_sets"].update(fuel="ndrc-2013-a"), "factor_set_foreign"),
    ("P2", put("parameters.ncv.value", "-1"), "negative_quantity"),
    ("P2", put("parameters", []), "malformed_input"),
    ("P1", as_balance, "balance_not_allowed"),
    ("P1", lambda d: first(d)["parameters"].clear(), "missing_factor"),
    ("P1", put("parameters.oxidation.from", ["s3", "s9"]), "unknown_residue"),
    ("P1", put("parameters.oxidation.from", ["s5"]), "unknown_residue"),
    ("P1", put("parameters.oxidation.value", "0.9"), "malformed_input"),
    ("P1", put("parameters.oxidation.from", []), "malformed_input"),
    ("P1", lambda d: d["streams"][3]["parameters"]["dust_efficiency"].update(value="0"), "not_positive"),
    ("P1", lambda d: d["streams"][2]["quantity"].update(value="99000000"), "fraction_out_of_range"),
    ("P3", lambda d: first(d).pop("period"), "stream_period_missing"),
    ("P3", put("period", "2023-04"), "stream_period_outside"),
    ("P3", put("parameters.moisture_ad.value", "100"), "percent_out_of_range"),
    ("P3", two_versions, "rule_version_ambiguous"),
    ("P3", put("parameters.oxidation", FROM_S2), "unknown_residue"),
    ("CE-1", too_much_lime, "noncarbonate_over_total"),
    ("CE-1", lambda d: d["streams"][2]["parameters"].pop("mgo"), "missing_factor"),
    ("CE-2", lambda d: d["streams"][7]["balance"].update(stolen="1"), "unknown_balance_field"),
    ("CE-2", lambda d: d["streams"][7]["balance"].update(sold="-1"), "negative_quantity"),
    # What physics does not allow.
    ("C1", value(9, "enthalpy", "50"), "physically_impossible"),
    ("C1", value(9, "enthalpy", "83.74"), "physically_impossible"),
    ("C1", value(9, "enthalpy", "27777"), "physically_impossible"),
    ("C1", value(9, "enthalpy", "4160.67"), "physically_impossible"),
    ("C1", value(10, "temperature", "10"), "physically_impossible"),
    ("C1", value(10, "temperature", "850"), "physically_impossible"),
    ("C1", value(10, "temperature", "-5"), "physically_impossible"),
    ("FG-2", value(8, "temperature", "374"), "physically_impossible"),
    ("MG-2", value(6, "enthalpy", "277767"), "physically_impossible"),
    ("CE-1", both(value(2, "cao", "0.98"), value(2, "mgo", "0.06")), "fraction_out_of_range"),
    ("P3", wet_and_all_carbon, "carbon_and_moisture_over_whole"),
    ("P3", both(as_received, value(0, "moisture_ar", "14")), "carbon_and_moisture_over_whole"),
    ("P3", value(0, "moisture_ar", "2.84"), "moisture_ar_below_ad"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case_id", "change", "remark"), BAD, ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(BAD)]
)
def test_a_wrong_input_is_named_and_gives_no_total(case_id: str, change: Change, remark: str) -> None:
    data = input_of(case_id)
    change(data)
    result = compute_json(data)
    names = {one["name"] for one in result["remarks"] if one["blocks"]}
    assert remark in names
    assert "total_tco2e" not in result
    assert exit_status(result) == 2


@pytest.mark.parametrize(
    "given", [None, [], "x", 3, {}, {"guideline": None}, {"guideline": ["ndrc-2013-power"]}]
)
def test_anything_that_is_no_input_is_refused_without_an_exception(given: object) -> None:
    assert exit_status(compute_json(given)) == 2


def test_all_that_is_wrong_is_said_in_one_run() -> None:
    data = input_of("P2")
    put("quantity.unit", "MWh")(data)
    put("parameters.cc.value", "x")(data)
    data["region"] = "atlantis"
    names = {one["name"] for one in compute_json(data)["remarks"]}
    assert {"wrong_unit", "bad_number", "unknown_region"} <= names


WORTH_A_LOOK = [
    ("P2", put("parameters.cc.value", "15.33"), "default_differs"),
    ("P3", put("parameters.ncv.value", "40"), "ncv_far_from_default"),
    ("P3", top("rule_version", "2021-9"), "rule_version_differs"),
    ("P3", put("parameters.carbon_ad.value", "0.5562"), "fraction_for_percent"),
    ("P3", lambda d: d["factor_sets"].update(fuel="mee-2021-9"), "fuel_set_differs"),
    (
        "P2",
        put("parameters.cc", {"value": "0.01532", "unit": "tC/TJ", "source": "measured"}),
        "far_from_default",
    ),
    ("A1", lambda d: d["streams"][1]["parameters"]["sulphur"].update(value="0.2"), "fraction_large"),
    ("CE-1", rich_meal, "fraction_large"),
    ("P1", put("parameters.carbon_content.value", "0.1"), "carbon_out_of_range"),
    ("CE-2", lambda d: d["streams"][7]["balance"].update(sold="9000"), "negative_net"),
    ("P3", value(0, "carbon_ad", "12"), "carbon_out_of_range"),
    ("P3", value(0, "moisture_ar", "80"), "carbon_out_of_range"),
    ("C1", value(10, "temperature", "150"), "water_above_boiling"),
    ("C1", amount(3, "4021500"), "carbon_balance_negative"),
    ("C1", amount(7, "2150000"), "recovered_over_emitted"),
    ("CK-1", lambda d: d["streams"][2]["balance"].update(purchased="410000"), "deduction_over_process"),
    ("S2", amount(8, "81240000"), "deduction_over_process"),
    ("P3", lambda d: d["streams"][-1]["parameters"].clear(), "indicator_missing"),
    ("CE-1", lambda d: None, "factor_unverified"),
]


@pytest.mark.parametrize(
    ("case_id", "change", "remark"),
    WORTH_A_LOOK,
    ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(WORTH_A_LOOK)],
)
def test_a_doubtful_input_is_computed_and_remarked(case_id: str, change: Change, remark: str) -> None:
    data = input_of(case_id)
    change(data)
    result = compute_json(data)
    assert remark in {one["name"] for one in result["remarks"]}
    assert exit_status(result) == 0


ASKED = {
    "water_above_boiling", "carbon_balance_negative", "recovered_over_emitted", "deduction_over_process",
    "physically_impossible", "carbon_and_moisture_over_whole", "moisture_ar_below_ad", "carbon_out_of_range",
}  # fmt: skip


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_no_worked_case_is_asked_about_physics_or_balances(case: dict[str, Any]) -> None:
    """By-products sold and energy supplied to others are legal negatives."""
    assert not {one["name"] for one in compute_json(case["input"])["remarks"]} & ASKED


@pytest.mark.parametrize(
    ("case_id", "changes", "just"),
    [
        ("C1", (value(10, "temperature", "20"),), True),
        ("C1", (value(10, "temperature", "373.946"),), True),
        ("C1", (value(10, "temperature", "100"),), True),
        ("C1", (value(9, "enthalpy", "4160.66"),), True),
        ("C1", (value(9, "enthalpy", "83.75"),), True),
        ("CE-1", (value(2, "cao", "0.97"), value(2, "mgo", "0.03")), True),
        ("CE-1", (value(2, "cao", "0.97"), value(2, "mgo", "0.0301")), False),
        ("P3", (value(0, "moisture_ar", "2.85"),), True),
        ("P3", (value(0, "carbon_ad", "97.15"),), True),
        ("P3", (value(0, "carbon_ad", "97.16"),), False),
    ],
)
def test_what_is_only_just_possible_is_calculated(
    case_id: str, changes: tuple[Change, ...], just: bool
) -> None:
    data = input_of(case_id)
    both(*changes)(data)
    assert ("total_tco2e" in compute_json(data)) is just


def test_a_balance_is_judged_with_the_defaults_that_the_lines_were_calculated_with() -> None:
    data = input_of("C1")
    for stream in data["streams"]:
        if stream["item"] in ("bituminous", "methanol"):
            stream["parameters"] = {}
    amount(3, "1000000")(data)
    (remark,) = [one for one in compute_json(data)["remarks"] if one["name"] == "carbon_balance_negative"]
    assert remark["needs_answer"]
    assert not remark["blocks"]
    assert remark["facts"] == {"kept": "1430008.800", "fed": "1363854.964"}
    assert "1,430,008.800" in remark["zh"]
    assert "1,430,008.800" in remark["en"]


@pytest.mark.parametrize("case_id", ["P2", "P4a", "P4b"])
def test_a_percentage_typed_for_a_fraction_is_told_the_fraction(case_id: str) -> None:
    data = input_of(case_id)
    put("parameters.oxidation.value", "98.5")(data)
    (remark,) = [one for one in compute_json(data)["remarks"] if one["name"] == "percent_for_fraction"]
    assert remark["facts"]["fraction"] == "0.985"
    assert "0.985" in remark["zh"]
    assert "0.985" in remark["en"]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case["id"])
def test_no_worked_case_is_blamed_for_its_units(case: dict[str, Any]) -> None:
    names = {one["name"] for one in compute_json(case["input"])["remarks"]}
    assert not names & {"far_from_default", "fraction_large", "fraction_for_percent", "fuel_set_differs"}


@pytest.mark.parametrize("case_id", ["P2", "P4a", "P4b"])
def test_a_missing_parameter_is_the_factor_sets_default(case_id: str) -> None:
    data = input_of(case_id)
    expected = compute_json(data)["total_tco2e"]
    for stream in data["streams"]:
        stream["parameters"] = {}
    assert compute_json(data)["total_tco2e"] == expected


def test_the_variant_chooses_the_row_of_the_default_table() -> None:
    data = input_of("CE-2")
    data["streams"][6] |= {"variant": "high_carbon", "parameters": {}}
    assert compute_json(data)["lines"]["s7"] == "2431.330000"


@pytest.mark.parametrize(
    ("period", "factor", "verified"),
    [
        ("2020-12", "0.6101", True),
        ("2021-01", "0.5810", False),
        ("2021-12", "0.5810", False),
        ("2022-01", "0.5703", True),
        ("2026-06", "0.5703", True),
    ],
)
def test_power_bought_takes_the_national_factor_of_its_year(period: str, factor: str, verified: bool) -> None:
    data = input_of("P3")
    power = {"kind": "electricity", "item": "grid", "quantity": {"value": "1000", "unit": "MWh"}}
    data |= {"period": period, "streams": [power | {"id": "s", "parameters": {}}]}
    data["factor_sets"]["grid"] = guidelines()["mee-2022-power"].factor_sets["grid"][0]
    data["rule_version"] = "2021-9" if period < "2022-04" else "2022-485"
    statement = statement_of(data)
    (line,) = statement.lines
    assert line.value == 1000 * Fraction(factor)
    assert [(one.given, one.verified) for one in line.parameters] == [(factor, verified)]
    said = {remark.name.name for remark in statement.remarks}
    assert ("factor_unverified" in said) is not verified
    # What calls itself the default is that of its own year.
    for claimed in ("0.6101", "0.5810", "0.5703"):
        value_of = {"value": claimed, "unit": "tCO2/MWh", "source": "default"}
        data["streams"][0]["parameters"] = {"grid_factor": value_of}
        differs = "default_differs" in {remark.name.name for remark in statement_of(data).remarks}
        assert differs is (claimed != factor), claimed


def test_the_set_of_one_national_factor_has_none_for_the_years_before_it() -> None:
    data = input_of("P3")
    power = {"kind": "electricity", "item": "grid", "quantity": {"value": "1", "unit": "MWh"}}
    data |= {"period": "2021-06", "streams": [power | {"id": "s", "parameters": {}}]}
    data["rule_version"] = "2021-9"
    assert "missing_factor" in {one["name"] for one in compute_json(data)["remarks"]}


def test_units_cancel() -> None:
    data = input_of("P2")
    expected = compute_json(data)["total_tco2e"]
    put("quantity", {"value": "185000000", "unit": "Nm3"})(data)
    put("parameters.ncv", {"value": "38931", "unit": "kJ/Nm3", "source": "measured"})(data)
    data["streams"][1]["quantity"] = {"value": "861250", "unit": "kWh"}
    assert compute_json(data)["total_tco2e"] == expected


def test_a_sold_surplus_of_power_is_a_negative_line_and_zero_has_no_sign() -> None:
    data = input_of("CE-2")
    data["streams"][7]["balance"] = {"unit": "MWh", "sold": "455.0"}
    assert compute_json(data)["lines"]["s8"] == "-298.161500"
    data["streams"][7]["balance"] = {"unit": "MWh", "purchased": "0"}
    assert compute_json(data)["lines"]["s8"] == "0.000000"


def test_every_remark_reads_in_both_languages() -> None:
    for name in Name:
        _, zh, en = name.value
        fields = {word for text in (zh, en) for _, word, _, _ in Formatter().parse(text) if word}
        remark = Remark(name, "s1", dict.fromkeys(fields, "x"))
        assert remark.text("zh")
        assert remark.text("en")
        assert "{" not in remark.text("zh") + remark.text("en")


def test_a_remark_calls_a_field_by_its_word() -> None:
    remark = Remark(Name.factor_unverified, "s1", {"field": "ncv"})
    assert remark.text("zh").startswith("低位发热量")
    assert "net calorific value" in remark.text("en")
    assert remark.as_json()["facts"] == {"field": "ncv"}
    assert Remark(Name.unknown_field, "", {"field": "colour"}).text("en").endswith("colour")


def test_guidelines_are_listed_and_shown_with_streams_defaults_and_trees() -> None:
    assert {
        "mee-2022-power",
        "mee-2024-clinker",
        "ndrc-2013-aviation",
        "ndrc-2013-cement",
        "ndrc-2013-ceramics",
        "ndrc-2013-glass",
        "ndrc-2013-magnesium",
        "ndrc-2013-power",
    } <= {one["id"] for one in guidelines_json()}
    shown = guideline_json("ndrc-2013-cement")
    assert shown is not None
    kinds = [(stream["kind"], stream["key"]) for stream in shown["streams"]]
    assert ("process", "clinker") in kinds
    assert any(
        row["item"] == "raw_meal" and row["value"] == "0.001"
        for s in shown["streams"]
        for row in s["defaults"]
    )
    assert guideline_json("nowhere") is None

"""Grid, steel, chemicals, aluminium: what public tools get wrong is right here, or refused."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from accounting.domain.compute import compute_json, statement_of
from accounting.domain.exact import tco2e_text
from accounting.domain.factors import factor_sets
from tests.accounting.cases import blocking, doubts, input_of, stream_of


def total(data: dict[str, Any]) -> Fraction:
    statement = statement_of(data)
    assert not statement.blocked, [remark.as_json() for remark in statement.remarks if remark.blocks]
    return statement.total


def gigajoules(value: str) -> dict[str, str]:
    return {"value": value, "unit": "GJ/t", "source": "measured"}


# Steel: the balance of a fuel, by-products sold, fixed carbon.


def test_what_is_used_outside_and_sold_leaves_the_net_and_carbon_becomes_carbon_dioxide() -> None:
    data = input_of("S1")
    stream_of(data, "s3")["balance"]["other_use"] = "1000"
    line = next(line for line in statement_of(data).lines if line.stream.id == "s3")
    net = 310000 + 45200 - 38900 - 120000 - 1000
    carbon = net * Fraction("28.447") * Fraction("0.02950") * Fraction("0.93")
    assert line.value == carbon * 44 / 12
    wrong = (310000 + 45200 - 38900 + 120000 + 1000) * carbon / net * 12 / 44
    assert line.value != wrong


def test_by_products_sold_are_negative_and_dropping_them_raises_the_total_by_just_their_carbon() -> None:
    data = input_of("S1")
    whole = total(data)
    assert {"negative_net"} <= doubts(data)
    data["streams"] = [one for one in data["streams"] if one["item"] not in ("tar", "crude_benzene", "cog")]
    assert tco2e_text(total(data) - whole) == "384789.539339"


@pytest.mark.parametrize("field", ["purchased", "opening", "closing", "sold", "other_use"])
def test_no_part_of_a_stock_balance_may_be_negative(field: str) -> None:
    data = input_of("S1")
    stream_of(data, "s4")["balance"][field] = "-1"
    assert "negative_quantity" in blocking(data)


def test_fixed_carbon_is_deducted_and_its_output_is_never_negative() -> None:
    data = input_of("S1")
    assert compute_json(data)["lines"]["s18"] == "-94255.700000"
    stream_of(data, "s18")["quantity"]["value"] = "-6120500"
    assert "negative_quantity" in blocking(data)


def test_the_ratio_of_carbon_dioxide_is_44_to_12_and_no_rounded_one() -> None:
    line = statement_of(input_of("S2")).lines[0]
    carbon = Fraction("5230.75") * Fraction("389.310") * Fraction("0.01530") * Fraction("0.99")
    assert line.value / carbon == Fraction(44, 12)
    assert line.value != carbon * Fraction("3.6667")
    assert line.value != carbon * Fraction("3.67")


def test_splitting_a_fuel_row_leaves_the_total() -> None:
    data = input_of("S2")
    whole = total(data)
    half = deepcopy(data["streams"][1]) | {"id": "s2b", "quantity": {"value": "4850", "unit": "t"}}
    data["streams"][1]["quantity"]["value"] = "7000"
    data["streams"].append(half)
    assert total(data) == whole


@pytest.mark.parametrize(
    ("item", "old", "new"),
    [
        ("scrap", None, "0.037"),
        ("silicomanganese", None, "0.092"),
        ("limestone", "0.440", "0.440"),
        ("ferrochrome", "0.275", None),
        ("high_carbon_ferrochrome", None, "0.348"),
    ],
)
def test_the_filling_instructions_of_2023_are_a_second_set_of_process_factors(
    item: str, old: str | None, new: str | None
) -> None:
    for set_id, expected in (("ndrc-2013-steel", old), ("steel-mee-2023", new)):
        data = input_of("S2")
        data["factor_sets"]["process"] = set_id
        data["streams"] = [
            {
                "id": "m",
                "kind": "process",
                "item": item,
                "quantity": {"value": "1", "unit": "t"},
                "parameters": {},
            }
        ]
        if expected is None:
            assert "missing_factor" in blocking(data)
        else:
            assert total(data) == Fraction(expected)


CARBON = {"electrode": "0.999", "pig_iron": "0.047", "dri": "0.02", "ferronickel": "0.01"}
CARBON |= {"ferrochrome": "0.075", "ferromolybdenum": "0.005", "crude_steel": "0.0042", "methanol": "0.375"}


@pytest.mark.parametrize(("item", "carbon"), CARBON.items())
def test_steels_factors_are_the_carbon_contents_times_44_to_12(item: str, carbon: str) -> None:
    (row,) = factor_sets()["ndrc-2013-steel"].defaults(item=item, parameter="factor")
    places = len(row.text.partition(".")[2])
    assert round(Fraction(carbon) * 44 / 12, places) == row.value


# Grid: devices and the loss on the lines.


def test_a_device_gives_back_no_more_gas_than_it_held() -> None:
    data = input_of("G1")
    stream_of(data, "s1")["parameters"]["recovered"]["value"] = "45.1"
    assert "recovered_over_capacity" in blocking(data)


def test_devices_are_whole() -> None:
    data = input_of("G1")
    stream_of(data, "s1")["quantity"]["value"] = "1.5"
    assert "not_whole" in blocking(data)


def test_a_negative_loss_is_refused_and_a_loss_of_nothing_is_zero() -> None:
    data = input_of("G1")
    loss = stream_of(data, "s6")["balance"]
    loss["sold"] = "205635000"
    assert compute_json(data)["lines"]["s6"] == "0.000000"
    loss["sold"] = "205635001"
    assert "negative_loss" in blocking(data)
    assert "negative_net" not in doubts(data)


@pytest.mark.parametrize(("sold", "doubted"), [("174789750", False), ("174789749", True)])
def test_a_loss_above_15_percent_of_the_supply_wants_a_word(sold: str, doubted: bool) -> None:
    data = input_of("G1")
    stream_of(data, "s6")["balance"]["sold"] = sold
    assert ("loss_rate_high" in doubts(data)) is doubted


def test_the_loss_is_given_by_its_balance_only() -> None:
    data = input_of("G1")
    del stream_of(data, "s6")["balance"]
    stream_of(data, "s6")["quantity"] = {"value": "11754500", "unit": "MWh"}
    assert "balance_required" in blocking(data)


def test_exported_power_is_taken_off_the_supply_and_counted_once() -> None:
    data = input_of("G1")
    before = total(data)
    stream_of(data, "s6")["balance"]["exported"] = "3125100"
    assert before - total(data) == 100 * Fraction("0.7035")


@pytest.mark.parametrize(
    ("case_id", "gases"), [("G1", {"s1", "s3", "s4", "s5"}), ("C2", {"s2", "s3", "s4"}), ("A1", {"s3"})]
)
def test_another_gwp_set_changes_the_gases_it_is_for_and_nothing_else(case_id: str, gases: set[str]) -> None:
    data = input_of(case_id)
    for stream in data["streams"]:
        for name in [name for name in stream["parameters"] if name.startswith("gwp")]:
            del stream["parameters"][name]
    first = compute_json(data)["lines"]
    data["factor_sets"]["gwp"] = "ar5"
    second = compute_json(data)["lines"]
    assert {name for name in first if first[name] != second[name]} == gases


def test_a_gwp_that_calls_itself_a_default_of_another_report_is_remarked() -> None:
    data = input_of("G1")
    data["factor_sets"]["gwp"] = "ar5"
    assert "default_differs" in doubts(data)


# Chemicals: carbon balance, N2O, CO2 supplied.


def test_one_row_as_fuel_and_as_feedstock_is_remarked() -> None:
    data = input_of("C1")
    assert "fuel_and_feedstock" not in doubts(data)
    twice = deepcopy(stream_of(data, "s1")) | {"id": "twice", "kind": "carbon_in"}
    del twice["parameters"]["oxidation"]
    data["streams"].append(twice)
    remarks = [one for one in compute_json(data)["remarks"] if one["name"] == "fuel_and_feedstock"]
    assert [(one["stream"], one["facts"]["other"], one["needs_answer"]) for one in remarks] == [
        ("twice", "s1", True)
    ]


def test_feedstock_that_stays_in_its_products_emits_nothing() -> None:
    data = input_of("C1")
    feed, product = stream_of(data, "s3"), stream_of(data, "s4")
    feed["quantity"]["value"] = product["quantity"]["value"] = "100"
    carbon = {"value": "0.5", "unit": "tC/t", "source": "measured"}
    feed["parameters"] = {"carbon_content": carbon}
    product["parameters"] = {"carbon_content": carbon}
    data["streams"] = [feed, product]
    assert total(data) == 0


def test_an_oxidation_factor_is_no_part_of_a_carbon_balance() -> None:
    data = input_of("C1")
    stream_of(data, "s3")["parameters"]["oxidation"] = {"value": "0.93", "unit": "1", "source": "default"}
    assert "unknown_parameter" in blocking(data)


@pytest.mark.parametrize(
    ("technique", "expected"),
    [
        ("high_pressure", "13.9"),
        ("medium_pressure", "11.77"),
        ("atmospheric", "9.72"),
        ("dual_pressure", "8"),
        ("combined", "7.5"),
        ("low_pressure", "5"),
    ],
)
def test_nitric_acid_by_technique_without_abatement(technique: str, expected: str) -> None:
    data = input_of("C2")
    acid = stream_of(data, "s3") | {"variant": technique, "parameters": {}}
    data["streams"] = [acid]
    assert total(data) == 41000 * Fraction(expected) / 1000 * 310


def test_nitric_acid_whose_technique_nobody_named_is_blocked() -> None:
    data = input_of("C2")
    del stream_of(data, "s3")["variant"]
    stream_of(data, "s3")["parameters"] = {}
    assert "missing_factor" in blocking(data)


def test_adipic_acid_by_another_route_than_nitric_oxidation_makes_no_n2o() -> None:
    data = input_of("C2")
    data["streams"] = [stream_of(data, "s4") | {"variant": "other", "parameters": {}}]
    assert total(data) == 0


def test_recovered_carbon_dioxide_is_deducted() -> None:
    assert compute_json(input_of("C1"))["lines"]["s8"] == "-42143.225000"


def test_carbon_per_volume_does_not_go_with_tonnes() -> None:
    data = input_of("C1")
    stream_of(data, "s4")["quantity"] = {"value": "402150", "unit": "1e4Nm3"}
    assert "dimension_mismatch" in blocking(data)


# Aluminium: anodes and anode effects.


def test_c2f6_typed_as_the_cf4_factor_is_remarked_as_no_default() -> None:
    data = input_of("A1")
    stream_of(data, "s3")["parameters"]["c2f6_factor"]["value"] = "0.034"
    assert "default_differs" in doubts(data)


def test_the_ratio_of_the_ipcc_is_not_this_guidelines() -> None:
    data = input_of("A2a")
    stream_of(data, "s3")["parameters"]["c2f6_ratio"]["value"] = "0.121"
    assert "default_differs" in doubts(data)


@pytest.mark.parametrize("case_id", ["A1", "A24-1"])
def test_anodes_and_anode_effects_go_by_one_output(case_id: str) -> None:
    data = input_of(case_id)
    assert "outputs_differ" not in doubts(data)
    effect = next(one for one in data["streams"] if one["item"] == "anode_effect")
    effect["quantity"]["value"] = "498619"
    assert "outputs_differ" in doubts(data)


def test_potlines_may_share_the_output() -> None:
    data = input_of("A1")
    whole = total(data)
    effect = stream_of(data, "s3")
    data["streams"].append(deepcopy(effect) | {"id": "s3b", "quantity": {"value": "498000", "unit": "t"}})
    effect["quantity"]["value"] = "620"
    assert total(data) == whole
    assert "outputs_differ" not in doubts(data)


def test_sulphur_and_ash_together_are_not_more_than_the_anode() -> None:
    data = input_of("A1")
    stream_of(data, "s2")["parameters"]["sulphur"]["value"] = "0.6"
    stream_of(data, "s2")["parameters"]["ash"]["value"] = "0.5"
    assert "fraction_out_of_range" in blocking(data)


@pytest.mark.parametrize("missing", ["cf4_factor", "c2f6_factor"])
def test_a_default_of_2024_that_nobody_has_read_blocks_and_is_never_that_of_2013(missing: str) -> None:
    data = input_of("A24-1")
    del stream_of(data, "s4")["parameters"][missing]
    remarks = [one for one in compute_json(data)["remarks"] if one["name"] == "factor_unknown"]
    assert [(one["blocks"], one["facts"]["field"]) for one in remarks] == [(True, missing)]


def test_the_slope_method_is_used_where_its_minutes_are_given() -> None:
    data = input_of("A24-1")
    parameters = stream_of(data, "s4")["parameters"]
    parameters["effect_minutes"] = {"value": "0.2", "unit": "min/cell-day", "source": "measured"}
    assert (
        next(line for line in statement_of(data).lines if line.stream.id == "s4").formula
        == "anode_effect_by_factor"
    )
    parameters["slope"] = {"value": "0.143", "unit": "kg.cell-day/(t.min)", "source": "measured"}
    parameters["c2f6_ratio"] = {"value": "0.1", "unit": "1", "source": "measured"}
    line = next(line for line in statement_of(data).lines if line.stream.id == "s4")
    assert line.formula == "anode_effect_by_slope"
    assert line.value == 498620 * Fraction("0.2") * Fraction("0.143") * (6630 + Fraction(1110)) / 1000


# Factors of the year, and of the set.


def test_the_national_factor_of_2022_is_not_put_on_an_earlier_year() -> None:
    data = input_of("S2") | {"period": "2020"}
    stream_of(data, "s8")["parameters"] = {}
    assert "missing_factor" in blocking(data)


UNREAD = [
    ("ndrc-2013-a", "kerosene", "ncv"),
    ("ndrc-2013-b", "anthracite", "ncv"),
    ("ndrc-2013-chemicals", "acetylene", "carbon_content"),
    ("ndrc-2013-aluminium", "anode_effect", "slope"),
    ("ar5", "sf6", "gwp"),
]


@pytest.mark.parametrize(("set_id", "item", "parameter"), UNREAD)
def test_a_figure_nobody_compared_with_the_print_says_so(set_id: str, item: str, parameter: str) -> None:
    assert not any(row.verified for row in factor_sets()[set_id].defaults(item=item, parameter=parameter))


def test_a_misprinted_calorific_value_of_other_gas_is_remarked() -> None:
    data = input_of("S2")
    ncv = {"value": "52270", "unit": "kJ/Nm3", "source": "measured"}
    stream_of(data, "s1").update(item="other_gas", parameters={"ncv": ncv})
    assert "ncv_far_from_default" in doubts(data)

"""Bad input through the interface, item by item: named, told in four parts, nothing lost."""

from copy import deepcopy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounting.services.evidence import SIZE_MAX
from tests.accounting.stage import MODEL, MONTH, PLANT, Stage
from tests.accounting.test_every_sector import case_of, model_of

pytestmark = pytest.mark.db
COAL = {"stream": "coal", "origin": "measured"}
# What is typed, and the name by which the page says what is wrong with it.
TYPED: dict[str, tuple[dict[str, str], str]] = {
    "units mixed: kJ per kg written as GJ per t": (
        {"name": "ncv", "text": "20118", "unit": "GJ/t"}, "ncv_far_from_default"),
    "percent for a fraction": (
        {"name": "oxidation", "text": "99", "unit": "1"}, "percent_for_fraction"),
    "negative where only positive is legal": (
        {"name": "carbon_ad", "text": "-55.62", "unit": "%"}, "percent_out_of_range"),
    "tonnes below nothing": (
        {"name": "quantity", "text": "-10", "unit": "t"}, "negative_quantity"),
}  # fmt: skip


def typed(stage: Stage, period: str, **value: str) -> Any:
    return stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [COAL | value]})


def names_of(answer: Any) -> set[str]:
    """The refusal's name, told in four parts, or the names of the remarks."""
    body = answer.json()
    if answer.status_code >= 400:
        assert all(body[part][tongue] for part in ("what", "meaning", "action") for tongue in ("zh", "en"))
        assert body["case"]
        return {body["refusal"]}
    return {one["name"] for one in body["remarks"]}


@pytest.mark.parametrize("what", TYPED)
def test_a_wrong_figure_is_named(stage: Stage, what: str) -> None:
    value, name = TYPED[what]
    assert name in names_of(typed(stage, stage.open(), **value))


def test_a_unit_of_another_measure_is_refused_and_what_stood_before_stays(stage: Stage) -> None:
    period = stage.open()
    stage.ok(typed(stage, period, name="ncv", text="20.118", unit="GJ/t"))
    assert names_of(typed(stage, period, name="ncv", text="20.5", unit="kWh")) == {"field_invalid"}
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    [kept] = [one for stream in shown["streams"] for one in stream["values"] if one["name"] == "ncv"]
    assert kept["text"] == "20.118"


def test_a_sold_surplus_is_legally_negative_and_a_negative_purchase_is_not(stage: Stage) -> None:
    model = model_of(case_of("CE-2")["input"])
    model["streams"] = [one for one in model["streams"] if one["slug"] == "s8"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))
    period = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
    power = {"stream": "s8", "unit": "MWh"}
    assert "negative_quantity" in names_of(
        typed(stage, period, name="balance.purchased", text="-50", **power)
    )
    stage.ok(typed(stage, period, name="balance.purchased", text="0", **power))
    shown = stage.ok(typed(stage, period, name="balance.sold", text="455.0", **power))
    [line] = [one for one in shown["lines"] if one["stream"] == "s8"]
    assert line["tco2e"] == "-298.161500"
    assert not {one["name"] for one in shown["remarks"]} & {"negative_quantity", "not_positive"}


def test_months_never_overlap_nor_come_twice(stage: Stage) -> None:
    stage.open()
    for name, refusal in (
        (MONTH, "period_exists"),
        ("2026-06-15", "field_invalid"),
        ("2026-Q2", "period_invalid"),
    ):
        answer = stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": name})
        assert answer.status_code >= 400, name
        assert names_of(answer) == {refusal}, name
    assert len(stage.ok(stage.get("alpha_head", "periods/"))["results"]) == 1


def test_a_factor_set_of_another_guideline_is_named(stage: Stage) -> None:
    stage.open()
    model = deepcopy(MODEL) | {"factor_sets": {"fuel": "steel-mee-2023"}}
    answer = stage.put("alpha_manager", f"plant-models/{PLANT}/", model)
    assert answer.status_code >= 400
    assert names_of(answer) == {"factor_set_unknown"}


def test_two_hundred_megabytes_are_refused_before_they_are_read_whole(stage: Stage) -> None:
    june = stage.open()
    answer = stage.upload("alpha_manager", b"%PDF-1.7" + bytes(4 * SIZE_MAX), "large.pdf", period=june)
    assert names_of(answer) == {"body_too_large"}
    assert stage.ok(stage.get("alpha_head", "evidence/"))["results"] == []


def test_the_balance_of_a_grid_comes_by_sheet_and_gives_its_loss(stage: Stage) -> None:
    data = case_of("G1")["input"]
    model = model_of(data)
    model["streams"] = [one for one in model["streams"] if one["slug"] == "s6"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))
    period = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
    balance = next(one["balance"] for one in data["streams"] if one["id"] == "s6")
    rows = [f"s6,balance.{name},{text},MWh,supplier" for name, text in balance.items() if name != "unit"]
    sheet = SimpleUploadedFile("june.csv", "\n".join(["stream,name,value,unit,origin", *rows]).encode())
    path = f"/api/v1/periods/{period}/import/"
    answer = stage.client_of("alpha_manager").post(path, {"file": sheet}, format="multipart")
    assert stage.ok(answer)["total_after"] == "8269290.750000"

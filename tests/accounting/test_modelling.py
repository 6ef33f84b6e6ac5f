"""The model builder: a trial keeps nothing, a plan is filed, a register corrects; checks of typed values."""

from datetime import UTC, date, datetime
from html import escape
from typing import Any

import pytest
from kit import clock

from accounting.domain.clauses import clause_text
from accounting.models import (
    ActivityRecord,
    Calibration,
    KnownResult,
    QualityPlan,
    Report,
    ReportingPeriod,
)
from accounting.services.report_tables import tables_of
from ingest.calendar import first_hour
from ingest.hot.models import Day, Hour, MeterIndex, Month
from ingest.models import Meter
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import (
    ALPHA,
    CERTIFICATE,
    COAL,
    MODEL,
    MONTH,
    PLANT,
    STREAMS,
    TOTAL,
    Stage,
    never_calibrated,
)

pytestmark = pytest.mark.db
CARBON = [("carbon_ad", "55.62"), ("moisture_ad", "2.85"), ("moisture_ar", "14.30")]
TRIAL = f"plant-models/{PLANT}/trial/"
PLAN = f"plant-models/{PLANT}/plan/"
LASTING = {"calibrated_on": "2026-01-05", "valid_until": "2027-01-04"}


def values() -> list[dict[str, str]]:
    return [
        {"stream": "coal", "name": name, "text": text, "unit": "%", "origin": "measured"}
        for name, text in CARBON
    ]


def spoke(meter: str, first: int, last: int) -> None:
    """A meter's first and last hour with a reading, counted from the first hour of June."""
    index = MeterIndex.objects.get(meter=meter)
    for hour in (first, last):
        number = first_hour(date(2026, 6, 1)) + hour
        Hour.objects.create(
            meter=index, hour=number, day=date(2026, 6, 1), count=0, n=4, slots=4, signed=4,
            estimated=False, ambiguous=False, computed_at=clock.now(),
        )  # fmt: skip


def kept(*models: Any) -> list[int]:
    """How many rows alpha has of some tables."""
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        return [model.objects.count() for model in models]


def tried(stage: Stage, **more: Any) -> Any:
    return stage.ok(stage.post("alpha_manager", TRIAL, MODEL | {"period": MONTH} | more))


def test_a_trial_gives_the_months_total_and_keeps_nothing(stage: Stage) -> None:
    answer = tried(stage, values=values())
    assert answer["total_tco2"] == TOTAL
    assert [line["stream"] for line in answer["lines"]] == ["coal", "diesel", "grid"]
    assert answer["lines"][0]["name_zh"] == "煤"
    assert answer["missing"] == []
    assert kept(ReportingPeriod, ActivityRecord, KnownResult, QualityPlan) == [0, 0, 0, 0]
    assert stage.get("alpha_manager", f"plant-models/{PLANT}/").status_code == 404


def test_a_trial_names_the_streams_that_nothing_feeds(stage: Stage) -> None:
    loose = {**STREAMS[1], "slug": "oil2", "meters": {}}
    answer = tried(stage, values=values(), streams=[*STREAMS, loose])
    assert answer["missing"] == [{"stream": "oil2", "meters": []}]
    assert answer["total_tco2"] is None
    # What is there is calculated; a total that lacks a stream is none.
    assert [line["stream"] for line in answer["lines"]] == ["coal", "diesel", "grid"]
    assert answer["lines"][0]["tco2e"] == COAL


def test_an_own_factor_stands_beside_the_default_with_its_tonnes(stage: Stage) -> None:
    own = [*values(), {"stream": "diesel", "name": "ncv", "text": "43", "unit": "GJ/t", "origin": "supplier"}]
    answer = tried(stage, values=own)
    (row,) = [one for one in answer["factors"] if one["stream"] == "diesel"]
    assert (row["own"]["value"], row["default"]["value"], row["default"]["verified"]) == (
        "43",
        "42.652",
        True,
    )
    # 12.350 t x (43 - 42.652) GJ/t x 0.0202 tC/GJ x 0.98 x 44/12
    assert row["effect_tco2e"] == "0.311957"


def test_another_factor_set_says_what_it_would_change(stage: Stage) -> None:
    cement = {
        "guideline": "ndrc-2013-cement", "region": "anhui", "period": MONTH,
        "streams": [{**STREAMS[2]}],
    }  # fmt: skip
    answer = stage.ok(stage.post("alpha_manager", TRIAL, cement))
    assert answer["total_tco2"] == "141.308892"
    assert answer["sets"] == []
    sets = {row["set"]: row for row in tried(stage, values=values())["sets"]}
    assert set(sets) == {"mee-2021-9", "mee-ets-2022-national"}
    assert sets["mee-ets-2022-national"]["effect_tco2e"] == "0.000000", "from 2022 both have one figure"


WRONG = [
    ({"period": "2026-13"}, "period_invalid"),
    ({"guideline": "ndrc-2099"}, "guideline_unknown"),
    ({"factor_sets": {"grid": "ar2"}}, "factor_set_unknown"),
    ({"streams": [STREAMS[0], STREAMS[0]]}, "field_invalid"),
    ({"values": [{**values()[0], "text": "1e3"}]}, "value_not_number"),
    ({"values": [{**values()[0], "unit": "kg"}]}, "field_invalid"),
    ({"values": [{**values()[0], "stream": "gold"}]}, "stream_unknown"),
    ({"total": "1"}, "field_not_accepted"),
]


@pytest.mark.parametrize(("changed", "refusal"), WRONG, ids=[f"{row[1]}-{n}" for n, row in enumerate(WRONG)])
def test_a_wrong_trial_is_refused_by_name(stage: Stage, changed: dict, refusal: str) -> None:
    answer = stage.post("alpha_manager", TRIAL, MODEL | {"period": MONTH} | changed)
    assert answer.json()["refusal"] == refusal


def test_a_plan_is_filed_on_the_ledger_once_and_again_when_the_model_changes(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
    stage.sign_route("alpha_head", f"{PLAN}signing/", PLAN)
    shown = stage.ok(stage.get("alpha_head", PLAN))
    assert shown["current"]
    (first,) = shown["results"]
    assert first["filed_tx"]
    assert first["plan"]["rules"]["gap"]["id"] == "conservative-2026"
    assert [one["meter"] for one in first["plan"]["streams"][0]["meters"]] == ["feeder-a", "feeder-b"]
    [record] = stage.ledger.state("plan")
    assert (record["plan_digest"], record["version"]) == (first["digest"], 1)
    assert stage.get("alpha_manager", f"{PLAN}signing/").json()["refusal"] == "field_invalid"
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL | {"streams": STREAMS[:2]}))
    assert not stage.ok(stage.get("alpha_head", PLAN))["current"]
    stage.sign_route("alpha_head", f"{PLAN}signing/", PLAN)
    assert [row["version"] for row in stage.ok(stage.get("alpha_head", PLAN))["results"]] == [2, 1]


def test_an_operator_may_try_but_not_file(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
    assert stage.get("alpha_operator", f"{PLAN}signing/").json()["refusal"] == "role_not_allowed"
    fact = stage.ok(stage.get("alpha_manager", f"{PLAN}signing/"))
    assert stage.signed("alpha_operator", PLAN, fact).json()["refusal"] == "role_not_allowed"
    assert kept(QualityPlan) == [0]


def test_a_certificate_that_ended_lowers_the_grade_and_adds_the_accuracy(stage: Stage) -> None:
    spoke("oil", 0, 719)
    never_calibrated("oil")
    period = stage.open()
    stage.ok(stage.post("alpha_operator", "calibrations/", CERTIFICATE), 201)
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    assert {one["name"] for one in shown["remarks"] if one["stream"] == "diesel"} == {
        "uncalibrated", "calibration_corrected",
    }  # fmt: skip
    answer = tried(stage, values=values())
    (line,) = [one for one in answer["lines"] if one["stream"] == "diesel"]
    assert line["grade"] == "C"
    (one,) = line["adjustments"]
    # Ten days of 12.350 t / 30 (the rest on the last day), half a per cent of them.
    read = Month.objects.get(meter__meter="oil").count
    late = sum(
        Day.objects.filter(meter__meter="oil", day__gt=date(2026, 6, 20)).values_list("count", flat=True)
    )
    assert read == 12_350
    assert one["added"] == format(late / 1000 * 0.005, ".6f").rstrip("0")
    assert (one["cause"], one["amount"], one["first"], one["verified"]) == (
        "uncalibrated", 10, "2026-06-21", True,
    )  # fmt: skip
    assert one["tco2e"] == one["premium_tco2e"] > "0.06"


def test_a_meter_that_was_never_calibrated_is_grade_c_and_corrected_until_its_certificate_is_there(
    stage: Stage,
) -> None:
    """By the table's accuracy, on every day; the pre-check says where to register it."""
    spoke("oil", 0, 719)
    period = stage.open()
    never_calibrated("oil")
    assert diesel(stage) == ("C", [("uncalibrated", 30, "2026-06-01", "0.1235")])
    told = [one for one in remarks_of(stage, period) if one["stream"] == "diesel"]
    assert {one["name"]: one["needs_answer"] for one in told} == {
        "calibration_missing": True, "calibration_corrected": False,
    }  # fmt: skip
    checks = stage.ok(stage.get("alpha_head", f"periods/{period}/checks/"))["checks"]
    [check] = [one for one in checks if one["check"] == "calibration"]
    assert (check["verdict"], check["streams"]) == ("warned", ["diesel"])
    [words] = [one["zh"] for one in check["found"] if "没有检定证书" in one["zh"]]
    assert "oil" in words
    assert "登记" in words
    stage.ok(stage.post("alpha_operator", "calibrations/", CERTIFICATE | LASTING), 201)
    assert diesel(stage) == ("A", [])
    assert not [one for one in remarks_of(stage, period) if one["stream"] == "diesel"]


def test_a_meter_that_came_in_the_month_needs_no_certificate_before_it(stage: Stage) -> None:
    spoke("oil", 0, 719)
    never_calibrated("oil")
    begun = {"calibrated_on": "2026-06-10", "valid_until": "2027-06-09"}
    stage.ok(stage.post("alpha_operator", "calibrations/", CERTIFICATE | begun), 201)
    assert diesel(stage)[0] == "C"
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        Meter.objects.filter(slug="oil").update(valid_from=datetime(2026, 6, 10, 4, tzinfo=UTC))
    assert diesel(stage) == ("A", [])


def test_the_days_before_an_exchange_go_by_the_old_meter_s_certificate(stage: Stage) -> None:
    """The plate of an exchanged meter counts for its own days; the new one needs its own certificate."""
    spoke("oil", 0, 719)
    exchanged = [
        {"on": "2026-03-01", "calibrated_until": ""},
        {"on": "2026-06-11", "calibrated_until": "2026-12-31"},
    ]
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        Meter.objects.filter(slug="oil").update(calibrated_until=None, exchanged=exchanged)
    grade, [(cause, days, first, _)] = diesel(stage)
    assert (grade, cause, days, first) == ("C", "uncalibrated", 19, "2026-06-12")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        Meter.objects.filter(slug="oil").update(calibrated_until=date(2027, 6, 1))
    assert diesel(stage) == ("A", [])


def diesel(stage: Stage) -> tuple[str, list[tuple[str, int, str, str]]]:
    """Grade of the oil meter's line, and what was added to it: cause, days, the first of them, quantity."""
    [line] = [one for one in tried(stage, values=values())["lines"] if one["stream"] == "diesel"]
    told = ("cause", "amount", "first", "added")
    return line["grade"], [tuple(one[name] for name in told) for one in line["adjustments"]]


def remarks_of(stage: Stage, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.ok(stage.get("alpha_head", f"periods/{period}/"))["remarks"]
    return found


def test_a_withdrawn_certificate_counts_no_more_and_stays_in_the_register(stage: Stage) -> None:
    spoke("oil", 0, 719)
    row = stage.ok(stage.post("alpha_operator", "calibrations/", CERTIFICATE), 201)
    again = stage.post("alpha_operator", "calibrations/", CERTIFICATE)
    assert again.json()["refusal"] == "field_invalid"
    answer = stage.client_of("alpha_manager").delete(f"/api/v1/calibrations/{row['id']}/")
    assert stage.ok(answer)["withdrawn_at"]
    assert diesel(stage) == ("A", []), "its plate says until when it is calibrated"
    never_calibrated("oil")
    assert diesel(stage)[0] == "C"
    listed = stage.ok(stage.get("alpha_head", "calibrations/", plant=PLANT))["results"]
    assert [one["certificate"] for one in listed] == ["JL-2025-0611"]
    assert kept(Calibration) == [1]


BAD_CERTIFICATES = [
    ({"meter": "ghost"}, "unknown_meter"),
    ({"valid_until": "2025-06-20"}, "field_invalid"),
    ({"valid_until": "2225-06-20"}, "field_invalid"),
    ({"calibrated_on": "2027-01-01", "valid_until": "2028-01-01"}, "field_invalid"),
    ({"required_percent": "-1"}, "field_invalid"),
    ({"found_percent": "100"}, "field_invalid"),
    ({"evidence": "00000000-0000-0000-0000-000000000000"}, "not_found"),
    ({"grade": "A"}, "field_not_accepted"),
]


@pytest.mark.parametrize(
    ("changed", "refusal"), BAD_CERTIFICATES, ids=[f"{row[1]}-{n}" for n, row in enumerate(BAD_CERTIFICATES)]
)
def test_a_wrong_certificate_is_refused_by_name(stage: Stage, changed: dict, refusal: str) -> None:
    assert stage.post("alpha_operator", "calibrations/", CERTIFICATE | changed).json()["refusal"] == refusal


def test_lost_hours_of_a_month_are_put_in_and_shown_on_the_line_and_in_the_frozen_report(
    stage: Stage,
) -> None:
    # The meter fell silent for good at noon of the last day and ran on as much as by then.
    spoke("oil", 0, 29 * 24 + 11)
    Day.objects.filter(meter__meter="oil", day=date(2026, 6, 30)).update(hours=12, count=205)
    Month.objects.filter(meter__meter="oil").update(hours=708, count=29 * 411 + 205)
    period = stage.ready()
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    (line,) = [one for one in shown["lines"] if one["stream"] == "diesel"]
    (one,) = line["adjustments"]
    # Every whole day near ran on 0.411 t: twelve hours are half of it.
    assert (one["cause"], one["amount"], one["added"], one["unit"]) == ("gap", 12, "0.2055", "t")
    assert (line["grade"], line["quantity"], one["premium_tco2e"]) == ("C", "12.3295", "0.000000")
    assert {"gap_substituted", "hours_missing"} <= {remark["name"] for remark in shown["remarks"]}
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    [report] = stage.ok(stage.get("alpha_head", "reports/"))["results"]
    content = stage.ok(stage.get("alpha_head", f"reports/{report['id']}/json/"))
    (frozen,) = [row for row in content["lines"] if row["stream"] == "diesel"]
    assert frozen["adjustments"] == line["adjustments"]
    told = {
        "zh": ("按规则补正的数据", "缺测 12 小时", one["zh"], "0.2055<br>t", "2026-06-30"),
        "en": (
            "Data put right by rule",
            "12 hours lost",
            one["en"],
            "0.2055<br>t",
            clause_text(one["clause"], "en"),
        ),
    }
    for language, words in told.items():
        page = stage.get("alpha_head", f"reports/{report['id']}/html/", lang=language).content.decode()
        assert [word for word in words if word not in page and escape(word) not in page] == [], language
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        tables = {table.name: table for table in tables_of(Report.objects.get(), "en")}
    [row] = tables["Data put right"].rows
    assert (row[1], row[7:]) == ("oil", ("0.2055", "t", one["tco2e"], "0.000000"))


def test_a_report_in_which_nothing_was_put_right_says_so(stage: Stage) -> None:
    stage.submitted()
    [report] = stage.ok(stage.get("alpha_head", "reports/"))["results"]
    page = stage.get("alpha_head", f"reports/{report['id']}/html/", lang="zh").content.decode()
    assert "无：没有缺测、未按时检定或超差的数据。" in page
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert "补正数据" not in [table.name for table in tables_of(Report.objects.get(), "zh")]


def test_a_second_source_two_per_cent_off_wants_a_word(stage: Stage) -> None:
    period = stage.open()
    bill = {"stream": "grid", "name": "second", "text": "221", "unit": "MWh", "origin": "supplier"}
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [bill]}))
    (remark,) = [one for one in shown["remarks"] if one["name"] == "sources_differ"]
    assert (remark["stream"], remark["needs_answer"]) == ("grid", True)
    assert "2.4 %" in remark["words"]["en"]
    stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": [bill | {"text": "216"}]}))
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    assert not [one for one in shown["remarks"] if one["name"] == "sources_differ"]


def test_values_outside_the_plants_own_history_want_a_word(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
    body = {"plant": PLANT, "period": "2026-05"}
    may = stage.ok(stage.post("alpha_manager", "periods/", body), 201)["id"]
    stage.ok(stage.post("alpha_manager", f"periods/{may}/activity/", {"values": values()}))
    june = stage.open()
    wild = [values()[0], values()[1] | {"text": "9.5"}, values()[2]]
    shown = stage.ok(stage.post("alpha_manager", f"periods/{june}/activity/", {"values": wild}))
    (remark,) = [one for one in shown["remarks"] if one["name"] == "outside_expected"]
    assert "9.5 %" in remark["words"]["zh"]
    (coal,) = [one for one in shown["streams"] if one["slug"] == "coal"]
    expected = coal["expected"]["moisture_ad"]
    assert (expected["low"], expected["high"], expected["basis"], expected["months"]) == (
        "1.995", "3.705", "history", 1,
    )  # fmt: skip


def test_an_opening_stock_that_is_not_last_months_closing_stock_wants_a_word(stage: Stage) -> None:
    coal = {"slug": "coal", "kind": "fuel", "item": "coal", "name_zh": "煤", "name_en": "Coal", "unit": "t"}
    model = {"guideline": "ndrc-2013-cement", "region": "anhui", "streams": [coal]}
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))
    found = {}
    for month, opening, closing in (("2026-05", "100", "340"), ("2026-06", "350", "20")):
        body = {"plant": PLANT, "period": month}
        period = stage.ok(stage.post("alpha_manager", "periods/", body), 201)["id"]
        stock = {"balance.purchased": "5000", "balance.opening": opening, "balance.closing": closing}
        typed = [
            {"stream": "coal", "name": name, "text": text, "unit": "t", "origin": "supplier"}
            for name, text in stock.items()
        ]
        path = f"periods/{period}/activity/"
        found[month] = stage.ok(stage.post("alpha_manager", path, {"values": typed}))
    told = {
        month: [one for one in shown["remarks"] if one["name"] == "opening_differs"]
        for month, shown in found.items()
    }
    assert told["2026-05"] == []
    (remark,) = told["2026-06"]
    assert (remark["stream"], remark["needs_answer"]) == ("coal", True)
    assert "350" in remark["words"]["zh"]
    assert "340" in remark["words"]["zh"]
    follows = {"stream": "coal", "name": "balance.opening", "text": "340", "unit": "t", "origin": "supplier"}
    shown = stage.ok(stage.post("alpha_manager", path, {"values": [follows]}))
    assert not [one for one in shown["remarks"] if one["name"] == "opening_differs"]

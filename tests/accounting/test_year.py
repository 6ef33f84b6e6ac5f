"""A year of a plant made of its months: sums, weighted means, the bridge, and its way to submission."""

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from kit import clock
from lexicon.canonical import digest

from accounting.domain.compute import statement_of
from accounting.domain.exact import grouped_text
from accounting.domain.year import is_year, months_of, slug_of, streams_of, tonnes_of
from accounting.models import Report
from accounting.paper import open_paper, pages_show
from accounting.services.rendering import html_of
from ingest.hot.models import Month
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.cases import input_of
from tests.accounting.stage import ALPHA, COAL, PLANT, TOTAL, Stage
from tests.market import town as town_module

YEAR = "2026"


def two_months() -> dict[str, Any]:
    """Coal of 1 t at 20 GJ/t in January and 3 t at 22 GJ/t in February; diesel in February."""
    data = input_of("MG-1")
    coal = {"cc": "26.18", "oxidation": "0.93"}
    units = {"ncv": "GJ/t", "cc": "tC/TJ", "oxidation": "1"}

    def stream(name: str, month: str, item: str, quantity: str, **values: str) -> dict[str, Any]:
        given = {k: {"value": v, "unit": units[k], "source": "measured"} for k, v in values.items()}
        return {
            "id": name, "kind": "fuel", "item": item, "period": month,
            "quantity": {"value": quantity, "unit": "t"}, "parameters": given,
        }  # fmt: skip

    return data | {
        "period": ["2023-01", "2023-02"],
        "streams": [
            stream("01.coal", "2023-01", "bituminous", "1", ncv="20", **coal),
            stream("02.coal", "2023-02", "bituminous", "3", ncv="22", **coal),
            stream("02.diesel", "2023-02", "diesel", "2"),
        ],
    }


def test_the_year_of_a_stream_sums_activity_and_weighs_its_factors_by_quantity() -> None:
    statement = statement_of(two_months())
    coal, diesel = streams_of(statement.lines)
    assert (coal.slug, coal.quantity, coal.unit) == ("coal", 4, "t")
    assert {mean.parameter: mean.value for mean in coal.means}["ncv"] == Fraction("21.5")
    assert (diesel.slug, diesel.quantity) == ("diesel", 2)
    assert coal.tco2e + diesel.tco2e == statement.total


def test_yearly_sums_with_weighted_means_give_the_months_sum_exactly() -> None:
    coal = streams_of(statement_of(two_months()).lines)[0]
    ncv = {mean.parameter: mean.value for mean in coal.means}["ncv"]
    assert coal.tco2e == coal.quantity * ncv * Fraction("0.02618") * Fraction("0.93") * 44 / 12


def test_the_months_of_a_year_are_told_apart() -> None:
    statement = statement_of(two_months())
    assert tonnes_of(statement.lines, "2023-01") == statement.lines[0].value
    assert tonnes_of(statement.lines, "2023-01") + tonnes_of(statement.lines, "2023-02") == statement.total
    assert slug_of("02.coal") == slug_of("coal") == "coal"
    assert is_year("2026")
    assert not is_year("2026-06")
    assert months_of("2026")[0] == "2026-01"
    assert len(months_of("2026")) == 12


def open_year(stage: Stage) -> dict[str, Any]:
    return stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": YEAR}), 201)


@pytest.mark.db
def test_a_year_has_the_lines_of_its_months_and_a_bridge_to_their_totals(stage: Stage) -> None:
    stage.submitted()
    year = open_year(stage)
    assert year["total_tco2"] == TOTAL
    assert [line["stream"] for line in year["lines"]] == ["06.coal", "06.diesel", "06.grid"]
    assert year["lines"][0]["tco2e"] == COAL
    assert year["lines"][0]["name_zh"] == "煤 2026-06"
    (row,) = year["year"]["bridge"]
    assert (row["period"], row["state"], row["difference_g"]) == ("2026-06", "submitted", "0")
    assert row["digest"]
    coal = year["year"]["streams"][0]
    assert (coal["stream"], coal["quantity"], coal["unit"]) == ("coal", "152340.620000", "t")
    assert {mean["name"]: mean["value"] for mean in coal["means"]}["carbon_ad"] == "55.620000"


@pytest.mark.db
def test_the_bridge_says_by_how_much_a_year_differs_from_a_month_that_was_submitted(stage: Stage) -> None:
    stage.submitted()
    # Readings that came after the month was signed: its statement stays, the year counts them.
    Month.objects.filter(meter__meter="grid-in", month="2026-06").update(count=315_640, version=2)
    year = open_year(stage)
    (row,) = year["year"]["bridge"]
    assert (row["month_g"], row["year_g"], row["difference_g"]) == (
        "271487172114",
        "271544202114",
        "57030000",
    )
    assert year["total_tco2"] == "271544.202114"


@pytest.mark.db
def test_a_year_asks_about_months_it_lacks_and_waits_for_months_that_are_open(stage: Stage) -> None:
    stage.ready()
    year = open_year(stage)
    told = {one["name"]: one for one in year["remarks"]}
    assert told["months_open"]["level"] == "blocking"
    assert "2026-06" in told["months_open"]["words"]["zh"]
    assert told["months_missing"]["needs_answer"]
    assert "2026-01, 2026-02" in told["months_missing"]["words"]["en"]


@pytest.mark.db
def test_a_year_takes_no_typed_value_and_no_sheet(stage: Stage) -> None:
    stage.open()
    year = open_year(stage)["id"]
    value = {"stream": "coal", "name": "ncv", "text": "20", "unit": "GJ/t", "origin": "measured"}
    answer = stage.post("alpha_manager", f"periods/{year}/activity/", {"values": [value]})
    assert answer.json()["refusal"] == "field_invalid"
    assert YEAR in answer.json()["what"]["zh"]


@pytest.mark.db
@pytest.mark.parametrize("name", ["202", "20261", "1999", "２０２６", "2026-", "2026-13", "2026-6", "-2026"])
def test_what_is_no_month_and_no_year_is_no_period(stage: Stage, name: str) -> None:
    stage.open()
    answer = stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": name})
    assert answer.status_code == 400
    assert answer.json()["refusal"] == "period_invalid"


@pytest.mark.db
def test_a_year_that_is_not_over_or_is_there_already_is_refused(stage: Stage) -> None:
    stage.submitted()
    year = open_year(stage)["id"]
    again = stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": YEAR})
    assert again.json()["refusal"] == "period_exists"
    assert stage.post("alpha_manager", f"periods/{year}/readiness/").json()["refusal"] == "period_not_over"


@pytest.mark.db
def test_a_year_is_answered_signed_and_submitted_like_a_month(stage: Stage) -> None:
    stage.submitted()
    year = open_year(stage)["id"]
    clock.tick(timedelta(days=200))
    body = {"remark": "months_missing", "stream": "", "text": "六月投产"}
    stage.ok(stage.post("alpha_manager", f"periods/{year}/answers/", body))
    stage.ok(stage.post("alpha_manager", f"periods/{year}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{year}/signing/", f"periods/{year}/submission/")
    assert stage.state(year) == "submitted"
    report = next(one for one in stage.ledger.state("report") if one["period"] == YEAR)
    assert (report["plant"], report["version"]) == (PLANT, 1)
    statement = stage.ok(stage.get("alpha_head", f"reports/{submission_of(stage, year)}/"))["statement"]
    assert statement["year"]["bridge"][0]["difference_g"] == "0"
    assert statement["input"]["period"] == ["2026-06"]
    assert {one["sha256"] for one in statement["evidence"]}
    in_print(stage, submission_of(stage, year))


def in_print(stage: Stage, report: str) -> None:
    """The year's pages have its months side by side and show every amount."""
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        row = Report.objects.get(pk=report)
        pages = {language: html_of(row, language) for language in ("zh", "en")}
        opened = open_paper(row.content.encode())
    for html in pages.values():
        text = re.sub(r"<[^>]*>", "\n", html)
        assert pages_show(opened, text).holds
        # The plant began in June: the half-year that has lines is there, and none of the other.
        assert '<th class="n">2026-01</th>' in html
        assert '<th class="n">2026-07</th>' not in html
        assert "煤 2026-06" not in text


def submission_of(stage: Stage, period: str) -> str:
    return str(stage.ok(stage.get("alpha_head", f"periods/{period}/"))["submission"]["report"])


@pytest.mark.db
def test_a_month_after_a_year_is_compared_with_the_month_before_and_not_with_the_year(stage: Stage) -> None:
    stage.submitted()
    open_year(stage)
    body = {"plant": PLANT, "period": "2026-07"}
    july = stage.ok(stage.post("alpha_manager", "periods/", body), 201)
    assert july["year"] is None


@pytest.mark.db
def test_another_enterprise_sees_no_year(stage: Stage) -> None:
    stage.submitted()
    year = open_year(stage)["id"]
    assert stage.get("beta_head", f"periods/{year}/").status_code == 404


def with_site_visit(ledger: town_module.Town) -> None:
    """The order of the founding: a year is visited; and a second inspector is active."""
    steps = ["independence", "plan", "sample", "recomputation", "site_visit"]
    year = [*steps, "findings_closed", "technical_review"]
    args = {"group": "verification", "values": town_module.VERIFICATION | {"year": year}}
    act = {"action": "act_visit", "act": "set_parameters", "act_args": args}
    ledger.sign("administrator_1", "propose_action", act)
    ledger.sign("regulator_1", "confirm_action", {"action": "act_visit", "digest": digest(args)})
    town_module._activate(ledger, "second_inspector")
    ledger.follow()


def opened_year(stage: Stage) -> tuple[str, str]:
    """A year whose case is opened and has no step yet; the period's id and the case's path."""
    with_site_visit(stage.ledger)
    stage.submitted()
    year = open_year(stage)["id"]
    clock.tick(timedelta(days=200))
    body = {"remark": "months_missing", "stream": "", "text": "六月投产"}
    stage.ok(stage.post("alpha_manager", f"periods/{year}/answers/", body))
    stage.ok(stage.post("alpha_manager", f"periods/{year}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{year}/signing/", f"periods/{year}/submission/")
    for who in ("administrator_1", "regulator_1"):
        stage.sign_route(who, f"draws/{YEAR}/opening/")
    case = f"cases/{ALPHA}~{PLANT}~{YEAR}~1"
    stage.sign_route("regulator_1", f"{case}/opening/")
    return year, case


def year_case(stage: Stage) -> tuple[str, str]:
    """A year in verification up to its site visit; the period's id and the case's path."""
    year, case = opened_year(stage)
    for name in ("independence", "plan", "sample", "recomputation"):
        before_step(stage, year, case, name)
        step(stage, case, "lead_auditor", name)
    return year, case


def before_step(stage: Stage, year: str, case: str, name: str) -> None:
    """What others sign before a step can be recorded."""
    if name == "plan":
        stage.sign_route("lead_auditor", f"{case}/plan/")
    if name == "sample":
        stage.sign_route("alpha_head", f"periods/{year}/sample-nonce/")
        stage.sign_route("regulator_1", f"{case}/sample/")
    if name == "findings_closed":
        stage.judge(case.removeprefix("cases/"))


def step(stage: Stage, case: str, who: str, name: str, note: str = "") -> None:
    if name == "findings_closed":
        stage.judge(case.removeprefix("cases/"))
    fact = stage.ok(stage.get(who, f"{case}/steps/{name}/", note=note))
    stage.ok(stage.signed(who, f"{case}/steps/", fact, step=name, note=note), 202)
    stage.ledger.settle()


def refusal(answer: Any) -> str:
    return str(answer.json()["refusal"])


@pytest.mark.db
def test_a_year_is_minted_after_two_inspectors_saw_the_site_and_no_step_can_be_skipped(stage: Stage) -> None:
    year, case = year_case(stage)
    assert refusal(stage.get("lead_auditor", f"{case}/steps/findings_closed/")) == "step_out_of_order"
    assert refusal(stage.get("technical_reviewer", f"{case}/visit/")) == "step_missing"
    assert refusal(stage.get("lead_auditor", f"{case}/steps/site_visit/")) == "reason_required"
    step(stage, case, "lead_auditor", "site_visit", note="煤场、皮带秤、化验室，1 月 12 日")
    assert refusal(stage.get("lead_auditor", f"{case}/visit/")) == "same_person"
    assert refusal(stage.get("approver", f"{case}/visit/")) == "role_not_allowed"
    stage.sign_route("second_inspector", f"{case}/visit/")
    assert refusal(stage.get("technical_reviewer", f"{case}/visit/")) == "step_already_recorded"
    step(stage, case, "lead_auditor", "findings_closed")
    step(stage, case, "technical_reviewer", "technical_review")
    stage.sign_route("approver", f"{case}/approval/")
    assert stage.state(year) == "minted"
    report = next(one for one in stage.ledger.state("report") if one["period"] == YEAR)
    assert report["state"] == "minted"


@pytest.mark.db
def test_the_printed_year_shows_the_bridge_and_a_months_report_has_none(stage: Stage) -> None:
    month = stage.submitted()
    page = stage.get("alpha_head", f"reports/{submission_of(stage, month)}/html/", lang="en")
    assert "Month&#x27;s statement" not in page.content.decode()
    year = open_year(stage)["id"]
    clock.tick(timedelta(days=200))
    body = {"remark": "months_missing", "stream": "", "text": "六月投产"}
    stage.ok(stage.post("alpha_manager", f"periods/{year}/answers/", body))
    stage.ok(stage.post("alpha_manager", f"periods/{year}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{year}/signing/", f"periods/{year}/submission/")
    page = stage.get("alpha_head", f"reports/{submission_of(stage, year)}/html/", lang="en")
    text = page.content.decode()
    assert "Month&#x27;s statement" in text
    # On the cover, and as the month's own total and its part of the year.
    assert text.count(grouped_text(TOTAL)) >= 3
    assert "2026-06" in text


YEARS_STEPS = (
    "independence", "plan", "sample", "recomputation", "site_visit", "findings_closed", "technical_review",
)  # fmt: skip


@pytest.mark.db
def test_each_of_the_years_steps_out_of_order_is_refused_by_name_and_nothing_is_approved_before_the_last(
    stage: Stage,
) -> None:
    year, case = opened_year(stage)
    for at, name in enumerate(YEARS_STEPS):
        before_step(stage, year, case, name)
        for other, later in enumerate(YEARS_STEPS):
            told = stage.get(who_records(later), f"{case}/steps/{later}/", note="现场")
            if other == at:
                assert told.status_code == 200, (name, told.json())
            else:
                wanted = "step_already_recorded" if other < at else "step_out_of_order"
                assert told.json().get("refusal") == wanted, (name, later, told.json())
        missing = stage.get("approver", f"{case}/approval/")
        assert (refusal(missing), missing.json()["facts"]) == ("step_missing", {"step": name})
        step(stage, case, who_records(name), name, note="现场" if name == "site_visit" else "")
        if name == "site_visit":
            alone = stage.get("lead_auditor", f"{case}/steps/findings_closed/")
            assert refusal(alone) == "second_inspector_missing"
            stage.sign_route("second_inspector", f"{case}/visit/")
    stage.sign_route("approver", f"{case}/approval/")
    assert stage.state(year) == "minted"


def who_records(name: str) -> str:
    return "technical_reviewer" if name == "technical_review" else "lead_auditor"

"""A factor set from a draft to every open period: simulated, signed by two, adopted; frozen months stay."""

import json
from typing import Any

import pytest
from ledger.events import read_event
from lexicon.canonical import digest, encode
from proof.report import open_report

from accounting import tasks
from accounting.chain.factor_models import FactorEffect, FactorProposal, PublishedFactorSet
from accounting.domain.factors import factor_sets
from accounting.domain.recompute import recompute
from accounting.engine import engine_of
from accounting.models import KnownResult, Report, ReportingPeriod
from accounting.services import factor_simulation, ledger
from accounting.services.calculation import calculate_period, refresh
from ingest.hot.models import Month
from tenants.access import within
from tests import world
from tests.accounting.stage import ALPHA, MODEL, MONTH, PLANT, Stage
from tests.accounting.test_factor_succession import BASE, DIESEL

pytestmark = pytest.mark.db
NEXT = f"{BASE}-r2"
ADMIN, REGULATOR = "administrator_1", "regulator_1"


def wish(**changes: Any) -> dict[str, Any]:
    return {"succeeds": BASE, "since": MONTH, "rows": [DIESEL]} | changes


def drafted(stage: Stage, **changes: Any) -> str:
    return str(stage.ok(stage.post(ADMIN, "factor-proposals/", wish(**changes)), 201)["proposal"])


def work() -> None:
    while tasks.work_once():
        pass


def simulated(stage: Stage, **changes: Any) -> dict[str, Any]:
    proposal = drafted(stage, **changes)
    stage.ok(stage.post(ADMIN, f"factor-proposals/{proposal}/simulation/"))
    work()
    return dict(stage.ok(stage.get(ADMIN, f"factor-proposals/{proposal}/")))


def sign(stage: Stage, shown: dict[str, Any], action: str = "act_factors") -> Any:
    args = {"group": "factors", "values": shown["values"]}
    proposal = {
        "name": "propose_action",
        "args": {"action": action, "act": "set_parameters", "act_args": args},
    }
    answer = stage.signed(ADMIN, "actions/", proposal)
    if answer.status_code == 202:
        stage.ledger.settle()
    return answer


def confirm(stage: Stage, action: str = "act_factors", who: str = REGULATOR) -> None:
    said = stage.ok(stage.get(who, f"actions/{action}/"))["signing"]
    stage.ok(stage.signed(who, f"actions/{action}/confirmation/", said), 202)
    stage.ledger.settle()


def published(stage: Stage, **changes: Any) -> dict[str, Any]:
    shown = simulated(stage, **changes)
    assert sign(stage, shown).status_code == 202
    confirm(stage)
    return shown


def total(stage: Stage, period: str) -> int:
    return int(stage.ok(stage.get("alpha_manager", f"periods/{period}/"))["total_g"])


def test_figures_after_publication_are_those_that_were_simulated(stage: Stage, tenant) -> None:
    period = stage.ready()
    before = total(stage, period)
    shown = published(stage)
    said = {row["account"]: row for row in shown["simulation"]["by_account"]}
    assert said[ALPHA]["open"] == 1
    assert total(stage, period) == before + int(said[ALPHA]["open_g"]) != before
    assert shown["simulation"]["open_g"] == said[ALPHA]["open_g"]
    assert shown["simulation"]["by_factor"] == [{"place": 0, "effect_g": said[ALPHA]["open_g"]}]
    with within(tenant("alpha")):
        row = ReportingPeriod.objects.get(pk=period)
        assert row.factor_sets["fuel"] == NEXT
        (entry,) = row.history.filter(act="factors")
    assert entry.facts["effect_g"] == said[ALPHA]["open_g"]
    (change,) = entry.facts["changes"]
    assert (change["before"]["value"], change["after"]["value"]) == ("42.652", "43.33")
    assert entry.facts["sets"] == [{"before": BASE, "after": NEXT, "since": MONTH}]


def test_the_worker_brings_open_periods_along_without_anybody_looking(stage: Stage, tenant) -> None:
    period = stage.open()
    work()
    published(stage)
    work()
    with within(tenant("alpha")):
        row = ReportingPeriod.objects.get(pk=period)
        assert row.factor_sets["fuel"] == NEXT
        assert row.history.filter(act="factors").count() == 1
        used = {one["factor_set"] for line in row.result["lines"] for one in line["parameters"]}
        assert NEXT in used


def kept(row: ReportingPeriod) -> list[Any]:
    """Everything of a period and its reports, byte for byte."""
    reports = Report.objects.filter(period=row).order_by("version").values_list("content", "digest", "args")
    known = KnownResult.objects.filter(period=row).order_by("day").values_list("day", "result", "digest")
    own = (row.state, row.version, row.factor_sets, row.result, row.result_digest, row.streams)
    return [own, list(reports), list(known)]


@pytest.mark.parametrize("step", ["submitted", "in_verification", "minted"])
def test_a_period_that_was_submitted_keeps_every_byte(stage: Stage, tenant, step: str) -> None:
    period = getattr(stage, step)()
    with within(tenant("alpha")):
        before = kept(ReportingPeriod.objects.get(pk=period))
    shown = published(stage)
    (said,) = shown["simulation"]["by_account"]
    assert (said["open"], said["frozen"], said["open_g"]) == (0, 1, "0")
    assert int(said["frozen_g"]) > 0
    work()
    stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    with within(tenant("alpha")):
        assert kept(ReportingPeriod.objects.get(pk=period)) == before


def test_a_correction_of_a_minted_month_goes_by_the_sets_it_was_minted_with(stage: Stage, tenant) -> None:
    period = stage.minted()
    published(stage)
    stage.corrected(period)
    with within(tenant("alpha")):
        row = ReportingPeriod.objects.get(pk=period)
        assert row.factor_sets["fuel"] == BASE
        assert not row.history.filter(act="factors").exists()


def test_months_before_the_sets_month_stay_and_later_ones_begin_with_it(stage: Stage, tenant) -> None:
    period = stage.open()
    shown = published(stage, since="2026-07")
    assert shown["simulation"]["by_account"] == []
    work()
    body = {"plant": PLANT, "period": "2026-07"}
    later = stage.ok(stage.post("alpha_manager", "periods/", body), 201)
    assert later["factor_sets"]["fuel"] == NEXT
    with within(tenant("alpha")):
        assert ReportingPeriod.objects.get(pk=period).factor_sets["fuel"] == BASE
    year = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": "2026"}), 201)
    assert year["factor_sets"]["fuel"] == NEXT
    with within(tenant("alpha")):
        rules = calculate_period(ReportingPeriod.objects.get(pk=year["id"])).assembled.data["months"]
    assert rules == [{"period": MONTH, "factor_sets": {"fuel": BASE}}]


def test_a_year_moves_with_its_months_and_says_what_they_come_to(stage: Stage, tenant) -> None:
    period = stage.ready()
    year = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": "2026"}), 201)["id"]
    before = total(stage, year)
    shown = published(stage)
    (said,) = shown["simulation"]["by_account"]
    assert said["open"] == 1
    with within(tenant("alpha")):
        row = ReportingPeriod.objects.get(pk=year)
        refresh(row)
        assert row.factor_sets["fuel"] == NEXT
        assert row.history.get(act="factors").facts["effect_g"] == said["open_g"]
        assert ReportingPeriod.objects.get(pk=period).history.filter(act="factors").count() == 1
    assert total(stage, year) == before + int(said["open_g"])
    rows = stage.ok(stage.get(ADMIN, f"factor-proposals/{shown['id']}/effects/", account=ALPHA))["results"]
    assert {(one["period"], one["kind"], one["effect_g"]) for one in rows} == {
        (MONTH, "open", said["open_g"]), ("2026", "year", said["open_g"]),
    }  # fmt: skip


def test_a_report_by_a_published_set_carries_it_and_is_calculated_anew_without_a_server(stage: Stage) -> None:
    shown = published(stage)
    period = stage.ready()
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(stage_tenant()):
        report = Report.objects.get(period=period)
    content = json.loads(report.content)
    named = {one["id"]: one["digest"] for one in content["factor_sets"]}
    assert named[NEXT] == shown["digest"]
    (text,) = content["published_sets"]
    assert stage.get("", f"factor-sets/{NEXT}/").content.decode() == text
    (row,) = PublishedFactorSet.objects.all()
    assert row.digest == shown["digest"] == digest(json.loads(text))
    opened = open_report(report.content.encode())
    assert {one.name: one.holds for one in opened.checks}["factor_sets"]
    for spoilt in ([], [text.replace("43.33", "43.34")], [text, "{}"]):
        again = open_report(encode(content | {"published_sets": spoilt}))
        assert not {one.name: one.holds for one in again.checks}["factor_sets"]
    row.delete()
    factor_sets_forgotten()
    assert NEXT not in factor_sets()
    assert recompute(report.content)["figures"][0]["grams"] == str(report.total_g)


def stage_tenant() -> Any:
    from tenants.models import Tenant

    return Tenant.objects.get(schema_name=world.HOUSES["alpha"].schema)


def factor_sets_forgotten() -> None:
    from accounting.domain.factors import published as known

    known.forget()


def test_the_browsers_engine_has_the_published_set(stage: Stage) -> None:
    stage.open()
    assert published(stage)
    shown = stage.ok(stage.get("", "guidelines/mee-2022-power/engine/"))
    files = {one["path"]: one["text"] for one in shown["files"]}
    assert json.loads(files[f"accounting/factors/{NEXT}.json"])["set"]["id"] == NEXT
    assert shown["digest"] != engine_of("mee-2022-power")["digest"]
    other = stage.ok(stage.get("", "guidelines/ndrc-2013-glass/engine/"))
    assert not [one for one in other["files"] if NEXT in one["path"]]
    guideline = stage.ok(stage.get("", "guidelines/mee-2022-power/"))
    assert [one["set"] for one in guideline["successors"]] == [NEXT]


def test_published_sets_are_made_again_from_the_ledger(stage: Stage) -> None:
    published(stage)
    row = PublishedFactorSet.objects.values().get()
    PublishedFactorSet.objects.all().delete()
    for event in stage.ledger.events:
        ledger.project(read_event(event))
    assert PublishedFactorSet.objects.values().get() == row


def refusal(answer: Any) -> str:
    return str(answer.json()["refusal"])


def test_a_set_is_published_by_two_different_persons_and_by_nobody_else(stage: Stage) -> None:
    shown = simulated(stage)
    args = {"group": "factors", "values": shown["values"]}
    act = {"name": "propose_action", "args": {"action": "act_x", "act": "set_parameters", "act_args": args}}
    assert refusal(stage.signed(REGULATOR, "actions/", act)) == "no_permission"
    assert refusal(stage.signed("alpha_head", "actions/", act)) == "no_permission"
    assert sign(stage, shown).status_code == 202
    said = stage.ok(stage.get(REGULATOR, "actions/act_factors/"))["signing"]
    again = stage.signed(ADMIN, "actions/act_factors/confirmation/", said)
    assert refusal(again) == "same_person"
    assert (
        refusal(stage.signed("administrator_2", "actions/act_factors/confirmation/", said)) == "no_permission"
    )
    assert not PublishedFactorSet.objects.exists()
    assert stage.ok(stage.get(ADMIN, f"factor-proposals/{shown['id']}/"))["state"] == "signed"
    confirm(stage)
    assert stage.ok(stage.get(ADMIN, f"factor-proposals/{shown['id']}/"))["state"] == "published"


def test_nothing_is_signed_that_was_not_simulated(stage: Stage) -> None:
    shown = simulated(stage)
    for change, name in (
        ({"digest": "0" * 64}, "factor_set_unknown"),
        ({"since": "2026-01"}, "factor_set_unknown"),
        ({"succeeds_digest": "0" * 64}, "factor_set_unknown"),
        ({"simulation_digest": "0" * 64}, "factor_simulation_missing"),
    ):
        assert refusal(sign(stage, shown | {"values": shown["values"] | change})) == name
    unread = drafted(stage, since="2026-08")
    row = FactorProposal.objects.get(pk=unread)
    values = shown["values"] | {"digest": row.digest, "since": row.since}
    assert refusal(sign(stage, {"values": values})) == "factor_simulation_missing"


def test_what_one_person_signed_stays_as_it_is_until_the_act_is_withdrawn(stage: Stage) -> None:
    shown = simulated(stage)
    sign(stage, shown)
    for act in ("simulation", "withdrawal"):
        assert (
            refusal(stage.post(ADMIN, f"factor-proposals/{shown['id']}/{act}/")) == "factor_proposal_signed"
        )
    args = {"name": "withdraw_action", "args": {"action": "act_factors"}}
    stage.ok(stage.signed(ADMIN, "actions/act_factors/withdrawal/", args), 202)
    stage.ledger.settle()
    assert stage.ok(stage.post(ADMIN, f"factor-proposals/{shown['id']}/withdrawal/"))["state"] == "withdrawn"
    assert (
        refusal(stage.post(ADMIN, f"factor-proposals/{shown['id']}/simulation/")) == "factor_proposal_closed"
    )


def test_of_two_drafts_one_is_published_and_the_other_is_overtaken(stage: Stage) -> None:
    other = simulated(stage, rows=[DIESEL | {"value": "43"}])
    published(stage)
    assert stage.ok(stage.get(ADMIN, f"factor-proposals/{other['id']}/"))["state"] == "overtaken"
    assert refusal(sign(stage, other, "act_other")) == "factor_set_succeeded"
    assert refusal(stage.post(ADMIN, "factor-proposals/", wish())) == "factor_set_succeeded"
    rows = {one["id"]: one["latest"] for one in stage.ok(stage.get("", "factor-sets/"))["results"]}
    assert (rows[BASE], rows[NEXT]) == (False, True)
    second = stage.post(ADMIN, "factor-proposals/", wish(succeeds=NEXT, rows=[DIESEL | {"value": "44"}]))
    assert [one["name"] for one in stage.ok(second)["remarks"]] == ["overlaps"]
    assert drafted(stage, succeeds=NEXT, since="2026-07", rows=[DIESEL | {"value": "44"}])


def test_a_second_set_of_a_line_takes_over_from_its_month(stage: Stage, tenant) -> None:
    period = stage.ready()
    published(stage, since="2026-05")
    between = total(stage, period)
    shown = simulated(stage, succeeds=NEXT, rows=[DIESEL | {"value": "44"}])
    sign(stage, shown, "act_second")
    confirm(stage, "act_second")
    assert total(stage, period) == between + int(shown["simulation"]["open_g"])
    with within(tenant("alpha")):
        row = ReportingPeriod.objects.get(pk=period)
        assert row.factor_sets["fuel"] == f"{BASE}-r3"
        entries = row.history.filter(act="factors").order_by("id")
        assert [one.facts["sets"][0]["after"] for one in entries] == [NEXT, f"{BASE}-r3"]


def test_two_sets_at_once_move_a_period_through_both(stage: Stage, tenant) -> None:
    period = stage.ready()
    before = total(stage, period)
    published(stage, since="2026-05")
    shown = simulated(stage, succeeds=NEXT, rows=[DIESEL | {"value": "44"}])
    sign(stage, shown, "act_second")
    with within(tenant("alpha")):
        ReportingPeriod.objects.filter(pk=period).update(factor_sets={**MODEL_SETS, "fuel": BASE})
    confirm(stage, "act_second")
    after = total(stage, period)
    with within(tenant("alpha")):
        facts = ReportingPeriod.objects.get(pk=period).history.filter(act="factors").latest("id").facts
    assert [one["after"] for one in facts["sets"]] == [NEXT, f"{BASE}-r3"]
    assert int(facts["effect_g"]) == after - before
    assert sum(int(one["effect_g"]) for one in facts["changes"]) == after - before


MODEL_SETS = {"fuel": BASE, "process": "mee-2022-power", "grid": "mee-ets-2016-national", "gwp": "ar2"}


def test_a_row_that_is_wrong_is_named_and_nothing_is_kept(stage: Stage) -> None:
    body = wish(rows=[DIESEL | {"value": 1.5}, DIESEL | {"unit": "t"}, DIESEL], since="soon")
    answer = stage.ok(stage.post(ADMIN, "factor-proposals/", body))
    assert answer["proposal"] is None
    assert [(one["row"], one["name"]) for one in answer["remarks"]] == [
        (0, "month_wrong"), (1, "not_text"), (2, "unit_wrong"), (3, "twice"),
    ]  # fmt: skip
    assert not FactorProposal.objects.exists()
    assert refusal(stage.post(ADMIN, "factor-proposals/", wish(succeeds="nowhere"))) == "factor_set_unknown"
    drafted(stage)
    assert refusal(stage.post(ADMIN, "factor-proposals/", wish())) == "factor_proposal_exists"


def test_a_set_that_is_downloaded_and_edited_is_a_draft(stage: Stage) -> None:
    text = stage.get("", f"factor-sets/{BASE}/").content.decode()
    table = json.loads(text)
    row = next(one for one in table["row"] if (one["item"], one["parameter"]) == ("diesel", "ncv"))
    row |= DIESEL | {"valid_from": ""}
    body = {"succeeds": BASE, "since": MONTH, "text": json.dumps(table)}
    shown = stage.ok(stage.post(ADMIN, "factor-proposals/checks/", body))
    assert [one["after"]["value"] for one in shown["changes"]] == ["43.33"]
    assert shown["unchanged"] == len(table["row"]) - 1
    assert not FactorProposal.objects.exists()
    stage.ok(stage.post(ADMIN, "factor-proposals/", body), 201)
    other = {"succeeds": "mee-2021-9", "since": MONTH, "text": text}
    answer = stage.ok(stage.post(ADMIN, "factor-proposals/checks/", other))
    assert [one["name"] for one in answer["remarks"]] == ["other_set"]


def test_of_an_enterprise_a_simulation_keeps_differences_and_no_total(stage: Stage) -> None:
    stage.ready()
    shown = simulated(stage)
    row = FactorProposal.objects.get(pk=shown["id"])
    assert shown["simulation"]["digest"] == digest(json.loads(row.simulation))
    with within(stage_tenant()):
        grams = str(ReportingPeriod.objects.get().result["total_g"])
    assert grams not in row.simulation
    assert grams not in json.dumps(shown, default=str)
    assert {field.name for field in FactorEffect._meta.fields} & {"total_g", "before_g", "after_g"} == set()


def test_a_simulation_that_is_asked_for_again_is_made_of_todays_data(stage: Stage) -> None:
    stage.ready()
    first = simulated(stage)
    Month.objects.filter(meter__meter="oil").update(count=24_700, version=2)
    stage.ok(stage.post(ADMIN, f"factor-proposals/{first['id']}/simulation/"))
    waiting = stage.ok(stage.get(REGULATOR, f"factor-proposals/{first['id']}/"))
    assert (waiting["state"], waiting["values"], waiting["simulation"]["by_account"]) == (
        "simulating",
        None,
        [],
    )
    work()
    again = stage.ok(stage.get(REGULATOR, f"factor-proposals/{first['id']}/"))
    # Each total is rounded to the gram by itself.
    assert abs(int(again["simulation"]["open_g"]) - 2 * int(first["simulation"]["open_g"])) <= 2
    assert again["simulation"]["digest"] != first["simulation"]["digest"]
    assert refusal(sign(stage, first)) == "factor_simulation_missing"


def test_a_simulation_that_was_asked_for_again_meanwhile_counts_nothing_twice(stage: Stage, tenant) -> None:
    stage.ready()
    proposal = drafted(stage)
    stage.ok(stage.post(ADMIN, f"factor-proposals/{proposal}/simulation/"))
    with within(tenant("alpha")):
        assert factor_simulation.simulate_next()
        assert not factor_simulation.simulate_next()
    factor_simulation.finish()
    assert FactorProposal.objects.get(pk=proposal).simulated_at is None
    work()
    assert FactorEffect.objects.filter(proposal=proposal).count() == 1


def test_a_period_without_total_is_counted_and_has_no_effect(stage: Stage) -> None:
    stage.open()
    Month.objects.filter(meter__meter="feeder-a").delete()
    (said,) = simulated(stage)["simulation"]["by_account"]
    assert (said["open"], said["without_total"], said["open_g"]) == (1, 1, "0")


def test_enterprises_and_strangers_see_published_sets_and_no_proposal(stage: Stage) -> None:
    shown = simulated(stage)
    for who in ("alpha_head", "beta_head", "lead_auditor"):
        for path in ("factor-proposals/", f"factor-proposals/{shown['id']}/"):
            assert stage.get(who, path).status_code == 403
        assert stage.post(who, "factor-proposals/", wish()).status_code == 403
    assert stage.post(REGULATOR, "factor-proposals/", wish()).status_code == 403
    assert stage.get("", "factor-proposals/").status_code in (401, 403)
    assert stage.get("", f"factor-sets/{NEXT}/").status_code == 400


def test_the_model_names_the_line_and_its_trial_goes_by_the_set_in_force(stage: Stage) -> None:
    stage.open()
    published(stage)
    body = MODEL | {"factor_sets": {"fuel": NEXT}}
    assert refusal(stage.put("alpha_manager", f"plant-models/{PLANT}/", body)) == "factor_set_unknown"
    asked = MODEL | {"period": MONTH}
    trial = stage.ok(stage.post("alpha_manager", f"plant-models/{PLANT}/trial/", asked))
    used = {one["factor_set"] for line in trial["lines"] for one in line["parameters"]}
    assert NEXT in used
    assert BASE not in used


def test_a_set_whose_text_is_not_here_is_not_gone_by(stage: Stage) -> None:
    published(stage)
    FactorProposal.objects.all().delete()
    factor_sets_forgotten()
    assert stage.ok(stage.get("alpha_manager", f"periods/{stage.open()}/"))["factor_sets"]["fuel"] == BASE


def test_a_set_whose_text_is_another_than_was_signed_is_not_calculated_with(stage: Stage, tenant) -> None:
    period = stage.ready()
    published(stage)
    before = total(stage, period)
    row = FactorProposal.objects.get()
    FactorProposal.objects.update(text=row.text.replace("43.33", "13.33"))
    factor_sets_forgotten()
    assert refusal(stage.get("alpha_manager", f"factor-sets/{NEXT}/")) == "factor_set_unknown"
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    assert (shown["total_g"] or "0") in ("0", str(before)), "no figure is made of it"
    other = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": "2026-07"}), 201)
    assert other["factor_sets"]["fuel"] == BASE

"""The draw of auditors through the API: commitments before statements, openings before cases."""

import pytest

from accounting.chain.models import ChainDraw, DrawNonce
from tests import world
from tests.accounting.stage import CASE, MONTH, Stage

pytestmark = pytest.mark.db


def refused(answer):
    return answer.json()["refusal"]


def test_each_side_commits_once_for_the_periods_to_come_and_the_other_s_nonce_is_not_in_it(
    stage: Stage,
) -> None:
    assert stage.ok(stage.get("regulator_2", "draws/"))["to_commit"] == 3 * 13
    stage.commit_draws()
    for who in ("administrator_1", "regulator_2"):
        assert stage.ok(stage.get(who, "draws/"))["to_commit"] == 0
        assert refused(stage.get(who, "draws/commitments/")) == "draw_committed"
    draw = ChainDraw.objects.get(pk=MONTH)
    assert draw.administrator != draw.regulator
    assert (draw.administrator_open, draw.regulator_open, draw.seed) == (False, False, "")


def test_a_nonce_rests_encrypted_until_it_is_opened(stage: Stage) -> None:
    row = DrawNonce.objects.get(side="regulator", period=MONTH)
    nonce = stage.ok(stage.get("regulator_1", f"draws/{MONTH}/opening/"))["args"]["nonce"]
    assert nonce not in row.sealed
    assert nonce not in str(vars(row))


def test_a_statement_waits_for_the_commitments_and_its_case_for_both_openings(stage: Stage) -> None:
    ChainDraw.objects.filter(pk=MONTH).update(regulator="")
    period = stage.ready()
    assert refused(stage.get("alpha_head", f"periods/{period}/signing/")) == "draw_missing"
    assert refused(stage.get("regulator_1", f"draws/{MONTH}/opening/")) == "draw_missing"
    ChainDraw.objects.filter(pk=MONTH).update(
        regulator=DrawNonce.objects.get(side="regulator", period=MONTH).commitment
    )
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    waiting = stage.ok(stage.get("administrator_1", "draws/"))["results"]
    assert [(one["period"], one["waiting"], one["administrator"]) for one in waiting] == [
        (MONTH, 1, "committed")
    ]
    for who in ("administrator_1", "regulator_1"):
        assert refused(stage.get("regulator_1", f"cases/{CASE}/opening/")) == "draw_not_open"
        stage.sign_route(who, f"draws/{MONTH}/opening/")
        assert refused(stage.get(who, f"draws/{MONTH}/opening/")) == "draw_already_open"
    assert stage.ok(stage.get("regulator_1", "draws/"))["results"] == []
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    assert stage.state(period) == "in_verification"


def test_a_nonce_or_candidates_of_the_signer_s_own_are_not_taken(stage: Stage) -> None:
    period = stage.submitted()
    fact = stage.ok(stage.get("regulator_1", f"draws/{MONTH}/opening/"))
    other = {**fact, "args": fact["args"] | {"nonce": "0" * 64}}
    assert refused(stage.signed("regulator_1", f"draws/{MONTH}/opening/", other)) == "intent_not_as_shown"
    stage.open_draw()
    fact = stage.ok(stage.get("regulator_1", f"cases/{CASE}/opening/"))
    chosen = {**fact, "args": fact["args"] | {"candidates": [world.HOUSES["audit"].account]}}
    assert refused(stage.signed("regulator_1", f"cases/{CASE}/opening/", chosen)) == "intent_not_as_shown"
    with pytest.raises(Exception, match="bad_argument"):
        stage.ledger.sign("regulator_1", "open_case", chosen["args"])
    assert stage.state(period) == "submitted"

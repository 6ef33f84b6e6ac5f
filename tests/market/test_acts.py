"""Acts of two persons through the API: proposed with a reason, confirmed, withdrawn, carried out late."""

from datetime import timedelta

import pytest
from kit import clock
from lexicon.canonical import digest, encode_text

from market import selectors
from market.models import FrozenAccount
from tenants.models import BoundKey, Membership, Organisation
from tenants.recovery_models import KeyRecovery
from tenants.services.reasons import digest_of
from tests import world
from tests.market.test_trading import refusal

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
ACTIONS = "/api/v1/actions/"
REASON = "同一日内与乙企业六次互为对手"
WITH_REASON = {"reason_digest": digest_of(REASON)}


def propose(client, who: str, act: str, args: dict, *, action: str = "act_1", reason: str = REASON):
    given = {"action": action, "act": act, "act_args": args}
    body = world.signed_intent(who, "propose_action", given, now=clock.now())
    return client.post(ACTIONS, {**body, "reason": reason}, format="json")


def sign(client, who: str, step: str, name: str, args: dict, *, action: str = "act_1"):
    body = world.signed_intent(who, name, args, now=clock.now())
    return client.post(f"{ACTIONS}{action}/{step}/", body, format="json")


def confirm(client, who: str, *, action: str = "act_1"):
    shown = client.get(f"{ACTIONS}{action}/").json()["signing"]
    return sign(client, who, "confirmation", shown["name"], shown["args"], action=action)


def rows_of(client) -> list[dict]:
    """The acts a client sees, without those that brought the people in."""
    return [row for row in client.get(ACTIONS).json()["results"] if row["act"] != "activate"]


def done(town, answer) -> None:
    assert answer.status_code == 202, answer.json()
    town.settle()
    row = town.row(answer.json()["intent_id"])
    assert (row.state, row.refusal) == ("committed", "")


def test_a_freeze_is_proposed_with_its_reason_confirmed_and_told_to_the_enterprise(market, client_of) -> None:
    first, second = client_of("regulator_1"), client_of("regulator_2")
    args = {"account": ALPHA, "hold": "regulator", "orders": True, **WITH_REASON}
    done(market, propose(first, "regulator_1", "freeze", args))
    [row] = second.get(ACTIONS, {"state": "proposed"}).json()["results"]
    assert (row["reason"], row["may_confirm"], row["may_withdraw"]) == (REASON, True, True)
    assert not first.get(f"{ACTIONS}act_1/").json()["may_confirm"]
    done(market, confirm(second, "regulator_2"))
    assert FrozenAccount.objects.filter(pk=ALPHA).exists()
    [seen] = rows_of(client_of("alpha_trader"))
    assert (seen["state"], seen["reason"], seen["may_withdraw"]) == ("executed", REASON, False)
    again = propose(first, "regulator_1", "freeze", args, action="act_2")
    assert refusal(again) == "orders_frozen"
    done(
        market,
        propose(
            first,
            "regulator_1",
            "unfreeze",
            {"account": ALPHA, "orders": True, **WITH_REASON},
            action="act_3",
        ),
    )
    done(market, confirm(second, "regulator_2", action="act_3"))
    assert not FrozenAccount.objects.exists()


def test_lots_are_held_and_given_back(market, client_of) -> None:
    first, second = client_of("regulator_1"), client_of("regulator_2")
    lots = [{"unit": "CEA", "vintage": 2026, "serial_from": "1", "quantity": "200"}]
    args = {"account": ALPHA, "lots": lots, **WITH_REASON}
    done(market, propose(first, "regulator_1", "freeze", {**args, "hold": "court"}))
    done(market, confirm(second, "regulator_2"))
    assert selectors.holdings(ALPHA)[0].held == 200
    for changed, expected in (
        ({"lots": lots, "hold": "court"}, "lot_held"),
        ({"lots": [{**lots[0], "serial_from": "999"}], "hold": "court"}, "lot_unknown"),
        ({"lots": [{**lots[0], "serial_from": "201", "quantity": "900"}], "hold": "court"}, "lot_too_small"),
        ({"lots": [], "hold": "court"}, "bad_argument"),
        ({"account": "acc_nobody", "hold": "court"}, "account_unknown"),
    ):
        assert refusal(propose(first, "regulator_1", "freeze", args | changed, action="act_2")) == expected
    done(market, propose(first, "regulator_1", "unfreeze", args, action="act_3"))
    done(market, confirm(second, "regulator_2", action="act_3"))
    assert selectors.holdings(ALPHA)[0].held == 0


def test_trading_is_halted_and_resumed_by_two_regulators(market, client_of) -> None:
    first, second = client_of("regulator_1"), client_of("regulator_2")
    assert refusal(propose(first, "regulator_1", "resume", WITH_REASON)) == "market_not_halted"
    for name, act in (("act_h", "halt"), ("act_r", "resume")):
        done(market, propose(first, "regulator_1", act, WITH_REASON, action=name))
        done(market, confirm(second, "regulator_2", action=name))
        assert selectors.market_state().halted == (act == "halt")
    quote = client_of("alpha_trader").get("/api/v1/market/CEA-2026/").json()
    assert quote["session"]["halted"] is False


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reason": ""}, "reason_required"),
        ({"reason": "another"}, "digest_mismatch"),
        ({"who": "administrator_1"}, "no_permission"),
        ({"who": "alpha_head"}, "no_permission"),
        ({"act": "set_obligation", "args": {}}, "bad_argument"),
        ({"act": "activate", "args": {}}, "bad_argument"),
        ({"act": "conquer"}, "bad_argument"),
        ({"args": {"reason_digest": "x"}}, "bad_argument"),
        ({"args": {**WITH_REASON, "account": ALPHA}}, "bad_argument"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused_in_four_parts(market, client_of, change, expected) -> None:
    given = {"who": "regulator_1", "act": "halt", "args": WITH_REASON, "reason": REASON, **change}
    answer = propose(
        client_of(given["who"]), given["who"], given["act"], given["args"], reason=given["reason"]
    )
    assert refusal(answer) == expected


def test_the_same_proposal_sent_twice_is_one_act_and_a_used_id_is_refused(market, client_of) -> None:
    regulator = client_of("regulator_1")
    given = {"action": "act_1", "act": "halt", "act_args": WITH_REASON}
    body = {**world.signed_intent("regulator_1", "propose_action", given, now=clock.now()), "reason": REASON}
    first = regulator.post(ACTIONS, body, format="json")
    done(market, first)
    again = regulator.post(ACTIONS, body, format="json")
    assert again.json() == {"intent_id": first.json()["intent_id"], "state": "committed"}
    assert refusal(propose(regulator, "regulator_1", "halt", WITH_REASON)) == "action_exists"


def test_a_proposal_is_withdrawn_and_then_confirmed_by_nobody(market, client_of) -> None:
    first, second = client_of("regulator_1"), client_of("regulator_2")
    done(market, propose(first, "regulator_1", "halt", WITH_REASON))
    done(market, sign(first, "regulator_1", "withdrawal", "withdraw_action", {"action": "act_1"}))
    assert refusal(confirm(second, "regulator_2")) == "action_not_proposed"
    again = sign(second, "regulator_2", "withdrawal", "withdraw_action", {"action": "act_1"})
    assert refusal(again) == "action_not_proposed"
    assert not selectors.market_state().halted


def test_a_suspended_account_does_nothing_until_two_administrators_reinstate_it(ledger, client_of) -> None:
    _bind_second_administrator(ledger)
    first, second = client_of("administrator_1"), client_of("administrator_2")
    args = {"account": BETA, **WITH_REASON}
    done(ledger, propose(first, "administrator_1", "suspend", args))
    assert refusal(propose(first, "administrator_1", "reinstate", args, action="act_2")) == "not_suspended"
    done(ledger, confirm(second, "administrator_2"))
    assert Organisation.objects.get(pk=BETA).status == "suspended"
    assert client_of("beta_trader").get("/api/v1/assets/").status_code == 403
    assert refusal(propose(first, "administrator_1", "suspend", args, action="act_3")) == "account_not_active"
    done(ledger, propose(first, "administrator_1", "reinstate", args, action="act_4"))
    done(ledger, confirm(second, "administrator_2", action="act_4"))
    assert client_of("beta_trader").get("/api/v1/assets/").status_code == 200


def test_one_person_is_suspended_and_reinstated(ledger, client_of) -> None:
    _bind_second_administrator(ledger)
    first, second = client_of("administrator_1"), client_of("administrator_2")
    args = {"account": BETA, "person": world.person_id("beta_trader"), **WITH_REASON}
    [row] = first.get("/api/v1/people/", {"q": "beta_trader"}).json()["results"]
    assert (row["account"], row["role"], row["status"]) == (BETA, "trader", "active")
    for number, (act, status) in enumerate((("suspend", "suspended"), ("reinstate", "active"))):
        done(ledger, propose(first, "administrator_1", act, args, action=f"act_{number}"))
        done(ledger, confirm(second, "administrator_2", action=f"act_{number}"))
        assert Membership.objects.get(person_id=world.person_id("beta_trader")).status == status
    wrong = {**args, "account": ALPHA}
    assert refusal(propose(first, "administrator_1", "suspend", wrong, action="act_9")) == "person_unknown"
    system = {"account": "regulator", **WITH_REASON}
    assert refusal(propose(first, "administrator_1", "suspend", system, action="act_9")) == "system_account"


def test_own_limits_are_two_traders_matter_and_nobody_elses(market, client_of) -> None:
    trader, head = client_of("alpha_trader"), client_of("alpha_head")
    limits = {"account": ALPHA, "surrender_t": "100", "cancel_t": "50"}
    assert (
        refusal(propose(client_of("beta_trader"), "beta_trader", "set_own_limits", limits))
        == "account_mismatch"
    )
    done(market, propose(trader, "alpha_trader", "set_own_limits", limits, reason=""))
    assert rows_of(client_of("beta_head")) == []
    assert refusal(_confirm_unseen(client_of("beta_head"), "beta_head")) == "action_unknown"
    assert refusal(_confirm_unseen(trader, "alpha_trader", limits)) == "same_person"
    done(market, confirm(head, "alpha_head"))
    limits_now = trader.get("/api/v1/assets/").json()["limits"]
    assert (limits_now["alone_surrender_t"], limits_now["alone_cancel_t"]) == ("100", "50")


def test_a_rebind_waits_three_days_and_the_account_can_take_it_back(ledger, client_of) -> None:
    admin, regulator = client_of("administrator_1"), client_of("regulator_1")
    lost = world.fingerprint("alpha_head")
    args = _new_key("alpha_head", ended=[lost])
    assert refusal(propose(admin, "administrator_1", "rebind", args)) == "recovery_not_asked"
    _ask("alpha_head", args)
    for action in ("act_1", "act_2"):
        done(ledger, propose(admin, "administrator_1", "rebind", args, action=action))
        done(ledger, confirm(regulator, "regulator_1", action=action))
        row = client_of("alpha_trader").get(f"{ACTIONS}{action}/").json()
        assert (row["state"], row["may_withdraw"], row["may_execute"]) == ("confirmed", True, False)
        if action == "act_1":
            taken = sign(
                client_of("alpha_trader"), "alpha_trader", "withdrawal", "withdraw_action", {"action": action}
            )
            done(ledger, taken)
    early = sign(admin, "administrator_1", "execution", "execute_action", {"action": "act_2"}, action="act_2")
    assert refusal(early) == "action_not_due"
    clock.tick(timedelta(hours=73))
    assert admin.get(f"{ACTIONS}act_2/").json()["may_execute"]
    done(
        ledger,
        sign(admin, "administrator_1", "execution", "execute_action", {"action": "act_2"}, action="act_2"),
    )
    states = dict(
        BoundKey.objects.filter(person=world.person_id("alpha_head"), use="sign").values_list(
            "fingerprint", "status"
        )
    )
    assert states == {lost: "unbound", world.fingerprint("alpha_head", "new"): "bound"}


def _confirm_unseen(client, who: str, args: dict | None = None):
    given = {"action": "act_1", "digest": digest(args or {})}
    return sign(client, who, "confirmation", "confirm_action", given)


def _new_key(who: str, *, ended: list[str]) -> dict:
    """Arguments of `rebind`: a further signing key of a person, proved by itself."""
    key = world.key_of(who, "new")
    spki = world.b64(world.spki(key))
    text = world.signed_intent(
        who, "prove_key", {"use": "sign", "key": spki, "challenge": "AAAA"}, now=clock.now()
    )["intent"]
    proof = {"intent": text, "signature": world.sign(text, key)}
    house = world.HOUSES[world.PEOPLE[who][0]]
    return {
        "account": house.account, "person": world.person_id(who), "ended": ended,
        "keys": [{"use": "sign", "spki": spki, "proof": proof}],
    }  # fmt: skip


def _ask(who: str, args: dict) -> None:
    """She asked for exactly these keys (`tests/tenants/test_recovery.py` asks through the API)."""
    KeyRecovery.objects.create(
        person_id=world.person_id(who),
        account=args["account"],
        act_args=encode_text(args),
        reason="phone lost",
        created_at=clock.now(),
    )


def _bind_second_administrator(ledger) -> None:
    from tests.market import town

    town._activate(ledger, "administrator_2")
    ledger.follow()

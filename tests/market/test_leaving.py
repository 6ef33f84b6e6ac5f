"""Voluntary cancellation by two persons and carry-over within its limit, through the API."""

import pytest
from lexicon.canonical import digest

from market import selectors
from market.models import Lot
from tenants.models import Person
from tests import world
from tests.market import dealt
from tests.market.test_trading import refusal, send

pytestmark = pytest.mark.db
ALPHA = world.HOUSES["alpha"].account
CANCELLATIONS, CARRYING = "/api/v1/cancellations/", "/api/v1/carrying/"
REASON = digest("for the climate")
CANCEL = {"unit": "CEA", "vintage": 2026, "quantity": "100", "reason_digest": REASON}
CARRY = {"vintage": 2026, "to_vintage": 2027, "quantity": "200"}


@pytest.fixture
def alpha(client_of):
    return client_of("alpha_trader")


def cancel(client, wish=CANCEL) -> str:
    made = client.get(f"{CANCELLATIONS}inputs/", wish).json()
    answer = send(client, "alpha_trader", CANCELLATIONS, made["args"], made["name"])
    assert answer.status_code == 202, answer.json()
    return made["args"]["cancellation"]


def test_a_cancellation_waits_for_a_second_person_and_is_final_then(market, alpha, client_of) -> None:
    head = client_of("alpha_head")
    name = cancel(alpha)
    market.settle()
    [row] = alpha.get(CANCELLATIONS).json()["results"]
    assert (row["state"], row["quantity"]) == ("pending", "100")
    assert row["proposed_by_name"] == Person.objects.get(pk=row["proposed_by"]).name != ""
    path, args = f"{CANCELLATIONS}{name}/confirmation/", {"cancellation": name}
    assert refusal(send(alpha, "alpha_trader", path, args, "confirm_cancellation")) == "same_person"
    assert client_of("beta_head").get(CANCELLATIONS).json()["results"] == []
    beta = send(client_of("beta_head"), "beta_head", path, args, "confirm_cancellation")
    assert refusal(beta) == "cancellation_unknown"
    assert send(head, "alpha_head", path, args, "confirm_cancellation").status_code == 202
    market.settle()
    assert alpha.get(CANCELLATIONS).json()["results"][0]["state"] == "done"
    assert Lot.objects.get(state="cancelled").quantity == 100
    again = send(head, "alpha_head", path, args, "confirm_cancellation")
    assert refusal(again) == "cancellation_not_pending"


def test_a_withdrawn_cancellation_frees_its_lots_and_one_below_the_own_limit_is_done_at_once(
    market, alpha
) -> None:
    name = cancel(alpha)
    market.settle()
    path = f"{CANCELLATIONS}{name}/withdrawal/"
    assert (
        send(alpha, "alpha_trader", path, {"cancellation": name}, "withdraw_cancellation").status_code == 202
    )
    market.settle()
    assert selectors.holdings(ALPHA)[0].free == 1000
    limits = {"account": ALPHA, "surrender_t": "0", "cancel_t": "100"}
    dealt.act(market, "act_1", "set_own_limits", limits, first="alpha_trader", second="alpha_head")
    cancel(alpha)
    market.settle()
    states = sorted(row["state"] for row in alpha.get(CANCELLATIONS).json()["results"])
    assert states == ["done", "withdrawn"]


def test_allowances_are_carried_over_within_the_accounts_limit(market, alpha) -> None:
    assert refusal(alpha.get(f"{CARRYING}inputs/", CARRY)) == "carry_limit_unknown"
    basis = {"account": ALPHA, "to_vintage": 2027, "sold_t": "0", "bought_t": "0"}
    dealt.set_parameters(market, "carry_over", basis)
    assert refusal(alpha.get(f"{CARRYING}inputs/", CARRY)) == "supply_unknown"
    dealt.set_parameters(market, "supply", {"unit": "CEA", "vintage": 2027, "cap": "199"})
    assert refusal(alpha.get(f"{CARRYING}inputs/", CARRY)) == "issue_above_cap"
    dealt.set_parameters(market, "supply", {"unit": "CEA", "vintage": 2027, "cap": "100000"})
    made = alpha.get(f"{CARRYING}inputs/", CARRY).json()
    assert send(alpha, "alpha_trader", CARRYING, made["args"], made["name"]).status_code == 202
    market.settle()
    body = alpha.get(CARRYING).json()
    assert [(row["limit_t"], row["carried_t"]) for row in body["limits"]] == [("10000", "200")]
    assert [(row["to_vintage"], row["quantity"]) for row in body["results"]] == [(2027, "200")]
    assert {(row.vintage, row.free) for row in selectors.holdings(ALPHA)} == {(2026, 800), (2027, 200)}
    for change, expected in (
        ({"to_vintage": 2026}, "vintage_not_carried"),
        ({"quantity": "9801"}, "carry_above_limit"),
        ({"quantity": "801"}, "holding_too_small"),
        ({"quantity": "-1"}, "field_invalid"),
    ):
        assert refusal(alpha.get(f"{CARRYING}inputs/", CARRY | change)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"quantity": "1001"}, "holding_too_small"), ({"reason_digest": "x"}, "field_invalid")],
)
def test_a_cancellation_that_cannot_be_is_refused_in_four_parts(market, alpha, change, expected) -> None:
    assert refusal(alpha.get(f"{CANCELLATIONS}inputs/", CANCEL | change)) == expected

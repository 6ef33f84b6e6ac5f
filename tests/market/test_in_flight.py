"""Orders of one account side by side: what one on its way names is not named again, until it has ended."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection
from kit.outbox import OutboxRow
from lexicon.terms import OutboxState

from market import in_flight, selectors
from market.models import Trade
from tests.market.test_trading import ALPHA, BETA, BUY, SELL, draft, order, refusal, send

pytestmark = pytest.mark.db
TAKE = {**BUY, "quantity": "5"}


@pytest.fixture
def alpha(client_of: Any) -> Any:
    return client_of("alpha_trader")


@pytest.fixture
def beta(client_of: Any) -> Any:
    return client_of("beta_trader")


def coins_of(args: dict[str, Any]) -> set[tuple[str, int]]:
    return {(coin["tx"], int(coin["n"])) for coin in args["coins"]}


@pytest.fixture
def offered(market: Any, alpha: Any) -> None:
    order(alpha, "alpha_trader", {**SELL, "quantity": "200"}, "/api/v1/listings/")
    market.settle()


def test_orders_placed_at_once_name_different_coin_and_all_are_confirmed(
    market: Any, beta: Any, offered: None
) -> None:
    named: list[set[tuple[str, int]]] = []
    for _ in range(4):
        args = draft(beta, TAKE)["args"]
        assert send(beta, "beta_trader", "/api/v1/trades/", args, "take").status_code == 202
        named.append(coins_of(args))
    assert sum(len(one) for one in named) == len(set.union(*named))
    assert in_flight.of_account(BETA).orders == 4
    for _ in range(4):
        market.settle()
    assert list(OutboxRow.objects.filter(name="take").values_list("state", flat=True)) == ["committed"] * 4
    assert Trade.objects.count() >= 4
    assert in_flight.of_account(BETA) == in_flight.InFlight(0, frozenset(), frozenset())


def test_an_order_that_names_what_another_has_named_is_refused_before_it_is_queued(
    market: Any, beta: Any, offered: None
) -> None:
    args = draft(beta, TAKE)["args"]
    assert send(beta, "beta_trader", "/api/v1/trades/", args, "take").status_code == 202
    again = send(beta, "beta_trader", "/api/v1/trades/", args, "take")
    assert (again.status_code, refusal(again)) == (409, "inputs_in_flight")
    assert "1 笔" in again.json()["detail"]
    assert OutboxRow.objects.filter(name="take").count() == 1
    market.settle()
    assert refusal(send(beta, "beta_trader", "/api/v1/trades/", args, "take")) == "coin_unknown"


@contextlib.contextmanager
def another_order_of(account: str) -> Iterator[None]:
    """Another request of the account is between its check and its commit."""
    with contextlib.closing(psycopg2.connect(**connection.get_connection_params())) as link:
        link.cursor().execute("set lock_timeout = '5s'")
        link.cursor().execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"orders of {account}"]
        )
        yield


def test_of_two_orders_in_one_moment_the_second_waits_for_the_first_of_its_account_alone(
    market: Any, beta: Any, offered: None
) -> None:
    args = draft(beta, TAKE)["args"]
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '100ms'")
    # A person's request waits; here it does not wait for long, and the database says so.
    with another_order_of(BETA):
        assert send(beta, "beta_trader", "/api/v1/trades/", args, "take").status_code == 500
    with another_order_of("acc_gammaaaaaaaa"):
        assert send(beta, "beta_trader", "/api/v1/trades/", args, "take").status_code == 202
    assert refusal(send(beta, "beta_trader", "/api/v1/trades/", args, "take")) == "inputs_in_flight"


def test_when_all_coin_is_on_its_way_the_wish_is_told_to_wait_and_not_that_the_purse_is_empty(
    market: Any, beta: Any, offered: None
) -> None:
    free = selectors.coin_balance(BETA).outputs
    for _ in range(free):
        args = draft(beta, TAKE)["args"]
        assert send(beta, "beta_trader", "/api/v1/trades/", args, "take").status_code == 202
    waiting = beta.get("/api/v1/assets/inputs/", TAKE)
    assert (waiting.status_code, refusal(waiting)) == (409, "inputs_in_flight")
    much = beta.get("/api/v1/assets/inputs/", {**TAKE, "quantity": "2000", "price_cents": "7700"})
    assert refusal(much) in {"balance_too_small", "clip_too_small"}
    for _ in range(free):
        market.settle()
    assert draft(beta, TAKE)["args"]["coins"]


def test_allowances_of_an_offer_on_its_way_are_not_offered_twice(market: Any, alpha: Any) -> None:
    assert order(alpha, "alpha_trader", SELL, "/api/v1/listings/").status_code == 202
    assert in_flight.of_account(ALPHA).lots
    second = alpha.get("/api/v1/assets/inputs/", SELL)
    assert refusal(second) == "inputs_in_flight"
    market.settle()
    assert order(alpha, "alpha_trader", SELL, "/api/v1/listings/").status_code == 202
    for _ in range(2):
        market.settle()
    assert list(OutboxRow.objects.filter(name="list").values_list("state", flat=True)) == ["committed"] * 2


def test_what_was_refused_or_expired_holds_nothing(market: Any, alpha: Any) -> None:
    assert order(alpha, "alpha_trader", SELL, "/api/v1/listings/").status_code == 202
    for ended in (OutboxState.REFUSED, OutboxState.EXPIRED):
        OutboxRow.objects.filter(name="list").update(state=ended)
        assert in_flight.of_account(ALPHA).orders == 0
        assert draft(alpha, SELL)["args"]


def test_confirmed_and_not_read_yet_still_holds(market: Any, alpha: Any, frozen_clock: Any) -> None:
    from datetime import timedelta

    from kit import clock

    assert order(alpha, "alpha_trader", SELL, "/api/v1/listings/").status_code == 202
    OutboxRow.objects.filter(name="list").update(
        state=OutboxState.COMMITTED, committed_at=clock.now(), read_at=None
    )
    assert in_flight.of_account(ALPHA).orders == 1
    clock.tick(in_flight.READ_WITHIN + timedelta(seconds=1))
    assert in_flight.of_account(ALPHA).orders == 0

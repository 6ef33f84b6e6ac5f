"""Killed at each named point between a signature and its row on the page: one effect, and the row committed.

The real contract, relay and follower; a kill ends a process's work at once, and another process takes over.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from kit import clock, outbox
from ledger.fake import FakeGateway
from lexicon.terms import OutboxState
from tanheng import follower, relay
from tanheng.relay import Relay

from market.models import ChainEvent, Lot, Movement, Trade
from market.services import projection
from tests import world
from tests.market.test_trading import BUY, SELL, order
from tests.tanheng.threads import TestThread, play

pytestmark = pytest.mark.db


class Killed(BaseException):
    """kill -9: nothing after it runs in this process, no clean-up answers it."""


class Fuse:
    """Blows once, at the chosen point."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.blown = False

    def at(self, point: str) -> None:
        if point == self.point and not self.blown:
            self.blown = True
            raise Killed(point)


class FusedGateway(FakeGateway):
    """A gateway whose client dies before or after a call was answered."""

    fuse: Fuse

    async def propose(self, name: str, *args: bytes, **options: Any) -> Any:
        self.fuse.at("before endorsement")
        made = await super().propose(name, *args, **options)
        self.fuse.at("after endorsement")
        return made

    async def submit(self, envelope: bytes, tx_id: str, **options: Any) -> Any:
        self.fuse.at("after the envelope is stored")
        done = await super().submit(envelope, tx_id, **options)
        self.fuse.at("after submit")
        return done

    async def commit_status(self, tx_id: str, **options: Any) -> Any:
        status = await super().commit_status(tx_id, **options)
        self.fuse.at("after commit")
        return status


RELAY_POINTS = (
    "before endorsement",
    "after endorsement",
    "in the transaction that stores the envelope",
    "after the envelope is stored",
    "after submit",
    "after commit",
)
FOLLOWER_POINTS = (
    "before the follower's transaction",
    "in the follower's transaction, before the read models",
    "in the follower's transaction, after the read models",
    "in the follower's transaction, after the outbox row",
    "after the follower's transaction, before the live frames",
)


def relay_of(market: Any, fuse: Fuse) -> Relay:
    """A relay process as it starts: it knows nothing but the database."""

    msps = {"enterprise": "EnterpriseMSP", "regulator": "RegulatorMSP"}

    def routes(organisation: str, identity: str) -> list[FusedGateway]:
        gateway = FusedGateway(market.chain, msp=msps[organisation], attributes={"role": identity})
        gateway.fuse = fuse
        return [gateway]

    watchers = [FakeGateway(market.chain, msp=msp, attributes={"role": "service"}) for msp in msps.values()]
    return Relay(routes, TestThread(), watchers=watchers)


def carry(market: Any, fuse: Fuse) -> None:
    """A relay's life until nothing is due, or until it is killed."""

    async def life() -> None:
        carrier = relay_of(market, fuse)
        await carrier.take()
        for task in list(carrier._carrying.values()):
            await task

    try:
        play(life())
    except Killed:
        assert fuse.blown


def follow(market: Any, fuse: Fuse) -> None:
    """A follower's life: from its checkpoint's block to the end, or until it is killed."""
    start = follower.chain.checkpoint(relay.EVENTS).block_number
    try:
        for event in [one for one in market.chain._events if one.block_number >= start]:
            fuse.at("before the follower's transaction")
            follower.apply(event, arrived_at=clock.now())
            fuse.at("after the follower's transaction, before the live frames")
            follower.tell(event)
    except Killed:
        assert fuse.blown


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Fuse]:
    """A fuse whose points inside database transactions are laid."""

    def make(point: str) -> Fuse:
        fuse = Fuse(point)
        store, apply, commit = relay._store, projection.apply, outbox.commit

        def stored(row: Any, proposed: Any) -> None:
            with transaction.atomic():
                store(row, proposed)
                fuse.at("in the transaction that stores the envelope")

        def applied(event: Any) -> None:
            fuse.at("in the follower's transaction, before the read models")
            apply(event)
            fuse.at("in the follower's transaction, after the read models")

        def committed(**facts: Any) -> Any:
            row = commit(**facts)
            fuse.at("in the follower's transaction, after the outbox row")
            return row

        monkeypatch.setattr(relay, "_store", stored)
        monkeypatch.setattr(follower.projection, "apply", applied)
        monkeypatch.setattr(outbox, "commit", committed)
        return fuse

    return make


@pytest.mark.parametrize("point", RELAY_POINTS + FOLLOWER_POINTS)
def test_whatever_is_killed_when_a_take_has_one_effect(market, client_of, fused, point: str) -> None:
    order(client_of("alpha_trader"), "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    answer = order(client_of("beta_trader"), "beta_trader", BUY, "/api/v1/trades/")
    intent_id = answer.json()["intent_id"]
    fuse = fused(point)
    for _ in range(3):
        carry(market, fuse)
        follow(market, fuse)
        clock.tick(timedelta(seconds=6))
    assert fuse.blown, "the point was never reached"
    takes = [event for event in market.chain._events if event.name == "take"]
    assert len(takes) == 1
    row = market.row(intent_id)
    assert (row.state, row.tx_id) == (OutboxState.COMMITTED, takes[0].tx_id)
    assert ChainEvent.objects.filter(pk=row.tx_id).count() == 1
    assert sum(trade.quantity for trade in Trade.objects.all()) == 120
    assert Movement.objects.filter(tx_id=row.tx_id).count() == Trade.objects.count()
    beta = world.HOUSES["beta"].account
    assert sum(lot.quantity for lot in Lot.objects.filter(owner=beta)) == 120
    on_ledger = [lot for lot in market.state("lot") if lot["owner"] == beta]
    assert sum(int(lot["serial_to"]) - int(lot["serial_from"]) + 1 for lot in on_ledger) == 120

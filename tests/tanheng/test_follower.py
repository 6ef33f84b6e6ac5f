"""The follower: each event once, with its checkpoint; the same rows from block 0; blocks for the explorer."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from kit import clock, live
from ledger.events import ChaincodeEvent, read_event
from ledger.fake import FakeGateway
from tanheng import follower
from tanheng.relay import EVENTS

from market import models
from market.models import Block, ChainEvent, Checkpoint, Listing, Trade
from market.services import chain, projection
from tests import world
from tests.market import dealt
from tests.market.test_trading import BUY, SELL, order
from tests.tanheng.threads import TestThread, play

pytestmark = pytest.mark.db
ROWS = [
    models.Account, models.Parameters, models.Supply, models.Lot, models.Movement, models.CoinOutput,
    models.Listing, models.ListingClip, models.Trade, models.Session, models.Issue, models.Obligation,
    models.Surrender, models.MintedReport, models.ChainEvent, models.Checkpoint, models.BlockDeal,
    models.Auction, models.SealedBid, models.Cancellation, models.CarryLimit, models.Carried,
    models.Redemption, models.FrozenAccount, models.TrustedCounterparty,
]  # fmt: skip


def rows() -> dict[str, list[tuple]]:
    """Every read model's rows without the numbers the database gave."""
    found = {}
    for model in ROWS:
        fields = [f.attname for f in model._meta.fields if f.get_internal_type() != "BigAutoField"]
        found[model.__name__] = sorted(map(repr, model.objects.values_list(*fields)))
    return found


@pytest.fixture
def traded(market, client_of) -> Iterator:
    """A ledger with listings, a trade, a withdrawn listing and a closed session."""
    alpha, beta = client_of("alpha_trader"), client_of("beta_trader")
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    order(beta, "beta_trader", BUY, "/api/v1/trades/")
    market.settle()
    market.sign("alpha_trader", "unlist", {"listing": Listing.objects.get().pk})
    market.follow()
    dealt.deal(market)
    for name in ("close_session", "settle_session"):
        market.serve("clock", name, {"session": 1})
    return market


def test_events_applied_again_change_nothing(traded) -> None:
    before = rows()
    for event in traded.events:
        assert follower.apply(event, arrived_at=clock.now()) is False
    assert rows() == before


def test_a_rebuild_from_block_0_gives_equal_rows(traded) -> None:
    before = rows()
    for model in reversed(ROWS):
        model.objects.all().delete()
    assert rows() != before
    clock.tick(timedelta(days=3))
    for event in traded.events:
        read = read_event(event)
        assert chain.advance(EVENTS, read)
        projection.apply(read)
    assert rows() == before


def test_the_checkpoint_is_saved_with_the_effect_or_not_at_all(market) -> None:
    market.sign("administrator_1", "register", {
        "account": "acc_third", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power",
    })  # fmt: skip
    event = market.chain._events[-1]
    place = Checkpoint.objects.get(pk=EVENTS).tx_id
    broken = ChaincodeEvent(
        event.block_number, event.tx_id, event.name, event.payload.replace(b"acc_third", b"ACC")
    )
    with pytest.raises(Exception, match="bad_argument"):
        follower.apply(broken, arrived_at=clock.now())
    assert Checkpoint.objects.get(pk=EVENTS).tx_id == place
    assert not ChainEvent.objects.filter(pk=event.tx_id).exists()
    assert follower.apply(event, arrived_at=clock.now()) is True
    assert models.Account.objects.filter(pk="acc_third").exists()


@pytest.mark.parametrize("payload", [b"", b"{}", b"not json", b'{"v":2}', b'{"v":1}'])
def test_an_event_of_another_shape_stops_the_follower(market, payload: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - every kind of it ends the process
        follower.apply(ChaincodeEvent(99, "ab" * 32, "take", payload), arrived_at=clock.now())


def test_a_running_follower_resumes_at_its_checkpoint_and_stores_blocks(traded) -> None:
    seen_height = traded.chain.height
    args = {"account": "acc_third", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}
    traded.sign("administrator_1", "register", args)
    gateway = FakeGateway(traded.chain, msp="RegulatorMSP", attributes={"role": "service"})
    running = follower.Follower(gateway, TestThread())

    async def story() -> None:
        task = asyncio.ensure_future(running.run())
        database = TestThread()
        for _ in range(200):
            done = await database.run(Block.objects.count), await database.run(ChainEvent.objects.count)
            if done == (traded.chain.height - 1, len(traded.chain._events)):
                break
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    play(story())
    numbers = list(Block.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, traded.chain.height))
    assert seen_height < traded.chain.height
    place = Checkpoint.objects.get(pk=EVENTS)
    assert (place.block_number, place.tx_id) == (traded.chain.height - 1, traded.chain._events[-1].tx_id)


def test_what_a_killed_follower_applied_and_did_not_tell_is_told_at_its_next_start(market) -> None:
    args = {"account": "acc_third", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}
    market.sign("administrator_1", "register", args)
    event = market.chain._events[-1]
    follower.apply(event, arrived_at=clock.now())
    before = live.head("oversight").seq
    gateway = FakeGateway(market.chain, msp="RegulatorMSP", attributes={"role": "service"})

    async def story() -> None:
        task = asyncio.ensure_future(follower.Follower(gateway, TestThread()).run())
        for _ in range(200):
            if (await TestThread().run(live.head, "oversight")).seq > before:
                break
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    play(story())
    now = live.head("oversight")
    [story_told] = live.frames_after("oversight", epoch=now.epoch, seq=before)
    assert story_told.data["tx_id"] == event.tx_id


def test_frames_tell_books_accounts_and_overseers(market, client_of) -> None:
    alpha = world.HOUSES["alpha"].account
    before = {topic: live.head(topic).seq for topic in ("oversight", "market.CEA-2026", f"account.{alpha}")}
    order(client_of("alpha_trader"), "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    after = {topic: live.head(topic).seq for topic in before}
    assert after["oversight"] == before["oversight"] + 1
    assert after["market.CEA-2026"] == before["market.CEA-2026"] + 1
    assert after[f"account.{alpha}"] == before[f"account.{alpha}"] + 3, "sent, committed, balances"
    head = live.head("market.CEA-2026")
    [frame] = live.frames_after("market.CEA-2026", epoch=head.epoch, seq=head.seq - 1)
    assert frame.data["sells"][0]["quantity"] == "300"
    head = live.head("oversight")
    [story] = live.frames_after("oversight", epoch=head.epoch, seq=head.seq - 1)
    assert story.data["names"][alpha] == world.HOUSES["alpha"].name


def test_a_trade_names_both_sides_to_overseers_only(market, client_of) -> None:
    order(client_of("alpha_trader"), "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    order(client_of("beta_trader"), "beta_trader", BUY, "/api/v1/trades/")
    market.settle()
    head = live.head("market.CEA-2026")
    frames = live.frames_after("market.CEA-2026", epoch=head.epoch, seq=head.seq - 1)
    text = repr([frame.data for frame in frames])
    assert Trade.objects.exists()
    for house in ("alpha", "beta"):
        assert world.HOUSES[house].account not in text
        assert world.HOUSES[house].name not in text


def test_topics_are_for_those_who_may_see_them(market, viewer) -> None:
    alpha, beta = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
    allowed = {
        "market.CEA-2026": {"alpha_trader", "beta_operator", "regulator_1", "administrator_1"},
        "market.CEA-1999": set(),
        f"account.{alpha}": {"alpha_trader"},
        f"account.{beta}": {"beta_operator"},
        "oversight": {"regulator_1", "administrator_1"},
        "chain": {"alpha_trader", "beta_operator", "lead_auditor", "regulator_1", "administrator_1"},
    }
    people = allowed["chain"]
    for topic, permitted in allowed.items():
        owner = live.owner_of(topic)
        assert {who for who in people if owner.permit(viewer(who), topic)} == permitted, topic
        if permitted:
            with transaction.atomic():
                live.publish("test.size", owner.snapshot(topic))

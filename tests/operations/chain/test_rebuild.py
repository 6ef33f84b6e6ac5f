"""Read models from block 0: byte-equal to those in use, also after a kill; repaired where edited."""

import io
from collections.abc import Iterator

import pytest
from django.db import connection
from ledger.events import Block, ChaincodeEvent
from lexicon.canonical import digest
from operations.chain import copy, rebuild

from market import models
from market.models import ChainEvent, Listing, Lot, Session, Trade
from market.services import chain
from tests import world
from tests.chaincode.tables.people import SECOND
from tests.market import dealt
from tests.market.test_trading import BUY, SELL, order
from tests.market.town import Town

pytestmark = pytest.mark.db


class Killed(BaseException):
    """kill -9 in the middle."""


class Recorded:
    """A chain that was recorded: what a peer would stream, and how much was asked of it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.read = 0

    def events(self, start_block: int) -> Iterator[ChaincodeEvent]:
        for event in self.town.chain._events:
            if event.block_number >= start_block:
                self.read += 1
                yield event

    def blocks(self, start: int) -> Iterator[Block]:
        yield from (block for block in self.town.chain._blocks if block.number >= start)


def dump() -> dict[str, bytes]:
    """Every read model's table, whole, as PostgreSQL writes it."""
    found = {}
    for model in copy.read_models():
        columns = ", ".join(copy._named(model))
        out = io.BytesIO()
        with connection.cursor() as cursor:
            query = f'select {columns} from public."{model._meta.db_table}" order by {columns}'  # noqa: S608
            cursor.cursor.copy_expert(f"copy ({query}) to stdout", out)
        found[model._meta.db_table] = out.getvalue()
    return found


@pytest.fixture
def lived(market: Town, client_of) -> Town:
    """A chain on which everything happened: every read model has rows."""
    alpha, beta = client_of("alpha_trader"), client_of("beta_trader")
    order(alpha, "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    order(beta, "beta_trader", BUY, "/api/v1/trades/")
    market.settle()
    market.sign("alpha_trader", "unlist", {"listing": Listing.objects.get().pk})
    coin = models.CoinOutput.objects.filter(owner=world.HOUSES["beta"].account, spent_tx="").first()
    market.sign("beta_trader", "split_coin", {
        "coin": {"tx": coin.tx, "n": coin.n}, "amounts_cents": ["100", str(coin.amount_cents - 100)],
    })  # fmt: skip
    market.follow()
    market.mint("2026-05")
    market.oblige()
    lot = Lot.objects.filter(owner=world.HOUSES["alpha"].account, state="free").first()
    market.sign("alpha_head", "surrender", {
        "surrender": "sur_1", "year": 2026,
        "lots": [{"unit": "CEA", "vintage": 2026, "serial_from": str(lot.serial_from), "quantity": "5"}],
    })  # fmt: skip
    dealt.set_parameters(market, "factors", SECOND)
    dealt.deal(market)
    for name in ("close_session", "settle_session"):
        market.serve("clock", name, {"session": 1})
    market.follow()
    for block in market.chain._blocks:
        chain.store_block(block)
    return market


def test_every_read_model_has_rows_so_that_equal_means_something(lived: Town) -> None:
    empty = [model.__name__ for model in copy.read_models() if not model.objects.exists()]
    assert empty == []
    assert len({event.name for event in lived.chain._events}) >= 28


def test_a_rebuild_is_byte_equal_and_leaves_nothing_behind(lived: Town) -> None:
    before = dump()
    told: list[tuple[int, int]] = []
    found = rebuild.rebuild(Recorded(lived), network="n", progress=lambda *at: told.append(at))
    assert [row.table for row in found if row.differing] == []
    assert sum(row.rows for row in found) > 100
    assert told[-1][0] == told[-1][1]
    assert [at for at, _ in told] == sorted(at for at, _ in told)
    assert dump() == before
    with connection.cursor() as cursor:
        cursor.execute("select to_regnamespace(%s)", [copy.SCHEMA])
        assert cursor.fetchone()[0] is None


def test_rows_that_were_edited_lost_or_invented_are_counted_and_repaired(lived: Town) -> None:
    before = dump()
    Trade.objects.update(price_cents=1)
    sessions, _ = Session.objects.all().delete()
    lot = Lot.objects.first()
    Lot.objects.create(
        unit="CEA", vintage=2026, serial_from=900_001, serial_to=900_002, owner="acc_x", state="free",
        origin="iss_1", tx_id=lot.tx_id, block_number=lot.block_number, at=lot.at,
    )  # fmt: skip
    differing = {
        row.table: (row.only_in_use, row.only_rebuilt)
        for row in rebuild.rebuild(Recorded(lived), network="n")
        if row.differing
    }
    trades = Trade.objects.count()
    assert differing == {
        "market_trade": (trades, trades), "market_session": (0, sessions), "market_lot": (1, 0),
    }  # fmt: skip
    rebuild.rebuild(Recorded(lived), network="n", repair=True)
    assert dump() == before
    assert all(not row.differing for row in rebuild.rebuild(Recorded(lived), network="n"))


@pytest.mark.parametrize("batches", [1, 2, 5])
def test_a_killed_rebuild_goes_on_where_it_was(lived: Town, monkeypatch, batches: int) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 7)
    before, done = dump(), []

    def kill(at: int, there: int) -> None:
        done.append(at)
        if len(done) == batches:
            raise Killed

    first = Recorded(lived)
    with pytest.raises(Killed):
        rebuild.rebuild(first, network="n", progress=kill)
    again = Recorded(lived)
    found = rebuild.rebuild(again, network="n")
    assert [row.table for row in found if row.differing] == []
    assert again.read < len(lived.chain._events), "what was done before is not read again"
    assert dump() == before


def test_a_copy_of_another_network_or_from_before_a_restore_is_begun_anew(lived: Town, monkeypatch) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 7)

    def kill(at: int, there: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rebuild.rebuild(Recorded(lived), network=digest("another"), progress=kill)
    source = Recorded(lived)
    assert all(not row.differing for row in rebuild.rebuild(source, network="n"))
    assert source.read == len(lived.chain._events)


def test_the_follower_may_go_on_meanwhile(lived: Town) -> None:
    def trade_once(at: int, there: int) -> None:
        if ChainEvent.objects.filter(name="register", account="").count() or at != there:
            return
        args = {"account": "acc_third", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}
        lived.sign("administrator_1", "register", args)
        lived.follow()

    found = rebuild.rebuild(Recorded(lived), network="n", progress=trade_once)
    assert [row.table for row in found if row.differing] == []
    assert models.Account.objects.filter(pk="acc_third").exists()

"""Two takers of one tonne at once, on three real peers: through outbox and relay, exactly one wins."""

import contextlib

import pytest
from kit import outbox
from kit.outbox import OutboxRow
from ledger.gateway import Gateway
from lexicon.canonical import encode
from tanheng.relay import WATCHER, Relay

from tests.chaincode.test_on_localnet import IDENTITIES, LiveTown, network
from tests.tanheng.threads import TestThread, play

__all__ = ["network"]
pytestmark = pytest.mark.db
ROUNDS = 5
TAKERS = ("trader_b", "trader_c")


async def prepared(town: LiveTown) -> dict[str, str]:
    """A seller with allowances, two takers with coin, an open market; gives the takers' coin."""
    await town.found_live()
    for letter, sector in (("a", "power"), ("b", "cement"), ("c", "steel")):
        await town.trader(f"trader_{letter}", f"acc_{letter}", sector)
    await town.issued("iss_a", "acc_a", kind="allowance", amount="1000", unit="CEA", vintage=2026)
    coin = {
        who: await town.issued(f"iss_{who}", f"acc_{who[-1]}", kind="coin", amount="80000000")
        for who in TAKERS
    }
    await town.send("regulator", "clock", "open_session", encode({"session": 1}))
    return coin


def queue(town: LiveTown, who: str, args: dict[str, object]) -> str:
    """A signed take in the outbox; its id."""
    text, signature, fingerprint = town.signed(who, "take", args)
    intent = outbox.read_intent(
        text=text.decode(), signature=signature.decode(), fingerprint=fingerprint.decode()
    )
    # No common subject: here both must go up at the same moment.
    return str(outbox.enqueue(intent=intent, organisation="enterprise", subject="").id)


async def story(material) -> list[list[str]]:
    """For each round the ids of the two takes."""
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(material, *of)) for of in IDENTITIES}
        town = LiveTown().open(material, gateways)
        coin = await prepared(town)
        database = TestThread()
        watchers = [
            await stack.enter_async_context(Gateway.of(material, *WATCHER, peer=peer))
            for peer in material.organisations
        ]
        relay = Relay(
            lambda organisation, identity: [gateways[organisation, identity]], database, watchers=watchers
        )
        rounds = []
        for number in range(ROUNDS):
            listing = f"lst_{number}"
            first = str(number * 10 + 1)
            await town.sign("trader_a", "list", {
                "listing": listing, "side": "sell", "unit": "CEA", "vintage": 2026, "price_cents": "7000",
                "clips": [{"quantity": "10", "inputs": [{"serial_from": first, "quantity": "10"}]}],
            })  # fmt: skip
            takes = [{"listing": listing, "k": 0, "quantity": "10", "price_cents": "7000"}]
            ids = []
            for who in TAKERS:
                args = {"takes": takes, "coins": [{"tx": coin[who], "n": number}]}
                ids.append(await database.run(queue, town, who, args))
            await relay.drain()
            rounds.append(ids)
        return rounds


def test_of_two_takers_at_once_exactly_one_wins_on_three_peers(network, db) -> None:
    for ids in play(story(network)):
        rows = {str(row.pk): row for row in OutboxRow.objects.filter(pk__in=ids)}
        states = sorted(row.state for row in rows.values())
        assert states == ["refused", "sent"], [(row.state, row.refusal) for row in rows.values()]
        lost = next(row for row in rows.values() if row.state == "refused")
        assert lost.refusal == "listing_not_open"

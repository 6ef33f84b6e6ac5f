"""The ledger in memory at its edges: conflicts, repeats, a chain that is down, resumed events."""

import asyncio
import copy

import pytest
from ledger.errors import LedgerUnavailable, Refusal_
from ledger.events import read_event
from ledger.fake import FakeChain, FakeGateway
from lexicon.canonical import encode

from chaincode.contract import dispatch
from tests.chaincode.town import START, Town, accepted


@pytest.fixture(scope="module")
def prepared():
    town = Town().found().people_arrive().rich()
    accepted(town.issue("acc_a", "coin", 10_000_000))
    town.settle("acc_c", "enterprise", "glass")
    town.welcome("trader_c", "acc_c", "trader")
    accepted(town.issue("acc_c", "coin", 10_000_000))
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


@pytest.fixture
def chain(town):
    """A chain that begins where the town stands."""
    started = FakeChain(dispatch, clock=lambda: START)
    for key, value in town.values.items():
        started.seed(key, value)
    return started


def relay(chain):
    return FakeGateway(chain, msp="EnterpriseMSP", attributes={"role": "relay"})


OFFER = {
    "listing": "lst_1",
    "side": "sell",
    "unit": "CEA",
    "vintage": 2026,
    "price_cents": "7000",
    "clips": [{"quantity": "1", "inputs": [{"serial_from": "1", "quantity": "1"}]}],
}
TAKES = {"takes": [{"listing": "lst_1", "k": 0, "quantity": "1", "price_cents": "7000"}]}


def test_of_two_takers_of_the_last_tonne_exactly_one_wins(town, chain):
    async def story():
        gateway = relay(chain)
        listed = await gateway.propose("list", *town.signed("trader_a", "list", OFFER))
        await gateway.submit(listed.envelope, listed.tx_id)
        takers = []
        for who, account in (("trader_b", "acc_b"), ("trader_c", "acc_c")):
            args = town.signed(who, "take", TAKES | {"coins": town.coins(account)[:1]})
            takers.append((args, await gateway.propose("take", *args)))
        for _, taken in takers:
            await gateway.submit(taken.envelope, taken.tx_id)
        statuses = [await gateway.commit_status(taken.tx_id) for _, taken in takers]
        with pytest.raises(Refusal_) as refused:
            await gateway.propose("take", *takers[1][0])
        return [status.code for status in statuses], refused.value.name

    assert asyncio.run(story()) == (["VALID", "MVCC_READ_CONFLICT"], "listing_not_open")


def test_an_envelope_that_is_sent_twice_counts_once(town, chain):
    async def story():
        gateway = relay(chain)
        listed = await gateway.propose("list", *town.signed("trader_a", "list", OFFER))
        for _ in range(2):
            await gateway.submit(listed.envelope, listed.tx_id)
        return (await gateway.commit_status(listed.tx_id)).block_number, chain.height

    assert asyncio.run(story()) == (1, 2)


def test_a_chain_that_is_down_says_at_which_step_and_does_nothing(town, chain):
    async def story():
        gateway = relay(chain)
        listed = await gateway.propose("list", *town.signed("trader_a", "list", OFFER))
        chain.down = True
        steps = []
        for call in (
            lambda: gateway.evaluate("network_info"),
            lambda: gateway.propose("unlist", b"", b"", b""),
            lambda: gateway.submit(listed.envelope, listed.tx_id),
            lambda: gateway.commit_status(listed.tx_id),
        ):
            with pytest.raises(LedgerUnavailable) as unavailable:
                await call()
            steps.append(unavailable.value.step)
        chain.down = False
        return steps, chain.height

    assert asyncio.run(story()) == (["evaluate", "endorse", "submit", "commit status"], 1)


def test_events_and_blocks_are_followed_and_resumed(town, chain):
    async def story():
        gateway = relay(chain)
        sent = []
        for name in ("lst_1", "lst_2", "lst_3"):
            offer = OFFER | {"listing": name}
            offer["clips"] = [{"quantity": "1", "inputs": [{"serial_from": name[-1], "quantity": "1"}]}]
            listed = await gateway.propose("list", *town.signed("trader_a", "list", offer))
            await gateway.submit(listed.envelope, listed.tx_id)
            sent.append(listed.tx_id)
        resumed = gateway.chaincode_events(start_block=0, after_tx=sent[0])
        events = [read_event(await anext(resumed)) for _ in range(2)]
        blocks = gateway.block_events(start_block=2)
        numbers = [(await anext(blocks)).number for _ in range(2)]
        return [event.tx_id for event in events] == sent[1:], numbers

    assert asyncio.run(story()) == (True, [2, 3])


def test_a_query_answers_and_a_refusal_has_name_and_facts(chain):
    async def story():
        gateway = FakeGateway(chain, msp="EnterpriseMSP", attributes={"role": "service"})
        answer = await gateway.evaluate("get_account", encode({"account": "acc_a"}))
        with pytest.raises(Refusal_) as refused:
            await gateway.evaluate("get_account", encode({"account": "acc_x"}))
        return answer, refused.value.name, refused.value.facts

    answer, name, facts = asyncio.run(story())
    assert b'"state":"active"' in answer
    assert (name, facts) == ("account_unknown", {"account": "acc_x"})

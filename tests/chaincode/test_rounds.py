"""How often a transaction asks its peer for state: each round is a message there and back.

The table stands in docs/adr/0019; a transaction that needs more rounds than it says fails here.
"""

import copy
import re
from pathlib import Path

import pytest
from lexicon.canonical import digest
from lexicon.transactions import Transaction

from chaincode.callers import Creator
from chaincode.contract import Call, execute
from chaincode.state import Loaded, NotLoaded
from tests.chaincode import test_market as market
from tests.chaincode import test_surrender as compliance
from tests.chaincode import verification as evidence
from tests.chaincode.tables import deals
from tests.chaincode.tables.base import args_of, founded, twin
from tests.chaincode.town import Town, accepted

PAGE = (Path(__file__).resolve().parents[2] / "docs/adr/0019-one-round-of-reads.md").read_text("utf-8")
ROWS = {what: int(now) for what, now in re.findall(r"^\| ([^|`]+?) \| \d+ \| (\d+) \|", PAGE, re.MULTILINE)}


def rounds(town, who, function, args):
    """Messages that read state, of a call that is accepted."""
    loaded = Loaded()
    call = Call(
        function=function,
        args=town.signed(who, function, args),
        tx="f" * 64,
        now=town.now,
        creator=Creator(msp="EnterpriseMSP", attributes={"role": "relay"}),
    )
    asked = 0
    while True:
        try:
            accepted(execute(call, loaded))
        except NotLoaded as missing:
            asked += 1
            loaded.values.update({key: town.get(key) for key in missing.keys})
            loaded.ranges.update({prefix: town.scan(prefix) for prefix in missing.ranges})
        else:
            return asked


@pytest.fixture(scope="module")
def prepared():
    town = evidence.ready(Town().found().people_arrive().rich())
    accepted(town.two("o1", "set_obligation", evidence.obliged(town), "reg1", "reg2"))
    town.must("head_a", "submit_statement", evidence.statement())
    evidence.verify(town)
    town.must("adm", "propose_issue", market.ISSUE)
    town.must("trader_a", "surrender", compliance.surrendering([compliance.use(100, 1)]))
    town.must("trader_a", "list", market.sell("lst_s", 100, 101))
    town.must("trader_b", "list", market.buy(town, price=6900, coins=town.coins("acc_b")[:1]))
    return town


def calls(town):
    """(row of the table, who, transaction, arguments)"""
    coins = town.coins("acc_b")
    lots = [{"serial_from": "201", "quantity": "30"}]
    selling = {"takes": [market.taking(30, 6900, "lst_b")], "lots": lots}
    yield "list, selling", "trader_a", "list", market.sell("lst_n", 100, 201)
    yield "list, buying", "trader_b", "list", market.buy(town, 10, 6900, "lst_m", coins[1:2])
    yield "unlist", "trader_a", "unlist", {"listing": "lst_s"}
    yield (
        "take of a sell",
        "trader_b",
        "take",
        {"takes": [market.taking(60, listing="lst_s")], "coins": coins[:1]},
    )
    yield "take of a buy", "trader_a", "take", selling
    yield "split_coin", "trader_b", "split_coin", {"coin": coins[0], "amounts_cents": ["1000000", "250000"]}
    yield "endorse_issue", "reg1", "endorse_issue", {"issue": "iss_x", "digest": digest(market.ISSUE)}
    yield "approve_and_mint", "appr", "approve_and_mint", evidence.PLACE | evidence.APPROVAL
    yield (
        "surrender",
        "trader_a",
        "surrender",
        compliance.surrendering([compliance.use(50, 201)], surrender="sur_2"),
    )
    yield "confirm_surrender", "head_a", "confirm_surrender", {"surrender": "sur_1"}


def test_each_transaction_asks_as_often_as_the_page_says(prepared):
    measured = {
        what: rounds(copy.deepcopy(prepared), who, function, args)
        for what, who, function, args in calls(prepared)
    }
    start = founded()
    for table in deals.TABLES:
        if isinstance(table.of, Transaction):
            town = twin(start)
            table.prepare(town)
            what = f"{table.of}, {table.note}" if table.note else str(table.of)
            measured[what] = rounds(town, table.who, table.of, args_of(table.args, town))
    assert measured == ROWS

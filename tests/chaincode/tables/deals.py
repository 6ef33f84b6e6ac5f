"""Faults of block agreements, of trust in a counterparty, and of auctions."""

from lexicon.commitment import bid_digest
from lexicon.transactions import Act, Transaction

from tests.chaincode.tables.base import (
    Fault,
    Table,
    account,
    coin_faults,
    frozen,
    limited,
    lot,
    lot_faults,
    lots,
    market,
    session,
    trading,
)
from tests.chaincode.tables.trading import BAND, OFF_LOT, TERMS, exists
from tests.chaincode.test_auctions import NONCE, opening, reveal, sealed
from tests.chaincode.test_blocks import accepting, buying, selling, turn
from tests.chaincode.test_purchases import buying as purchase
from tests.chaincode.test_trust import TRUST
from tests.chaincode.town import accepted, h

OTHERS = [
    Fault(refusal="self_trade", args={"counterparty": "acc_a"}),
    Fault(refusal="account_unknown", args={"counterparty": "acc_x"}),
    Fault(refusal="account_not_active", edits=[account("acc_b", state="suspended")]),
    Fault(refusal="holder_not_allowed", edits=[account("acc_b", kind="auditor")]),
    Fault(
        refusal="counterparty_limit",
        edits=[account("acc_a", own_limits={"surrender_t": "0", "cancel_t": "0", "block_t": "99"})],
    ),
]
BLOCK = {
    "block": "blk_1",
    "account": "acc_a",
    "counterparty": "acc_b",
    "side": "sell",
    "unit": "CEA",
    "vintage": 2026,
    "quantity": "200",
    "price_cents": "7000",
    "lots": [],
    "coin": None,
    "session": 1,
    "state": "proposed",
}
BLOCKS_TERMS = [
    Fault(refusal="block_exists", edits=exists("block", "blk_1", **BLOCK)),
    Fault(refusal="blocks_not_traded", edits=[market(block_min_t=None)]),
    Fault(refusal="quantity_too_small", edits=[market(block_min_t="201")]),
    OFF_LOT,
    *TERMS,
    BAND,
]


def offer(**fields):
    return ("block", ("blk_1",), fields)


def in_block_phase(town):
    accepted(turn(town, "block"))


def proposed_sale(town):
    in_block_phase(town)
    town.must("head_a", "propose_block", selling(200, price=7000))


def proposed_purchase(town):
    in_block_phase(town)
    town.must("head_b", "propose_block", buying(town, 200, 7000))


def standing(theirs):
    """What can be wrong with a proposal that is answered."""
    return [
        Fault(refusal="block_unknown", args={"block": "blk_9"}),
        Fault(refusal="block_not_yours", edits=[offer(account="acc_c", counterparty="acc_c")]),
        Fault(refusal="block_expired", edits=[offer(session=9)]),
        Fault(refusal="block_not_open", edits=[offer(state="accepted")]),
        Fault(refusal="price_moved", edits=[offer(price_cents="7001")]),
        Fault(refusal="inputs_do_not_match", edits=[offer(quantity="201")]),
        Fault(refusal="bad_argument", args=theirs),
    ]


def own_block_limit(name):
    limits = {"surrender_t": "0", "cancel_t": "0", "block_t": "99"}
    return Fault(refusal="counterparty_limit", edits=[account(name, own_limits=limits)])


BLOCKS = [
    Table(
        of=Transaction.PROPOSE_BLOCK,
        note="selling",
        who="head_a",
        prepare=in_block_phase,
        args=selling(200, price=7000),
        faults=[
            *trading("acc_a"),
            *BLOCKS_TERMS,
            *OTHERS,
            Fault(refusal="bad_argument", args={"coins": [{"tx": h("x"), "n": 0}]}),
            *lot_faults(lambda named: {"inputs": named}),
            Fault(refusal="inputs_do_not_match", args={"inputs": lots((1, 99))}),
        ],
    ),
    Table(
        of=Transaction.PROPOSE_BLOCK,
        note="buying",
        who="head_b",
        prepare=in_block_phase,
        args=lambda town: buying(town, 200, 7000),
        faults=[
            *trading("acc_b"),
            *BLOCKS_TERMS,
            Fault(refusal="bad_argument", args={"inputs": lots((1, 200))}),
            *coin_faults(lambda coins: {"coins": coins}),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.ACCEPT_BLOCK,
        note="buying",
        who="head_b",
        prepare=proposed_sale,
        args=lambda town: accepting(200, 7000, coins=town.coins("acc_b")),
        faults=[
            *trading("acc_b"),
            *standing({"lots": lots((1, 1))}),
            own_block_limit("acc_b"),
            *coin_faults(lambda coins: {"coins": coins}),
            Fault(refusal="orders_frozen", edits=[frozen("acc_a")]),
            Fault(refusal="lot_held", edits=[lot(hold="court")]),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.ACCEPT_BLOCK,
        note="selling",
        who="head_a",
        prepare=proposed_purchase,
        args=accepting(200, 7000, lots=lots((1, 200))),
        faults=[
            *trading("acc_a"),
            *standing({"coins": [{"tx": h("x"), "n": 0}]}),
            own_block_limit("acc_a"),
            *lot_faults(lambda named: {"lots": named}),
            Fault(refusal="inputs_do_not_match", args={"lots": lots((1, 99))}),
            Fault(refusal="orders_frozen", edits=[frozen("acc_b")]),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.DECLINE_BLOCK,
        who="trader_b",
        prepare=proposed_sale,
        args={"block": "blk_1"},
        faults=standing({})[:4],
    ),
    Table(
        of=Transaction.DISTRUST_COUNTERPARTY,
        who="trader_a",
        prepare=lambda town: accepted(town.two("t1", "trust_counterparty", TRUST, "trader_a", "head_a")),
        args={"counterparty": "acc_b"},
        faults=[Fault(refusal="counterparty_not_trusted", args={"counterparty": "acc_c"})],
    ),
    Table(
        of=Act.TRUST_COUNTERPARTY,
        who="trader_a",
        args=TRUST,
        faults=[
            Fault(refusal="self_trade", args={"counterparty": "acc_a"}),
            Fault(refusal="account_unknown", args={"counterparty": "acc_x"}),
            Fault(refusal="holder_not_allowed", edits=[account("acc_b", kind="auditor")]),
            Fault(
                refusal="counterparty_trusted",
                edits=[("trust", ("acc_a", "acc_b"), TRUST | {"since": "2026-06-01T00:00:00Z"})],
            ),
        ],
    ),
]

AUCTION = {
    "auction": "auc_1",
    "account": "acc_a",
    "side": "sell",
    "unit": "CEA",
    "vintage": 2026,
    "quantity": "100",
    "floor_cents": "6000",
    "lots": [],
    "session": 1,
    "bids": 0,
    "state": "open",
}


def auction(**fields):
    return ("auction", ("auc_1",), fields)


def sale(town):
    town.must("trader_a", "open_auction", opening(100))
    accepted(turn(town, "auction"))


def sale_with_bid(town):
    sale(town)
    town.must("trader_b", "bid", sealed(town, "b", 100, 6500))


def sale_revealing(town):
    sale_with_bid(town)
    accepted(turn(town, "open"))


def buyers_auction(town):
    town.must("trader_b", "open_auction", purchase(town, 100))
    accepted(turn(town, "auction"))


def buyers_revealing(town):
    buyers_auction(town)
    town.must("trader_a", "bid", offering(lots((1, 100))))
    accepted(turn(town, "open"))


def offering(named):
    digest = bid_digest(auction="auc_1", account="acc_a", quantity=100, price_cents=6500, nonce=NONCE)
    return {"auction": "auc_1", "digest": digest, "lots": named}


AUCTION_EXISTS = Fault(refusal="auction_exists", edits=exists("auction", "auc_1", **AUCTION))


def bidding(owner):
    return [
        Fault(refusal="auction_unknown", args={"auction": "auc_9"}),
        Fault(refusal="auction_not_open", edits=[auction(state="closed")]),
        Fault(refusal="self_trade", edits=[auction(account=owner)]),
        Fault(refusal="too_many_bids", edits=[auction(bids=100)]),
    ]


def bid(**fields):
    return ("bid", ("auc_1", 0), fields)


REVEALING = [
    Fault(refusal="auction_unknown", args={"auction": "auc_9"}),
    Fault(refusal="auction_not_open", edits=[auction(state="closed")]),
    Fault(refusal="bidding_open", edits=[session(phase="auction")]),
    Fault(refusal="reveal_over", edits=[auction(session=0)], hides=frozenset({"bidding_open"})),
    Fault(refusal="bid_unknown", args={"n": 7}),
    Fault(refusal="bid_not_yours", edits=[bid(account="acc_c")]),
    Fault(refusal="bid_already_revealed", edits=[bid(state="revealed")]),
    Fault(refusal="digest_mismatch", edits=[bid(digest=h("other"))]),
]
AUCTIONS = [
    Table(
        of=Transaction.OPEN_AUCTION,
        note="selling",
        who="trader_a",
        args=opening(100),
        faults=[
            *trading("acc_a"),
            AUCTION_EXISTS,
            Fault(refusal="bad_argument", args={"ceiling_cents": "9000"}),
            Fault(refusal="instrument_not_traded", edits=[session(closes=[])]),
            Fault(refusal="price_off_tick", edits=[market(tick_cents="11")]),
            OFF_LOT,
            *lot_faults(lambda named: {"inputs": named}, limit=100),
            Fault(refusal="inputs_do_not_match", args={"inputs": lots((1, 99))}),
        ],
    ),
    Table(
        of=Transaction.OPEN_AUCTION,
        note="buying",
        who="trader_b",
        args=lambda town: purchase(town, 100),
        faults=[
            *trading("acc_b"),
            AUCTION_EXISTS,
            Fault(refusal="bad_argument", args={"floor_cents": "9000"}),
            *TERMS,
            OFF_LOT,
            *coin_faults(lambda coins: {"coins": coins}),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.BID,
        note="for lots",
        who="trader_b",
        prepare=sale,
        args=lambda town: sealed(town, "b", 100, 6500),
        faults=[
            *trading("acc_b"),
            *bidding("acc_b"),
            Fault(refusal="bad_argument", args={"lots": lots((1, 1))}),
            *coin_faults(lambda coins: {"coins": coins}),
        ],
    ),
    Table(
        of=Transaction.BID,
        note="for coin",
        who="trader_a",
        prepare=buyers_auction,
        args=offering(lots((1, 100))),
        faults=[
            *trading("acc_a"),
            *bidding("acc_a"),
            Fault(refusal="bad_argument", args={"maximum_cents": "9"}),
            *lot_faults(lambda named: {"lots": named}, limit=10),
        ],
    ),
    Table(
        of=Transaction.REVEAL_BID,
        note="for lots",
        who="trader_b",
        prepare=sale_revealing,
        args=reveal(0, 100, 6500),
        faults=[
            *REVEALING,
            Fault(refusal="price_below_floor", edits=[auction(floor_cents="6501")]),
            Fault(refusal="price_off_tick", edits=[market(tick_cents="11")]),
            OFF_LOT,
            Fault(refusal="maximum_too_small", edits=[bid(maximum_cents="1")]),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.REVEAL_BID,
        note="for coin",
        who="trader_a",
        prepare=buyers_revealing,
        args=reveal(0, 100, 6500),
        faults=[
            *REVEALING,
            Fault(refusal="price_above_ceiling", edits=[auction(ceiling_cents="6499")]),
            Fault(refusal="price_off_tick", edits=[market(tick_cents="11")]),
            OFF_LOT,
            Fault(refusal="lot_too_small", edits=[bid(lots=lots((1, 99)))]),
        ],
    ),
    Table(
        of=Transaction.CLOSE_AUCTION,
        who="trader_a",
        prepare=lambda town: (
            sale_revealing(town),
            town.must("trader_b", "reveal_bid", reveal(0, 100, 6500)),
        ),
        args={"auction": "auc_1"},
        faults=[
            Fault(refusal="auction_unknown", args={"auction": "auc_9"}),
            Fault(refusal="auction_not_open", edits=[auction(state="closed")]),
            Fault(refusal="bidding_open", edits=[session(phase="auction")]),
            Fault(refusal="reveal_open", edits=[bid(state="sealed")]),
            Fault(refusal="market_halted", edits=[session(halted=h("why"))]),
        ],
    ),
]

TABLES = [*BLOCKS, *AUCTIONS]

"""Faults of what is traded: listings, takes, blocks, auctions, and the sessions they are in."""

from lexicon.commitment import bid_digest
from lexicon.transactions import Act, Transaction

from tests.chaincode.tables.base import (
    Fault,
    Table,
    account,
    coin_faults,
    frozen,
    holder,
    limited,
    lot,
    lot_faults,
    lots,
    market,
    session,
    trading,
)
from tests.chaincode.test_auctions import NONCE, opening, reveal, sealed
from tests.chaincode.test_blocks import accepting, buying, selling, turn
from tests.chaincode.test_market import buy, sell, taking
from tests.chaincode.test_purchases import buying as purchase
from tests.chaincode.test_trust import TRUST
from tests.chaincode.town import accepted, h

TERMS = [
    Fault(refusal="instrument_not_traded", edits=[session(closes=[])]),
    Fault(refusal="price_off_tick", edits=[market(tick_cents="11")]),
]
BAND = Fault(refusal="price_out_of_band", args={"price_cents": "13003"})
OFF_LOT = Fault(refusal="quantity_off_lot", edits=[market(lot_t="7")])


def clip(inputs, quantity=100):
    return {"clips": [{"quantity": str(quantity), "inputs": inputs}]}


def coin_clip(coins, quantity=100):
    return {"clips": [{"quantity": str(quantity), "coins": coins}]}


LISTED = [
    Fault(refusal="bad_argument", args={"clips": []}),
    Fault(refusal="too_many_clips", args={"clips": sell()["clips"] * 17}),
    *TERMS,
    BAND,
    OFF_LOT,
    Fault(refusal="quantity_too_large", edits=[market(order_max_t="99")]),
]


def exists(kind, *parts, **fields):
    """An object of that name is there."""
    return ((kind, parts, fields),)


CLIP = {
    "listing": "lst_1",
    "k": 0,
    "account": "acc_a",
    "side": "sell",
    "unit": "CEA",
    "vintage": 2026,
    "price_cents": "7000",
    "offered": "1",
    "quantity": "1",
    "lots": [],
    "coin": None,
    "session": 1,
    "clips": 1,
    "state": "open",
}

LISTINGS = [
    Table(
        of=Transaction.LIST,
        note="selling",
        who="trader_a",
        args=sell(),
        faults=[
            *trading("acc_a"),
            Fault(refusal="listing_exists", edits=exists("listing", "lst_1", 0, **CLIP)),
            *LISTED,
            *lot_faults(clip),
            Fault(refusal="inputs_do_not_match", args=clip(lots((1, 99)))),
        ],
    ),
    Table(
        of=Transaction.LIST,
        note="buying",
        who="trader_b",
        args=lambda town: buy(town, listing="lst_1"),
        faults=[
            *trading("acc_b"),
            Fault(refusal="listing_exists", edits=exists("listing", "lst_1", 0, **CLIP)),
            *TERMS,
            BAND,
            OFF_LOT,
            Fault(refusal="quantity_too_large", edits=[market(order_max_t="99")]),
            *coin_faults(coin_clip),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.UNLIST,
        who="trader_a",
        args={"listing": "lst_1"},
        prepare=lambda town: town.must("trader_a", "list", sell()),
        faults=[
            Fault(refusal="listing_unknown", args={"listing": "lst_9"}),
            Fault(refusal="listing_not_yours", who="trader_b"),
            Fault(refusal="listing_expired", edits=[session(session=2)]),
            Fault(refusal="listing_not_open", edits=[("listing", ("lst_1", 0), {"state": "taken"})]),
        ],
    ),
]


def clip_of(name, **fields):
    return ("listing", (name, 0), fields)


def taken(**changes):
    return {"takes": [taking(100, **{"listing": "lst_1"} | changes)]}


def two_sides(town):
    """A sale of company a and a purchase of company c."""
    accepted(town.issue("acc_c", "coin", 1_000_000))
    town.must("trader_a", "list", sell("lst_1", 100, 1))
    town.must("trader_c", "list", buy(town, 100, 7000, "lst_b", town.coins("acc_c")))


TAKES = [
    Fault(refusal="too_many_inputs", args={"takes": [taking(1, k=k) for k in range(201)]}),
    Fault(refusal="input_twice", args={"takes": [taking(50), taking(50)]}),
    OFF_LOT,
]


def seen(name, owner):
    """What can be wrong with the clip that is taken."""
    return [
        Fault(refusal="listing_expired", edits=[clip_of(name, session=9)]),
        Fault(refusal="listing_not_open", edits=[clip_of(name, state="taken")]),
        Fault(refusal="self_trade", edits=[clip_of(name, account=owner)]),
        Fault(refusal="price_moved", edits=[clip_of(name, price_cents="7001")]),
        Fault(refusal="clip_too_small", edits=[clip_of(name, quantity="99")]),
    ]


TAKEN = [
    Table(
        of=Transaction.TAKE,
        note="a sale",
        who="trader_b",
        prepare=two_sides,
        args=lambda town: taken() | {"coins": town.coins("acc_b")},
        faults=[
            holder("acc_b"),
            Fault(refusal="bad_argument", args={"takes": []}),
            *trading("acc_b")[1:],
            *TAKES,
            Fault(refusal="listing_unknown", args=taken(listing="lst_9")),
            *seen("lst_1", "acc_b"),
            Fault(refusal="takes_mixed", args={"takes": [taking(100), taking(1, listing="lst_b")]}),
            Fault(refusal="bad_argument", args={"lots": lots((1, 1))}),
            *coin_faults(lambda coins: {"coins": coins}, counted=False),
            Fault(refusal="orders_frozen", edits=[frozen("acc_a")]),
            Fault(refusal="lot_held", edits=[lot(hold="court")]),
            limited("acc_b"),
        ],
    ),
    Table(
        of=Transaction.TAKE,
        note="a purchase",
        who="trader_a",
        prepare=lambda town: (
            accepted(town.issue("acc_c", "coin", 1_000_000)),
            town.must("trader_c", "list", buy(town, 100, 7000, "lst_1", town.coins("acc_c"))),
        ),
        args=taken() | {"lots": lots((1, 100))},
        faults=[
            holder("acc_a"),
            *trading("acc_a")[1:],
            *TAKES,
            *seen("lst_1", "acc_a"),
            Fault(refusal="bad_argument", args={"coins": [{"tx": h("x"), "n": 0}]}),
            *lot_faults(lambda named: {"lots": named}, counted=False),
            Fault(refusal="inputs_do_not_match", args={"lots": lots((1, 99))}),
            Fault(refusal="orders_frozen", edits=[frozen("acc_c")]),
            limited("acc_c"),
        ],
    ),
]

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

TOO_MANY = [
    ("sessiontrade", (1, h(str(n)), 0), {"instrument": "CEA-2026", "quantity": "1", "price_cents": "1"})
    for n in range(5001)
]
SESSIONS = [
    Table(
        of=Transaction.OPEN_SESSION,
        who="clock",
        prepare=lambda town: [
            town.serve("clock", f"{what}_session", {"session": 1}) for what in ("close", "settle")
        ],
        args={"session": 2},
        faults=[
            Fault(refusal="bad_argument", args={"phase": "closed"}),
            Fault(refusal="session_number_wrong", edits=[session(session=7)]),
            Fault(refusal="session_phase_wrong", edits=[session(phase="closed")]),
            Fault(refusal="session_not_due", edits=[market(weekdays=[])]),
        ],
    ),
    Table(
        of=Transaction.CLOSE_SESSION,
        who="clock",
        args={"session": 1},
        faults=[
            Fault(refusal="session_number_wrong", args={"session": 2}),
            Fault(refusal="session_phase_wrong", edits=[session(phase="settled")]),
        ],
    ),
    Table(
        of=Transaction.SETTLE_SESSION,
        who="clock",
        prepare=lambda town: accepted(town.serve("clock", "close_session", {"session": 1})),
        args={"session": 1},
        faults=[
            Fault(refusal="bad_argument", args={"slices": 3}),
            Fault(refusal="session_number_wrong", args={"session": 2}),
            Fault(refusal="session_phase_wrong", edits=[session(phase="settled")]),
            Fault(refusal="too_many_trades", edits=TOO_MANY),
            Fault(refusal="slice_missing", args={"slices": 16}, hides=frozenset({"too_many_trades"})),
        ],
    ),
]

TABLES = [*LISTINGS, *TAKEN, *BLOCKS, *AUCTIONS, *SESSIONS]

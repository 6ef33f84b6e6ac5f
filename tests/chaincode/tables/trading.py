"""Faults of what is listed and taken, and of the sessions that this is done in."""

from lexicon.transactions import Transaction

from tests.chaincode.tables.base import (
    Fault,
    Table,
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
from tests.chaincode.test_market import buy, sell, taking
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

TABLES = [*LISTINGS, *TAKEN, *SESSIONS]

"""Faults of what is given up, carried over, held, stopped and owed."""

from lexicon.transactions import Act, Transaction

from tests.chaincode.tables.base import (
    Fault,
    Table,
    frozen,
    holder,
    lot,
    lot_faults,
    session,
    uses,
)
from tests.chaincode.test_surrender import surrendering
from tests.chaincode.town import accepted, h
from tests.chaincode.verification import figures


def named(given):
    return {"lots": given}


def used(*given):
    return uses(*given)


def pending(kind, **fields):
    """A surrender or cancellation of company a, rewritten."""
    return (kind, ("sur_1" if kind == "surrender" else "can_1",), fields)


OBLIGATION = ("obligation", ("acc_a", 2026))
DUE = {
    "account": "acc_a",
    "year": 2026,
    "plant_or_entity": "pl1",
    "version": 1,
    "verified_g": "500400000",
    "due_t": "500",
    "surrendered_t": "0",
    "offset_t": "0",
    "state": "open",
}
CANCELLING = {"cancellation": "can_1", "lots": used((1, 100)), "reason_digest": h("gift")}
SURRENDERED = {
    "surrender": "sur_1",
    "account": "acc_a",
    "year": 2026,
    "lots": [],
    "proposed_by": "trader_a",
    "confirmed_by": None,
    "state": "pending",
}
CANCELLED = {
    "cancellation": "can_1",
    "account": "acc_a",
    "lots": [],
    "reason_digest": h("gift"),
    "proposed_by": "trader_a",
    "confirmed_by": None,
    "state": "pending",
}


def ending(kind, field):
    """What can be wrong with a surrender or cancellation that waits."""
    return [
        Fault(refusal=f"{kind}_unknown", args={field: "x_9"}),
        Fault(refusal="account_mismatch", edits=[pending(kind, account="acc_b")]),
        Fault(refusal=f"{kind}_not_pending", edits=[pending(kind, state="withdrawn")]),
    ]


GIVING_UP = [
    Table(
        of=Transaction.SURRENDER,
        who="trader_a",
        args=surrendering(used((1, 100))),
        faults=[
            holder("acc_a"),
            Fault(refusal="obligation_unknown", edits=[(*OBLIGATION, None)]),
            Fault(refusal="surrender_exists", edits=[("surrender", ("sur_1",), SURRENDERED)]),
            Fault(refusal="bad_argument", args={"lots": []}),
            *lot_faults(named, named=used, tradable=False),
            Fault(
                refusal="vintage_too_young",
                args={"year": 2025},
                edits=[("obligation", ("acc_a", 2025), DUE | {"year": 2025})],
                hides=frozenset({"obligation_unknown"}),
            ),
            Fault(refusal="surrender_above_obligation", edits=[(*OBLIGATION, {"due_t": "99"})]),
        ],
    ),
    Table(
        of=Transaction.CONFIRM_SURRENDER,
        note="of certified reductions",
        who="head_a",
        prepare=lambda town: town.must("trader_a", "surrender", surrendering(uses((1, 5), unit="CCER"))),
        args={"surrender": "sur_1"},
        faults=[
            Fault(refusal="surrender_above_obligation", edits=[(*OBLIGATION, {"surrendered_t": "499"})]),
            Fault(refusal="offset_limit", edits=[(*OBLIGATION, {"offset_t": "25"})]),
        ],
    ),
    Table(
        of=Transaction.SURRENDER,
        note="of certified reductions",
        who="trader_a",
        args=surrendering(uses((1, 5), unit="CCER")),
        faults=[
            Fault(
                refusal="offset_too_old",
                edits=[("params", ("compliance",), {"offset_vintage_min": 2027})],
            ),
            Fault(refusal="surrender_above_obligation", edits=[(*OBLIGATION, {"surrendered_t": "499"})]),
            Fault(refusal="offset_limit", edits=[(*OBLIGATION, {"offset_t": "25"})]),
        ],
    ),
    Table(
        of=Transaction.CONFIRM_SURRENDER,
        who="head_a",
        prepare=lambda town: town.must("trader_a", "surrender", surrendering(used((1, 100)))),
        args={"surrender": "sur_1"},
        faults=[
            *ending("surrender", "surrender"),
            Fault(refusal="same_person", edits=[pending("surrender", proposed_by="head_a")]),
            Fault(refusal="obligation_unknown", edits=[(*OBLIGATION, None)]),
            Fault(refusal="surrender_above_obligation", edits=[(*OBLIGATION, {"due_t": "99"})]),
            Fault(refusal="lot_held", edits=[lot(hold="court")]),
        ],
    ),
    Table(
        of=Transaction.WITHDRAW_SURRENDER,
        who="trader_a",
        prepare=lambda town: town.must("trader_a", "surrender", surrendering(used((1, 100)))),
        args={"surrender": "sur_1"},
        faults=ending("surrender", "surrender"),
    ),
    Table(
        of=Transaction.CANCEL_ALLOWANCES,
        who="trader_a",
        args=CANCELLING,
        faults=[
            holder("acc_a"),
            Fault(refusal="cancellation_exists", edits=[("cancellation", ("can_1",), CANCELLED)]),
            Fault(refusal="bad_argument", args={"lots": []}),
            *lot_faults(named, named=used, tradable=False),
        ],
    ),
    Table(
        of=Transaction.CONFIRM_CANCELLATION,
        who="head_a",
        prepare=lambda town: town.must("trader_a", "cancel_allowances", CANCELLING),
        args={"cancellation": "can_1"},
        faults=[
            *ending("cancellation", "cancellation"),
            Fault(refusal="same_person", edits=[pending("cancellation", proposed_by="head_a")]),
            Fault(refusal="lot_held", edits=[lot(hold="court")]),
        ],
    ),
    Table(
        of=Transaction.WITHDRAW_CANCELLATION,
        who="trader_a",
        prepare=lambda town: town.must("trader_a", "cancel_allowances", CANCELLING),
        args={"cancellation": "can_1"},
        faults=ending("cancellation", "cancellation"),
    ),
]


def carrying(town):
    """Company a may carry 10,000 t over, and 2027 has room for them."""
    cap = {"unit": "CEA", "vintage": 2027, "cap": "20000"}
    accepted(town.two("cap", "set_parameters", {"group": "supply", "values": cap}, "adm", "reg1"))
    basis = {"account": "acc_a", "to_vintage": 2027, "sold_t": "0", "bought_t": "0"}
    args = {"group": "carry_over", "values": basis}
    accepted(town.two("limit", "set_parameters", args, "adm", "reg1"))


LIMIT = ("carrylimit", ("acc_a", 2027))
NO_LIMIT = {
    "account": "acc_a",
    "to_vintage": 2026,
    "sold_t": "0",
    "bought_t": "0",
    "limit_t": "10000",
    "carried_t": "0",
}
CARRIED = {
    "carry": "car_1",
    "account": "acc_a",
    "unit": "CEA",
    "to_vintage": 2027,
    "lots": [],
    "quantity": "1",
    "serial_from": "1",
    "carried_by": "trader_a",
}
CARRY = [
    Table(
        of=Transaction.CARRY_OVER,
        who="trader_a",
        prepare=carrying,
        args={"carry": "car_1", "to_vintage": 2027, "lots": used((1, 100))},
        faults=[
            holder("acc_a"),
            Fault(refusal="carry_exists", edits=[("carry", ("car_1",), CARRIED)]),
            Fault(refusal="carry_limit_unknown", edits=[(*LIMIT, None)]),
            Fault(refusal="bad_argument", args={"lots": []}),
            *lot_faults(named, named=used, tradable=False),
            Fault(
                refusal="unit_not_carried",
                args={"lots": uses((1, 5), unit="CCER")},
                hides=frozenset({"lot_not_yours", "lot_held", "lot_not_free", "lot_too_small"}),
            ),
            Fault(
                refusal="vintage_not_carried",
                args={"to_vintage": 2026},
                edits=[("carrylimit", ("acc_a", 2026), NO_LIMIT)],
                hides=frozenset({"carry_limit_unknown"}),
            ),
            Fault(refusal="carry_above_limit", edits=[(*LIMIT, {"carried_t": "9901"})]),
            Fault(refusal="supply_unknown", edits=[("supply", ("CEA", 2027), None)]),
            Fault(refusal="issue_above_cap", edits=[("supply", ("CEA", 2027), {"cap": "99"})]),
        ],
    ),
]

FREEZING = {
    "account": "acc_a",
    "hold": "court",
    "lots": used((1, 100)),
    "orders": True,
    "reason_digest": h("order"),
}
UNFREEZING = {"account": "acc_a", "lots": used((1, 100)), "orders": True, "reason_digest": h("release")}


def held(town):
    args = FREEZING | {"orders": True}
    accepted(town.two("held", "freeze", args, "reg1", "reg2"))


def of_holds(state):
    """The lot faults without those of locks."""
    return [one for one in lot_faults(named, named=used, tradable=False) if one.refusal not in state]


HOLDS = [
    Table(
        of=Act.FREEZE,
        who="reg1",
        args=FREEZING,
        faults=[
            Fault(refusal="account_unknown", args={"account": "acc_x"}),
            Fault(refusal="bad_argument", args={"lots": [], "orders": False}),
            *of_holds(set())[:2],
            Fault(refusal="orders_frozen", edits=[frozen("acc_a")]),
            *of_holds({"lot_not_free"})[2:5],
            Fault(refusal="lot_not_free", edits=[lot(state="surrendered")]),
            Fault(refusal="lot_too_small", edits=[lot(serial_to="50")]),
        ],
    ),
    Table(
        of=Act.UNFREEZE,
        who="reg1",
        prepare=held,
        args=UNFREEZING,
        faults=[
            Fault(refusal="account_unknown", args={"account": "acc_x"}),
            Fault(refusal="bad_argument", args={"lots": [], "orders": False}),
            *of_holds(set())[:2],
            Fault(refusal="orders_not_frozen", edits=[("freeze", ("acc_a",), None)]),
            *of_holds({"lot_held"})[2:4],
            Fault(refusal="lot_not_held", edits=[lot(hold=None)]),
            Fault(
                refusal="lot_not_free",
                edits=[lot(state="listed", serial_to="60")],
                hides=frozenset({"lot_too_small"}),
            ),
            Fault(refusal="lot_too_small", edits=[lot(serial_to="50")]),
        ],
    ),
    Table(
        of=Act.HALT,
        who="reg1",
        args={"reason_digest": h("why")},
        faults=[Fault(refusal="market_halted", edits=[session(halted=h("why"))])],
    ),
    Table(
        of=Act.RESUME,
        who="reg1",
        prepare=lambda town: accepted(town.two("h1", "halt", {"reason_digest": h("why")}, "reg1", "reg2")),
        args={"reason_digest": h("over")},
        faults=[Fault(refusal="market_not_halted", edits=[session(halted=None)])],
    ),
]

SALT = "00" * 16


def obligation():
    _, path = figures(500_400_000, SALT)
    opening = {"salt": SALT, "value": "500400000", "index": 0, "path": path}
    return {"account": "acc_a", "year": 2026, "plant_or_entity": "pl1", "version": 1, "opening": opening}


REPORT = ("report", ("acc_a", "pl1", "2026", 1))
OBLIGATIONS = [
    Table(
        of=Act.SET_OBLIGATION,
        who="reg1",
        prepare=lambda town: town.values.pop(next(k for k in town.values if "obligation" in k)),
        args=obligation(),
        faults=[
            Fault(refusal="report_unknown", args={"plant_or_entity": "pl9"}),
            Fault(refusal="report_not_minted", edits=[(*REPORT, {"state": "superseded"})]),
            Fault(refusal="obligation_exists", edits=[(*OBLIGATION, DUE)]),
            Fault(refusal="opening_mismatch", edits=[(*REPORT, {"figures_root": h("other")})]),
        ],
    ),
]

TABLES = [*GIVING_UP, *CARRY, *HOLDS, *OBLIGATIONS]

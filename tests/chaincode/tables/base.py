"""What the tables of faults are made of: a call that would be accepted, and what can be wrong with it.

A table lists its faults in the order in which docs/ledger.md has their refusals. `test_precedence` tries each
alone, and each pair that can go together: of two the first is the answer.
"""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lexicon.canonical import encode
from lexicon.transactions import Act, Transaction

from chaincode.contract import Outcome
from chaincode.state import prefix
from tests.chaincode.test_blocks import rules
from tests.chaincode.town import Town, accepted, h
from tests.chaincode.verification import obliged, ready

Args = Mapping[str, Any] | Callable[[Town], Mapping[str, Any]]
# (object type, key parts, fields that are rewritten, or None: the object is gone).
Edit = tuple[str, tuple[str | int, ...], Mapping[str, Any] | None]
Edits = Sequence[Edit] | Callable[[Town], Sequence[Edit]]


def founded() -> Town:
    """People, 1000 t and coin, a year's obligation, an open market in which everything is traded."""
    town = ready(Town().found().people_arrive().rich())
    town.settle("acc_c", "enterprise", "glass")
    for role in ("head", "trader"):
        town.welcome(f"{role}_c", "acc_c", role)
    town.welcome("adm2", "administrator", "administrator")
    accepted(town.issue("acc_a", "allowance", 100, "CCER"))
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    rules(town)
    return town


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: other arguments, another state, or another signer; and its refusal.

    hides: refusals that cannot be told any more where this is wrong too.
    """

    refusal: str
    args: Args = field(default_factory=dict)
    edits: Edits = ()
    who: str = ""
    hides: frozenset[str] = frozenset()

    def together(self, other: "Fault", town: Town) -> bool:
        """Whether both can be wrong at once."""
        spots = [set(_spots(edits_of(one, town))) for one in (self, other)]
        clash = any(_overlap(a, b) for a in spots[0] for b in spots[1])
        args = set(args_of(self.args, town)) & set(args_of(other.args, town))
        return not (clash or args or (self.who and other.who) or self.refusal in other.hides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A call that is accepted after `prepare`, and its faults in their documented order.

    who: the person, or of a service's transaction the role of its certificate. An act is proposed.
    """

    of: Transaction | Act
    who: str
    args: Args
    faults: Sequence[Fault]
    prepare: Callable[[Town], object] = lambda town: None
    empty: bool = False
    note: str = ""

    def __str__(self) -> str:
        return f"{self.of}{' ' + self.note if self.note else ''}"

    def call(self, town: Town, faults: Sequence[Fault] = ()) -> Outcome:
        """The call with these faults, on the town as they leave it."""
        args = dict(args_of(self.args, town))
        who = self.who
        for fault in faults:
            args |= args_of(fault.args, town)
            who = fault.who or who
        edits = [edit for fault in faults for edit in edits_of(fault, town)]
        for edit in edits:
            apply(town, edit)
        given = {name: value for name, value in args.items() if value is not None}
        if isinstance(self.of, Act):
            proposal = {"action": "tried", "act": self.of, "act_args": given}
            return town.act(who, "propose_action", proposal)
        if who in SERVICES:
            return town.serve(who, self.of, given)
        return town.act(who, self.of, given)


SERVICES = ("administrator", "ingest", "clock")


def args_of(args: Args, town: Town) -> Mapping[str, Any]:
    """Arguments as they are in this town."""
    return args(town) if callable(args) else args


def edits_of(fault: Fault, town: Town) -> Sequence[Edit]:
    """What a fault rewrites in this town."""
    return fault.edits(town) if callable(fault.edits) else fault.edits


def apply(town: Town, edit: Edit) -> None:
    """Rewrites an object as no transaction does; what is not there is written as given."""
    kind, parts, fields = edit
    key = prefix(kind, *parts)
    if fields is None:
        town.values.pop(key, None)
        return
    before = json.loads(town.values[key]) if key in town.values else {}
    town.values[key] = encode(before | fields)


def twin(town: Town) -> Town:
    """The same town once more; its people and their keys never change."""
    return Town(
        values=dict(town.values),
        past=copy.copy(town.past),
        now=town.now,
        people=dict(town.people),
        _calls=town._calls,
        _keys=town._keys,
    )


def _spots(edits: Sequence[Edit]) -> list[tuple[Any, ...]]:
    return [
        (kind, parts, name) for kind, parts, fields in edits for name in (["*"] if fields is None else fields)
    ]


def _overlap(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    return a[:2] == b[:2] and (a[2] == b[2] or "*" in (a[2], b[2]))


# --- what many calls can have wrong ------------------------------------------------------------------------


def lots(*parts: tuple[int, int]) -> list[dict[str, Any]]:
    """Lots of an instrument that is named elsewhere: (first serial, tonnes)."""
    return [{"serial_from": str(serial), "quantity": str(quantity)} for serial, quantity in parts]


def uses(*parts: tuple[int, int], unit: str = "CEA", vintage: int = 2026) -> list[dict[str, Any]]:
    """Lots that name their instrument."""
    return [{"unit": unit, "vintage": vintage} | part for part in lots(*parts)]


def lot(**fields: Any) -> Edit:
    """The lot of company a, rewritten."""
    return ("lot", ("CEA", 2026, 1), fields)


def session(**fields: Any) -> Edit:
    """The session, rewritten."""
    return ("params", ("session",), fields)


def market(**fields: Any) -> Edit:
    """The market's parameters, rewritten."""
    return ("params", ("market",), fields)


def account(name: str, **fields: Any) -> Edit:
    """An account, rewritten."""
    return ("account", (name,), fields)


def frozen(name: str) -> Edit:
    """An account whose orders are frozen."""
    return ("freeze", (name,), {"account": name, "reason_digest": h("order")})


def holder(name: str) -> Fault:
    """The account is none that may hold."""
    return Fault(refusal="holder_not_allowed", edits=[account(name, kind="auditor")])


def trading(name: str) -> list[Fault]:
    """What everybody who trades needs."""
    return [
        holder(name),
        Fault(refusal="market_closed", edits=[session(phase="closed")]),
        Fault(refusal="market_halted", edits=[session(halted=h("why"))]),
        Fault(refusal="orders_frozen", edits=[frozen(name)]),
    ]


def lot_faults(
    put: Callable[[list[dict[str, Any]]], Mapping[str, Any]],
    *,
    named: Callable[..., list[dict[str, Any]]] = lots,
    counted: bool = True,
    tradable: bool = True,
    limit: int = 200,
) -> list[Fault]:
    """What can be wrong with the lot of company a that a call names by `put`; 100 t of it are right."""
    many = [
        Fault(refusal="too_many_inputs", args=put(named(*((n, 1) for n in range(1, limit + 2))))),
        Fault(refusal="input_twice", args=put(named((1, 50), (1, 50)))),
    ]
    one = [
        Fault(refusal="lot_unknown", args=put(named((2, 100)))),
        Fault(refusal="lot_not_yours", edits=[lot(owner="acc_c")]),
        Fault(refusal="lot_held", edits=[lot(hold="court")]),
        Fault(refusal="lot_not_free", edits=[lot(state="pending_surrender")]),
        Fault(refusal="lot_too_small", edits=[lot(serial_to="50")]),
    ]
    later = Fault(refusal="not_tradable_yet", edits=[lot(tradable_from_session=9)])
    return [*(many if counted else []), *one, *([later] if tradable else [])]


def coin_faults(
    put: Callable[[list[dict[str, Any]]], Mapping[str, Any]],
    *,
    counted: bool = True,
    enough: bool = True,
    owner: str = "acc_b",
) -> list[Fault]:
    """What can be wrong with the coin that a call names by `put`: all outputs of its owner."""

    def every(**fields: Any) -> Callable[[Town], list[Edit]]:
        return lambda town: [("coin", (c["tx"], c["n"]), fields) for c in town.coins(owner)]

    many = [
        Fault(refusal="too_many_inputs", args=lambda town: put(town.coins(owner)[:1] * 201)),
        Fault(refusal="input_twice", args=lambda town: put(town.coins(owner)[:1] * 2)),
    ]
    one = [
        Fault(refusal="coin_unknown", args=put([{"tx": h("x"), "n": 0}])),
        Fault(refusal="coin_not_yours", edits=every(owner="acc_c")),
        Fault(refusal="coin_locked", edits=every(listing="lst_x", listing_session=None)),
    ]
    small = Fault(refusal="balance_too_small", edits=every(amount_cents="1"))
    return [*(many if counted else []), *one, *([small] if enough else [])]


def limited(name: str) -> Fault:
    """The account may buy nothing net."""
    return Fault(refusal="position_limit", edits=[market(positions=[{"account": name, "limit_t": "0"}])])

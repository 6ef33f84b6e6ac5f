"""The audit finds what no transaction could have written: coin or serials from nowhere, or lost."""

from typing import Any

import pytest
from lexicon.codec import to_json
from lexicon.market_arguments import CoinInput, LotInput, LotUse
from lexicon.records import (
    Auction,
    Cancellation,
    Coin,
    Issue,
    Lot,
    Obligation,
    Person,
    Redemption,
    SealedBid,
    Supply,
    SurrenderRecord,
)
from lexicon.terms import (
    AllowanceUnit,
    AuctionState,
    BidState,
    CancellationState,
    IssueState,
    LotState,
    ObligationState,
    Role,
    Side,
    SurrenderState,
    TokenKind,
)
from operations.chain.audit import audit
from operations.chain.state import State

TX = "ab" * 32


def _lot(first: int, last: int, state: LotState = LotState.FREE) -> tuple[tuple[str, ...], dict[str, Any]]:
    lot = Lot(
        unit=AllowanceUnit.CEA, vintage=2025, serial_from=first, serial_to=last, owner="acc_one", state=state,
        listing=None, listing_session=None, tradable_from_session=0, hold=None, parent=None, origin="iss_one",
    )  # fmt: skip
    return ("lot", "CEA", "2025", f"{first:012d}"), to_json(lot)


def _coin(n: int, cents: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    coin = Coin(
        owner="acc_one", amount_cents=cents, listing=None, listing_session=None, parents=(), origin="iss_two"
    )
    return ("coin", TX, f"{n:012d}"), to_json(coin)


def _supply(issued: int, *, coin: bool, cap: int = 10**6) -> tuple[tuple[str, ...], dict[str, Any]]:
    unit, vintage = (None, None) if coin else (AllowanceUnit.CEA, 2025)
    supply = Supply(unit=unit, vintage=vintage, cap=cap, issued=issued, next_serial=issued + 1)
    return ("supply", "coin") if coin else ("supply", "CEA", "2025"), to_json(supply)


def _issue(name: str, amount: int, *, coin: bool, **changes: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    unit, vintage = (None, None) if coin else (AllowanceUnit.CEA, 2025)
    kind = TokenKind.COIN if coin else TokenKind.ALLOWANCE
    facts = {
        "issue": name, "kind": kind, "account": "acc_one", "amount": amount, "unit": unit, "vintage": vintage,
        "backing_digest": name.ljust(64, "0").replace("_", "0").replace("i", "0").replace("s", "0"),
        "digest": TX, "proposed_by": "per_a", "endorsed_by": "per_b", "state": IssueState.ISSUED,
    }  # fmt: skip
    return ("issue", name), to_json(Issue(**{**facts, **changes}))


def _use(first: int, quantity: int) -> tuple[LotUse, ...]:
    return (LotUse(unit=AllowanceUnit.CEA, vintage=2025, serial_from=first, quantity=quantity),)


def _surrender(first: int, quantity: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    record = SurrenderRecord(
        surrender="sur_1", account="acc_one", year=2025, lots=_use(first, quantity), proposed_by="per_a",
        confirmed_by="per_b", state=SurrenderState.CONFIRMED,
    )  # fmt: skip
    return ("surrender", "sur_1"), to_json(record)


def _people(*persons: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    return [
        (("person", name), to_json(Person(person=name, account="acc_one", role=Role.TRADER, keys=())))
        for name in persons
    ]


def _duty(surrendered: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    duty = Obligation(
        account="acc_one", year=2025, plant_or_entity="pl1", version=1, verified_g=surrendered * 10**6,
        due_t=surrendered, surrendered_t=surrendered, offset_t=0, state=ObligationState.MET,
    )  # fmt: skip
    return ("obligation", "acc_one", "2025"), to_json(duty)


def _state(*objects: tuple[tuple[str, ...], dict[str, Any]]) -> State:
    """A state in which every supply has its issue."""
    issues = [
        _issue(f"iss_{number}", int(value["issued"]), coin=key[1] == "coin")
        for number, (key, value) in enumerate(objects)
        if key[0] == "supply"
    ]
    return State(objects=dict([*issues, *objects]))


def test_an_issue_by_one_person_or_on_a_used_document_is_found() -> None:
    one = _issue("iss_0", 500, coin=True, endorsed_by="per_a")
    faults = audit(_state(_supply(500, coin=True), _coin(0, 500), one)).faults
    assert faults == ["issue~iss_0: issued by one person"]
    twice = _issue("iss_8", 200, coin=True, backing_digest=_issue("iss_0", 1, coin=True)[1]["backing_digest"])
    faults = audit(
        _state(_supply(700, coin=True), _coin(0, 700), _issue("iss_0", 500, coin=True), twice)
    ).faults
    assert [fault for fault in faults if "used 2 times" in fault]


def test_a_supply_that_its_issues_do_not_cover_is_found() -> None:
    faults = audit(_state(_supply(500, coin=True), _coin(0, 500), _issue("iss_0", 400, coin=True))).faults
    assert faults == ["coin: supply says 500, its issues 400"]


def test_a_state_that_adds_up_has_no_fault() -> None:
    found = audit(
        _state(
            _supply(100, coin=False),
            _lot(1, 60),
            _lot(61, 100, LotState.SURRENDERED),
            _surrender(61, 40),
            _duty(40),
            *_people("per_a", "per_b"),
            _supply(500, coin=True),
            _coin(0, 200),
            _coin(1, 300),
        )
    )
    assert found.faults == []
    assert found.allowances_t["CEA-2025"]["issued"] == 100
    assert found.allowances_t["CEA-2025"]["surrendered"] == 40
    assert (found.coin_issued_cents, found.coin_unspent_cents) == (500, 500)


@pytest.mark.parametrize(
    ("lots", "why"),
    [
        ([(1, 60)], "serials lost"),
        ([(1, 60), (60, 100)], "a serial twice"),
        ([(1, 100), (101, 120)], "serials from nowhere"),
        ([(2, 101)], "not from the first"),
    ],
)
def test_serials_that_are_lost_doubled_or_invented_are_found(lots: list[tuple[int, int]], why: str) -> None:
    found = audit(_state(_supply(100, coin=False), *(_lot(first, last) for first, last in lots)))
    assert [fault for fault in found.faults if "serials" in fault], why


def test_coin_from_nowhere_is_found() -> None:
    assert audit(_state(_supply(500, coin=True), _coin(0, 501))).faults == [
        "coin: issued 500, unspent 501, redeemed 0"
    ]


def test_an_issue_above_its_cap_is_found() -> None:
    found = audit(_state(_supply(500, coin=True, cap=400), _coin(0, 500)))
    assert found.faults == ["coin: issued 500 above its cap 400"]


def test_lots_without_any_supply_are_found() -> None:
    assert audit(_state(_lot(1, 10))).faults == ["CEA-2025: serials are not 1 to 0, each once"]


def test_what_went_out_of_use_without_anybody_s_word_is_found() -> None:
    assert audit(
        _state(_supply(100, coin=False), _lot(1, 60), _lot(61, 100, LotState.SURRENDERED))
    ).faults == ["CEA-2025: 40 t surrendered, but 0 t were"]
    cancelled = _state(
        _supply(100, coin=False), _lot(1, 60), _lot(61, 100, LotState.CANCELLED), _cancellation(),
        *_people("per_a", "per_b"),
    )  # fmt: skip
    assert audit(cancelled).faults == ["CEA-2025: supply says 0 t cancelled"]


def test_coin_that_was_redeemed_is_covered_by_its_redemptions() -> None:
    key, supply = _supply(500, coin=True)
    paid = Redemption(
        redemption="red_1", account="acc_one", amount_cents=200, payout_digest=TX, redeemed_by="per_a"
    )
    row = (("redemption", "red_1"), to_json(paid))
    good = _state((key, supply | {"redeemed": "200"}), _coin(0, 300), row)
    assert audit(good).faults == []
    bad = _state((key, supply | {"redeemed": "200"}), _coin(0, 300))
    assert audit(bad).faults == ["coin: redeemed 200, its redemptions say otherwise"]


@pytest.mark.parametrize(
    ("auction_coin", "bid_lot", "faults"),
    [
        (700, LotState.LISTED, []),
        (699, LotState.LISTED, ["auction auc_1: the coin of acc_one is not locked for it"]),
        (700, LotState.FREE, ["auction auc_1: lot 91 of bid 0 is not locked for it"]),
    ],
)
def test_what_a_purchase_and_its_bids_promise_must_be_locked(
    auction_coin: int, bid_lot: LotState, faults: list[str]
) -> None:
    lot_key, lot = _lot(91, 100, bid_lot)
    coin_key, coin = _coin(0, auction_coin)
    auction = Auction(
        auction="auc_1", account="acc_one", side=Side.BUY, unit=AllowanceUnit.CEA, vintage=2025, quantity=10,
        ceiling_cents=70, lots=(), coin=CoinInput(tx=TX, n=0), session=1, bids=1, bid_lots=1,
        state=AuctionState.OPEN,
    )  # fmt: skip
    bid = SealedBid(
        auction="auc_1", n=0, account="acc_two", digest=TX, lots=(LotInput(serial_from=91, quantity=10),),
        state=BidState.SEALED,
    )  # fmt: skip
    locked = {"listing": "auc_1"} if bid_lot is LotState.LISTED else {}
    state = _state(
        _supply(100, coin=False), _lot(1, 90), (lot_key, lot | locked),
        _supply(auction_coin, coin=True), (coin_key, coin | {"listing": "auc_1"}),
        (("auction", "auc_1"), to_json(auction)), (("bid", "auc_1", f"{0:012d}"), to_json(bid)),
    )  # fmt: skip
    assert audit(state).faults == faults


def _cancellation() -> tuple[tuple[str, ...], dict[str, Any]]:
    record = Cancellation(
        cancellation="can_1", account="acc_one", lots=_use(61, 40), reason_digest=TX, proposed_by="per_a",
        confirmed_by="per_b", state=CancellationState.DONE,
    )  # fmt: skip
    return ("cancellation", "can_1"), to_json(record)

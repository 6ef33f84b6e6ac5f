"""Chapter 6: allowances and coin issued with the regulator's endorsement, a listing, a trade, balances."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from lexicon.terms import Role

from operations.demo.cast import CEMENT, POWER, House
from operations.demo.client import Client, DemoFailed, Json
from operations.demo.narrator import Narrator
from operations.demo.people import People

UNIT, VINTAGE = "CEA", 2025
INSTRUMENT = f"{UNIT}-{VINTAGE}"
ALLOWANCES_T = {POWER.slug: 360_000, CEMENT.slug: 150_000}
COIN_CENTS = {POWER.slug: 50_000_000, CEMENT.slug: 900_000_000}
# The power plant sells to the cement works, inside the band around the founding reference of 70.00.
SOLD_T, TAKEN_T, PRICE_CENTS = 3_000, 1_200, 7_050
# The longest session ends at 23:55 in Shanghai, and the next one opens at midnight.
OPEN_WITHIN_S = 420.0
# What an account still has; `tradable` is a part of `free`, `held` is on hold by an authority.
HOLDING_STATES = ("free", "listed", "pending_surrender", "pending_cancellation", "held")


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds: allowances in t (all states) and coin in 0.01 (free and locked)."""

    allowances_t: int
    coin_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    """The trade of the story."""

    tx_id: str
    block_number: int
    quantity_t: int
    amount_cents: int


def issue_all(people: People, narrator: Narrator) -> None:
    """Allowances and coin for both enterprises: proposed by the administrator, endorsed by a regulator."""
    for house in (POWER, CEMENT):
        account = str(people.in_house(house, Role.HEAD).me["account"])
        for kind, amount in (("allowance", ALLOWANCES_T[house.slug]), ("coin", COIN_CENTS[house.slug])):
            row = _issue(people, account=account, kind=kind, amount=amount)
            told = f"{amount} t {INSTRUMENT}" if kind == "allowance" else f"{_coin(amount)} coin"
            narrator.line(
                f"{house.name}: {told} issued, endorsed by the regulator: block {row['block_number']}"
            )


def trade(people: People, narrator: Narrator) -> Traded:
    """One listing and one take; both sides' balances are checked before and after. Raises DemoFailed."""
    seller, buyer = people.in_house(POWER, Role.TRADER), people.in_house(CEMENT, Role.TRADER)
    _wait_for_session(seller, narrator)
    before = {POWER: _balance(seller), CEMENT: _balance(buyer)}
    _tell(narrator, "before", before)
    wish = {"unit": UNIT, "vintage": str(VINTAGE), "price_cents": str(PRICE_CENTS)}
    offer = seller.get("/assets/inputs/", action="list", side="sell", quantity=str(SOLD_T), **wish)
    row = seller.signed("/listings/", offer["name"], offer["args"])
    narrator.line(f"{POWER.name} lists {SOLD_T} t at {_coin(PRICE_CENTS)}: block {row['block_number']}")
    order = buyer.get("/assets/inputs/", action="take", side="buy", quantity=str(TAKEN_T), **wish)
    row = buyer.signed("/trades/", order["name"], order["args"])
    amount = TAKEN_T * PRICE_CENTS
    narrator.line(
        f"{CEMENT.name} takes {TAKEN_T} t for {_coin(amount)}: tx {row['tx_id']}, block {row['block_number']}"
    )
    after = {POWER: _balance(seller), CEMENT: _balance(buyer)}
    _tell(narrator, "after", after)
    _check(narrator, before, after, amount)
    return Traded(
        tx_id=str(row["tx_id"]),
        block_number=int(row["block_number"]),
        quantity_t=TAKEN_T,
        amount_cents=amount,
    )


def _issue(people: People, *, account: str, kind: str, amount: int) -> Json:
    receipt = f"made-up backing of {amount} {kind} for {account} {secrets.token_hex(8)}"
    args: dict[str, Any] = {
        "issue": f"iss_{secrets.token_hex(6)}",
        "kind": kind,
        "account": account,
        "amount": str(amount),
        "backing_digest": hashlib.sha256(receipt.encode()).hexdigest(),
    }
    if kind == "allowance":
        args |= {"unit": UNIT, "vintage": VINTAGE}
    people.administrator.signed("/issues/", "propose_issue", args)
    fact = people.regulator.get(f"/issues/{args['issue']}/signing/")
    return people.regulator.signed(f"/issues/{args['issue']}/endorsement/", fact["name"], fact["args"])


def _wait_for_session(trader: Client, narrator: Narrator) -> None:
    end = time.monotonic() + OPEN_WITHIN_S
    while time.monotonic() < end:
        session = trader.get("/market/")["session"]
        if session["phase"] in ("open", "block"):
            narrator.line(f"market session {session['id']} is open")
            return
        time.sleep(0.2)
    raise DemoFailed(f"no market session is open: {session}")


def _balance(trader: Client) -> Balance:
    assets = trader.get("/assets/")
    coin = assets["coin"]
    return Balance(
        allowances_t=sum(int(one[state]) for one in assets["holdings"] for state in HOLDING_STATES),
        coin_cents=int(coin["free_cents"]) + int(coin["locked_cents"]),
    )


def _tell(narrator: Narrator, when: str, balances: dict[House, Balance]) -> None:
    for house, balance in balances.items():
        narrator.line(f"{when}: {house.name} {balance.allowances_t} t, {_coin(balance.coin_cents)} coin")


def _check(
    narrator: Narrator, before: dict[House, Balance], after: dict[House, Balance], amount: int
) -> None:
    for house, sign in ((POWER, -1), (CEMENT, 1)):
        was, now = before[house], after[house]
        narrator.check(
            f"{house.name}: allowances after the trade",
            found=now.allowances_t,
            expected=was.allowances_t + sign * TAKEN_T,
        )
        narrator.check(
            f"{house.name}: coin after the trade",
            found=now.coin_cents,
            expected=was.coin_cents - sign * amount,
        )
    for name in ("allowances_t", "coin_cents"):
        sums = [sum(getattr(balance, name) for balance in side.values()) for side in (before, after)]
        narrator.check(f"{name} of both together, before and after", found=sums[1], expected=sums[0])


def _coin(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"

"""What an order, a surrender or a carry-over promises is there, and within the limits on the ledger.

Pure: each rule takes a state's rows and gives one sentence for each place where it does not hold.
Source: design of the ledger, "Checks before every write"; MEE order 19 art. 29 (share of reductions);
allocation plan 2023-2024 annex 5 (carry-over).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lexicon import records
from lexicon.market_arguments import CoinInput, LotInput, LotUse
from lexicon.terms import (
    AllowanceUnit,
    BlockState,
    CancellationState,
    ListingState,
    LotState,
    SessionPhase,
    Side,
    SurrenderState,
)

from operations.chain.rows import Rows, Rule, named
from operations.chain.state import Key

Offer = records.ListingClip | records.BlockOffer
# Phases in which a session's offers stand; after it they are void by rule.
_TRADING = (SessionPhase.OPEN, SessionPhase.BLOCK, SessionPhase.AUCTION)
_STANDING = (ListingState.OPEN, ListingState.PARTLY_TAKEN)


def offers(rows: Rows) -> Iterator[str]:
    """A live clip or block agreement is covered by lots or coin that are locked for it alone."""
    session = rows.parameters(records.SessionState)
    if session is None or session.phase not in _TRADING:
        return
    coins = {key[1:]: coin for key, coin in rows.of(records.Coin).items()}
    taken: set[object] = set()
    for key, offer, lock in _standing(rows):
        if offer.session != session.session:
            continue
        if offer.side is Side.BUY:
            yield from _by_coin(key, offer, lock, coins)
        else:
            yield from _by_lots(key, offer, lock, rows)
        for what in _promised(offer):
            if what in taken:
                yield f"{named(key)}: {_told(what)} is promised by another offer, too"
            taken.add(what)


def waiting(rows: Rows) -> Iterator[str]:
    """What waits for a second person is what pending surrenders and cancellations name, lot by lot."""
    surrenders = [
        (key, one.account, one.lots)
        for key, one in rows.of(records.SurrenderRecord).items()
        if one.state is SurrenderState.PENDING
    ]
    cancellations = [
        (key, one.account, one.lots)
        for key, one in rows.of(records.Cancellation).items()
        if one.state is CancellationState.PENDING
    ]
    yield from _waiting(rows, LotState.PENDING_SURRENDER, surrenders)
    yield from _waiting(rows, LotState.PENDING_CANCELLATION, cancellations)


def carried(rows: Rows) -> Iterator[str]:
    """What was carried over is within the account's limit, and its lots are of older vintages."""
    sums: Counter[tuple[str, int]] = Counter()
    for key, one in rows.of(records.Carried).items():
        sums[one.account, one.to_vintage] += one.quantity
        lots = sum(lot.quantity for lot in one.lots)
        if lots != one.quantity:
            yield f"{named(key)}: {lots} t became {one.quantity} t"
        if any(lot.unit is not AllowanceUnit.CEA or lot.vintage >= one.to_vintage for lot in one.lots):
            yield f"{named(key)}: a lot that is not carried into {one.to_vintage}"
    limits = {(limit.account, limit.to_vintage) for limit in rows.of(records.CarryLimit).values()}
    for account, vintage in sorted(sums.keys() - limits):
        yield f"{account} carried {sums[account, vintage]} t into {vintage} without a limit"
    for key, limit in rows.of(records.CarryLimit).items():
        said = sums[limit.account, limit.to_vintage]
        if limit.carried_t != said:
            yield f"{named(key)}: says {limit.carried_t} t, its carry-overs {said} t"
        if limit.carried_t > limit.limit_t:
            yield f"{named(key)}: {limit.carried_t} t carried, above {limit.limit_t} t"


def shares(rows: Rows) -> Iterator[str]:
    """Surrenders stay within what was due then, and reductions within their share of it then."""
    duties = {(duty.account, duty.year): key for key, duty in rows.of(records.Obligation).items()}
    met: Counter[Key] = Counter()
    offset: Counter[Key] = Counter()
    for key, one in _confirmed(rows):
        duty = duties.get((one.account, one.year))
        if duty is None:
            yield f"{named(key)}: {one.account} has no obligation of {one.year}"
            continue
        met[duty] += sum(lot.quantity for lot in one.lots)
        reduced = sum(lot.quantity for lot in one.lots if lot.unit is AllowanceUnit.CCER)
        offset[duty] += reduced
        then = rows.before(records.Obligation, duty, key)
        due_t = then.due_t if then else 0
        if met[duty] > due_t:
            yield f"{named(key)}: {met[duty]} t surrendered, {due_t} t were due"
        rules = rows.rules_before(records.ComplianceParameters, key) or records.ComplianceParameters()
        if reduced and offset[duty] * 100 > due_t * rules.offset_percent_max:
            share = f"{rules.offset_percent_max} % of {due_t} t"
            yield f"{named(key)}: {offset[duty]} t of reductions, above {share}"
    for key, owed in rows.of(records.Obligation).items():
        if owed.offset_t != offset[key]:
            yield f"{named(key)} says {owed.offset_t} t of reductions, its surrenders {offset[key]} t"


RULES: tuple[Rule, ...] = (offers, waiting, carried, shares)


def _standing(rows: Rows) -> Iterator[tuple[Key, Offer, str]]:
    """(key, offer, the name under which it locks) of all that were not taken, taken back or declined."""
    for key, clip in rows.of(records.ListingClip).items():
        if clip.state in _STANDING:
            yield key, clip, clip.listing
    for key, block in rows.of(records.BlockOffer).items():
        if block.state is BlockState.PROPOSED:
            yield key, block, block.block


def _by_lots(key: Key, offer: Offer, lock: str, rows: Rows) -> Iterator[str]:
    lots = sum(part.quantity for part in offer.lots)
    if lots != offer.quantity:
        yield f"{named(key)}: offers {offer.quantity} t, its lots are {lots} t"
    for part in offer.lots:
        lot = rows.lots.get((offer.unit, offer.vintage, part.serial_from))
        right = (LotState.LISTED, lock, offer.account, part.quantity)
        if lot is None or (lot.state, lot.listing, lot.owner, lot.quantity) != right:
            yield f"{named(key)}: {_told(_lot(offer, part))} is not locked for it"


def _by_coin(key: Key, offer: Offer, lock: str, coins: dict[Key, records.Coin]) -> Iterator[str]:
    coin = coins.get((offer.coin.tx, f"{offer.coin.n:012d}")) if offer.coin else None
    right = (lock, offer.account, offer.quantity * offer.price_cents)
    if coin is None or (coin.listing, coin.owner, coin.amount_cents) != right:
        yield f"{named(key)}: its coin is not locked for it"


def _promised(offer: Offer) -> Iterator[LotUse | CoinInput]:
    yield from (_lot(offer, part) for part in offer.lots)
    if offer.coin is not None:
        yield offer.coin


def _lot(offer: Offer, part: LotInput) -> LotUse:
    return LotUse(
        unit=offer.unit, vintage=offer.vintage, serial_from=part.serial_from, quantity=part.quantity
    )


def _told(what: LotUse | CoinInput) -> str:
    if isinstance(what, CoinInput):
        return f"coin {what.tx}~{what.n}"
    return f"lot {what.unit}-{what.vintage} {what.serial_from}"


def _waiting(
    rows: Rows, state: LotState, pending: Iterable[tuple[Key, str, tuple[LotUse, ...]]]
) -> Iterator[str]:
    said: Counter[str] = Counter()
    for key, account, lots in pending:
        for part in lots:
            said[records.instrument(part.unit, part.vintage)] += part.quantity
            lot = rows.lots.get((part.unit, part.vintage, part.serial_from))
            if lot is None or (lot.state, lot.owner, lot.quantity) != (state, account, part.quantity):
                yield f"{named(key)}: {_told(part)} does not wait for it"
    held: Counter[str] = Counter()
    for lot in rows.lots.values():
        if lot.state is state:
            held[records.instrument(lot.unit, lot.vintage)] += lot.quantity
    for token in sorted(said.keys() | held.keys()):
        if said[token] != held[token]:
            yield f"{token}: {held[token]} t {state.value}, but {said[token]} t are named"


def _confirmed(rows: Rows) -> list[tuple[Key, records.SurrenderRecord]]:
    """Confirmed surrenders in the order of their blocks; of one block and obligation there is only one."""
    done = [
        (key, one)
        for key, one in rows.of(records.SurrenderRecord).items()
        if one.state is SurrenderState.CONFIRMED
    ]
    return sorted(done, key=lambda found: (rows.state.written.get(found[0], 0), found[0]))

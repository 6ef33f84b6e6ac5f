"""What every transaction must leave true, checked over its own writes before anything is written.

A rule that is wrong must not be able to write. Source: design of the ledger, "Checks before every write". The
whole state is checked by the audit.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lexicon.records import (
    Carried,
    Coin,
    Issue,
    Lot,
    Obligation,
    Redemption,
    Report,
    Supply,
    Trade,
    instrument,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import IssueState, LotState, ReportState, TokenKind

Range = tuple[int, int]
Change = tuple[object | None, object | None]
# What the sums below are made of: a transaction that writes none of these can break none.
SUMMED = (Carried, Coin, Issue, Lot, Obligation, Redemption, Report, Supply, Trade)
# States that a lot never leaves.
FINAL = (LotState.SURRENDERED, LotState.CANCELLED, LotState.CARRIED_OVER)


def check(written: Iterable[tuple[object, object | None, object | None]]) -> None:
    """Raises Refused (conservation_broken) when coin, serials or the chain of a report do not add up.

    written: name, committed value and new value of each object, as `Draft.changes` gives them.
    """
    changes = [
        (before, after)
        for _, before, after in written
        if isinstance(before, SUMMED) or isinstance(after, SUMMED)
    ]
    if not changes:
        return
    _check_supplies(changes)
    _check_issues(changes)
    _check_balances(changes)
    _check_serials(changes)
    _check_lots(changes)
    for _, after in changes:
        if isinstance(after, Report) and after.state is ReportState.MINTED and after.approval is None:
            raise _broken("report")


def _check_supplies(changes: list[Change]) -> None:
    """Issued, redeemed and cancelled only grow: within the cap, and within what was issued."""
    for before, after in changes:
        if not isinstance(after, Supply):
            continue
        was = _was(before, after)
        grown = (after.issued - was.issued, after.redeemed - was.redeemed, after.cancelled - was.cancelled)
        gone = max(after.redeemed, after.cancelled)
        if min(grown) < 0 or after.issued > after.cap or gone > after.issued:
            raise _broken("supply")


def _check_issues(changes: list[Change]) -> None:
    """What is new in a supply is what an endorsed issue, or a carry-over, says; and the other way round."""
    grown: dict[str, int] = defaultdict(int)
    said: dict[str, int] = defaultdict(int)
    for before, after in changes:
        if isinstance(after, Supply):
            grown[_token(after.unit, after.vintage)] += after.issued - _was(before, after).issued
        elif isinstance(after, Issue) and _is_new(before, after):
            said[_token(after.unit, after.vintage)] += after.amount
        elif isinstance(after, Carried) and before is None:
            said[_token(after.unit, after.to_vintage)] += after.quantity
    for token in grown.keys() | said.keys():
        if grown[token] != said[token]:
            raise _broken(f"issue {token}")


def _check_balances(changes: list[Change]) -> None:
    """Each account's coin moves by what was issued to it, redeemed, paid and earned, and by nothing else."""
    moved: dict[str, int] = defaultdict(int)
    redeemed = 0
    for before, after in changes:
        if isinstance(before, Coin):
            moved[before.owner] -= before.amount_cents
        if isinstance(after, Coin):
            moved[after.owner] += after.amount_cents
        if isinstance(after, Supply):
            redeemed += after.redeemed - _was(before, after).redeemed
        for account, cents in _said(before, after):
            moved[account] -= cents
    paid_out = sum(after.amount_cents for _, after in changes if isinstance(after, Redemption))
    if any(moved.values()) or paid_out != redeemed:
        raise _broken("coin")


def _said(before: object | None, after: object | None) -> Iterator[tuple[str, int]]:
    """(account, cents) that a written object says were moved."""
    if isinstance(after, Issue) and _is_new(before, after) and after.kind is TokenKind.COIN:
        yield after.account, after.amount
    elif isinstance(after, Redemption):
        yield after.account, -after.amount_cents
    elif isinstance(after, Trade):
        cents = after.quantity * after.price_cents
        yield after.seller, cents
        yield after.buyer, -cents


def _check_serials(changes: list[Change]) -> None:
    """Every serial that goes in comes out once, per unit and vintage; new ones follow the last."""
    before_ranges: dict[str, list[Range]] = defaultdict(list)
    after_ranges: dict[str, list[Range]] = defaultdict(list)
    for before, after in changes:
        if isinstance(before, Lot):
            before_ranges[instrument(before.unit, before.vintage)].append(_range(before))
        if isinstance(after, Lot):
            after_ranges[instrument(after.unit, after.vintage)].append(_range(after))
        if isinstance(after, Supply) and after.unit is not None and after.vintage is not None:
            first, end = _was(before, after).next_serial, after.next_serial
            if end > first:
                before_ranges[instrument(after.unit, after.vintage)].append((first, end - 1))
            if end != after.issued + 1:
                raise _broken("supply")
    for traded in sorted(before_ranges.keys() | after_ranges.keys()):
        if _joined(before_ranges[traded]) != _joined(after_ranges[traded]):
            raise _broken(traded)


def _check_lots(changes: list[Change]) -> None:
    """Tonnes change hands by trades only, go out of use only where it is counted, and never come back."""
    traded: dict[str, int] = defaultdict(int)
    gone: dict[LotState, int] = dict.fromkeys(FINAL, 0)
    for old, new, quantity in _pieces(changes):
        changes_hands = old.owner != new.owner
        if old.state in FINAL or (old.hold is not None and (changes_hands or new.state in FINAL)):
            raise _broken("lot")
        if changes_hands:
            traded[instrument(new.unit, new.vintage)] += quantity
        if new.state in FINAL:
            gone[new.state] += quantity
    for before, after in changes:
        if isinstance(after, Trade):
            traded[instrument(after.unit, after.vintage)] -= after.quantity
        for state, quantity in _counted(before, after):
            gone[state] -= quantity
    if any(traded.values()) or any(gone.values()):
        raise _broken("lot")


def _counted(before: object | None, after: object | None) -> Iterator[tuple[LotState, int]]:
    """(state, tonnes) that a written object counts as gone out of use."""
    if isinstance(after, Obligation):
        was = before.surrendered_t if isinstance(before, Obligation) else 0
        yield LotState.SURRENDERED, after.surrendered_t - was
    elif isinstance(after, Supply):
        yield LotState.CANCELLED, after.cancelled - _was(before, after).cancelled
    elif isinstance(after, Carried):
        yield LotState.CARRIED_OVER, after.quantity


def _pieces(changes: list[Change]) -> Iterator[tuple[Lot, Lot, int]]:
    """(lot before, lot after, tonnes) of every range that was in a lot before and is in one afterwards."""
    olds = sorted((before for before, _ in changes if isinstance(before, Lot)), key=_place)
    news = sorted((after for _, after in changes if isinstance(after, Lot)), key=_place)
    i = j = 0
    while i < len(olds) and j < len(news):
        old, new = olds[i], news[j]
        first, last = max(_place(old), _place(new)), min(_end(old), _end(new))
        if first <= last:
            yield old, new, last[2] - first[2] + 1
        if _end(old) < _end(new):
            i += 1
        else:
            j += 1


def _place(lot: Lot) -> tuple[str, int, int]:
    return lot.unit, lot.vintage, lot.serial_from


def _end(lot: Lot) -> tuple[str, int, int]:
    return lot.unit, lot.vintage, lot.serial_to


def _was(before: object | None, after: Supply) -> Supply:
    """The supply as it was; one that is new had nothing."""
    if isinstance(before, Supply):
        return before
    return Supply(unit=after.unit, vintage=after.vintage, cap=after.cap, issued=0, next_serial=1)


def _is_new(before: object | None, after: Issue) -> bool:
    """Whether this transaction carries the issue out."""
    was = before.state if isinstance(before, Issue) else None
    return after.state is IssueState.ISSUED and was is not IssueState.ISSUED


def _token(unit: str | None, vintage: int | None) -> str:
    return TokenKind.COIN if unit is None or vintage is None else instrument(unit, vintage)


def _broken(of: str) -> Refused:
    return Refused(Refusal.CONSERVATION_BROKEN, of=of)


def _range(lot: Lot) -> Range:
    if lot.serial_to < lot.serial_from:
        raise _broken("lot")
    return lot.serial_from, lot.serial_to


def _joined(ranges: list[Range]) -> list[Range]:
    """The same serials as maximal ranges; ranges that overlap break the ledger."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1]:
            raise _broken("serials")
        if joined and first == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined

"""What every transaction must leave true, checked over its own writes before anything is written.

Source: design of the ledger, "Checks before every write". The whole state is checked by the audit.
"""

from collections import defaultdict

from lexicon.records import Coin, Lot, Report, Supply, instrument
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ReportState

from chaincode.state import Draft

Range = tuple[int, int]


def check(draft: Draft) -> None:
    """Raises Refused (conservation_broken) when coin, serials or the chain of a report do not add up."""
    issued_coin, issued_serials = _issued(draft)
    _check_coin(draft, issued_coin)
    _check_serials(draft, issued_serials)
    for _, _, after in draft.changes():
        if isinstance(after, Report) and after.state is ReportState.MINTED and after.approval is None:
            raise Refused(Refusal.CONSERVATION_BROKEN, of="report")


def _issued(draft: Draft) -> tuple[int, dict[str, list[Range]]]:
    """Coin and serials that this transaction's supplies say are new."""
    coin = 0
    serials: dict[str, list[Range]] = defaultdict(list)
    for _, before, after in draft.changes():
        if not isinstance(after, Supply):
            continue
        was = before if isinstance(before, Supply) else None
        added = after.issued - (was.issued if was else 0)
        if added < 0 or after.issued > after.cap:
            raise Refused(Refusal.CONSERVATION_BROKEN, of="supply")
        if after.unit is None or after.vintage is None:
            coin += added
        elif added:
            first = was.next_serial if was else 1
            serials[instrument(after.unit, after.vintage)].append((first, first + added - 1))
    return coin, serials


def _check_coin(draft: Draft, issued: int) -> None:
    balance = issued
    for _, before, after in draft.changes():
        balance += before.amount_cents if isinstance(before, Coin) else 0
        balance -= after.amount_cents if isinstance(after, Coin) else 0
    if balance != 0:
        raise Refused(Refusal.CONSERVATION_BROKEN, of="coin")


def _check_serials(draft: Draft, issued: dict[str, list[Range]]) -> None:
    """Every serial that goes in comes out once, per unit and vintage."""
    before_ranges, after_ranges = defaultdict(list, issued), defaultdict(list)
    for _, before, after in draft.changes():
        if isinstance(before, Lot):
            before_ranges[instrument(before.unit, before.vintage)].append(_range(before))
        if isinstance(after, Lot):
            after_ranges[instrument(after.unit, after.vintage)].append(_range(after))
    for traded in sorted(before_ranges.keys() | after_ranges.keys()):
        if _joined(before_ranges[traded]) != _joined(after_ranges[traded]):
            raise Refused(Refusal.CONSERVATION_BROKEN, of=traded)


def _range(lot: Lot) -> Range:
    if lot.serial_to < lot.serial_from:
        raise Refused(Refusal.CONSERVATION_BROKEN, of="lot")
    return lot.serial_from, lot.serial_to


def _joined(ranges: list[Range]) -> list[Range]:
    """The same serials as maximal ranges; ranges that overlap break the ledger."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1]:
            raise Refused(Refusal.CONSERVATION_BROKEN, of="serials")
        if joined and first == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined

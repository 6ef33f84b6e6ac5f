"""The ledger's sums over its whole state: what chaincode keeps in each transaction, checked once more.

Pure: takes a state, gives sums and faults. Source: design of the ledger, "Checks before every write".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from lexicon import records
from lexicon.terms import LotState, ReportState

from operations.chain.state import State


@dataclass(slots=True)
class Audit:
    """Sums by token and state, and every rule that does not hold (empty: all good)."""

    coin_issued_cents: int = 0
    coin_unspent_cents: int = 0
    allowances_t: dict[str, dict[str, int]] = field(default_factory=dict)
    reports_minted: int = 0
    trades: int = 0
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The same as one JSON object."""
        return {
            "ok": not self.faults,
            "coin_issued_cents": str(self.coin_issued_cents),
            "coin_unspent_cents": str(self.coin_unspent_cents),
            "allowances_t": self.allowances_t,
            "reports_minted": self.reports_minted,
            "trades": self.trades,
            "faults": self.faults,
        }


def audit(state: State) -> Audit:
    """Check coin, serials, reports and trades of a whole state."""
    found = Audit()
    _coin(state, found)
    _lots(state, found)
    _reports(state, found)
    _trades(state, found)
    return found


def _coin(state: State, found: Audit) -> None:
    for key, value in state.of("supply"):
        supply = records.record(records.Supply, value)
        if key[1:] == ("coin",):
            found.coin_issued_cents = supply.issued
        if supply.issued > supply.cap:
            found.faults.append(f"{'-'.join(key[1:])}: issued {supply.issued} above its cap {supply.cap}")
    for _, value in state.of("coin"):
        found.coin_unspent_cents += records.record(records.Coin, value).amount_cents
    if found.coin_issued_cents != found.coin_unspent_cents:
        found.faults.append(f"coin: issued {found.coin_issued_cents}, unspent {found.coin_unspent_cents}")


def _lots(state: State, found: Audit) -> None:
    lots: dict[str, list[records.Lot]] = defaultdict(list)
    for _, value in state.of("lot"):
        lot = records.record(records.Lot, value)
        lots[records.instrument(lot.unit, lot.vintage)].append(lot)
    issued = {
        records.instrument(supply.unit, supply.vintage): supply.issued
        for supply in (records.record(records.Supply, value) for _, value in state.of("supply"))
        if supply.unit and supply.vintage
    }
    for instrument in sorted({*lots, *issued}):
        ranges = sorted((lot.serial_from, lot.serial_to) for lot in lots[instrument])
        if not _exactly(ranges, issued.get(instrument, 0)):
            found.faults.append(f"{instrument}: serials are not 1 to {issued.get(instrument, 0)}, each once")
        found.allowances_t[instrument] = {
            "issued": issued.get(instrument, 0),
            **{
                state_.value: sum(lot.quantity for lot in lots[instrument] if lot.state is state_)
                for state_ in LotState
            },
        }


def _exactly(ranges: list[tuple[int, int]], issued: int) -> bool:
    """Whether the sorted ranges are the serials 1 to `issued`, each once."""
    following = 1
    for first, last in ranges:
        if first != following or last < first:
            return False
        following = last + 1
    return following == issued + 1


def _reports(state: State, found: Audit) -> None:
    active: set[tuple[str, ...]] = set()
    for key, value in state.of("report"):
        report = records.record(records.Report, value)
        if report.state is not ReportState.MINTED:
            continue
        found.reports_minted += 1
        if report.approval is None:
            found.faults.append(f"report {'~'.join(key[1:])} is minted without an approval")
        if ("case", *key[1:]) not in state.objects:
            found.faults.append(f"report {'~'.join(key[1:])} is minted without a case")
        if key[:-1] in active:
            found.faults.append(f"two minted reports of {'~'.join(key[1:-1])}")
        active.add(key[:-1])


def _trades(state: State, found: Audit) -> None:
    for key, value in state.of("trade"):
        trade = records.record(records.Trade, value)
        found.trades += 1
        if trade.seller == trade.buyer:
            found.faults.append(f"trade {'~'.join(key[1:])} is with oneself")

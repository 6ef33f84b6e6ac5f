"""The ledger's sums over its whole state: what chaincode keeps in each transaction, checked once more.

Pure: takes a state, gives sums and faults. Source: design of the ledger, "Checks before every write".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lexicon import records
from lexicon.market_arguments import CoinInput, LotInput, LotUse
from lexicon.terms import (
    AuctionState,
    CancellationState,
    IssueState,
    LotState,
    ReportState,
    SurrenderState,
    TradeKind,
)

from operations.chain import covered, signed
from operations.chain.rows import Rows
from operations.chain.state import State


@dataclass(slots=True)
class Audit:
    """Sums by token and state, and every rule that does not hold (empty: all good)."""

    coin_issued_cents: int = 0
    coin_unspent_cents: int = 0
    coin_redeemed_cents: int = 0
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
            "coin_redeemed_cents": str(self.coin_redeemed_cents),
            "allowances_t": self.allowances_t,
            "reports_minted": self.reports_minted,
            "trades": self.trades,
            "faults": self.faults,
        }


def audit(state: State) -> Audit:
    """Check coin, serials, issues, reports, trades, offers and surrenders of a state, and who signed them."""
    found, rows = Audit(), Rows(state)
    for sums in (_coin, _lots, _issues, _reports, _trades, _duties, _gone, _auctions):
        sums(rows, found)
    for rule in (*covered.RULES, *signed.RULES):
        found.faults += rule(rows)
    found.faults = list(dict.fromkeys([*rows.unreadable, *found.faults]))
    return found


def _coin(rows: Rows, found: Audit) -> None:
    for key, supply in rows.of(records.Supply).items():
        if key[1:] == ("coin",):
            found.coin_issued_cents, found.coin_redeemed_cents = supply.issued, supply.redeemed
        if supply.issued > supply.cap:
            found.faults.append(f"{'-'.join(key[1:])}: issued {supply.issued} above its cap {supply.cap}")
    for coin in rows.of(records.Coin).values():
        found.coin_unspent_cents += coin.amount_cents
    if found.coin_issued_cents != found.coin_unspent_cents + found.coin_redeemed_cents:
        told = f"unspent {found.coin_unspent_cents}, redeemed {found.coin_redeemed_cents}"
        found.faults.append(f"coin: issued {found.coin_issued_cents}, {told}")


def _lots(rows: Rows, found: Audit) -> None:
    lots: dict[str, list[records.Lot]] = defaultdict(list)
    for lot in rows.of(records.Lot).values():
        lots[records.instrument(lot.unit, lot.vintage)].append(lot)
    issued = {
        records.instrument(supply.unit, supply.vintage): supply.issued
        for supply in rows.of(records.Supply).values()
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


def _reports(rows: Rows, found: Audit) -> None:
    active: set[tuple[str, ...]] = set()
    for key, report in rows.of(records.Report).items():
        if report.state is not ReportState.MINTED:
            continue
        found.reports_minted += 1
        if report.approval is None:
            found.faults.append(f"report {'~'.join(key[1:])} is minted without an approval")
        if ("case", *key[1:]) not in rows.of(records.Case):
            found.faults.append(f"report {'~'.join(key[1:])} is minted without a case")
        if key[:-1] in active:
            found.faults.append(f"two minted reports of {'~'.join(key[1:-1])}")
        active.add(key[:-1])


def _issues(rows: Rows, found: Audit) -> None:
    """What was issued is what two persons issued or what was carried over, no document used twice."""
    issued: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for key, issue in rows.of(records.Issue).items():
        if issue.state is not IssueState.ISSUED:
            continue
        token = (
            records.instrument(issue.unit, issue.vintage)
            if issue.unit and issue.vintage
            else issue.kind.value
        )
        issued[token] += issue.amount
        documents[issue.backing_digest] += 1
        if issue.endorsed_by in (None, issue.proposed_by):
            found.faults.append(f"{'~'.join(key)}: issued by one person")
    for digest in sorted(digest for digest, count in documents.items() if count > 1):
        found.faults.append(f"backing {digest} was used {documents[digest]} times")
    for carried in rows.of(records.Carried).values():
        issued[records.instrument(carried.unit, carried.to_vintage)] += carried.quantity
    for supply in rows.of(records.Supply).values():
        token = records.instrument(supply.unit, supply.vintage) if supply.unit and supply.vintage else "coin"
        if supply.issued != issued[token]:
            found.faults.append(f"{token}: supply says {supply.issued}, its issues {issued[token]}")


def _trades(rows: Rows, found: Audit) -> None:
    sessions = {key[2:]: trade for key, trade in rows.of(records.SessionTrade).items()}
    for key, trade in rows.of(records.Trade).items():
        found.trades += 1
        name = "~".join(key[1:])
        if trade.seller == trade.buyer:
            found.faults.append(f"trade {name} is with oneself")
        if sum(lot.quantity for lot in trade.lots) != trade.quantity:
            found.faults.append(f"trade {name} delivered another quantity than it says")
        if trade.kind is not TradeKind.LISTED:
            # Block agreements and auctions make no close, so they leave nothing for settlement.
            continue
        told = sessions.get(key[1:])
        if told is None or (told.quantity, told.price_cents) != (trade.quantity, trade.price_cents):
            found.faults.append(f"trade {name} is not in its session as it is")


def _duties(rows: Rows, found: Audit) -> None:
    """What counts towards an obligation is what was surrendered for it."""
    given: Counter[tuple[str, int]] = Counter()
    for surrender in rows.of(records.SurrenderRecord).values():
        if surrender.state is SurrenderState.CONFIRMED:
            given[surrender.account, surrender.year] += sum(lot.quantity for lot in surrender.lots)
    for key, duty in rows.of(records.Obligation).items():
        if duty.surrendered_t != given[duty.account, duty.year]:
            told = f"says {duty.surrendered_t} t, its surrenders {given[duty.account, duty.year]} t"
            found.faults.append(f"{'~'.join(key)} {told}")


def _gone(rows: Rows, found: Audit) -> None:
    """What is out of use is what surrenders, cancellations and carry-overs name; coin, what was redeemed."""
    said = _said_gone(rows)
    for instrument, sums in found.allowances_t.items():
        for gone in (LotState.SURRENDERED, LotState.CANCELLED, LotState.CARRIED_OVER):
            if sums[gone.value] != said[instrument, gone]:
                told = f"{sums[gone.value]} t {gone.value}, but {said[instrument, gone]} t were"
                found.faults.append(f"{instrument}: {told}")
    for supply in rows.of(records.Supply).values():
        token = records.instrument(supply.unit, supply.vintage) if supply.unit and supply.vintage else "coin"
        if supply.cancelled != said[token, LotState.CANCELLED]:
            found.faults.append(f"{token}: supply says {supply.cancelled} t cancelled")
    redemptions = rows.of(records.Redemption).values()
    if sum(one.amount_cents for one in redemptions) != found.coin_redeemed_cents:
        found.faults.append(f"coin: redeemed {found.coin_redeemed_cents}, its redemptions say otherwise")


def _said_gone(rows: Rows) -> Counter[tuple[str, LotState]]:
    """Tonnes that went out of use, by instrument and state, as those who gave them up said."""
    said: Counter[tuple[str, LotState]] = Counter()
    for surrender in rows.of(records.SurrenderRecord).values():
        if surrender.state is SurrenderState.CONFIRMED:
            _count(said, surrender.lots, LotState.SURRENDERED)
    for cancellation in rows.of(records.Cancellation).values():
        if cancellation.state is CancellationState.DONE:
            _count(said, cancellation.lots, LotState.CANCELLED)
    for carried in rows.of(records.Carried).values():
        _count(said, carried.lots, LotState.CARRIED_OVER)
    return said


def _count(said: Counter[tuple[str, LotState]], lots: tuple[LotUse, ...], state: LotState) -> None:
    for lot in lots:
        said[records.instrument(lot.unit, lot.vintage), state] += lot.quantity


def _auctions(rows: Rows, found: Audit) -> None:
    """Every bid of an auction is there; while it is open, what it and its bids promise is locked for it."""
    bids: dict[str, dict[int, records.SealedBid]] = defaultdict(dict)
    for bid in rows.of(records.SealedBid).values():
        bids[bid.auction][bid.n] = bid
    coins = {key[1:]: coin for key, coin in rows.of(records.Coin).items()}
    lots = {(lot.unit, lot.vintage, lot.serial_from): lot for lot in rows.of(records.Lot).values()}
    for key, auction in rows.of(records.Auction).items():
        name = "~".join(key[1:])
        if sorted(bids[auction.auction]) != list(range(auction.bids)):
            found.faults.append(f"auction {name} counts {auction.bids} bids, others are there")
        if auction.state is not AuctionState.OPEN:
            continue
        for whose, promised, cents, parts in _promises(auction, bids[auction.auction]):
            coin = coins.get((promised.tx, f"{promised.n:012d}")) if promised else None
            if promised and (coin is None or (coin.listing, coin.amount_cents) != (auction.auction, cents)):
                found.faults.append(f"auction {name}: the coin of {whose} is not locked for it")
            for part in parts:
                lot = lots.get((auction.unit, auction.vintage, part.serial_from))
                if lot is None or (lot.listing, lot.quantity) != (auction.auction, part.quantity):
                    found.faults.append(
                        f"auction {name}: lot {part.serial_from} of {whose} is not locked for it"
                    )


def _promises(
    auction: records.Auction, bids: dict[int, records.SealedBid]
) -> Iterator[tuple[str, CoinInput | None, int, tuple[LotInput, ...]]]:
    """(whose, coin, its cents, lots) of who opened an auction and of each bid."""
    yield auction.account, auction.coin, auction.quantity * (auction.ceiling_cents or 0), auction.lots
    for n, bid in bids.items():
        yield f"bid {n}", bid.coin, bid.maximum_cents or 0, bid.lots

"""Obligations of a year and the surrender of allowances against them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from lexicon.arguments import SetObligation
from lexicon.commitment import TOTAL, leaf_hash
from lexicon.market_arguments import ConfirmSurrender, LotUse, Surrender, WithdrawSurrender
from lexicon.records import (
    Account,
    ComplianceParameters,
    Obligation,
    Report,
    SessionState,
    SurrenderRecord,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AllowanceUnit, LotState, ObligationState, ReportState, SurrenderState
from lexicon.units import cover_t_from_grams

from chaincode import allowances, listings
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name

# The total is the first leaf of a report's figures (lexicon.commitment).
TOTAL_INDEX = 0


def check_obligation(draft: Draft, args: SetObligation, _: Caller | None = None) -> Report:
    """The minted yearly report behind an obligation.

    Raises Refused: report_unknown, report_not_minted, obligation_exists, opening_mismatch.
    """
    place = (args.account, args.plant_or_entity, str(args.year), args.version)
    draft.want(name(Report, *place), name(Obligation, args.account, args.year))
    report = draft.need(Report, *place, refusal=Refusal.REPORT_UNKNOWN)
    if report.state is not ReportState.MINTED:
        raise Refused(Refusal.REPORT_NOT_MINTED, state=report.state)
    existing = draft.find(Obligation, args.account, args.year)
    if existing is not None and existing.version >= args.version:
        raise Refused(Refusal.OBLIGATION_EXISTS, year=args.year)
    _check_opening(args, report)
    return report


def set_obligation(draft: Draft, args: SetObligation) -> None:
    """Makes or, after a correction, renews a year's obligation. Raises Refused as `check_obligation`."""
    check_obligation(draft, args)
    existing = draft.find(Obligation, args.account, args.year)
    due_t = cover_t_from_grams(args.opening.value)
    surrendered_t = existing.surrendered_t if existing else 0
    obligation = Obligation(
        account=args.account,
        year=args.year,
        plant_or_entity=args.plant_or_entity,
        version=args.version,
        verified_g=args.opening.value,
        due_t=due_t,
        surrendered_t=surrendered_t,
        offset_t=existing.offset_t if existing else 0,
        state=_obligation_state(due_t, surrendered_t),
    )
    draft.put(obligation, args.account, args.year)


def named_to_surrender(args: Surrender, account: str) -> Iterator[Name]:
    """Session, obligation, the surrender that must not be there, and its lots."""
    yield name(SessionState)
    yield name(Obligation, account, args.year)
    yield name(SurrenderRecord, args.surrender)
    yield name(ComplianceParameters)
    yield from allowances.named_lots(args.lots)


def named_to_end(args: ConfirmSurrender | WithdrawSurrender, _: str) -> Iterator[Name]:
    """The surrender; its obligation and lots are known when it was read."""
    yield name(SurrenderRecord, args.surrender)


def surrender(draft: Draft, args: Surrender, caller: Caller) -> None:
    """Surrenders lots at once up to the account's own limit; above it they wait for a second person.

    Raises Refused: holder_not_allowed, obligation_unknown, surrender_exists, bad_argument (no lot),
    too_many_inputs, input_twice, lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small,
    vintage_too_young, offset_too_old, surrender_above_obligation, offset_limit.
    """
    listings.require_holder(caller)
    draft.want(*named_to_surrender(args, caller.account))
    obligation = draft.need(
        Obligation, caller.account, args.year, refusal=Refusal.OBLIGATION_UNKNOWN, year=args.year
    )
    if draft.find(SurrenderRecord, args.surrender) is not None:
        raise Refused(Refusal.SURRENDER_EXISTS, surrender=args.surrender)
    if not args.lots:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots")
    allowances.set_aside(draft, args.lots, caller.account, LotState.PENDING_SURRENDER)
    _check_vintages(draft, args)
    _check_limits(draft, obligation, args.lots)
    record = SurrenderRecord(
        surrender=args.surrender,
        account=caller.account,
        year=args.year,
        lots=args.lots,
        proposed_by=caller.person,
        confirmed_by=None,
        state=SurrenderState.PENDING,
    )
    if sum(use.quantity for use in args.lots) <= _alone(draft, caller):
        record = _done(draft, record, obligation)
    draft.put(record, args.surrender)


def confirm_surrender(draft: Draft, args: ConfirmSurrender, caller: Caller) -> None:
    """Another person of the account makes the surrender final.

    Raises Refused: surrender_unknown, account_mismatch, surrender_not_pending, same_person,
    obligation_unknown, surrender_above_obligation, offset_limit, lot_held.
    """
    record = _pending(draft, args.surrender, caller)
    if record.proposed_by == caller.person:
        raise Refused(Refusal.SAME_PERSON)
    draft.want(
        name(Obligation, record.account, record.year),
        name(ComplianceParameters),
        *allowances.named_lots(record.lots),
    )
    obligation = draft.need(
        Obligation, record.account, record.year, refusal=Refusal.OBLIGATION_UNKNOWN, year=record.year
    )
    _check_limits(draft, obligation, record.lots)
    done = _done(draft, record, obligation)
    draft.put(replace(done, confirmed_by=caller.person), args.surrender)


def withdraw_surrender(draft: Draft, args: WithdrawSurrender, caller: Caller) -> None:
    """Frees the lots of a pending surrender. Raises Refused: surrender_unknown, account_mismatch,
    surrender_not_pending.
    """
    record = _pending(draft, args.surrender, caller)
    allowances.move(draft, record.lots, LotState.FREE)
    draft.put(replace(record, state=SurrenderState.WITHDRAWN), args.surrender)


def _check_opening(args: SetObligation, report: Report) -> None:
    """Recomputes the root from the opened total and its audit path. Source: RFC 9162, 2.1.3.2."""
    opening = args.opening
    node = leaf_hash(salt=bytes.fromhex(opening.salt), name=TOTAL, value=opening.value)
    # The first leaf is always a left child: its path has as many nodes as the tree has levels.
    levels = (report.figures_count - 1).bit_length()
    for sibling in opening.path:
        node = sha256(b"\x01" + node + bytes.fromhex(sibling)).digest()
    if (opening.index, len(opening.path), node.hex()) != (TOTAL_INDEX, levels, report.figures_root):
        raise Refused(Refusal.OPENING_MISMATCH)


def _check_vintages(draft: Draft, args: Surrender) -> None:
    for use in args.lots:
        if use.vintage > args.year:
            raise Refused(Refusal.VINTAGE_TOO_YOUNG, vintage=use.vintage, year=args.year)
    least = _rules(draft).offset_vintage_min
    for use in args.lots:
        if least is not None and use.unit is AllowanceUnit.CCER and use.vintage < least:
            raise Refused(Refusal.OFFSET_TOO_OLD, vintage=use.vintage, least=least)


def _alone(draft: Draft, caller: Caller) -> int:
    """Tonnes that one person of the account may surrender alone."""
    account = draft.need(Account, caller.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=caller.account)
    return account.own_limits.surrender_t if account.own_limits else 0


def _done(draft: Draft, record: SurrenderRecord, obligation: Obligation) -> SurrenderRecord:
    """The lots are out of use and meet their part of the obligation."""
    allowances.move(draft, record.lots, LotState.SURRENDERED)
    total, offset = _sums(record.lots)
    surrendered_t = obligation.surrendered_t + total
    met = replace(
        obligation,
        surrendered_t=surrendered_t,
        offset_t=obligation.offset_t + offset,
        state=_obligation_state(obligation.due_t, surrendered_t),
    )
    draft.put(met, record.account, record.year)
    return replace(record, state=SurrenderState.CONFIRMED)


def _rules(draft: Draft) -> ComplianceParameters:
    """The rules of surrender; a ledger that was founded before they were parameters has the law's."""
    return draft.find(ComplianceParameters) or ComplianceParameters()


def _check_limits(draft: Draft, obligation: Obligation, lots: Sequence[LotUse]) -> None:
    total, offset = _sums(lots)
    available = max(obligation.due_t - obligation.surrendered_t, 0)
    if total > available:
        raise Refused(Refusal.SURRENDER_ABOVE_OBLIGATION, available=available)
    limit = obligation.due_t * _rules(draft).offset_percent_max // 100
    if obligation.offset_t + offset > limit:
        raise Refused(Refusal.OFFSET_LIMIT, limit=limit)


def _sums(lots: Sequence[LotUse]) -> tuple[int, int]:
    """Tonnes of lots in all, and of them offsets."""
    offset = sum(lot.quantity for lot in lots if lot.unit is AllowanceUnit.CCER)
    return sum(lot.quantity for lot in lots), offset


def _pending(draft: Draft, surrender_id: str, caller: Caller) -> SurrenderRecord:
    record = draft.need(
        SurrenderRecord, surrender_id, refusal=Refusal.SURRENDER_UNKNOWN, surrender=surrender_id
    )
    if record.account != caller.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    if record.state is not SurrenderState.PENDING:
        raise Refused(Refusal.SURRENDER_NOT_PENDING, state=record.state)
    return record


def _obligation_state(due_t: int, surrendered_t: int) -> ObligationState:
    return ObligationState.MET if surrendered_t >= due_t else ObligationState.OPEN

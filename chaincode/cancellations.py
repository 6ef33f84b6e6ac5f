"""Voluntary cancellation: allowances out of use for good, for nobody's obligation.

Source: MEE order 19 art. 19.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import CancelAllowances, ConfirmCancellation, LotUse, WithdrawCancellation
from lexicon.records import Account, Cancellation, SessionState, Supply
from lexicon.refusals import Refusal, Refused
from lexicon.terms import CancellationState, LotState

from chaincode import allowances, listings
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name


def named_to_cancel(args: CancelAllowances, _: str) -> Iterator[Name]:
    """Session, the cancellation that must not be there, lots and their supplies."""
    yield name(SessionState)
    yield name(Cancellation, args.cancellation)
    yield from allowances.named_lots(args.lots)
    yield from _supplies(args.lots)


def named_to_end(args: ConfirmCancellation | WithdrawCancellation, _: str) -> Iterator[Name]:
    """The cancellation; its lots and their supplies are known when it was read."""
    yield name(Cancellation, args.cancellation)


def cancel_allowances(draft: Draft, args: CancelAllowances, caller: Caller) -> None:
    """Cancels lots at once up to the account's own limit, and above it sets them aside for a second person.

    Raises Refused: holder_not_allowed, cancellation_exists, bad_argument (no lot), too_many_inputs,
    input_twice, lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small.
    """
    listings.require_holder(caller)
    draft.want(*named_to_cancel(args, caller.account))
    if draft.find(Cancellation, args.cancellation) is not None:
        raise Refused(Refusal.CANCELLATION_EXISTS, cancellation=args.cancellation)
    if not args.lots:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots")
    allowances.set_aside(draft, args.lots, caller.account, LotState.PENDING_CANCELLATION)
    record = Cancellation(
        cancellation=args.cancellation,
        account=caller.account,
        lots=args.lots,
        reason_digest=args.reason_digest,
        proposed_by=caller.person,
        confirmed_by=None,
        state=CancellationState.PENDING,
    )
    if sum(use.quantity for use in args.lots) <= _limit(draft, caller):
        record = _done(draft, record)
    draft.put(record, args.cancellation)


def confirm_cancellation(draft: Draft, args: ConfirmCancellation, caller: Caller) -> None:
    """Another person of the account makes the cancellation final.

    Raises Refused: cancellation_unknown, account_mismatch, cancellation_not_pending, same_person, lot_held.
    """
    record = _pending(draft, args.cancellation, caller)
    if record.proposed_by == caller.person:
        raise Refused(Refusal.SAME_PERSON)
    draft.want(*allowances.named_lots(record.lots), *_supplies(record.lots))
    draft.put(replace(_done(draft, record), confirmed_by=caller.person), args.cancellation)


def withdraw_cancellation(draft: Draft, args: WithdrawCancellation, caller: Caller) -> None:
    """Frees the lots of a pending cancellation. Raises Refused: cancellation_unknown, account_mismatch,
    cancellation_not_pending.
    """
    record = _pending(draft, args.cancellation, caller)
    allowances.move(draft, record.lots, LotState.FREE)
    draft.put(replace(record, state=CancellationState.WITHDRAWN), args.cancellation)


def _limit(draft: Draft, caller: Caller) -> int:
    """Tonnes that one person of the account may cancel alone."""
    account = draft.need(Account, caller.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=caller.account)
    return account.own_limits.cancel_t if account.own_limits else 0


def _done(draft: Draft, record: Cancellation) -> Cancellation:
    """The lots are out of use, and their supplies remember it."""
    allowances.move(draft, record.lots, LotState.CANCELLED)
    for use in record.lots:
        supply = draft.need(
            Supply,
            use.unit,
            use.vintage,
            refusal=Refusal.SUPPLY_UNKNOWN,
            unit=use.unit,
            vintage=use.vintage,
        )
        draft.put(replace(supply, cancelled=supply.cancelled + use.quantity), use.unit, use.vintage)
    return replace(record, state=CancellationState.DONE)


def _supplies(lots: Sequence[LotUse]) -> Iterator[Name]:
    yield from (name(Supply, use.unit, use.vintage) for use in lots[: allowances.INPUTS_MAX])


def _pending(draft: Draft, cancellation: str, caller: Caller) -> Cancellation:
    record = draft.need(
        Cancellation, cancellation, refusal=Refusal.CANCELLATION_UNKNOWN, cancellation=cancellation
    )
    if record.account != caller.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    if record.state is not CancellationState.PENDING:
        raise Refused(Refusal.CANCELLATION_NOT_PENDING, state=record.state)
    return record

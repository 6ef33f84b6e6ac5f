"""Installations of meters and the daily anchors of their readings."""

from datetime import date, timedelta

from lexicon.arguments import AnchorDay, RegisterMeter
from lexicon.records import Account, Anchor, Meter
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, AccountState
from lexicon.units import Unit

from chaincode.callers import Caller
from chaincode.state import Draft, name

# The two algorithms a gateway may sign with.
ALGORITHMS = ("ed25519", "p256")


def register_meter(draft: Draft, args: RegisterMeter, caller: Caller) -> None:
    """One installation of a meter of the signer's account.

    Raises Refused: account_mismatch, unit_unknown, bad_argument (gateway key, time), meter_exists,
    meter_number_gap.
    """
    if args.account != caller.account or caller.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    if args.unit not in Unit.__members__.values():
        raise Refused(Refusal.UNIT_UNKNOWN, unit=args.unit)
    if args.gateway_key is not None and args.gateway_key.algorithm not in ALGORITHMS:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.gateway_key.algorithm")
    place = (args.account, args.plant, args.meter)
    draft.want(name(Meter, *place, args.n), name(Meter, *place, max(args.n - 1, 0)))
    if draft.find(Meter, *place, args.n) is not None:
        raise Refused(Refusal.METER_EXISTS, meter=args.meter, n=args.n)
    if args.n > 0 and draft.find(Meter, *place, args.n - 1) is None:
        raise Refused(Refusal.METER_NUMBER_GAP, expected="n - 1")
    meter = Meter(
        account=args.account,
        plant=args.plant,
        meter=args.meter,
        n=args.n,
        medium=args.medium,
        unit=args.unit,
        least_count=args.least_count,
        digits=args.digits,
        gateway_key=args.gateway_key,
        valid_from=args.valid_from,
    )
    draft.put(meter, *place, args.n)


def anchor_day(draft: Draft, args: AnchorDay) -> None:
    """Root of a plant's readings of a day; the same anchor again is `exists`.

    Raises Refused: account_unknown, account_not_active, exists, anchor_exists, anchor_number_gap,
    anchor_previous_wrong.
    """
    account = draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    if account.state is not AccountState.ACTIVE or account.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.ACCOUNT_NOT_ACTIVE, account=args.account)
    anchor = Anchor(
        account=args.account,
        plant=args.plant,
        day=args.day,
        n=args.n,
        root=args.root,
        leaf_count=args.leaf_count,
        previous_root=args.previous_root,
    )
    existing = draft.find(Anchor, args.account, args.plant, args.day, args.n)
    if existing == anchor:
        raise Refused(Refusal.EXISTS, day=args.day, n=args.n)
    if existing is not None:
        raise Refused(Refusal.ANCHOR_EXISTS, day=args.day, n=args.n)
    _check_previous(draft, args)
    draft.put(anchor, args.account, args.plant, args.day, args.n)


def _check_previous(draft: Draft, args: AnchorDay) -> None:
    """n > 0 follows n - 1 of its day; n = 0 may start a chain, or follow n = 0 of the day before."""
    if args.n > 0:
        before = draft.find(Anchor, args.account, args.plant, args.day, args.n - 1)
        if before is None:
            raise Refused(Refusal.ANCHOR_NUMBER_GAP, expected=args.n - 1)
    elif args.previous_root is None:
        return
    else:
        day_before = (_date(args.day) - timedelta(days=1)).isoformat()
        before = draft.find(Anchor, args.account, args.plant, day_before, 0)
    if before is None or before.root != args.previous_root:
        raise Refused(Refusal.ANCHOR_PREVIOUS_WRONG)


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.day") from error

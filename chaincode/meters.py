"""Installations of meters, the daily anchors of their readings, the plans of data quality."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from lexicon.arguments import AnchorDay, RegisterMeter
from lexicon.evidence_arguments import FilePlan, ReplaceMeter, RevokeMeterKey
from lexicon.records import Account, Anchor, Meter, Plan
from lexicon.refusals import Refusal, Refused
from lexicon.signature import from_base64url
from lexicon.terms import AccountKind, AccountState
from lexicon.units import Unit

from chaincode.callers import Caller
from chaincode.state import Draft, name

# The two algorithms a gateway may sign with.
ALGORITHMS = ("ed25519", "p256")


def register_meter(draft: Draft, args: RegisterMeter, caller: Caller) -> None:
    """The first installation of a meter of the signer's account; others come by `replace_meter`.

    Raises Refused: account_mismatch, unit_unknown, bad_argument (least count), bad_argument (gateway key),
    meter_exists, meter_number_gap.
    """
    _check_installation(args, caller)
    if draft.find(Meter, *_place(args)) is not None:
        raise Refused(Refusal.METER_EXISTS, meter=args.meter, n=args.n)
    if args.n > 0:
        raise Refused(Refusal.METER_NUMBER_GAP, expected=0)
    draft.put(_installed(args), *_place(args))


def replace_meter(draft: Draft, args: ReplaceMeter, caller: Caller) -> None:
    """The next installation of a meter; the one before ends when it begins.

    Raises Refused: account_mismatch, unit_unknown, bad_argument (least count), bad_argument (gateway key),
    meter_exists, meter_number_gap, bad_argument (times).
    """
    new = args.installation
    _check_installation(new, caller)
    before_place = (new.account, new.plant, new.meter, max(new.n - 1, 0))
    draft.want(name(Meter, *_place(new)), name(Meter, *before_place))
    if draft.find(Meter, *_place(new)) is not None:
        raise Refused(Refusal.METER_EXISTS, meter=new.meter, n=new.n)
    before = draft.find(Meter, *before_place)
    if before is None or new.n == 0:
        raise Refused(Refusal.METER_NUMBER_GAP, expected=new.n - 1 if new.n else 1)
    if new.valid_from <= before.valid_from:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.installation.valid_from")
    ended = replace(
        before,
        valid_to=new.valid_from,
        final_value=args.final_value,
        evidence_digest=args.evidence_digest,
    )
    draft.put(ended, *before_place)
    begun = replace(_installed(new), start_value=args.start_value, evidence_digest=args.evidence_digest)
    draft.put(begun, *_place(new))


def revoke_meter_key(draft: Draft, args: RevokeMeterKey, caller: Caller) -> None:
    """Ends the gateway key of an installation; what it signed before keeps its proof.

    Raises Refused: account_mismatch, meter_unknown, meter_ended, meter_key_missing.
    """
    if args.account != caller.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    place = (args.account, args.plant, args.meter, args.n)
    meter = draft.need(Meter, *place, refusal=Refusal.METER_UNKNOWN, meter=args.meter, n=args.n)
    if meter.valid_to is not None:
        raise Refused(Refusal.METER_ENDED)
    if meter.gateway_key is None or meter.revoked_at is not None:
        raise Refused(Refusal.METER_KEY_MISSING)
    draft.put(replace(meter, revoked_at=draft.at), *place)


def file_plan(draft: Draft, args: FilePlan, caller: Caller) -> None:
    """The data quality plan in force of a plant, by its digest; statements submitted from now on carry it.

    Raises Refused: plan_version_wrong.
    """
    before = draft.find(Plan, caller.account, args.plant)
    expected = before.version + 1 if before else 1
    if args.version != expected:
        raise Refused(Refusal.PLAN_VERSION_WRONG, expected=expected)
    plan = Plan(
        account=caller.account,
        plant=args.plant,
        version=args.version,
        plan_digest=args.plan_digest,
        filed_by=caller.person,
        filed_at=draft.at,
    )
    draft.put(plan, caller.account, args.plant)


def _place(args: RegisterMeter) -> tuple[str, str, str, int]:
    return args.account, args.plant, args.meter, args.n


def _check_installation(args: RegisterMeter, caller: Caller) -> None:
    if args.account != caller.account or caller.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    if args.unit not in Unit.__members__.values():
        raise Refused(Refusal.UNIT_UNKNOWN, unit=args.unit)
    # Every reading is a whole number of it; its shape knows no sign, so what is not positive is all zeros.
    if not args.least_count.strip("0."):
        raise Refused(Refusal.BAD_ARGUMENT, field="args.least_count")
    key = args.gateway_key
    if key is not None and key.algorithm not in ALGORITHMS:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.gateway_key.algorithm")
    # Batches name the key by its fingerprint: under another one nobody could check them with this key.
    if key is not None and not _is_of_key(key.fingerprint, key.spki):
        raise Refused(Refusal.BAD_ARGUMENT, field="args.gateway_key.fingerprint")


def _is_of_key(print_: str, spki: str) -> bool:
    try:
        return sha256(from_base64url(spki)).hexdigest() == print_
    except ValueError:
        return False


def _installed(args: RegisterMeter) -> Meter:
    return Meter(
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
        calibration_digest=args.calibration_digest,
    )


def anchor_day(draft: Draft, args: AnchorDay) -> None:
    """Root of a plant's readings of a day; the same anchor again is `exists`.

    Raises Refused: account_unknown, account_not_active, exists, anchor_exists, anchor_number_gap,
    anchor_previous_wrong.
    """
    draft.want(name(Account, args.account), name(Anchor, args.account, args.plant, args.day, args.n))
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

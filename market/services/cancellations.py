"""Voluntary cancellation and carry-over: allowances that leave their vintage for good."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from kit.outbox import OutboxRow
from lexicon.market_arguments import (
    CancelAllowances,
    CarryOver,
    LotInput,
    LotUse,
)
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AllowanceUnit
from lexicon.transactions import Transaction, to_args

from market import selectors
from market.domain.inputs import LotPart, choose_lots
from market.models import Cancellation, Carried, CarryLimit, Supply
from market.services import checks, orders, signed
from market.services.orders import Draft
from tenants.access import Viewer
from tenants.services import reasons


def to_cancel(account: str, *, unit: str, vintage: int, quantity: int, reason_digest: str) -> Draft:
    """A cancellation made ready to sign. Raises: Refused holding_too_small, too_many_inputs."""
    made = CancelAllowances(
        cancellation=orders.new_id("can"),
        lots=_uses(account, unit, vintage, quantity),
        reason_digest=reason_digest,
    )
    return Draft(Transaction.CANCEL_ALLOWANCES, to_args(made), quantity, 0)


def to_carry(account: str, *, vintage: int, to_vintage: int, quantity: int) -> Draft:
    """A carry-over made ready to sign.

    Raises: Refused vintage_not_carried, carry_limit_unknown, carry_above_limit, supply_unknown,
    issue_above_cap, holding_too_small, too_many_inputs.
    """
    _check_carry(account, [vintage], to_vintage, quantity)
    made = CarryOver(
        carry=orders.new_id("car"),
        to_vintage=to_vintage,
        lots=_uses(account, AllowanceUnit.CEA, vintage, quantity),
    )
    return Draft(Transaction.CARRY_OVER, to_args(made), quantity, 0)


def cancel(viewer: Viewer, body: Mapping[str, str], *, reason: str = "") -> OutboxRow:
    """Queue a signed cancellation; `reason`: the words whose digest was signed, where they are told.

    Raises: Refused digest_mismatch, cancellation_exists, and for what the lots are.
    """
    with transaction.atomic():
        row = signed.queue_checked(
            viewer,
            body,
            name=Transaction.CANCEL_ALLOWANCES,
            kind=CancelAllowances,
            check=lambda given: _check_cancellation(viewer, given, reason),
        )
        if reason.strip():
            reasons.keep(viewer, reason.strip())
    return row


def carry(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed carry-over. Raises: Refused as `to_carry`, carry_exists, and for what the lots are."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.CARRY_OVER,
        kind=CarryOver,
        check=lambda given: _check_carrying(viewer, given),
    )


def _uses(account: str, unit: str, vintage: int, quantity: int) -> tuple[LotUse, ...]:
    lots = selectors.usable_lots(account, unit=unit, vintage=vintage, tradable=False)
    return tuple(
        _use(unit, vintage, part) for part in choose_lots(lots, quantity, pick=lambda places: places[0])
    )


def _use(unit: str, vintage: int, part: LotPart) -> LotUse:
    return LotUse(
        unit=AllowanceUnit(unit), vintage=vintage, serial_from=part.serial_from, quantity=part.quantity
    )


def _check_cancellation(viewer: Viewer, given: CancelAllowances, reason: str) -> str:
    if reason.strip():
        reasons.checked(reason, given.reason_digest)
    if Cancellation.objects.filter(pk=given.cancellation).exists():
        refuse(Refusal.CANCELLATION_EXISTS, cancellation=given.cancellation)
    _check_lots(viewer.account, given.lots)
    return f"cancellation:{given.cancellation}"


def _check_carrying(viewer: Viewer, given: CarryOver) -> str:
    if Carried.objects.filter(pk=given.carry).exists():
        refuse(Refusal.CARRY_EXISTS, carry=given.carry)
    _check_lots(viewer.account, given.lots)
    for use in given.lots:
        if use.unit is not AllowanceUnit.CEA:
            refuse(Refusal.UNIT_NOT_CARRIED, unit=use.unit)
    quantity = sum(use.quantity for use in given.lots)
    _check_carry(viewer.account, [use.vintage for use in given.lots], given.to_vintage, quantity)
    return f"carry:{given.carry}"


def _check_carry(account: str, vintages: Sequence[int], to_vintage: int, quantity: int) -> None:
    for vintage in vintages:
        if vintage >= to_vintage:
            refuse(Refusal.VINTAGE_NOT_CARRIED, vintage=vintage, to=to_vintage)
    limit = CarryLimit.objects.filter(account=account, to_vintage=to_vintage).first()
    if limit is None:
        refuse(Refusal.CARRY_LIMIT_UNKNOWN, vintage=to_vintage)
    if limit.carried_t + quantity > limit.limit_t:
        refuse(Refusal.CARRY_ABOVE_LIMIT, available=limit.limit_t - limit.carried_t)
    supply = Supply.objects.filter(pk=f"{AllowanceUnit.CEA}-{to_vintage}").first()
    if supply is None:
        refuse(Refusal.SUPPLY_UNKNOWN, unit=AllowanceUnit.CEA, vintage=to_vintage)
    if supply.issued + quantity > supply.cap:
        refuse(Refusal.ISSUE_ABOVE_CAP, available=supply.cap - supply.issued)


def _check_lots(account: str, uses: Sequence[LotUse]) -> None:
    """Raises: Refused bad_argument, and for what the lots are."""
    if not uses:
        refuse(Refusal.BAD_ARGUMENT, field="args.lots")
    by_instrument: dict[tuple[str, int], list[LotInput]] = defaultdict(list)
    for use in uses:
        by_instrument[use.unit, use.vintage].append(
            LotInput(serial_from=use.serial_from, quantity=use.quantity)
        )
    state = selectors.market_state()
    for (unit, vintage), inputs in by_instrument.items():
        checks.lots(account, unit, vintage, inputs, state=state, selling=False)

"""Carry-over: allowances of older vintages become as many of a later one, up to a limit set for the account.

Source: allocation plan 2023-2024, annex 5: 10,000 t + 1.5 x max(0, sold - bought) in the plan's years.
"""

from collections.abc import Iterator
from dataclasses import replace

from lexicon.codec import from_json
from lexicon.market_arguments import CarryBasis, CarryOver
from lexicon.records import Account, Carried, CarryLimit, Lot, SessionState, Supply
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, AllowanceUnit, LotState

from chaincode import allowances, listings
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name

BASE_T = 10_000


def checked_limit(draft: Draft, values: object) -> CarryLimit:
    """The limit that follows from a basis. Raises Refused: bad_argument, account_unknown, holder_not_allowed,
    parameter_invalid (below what was carried).
    """
    basis = from_json(CarryBasis, values, "carry_over")
    place = (basis.account, basis.to_vintage)
    draft.want(name(Account, basis.account), name(CarryLimit, *place))
    account = draft.need(Account, basis.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=basis.account)
    if account.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=basis.account)
    before = draft.find(CarryLimit, *place)
    carried_t = before.carried_t if before else 0
    limit_t = BASE_T + 3 * max(0, basis.sold_t - basis.bought_t) // 2
    if limit_t < carried_t:
        raise Refused(Refusal.PARAMETER_INVALID, field="carry_over.sold_t")
    return CarryLimit(
        account=basis.account,
        to_vintage=basis.to_vintage,
        sold_t=basis.sold_t,
        bought_t=basis.bought_t,
        limit_t=limit_t,
        carried_t=carried_t,
    )


def named_to_carry(args: CarryOver, account: str) -> Iterator[Name]:
    """Session, the carry-over that must not be there, limit, the later supply and the lots."""
    yield name(SessionState)
    yield name(Carried, args.carry)
    yield name(CarryLimit, account, args.to_vintage)
    yield name(Supply, AllowanceUnit.CEA, args.to_vintage)
    yield from allowances.named_lots(args.lots)


def carry_over(draft: Draft, args: CarryOver, caller: Caller) -> None:
    """Lots of older vintages go out of use; a lot of the later vintage, with new serials, takes their place.

    Raises Refused: holder_not_allowed, carry_exists, carry_limit_unknown, bad_argument (no lot),
    too_many_inputs, input_twice, lot_unknown, lot_not_yours, lot_held, lot_not_free, lot_too_small,
    unit_not_carried, vintage_not_carried, carry_above_limit, supply_unknown, issue_above_cap.
    """
    listings.require_holder(caller)
    draft.want(*named_to_carry(args, caller.account))
    if draft.find(Carried, args.carry) is not None:
        raise Refused(Refusal.CARRY_EXISTS, carry=args.carry)
    place = (caller.account, args.to_vintage)
    limit = draft.need(CarryLimit, *place, refusal=Refusal.CARRY_LIMIT_UNKNOWN, vintage=args.to_vintage)
    if not args.lots:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.lots")
    allowances.set_aside(draft, args.lots, caller.account, LotState.PENDING_SURRENDER)
    quantity = _quantity(args, limit)
    supply = _grown(draft, args.to_vintage, quantity)
    allowances.move(draft, args.lots, LotState.CARRIED_OVER)
    first = supply.next_serial - quantity
    allowances.put(draft, _lot(args, caller, first, quantity))
    draft.put(replace(limit, carried_t=limit.carried_t + quantity), *place)
    carried = Carried(
        carry=args.carry,
        account=caller.account,
        unit=AllowanceUnit.CEA,
        to_vintage=args.to_vintage,
        lots=args.lots,
        quantity=quantity,
        serial_from=first,
        carried_by=caller.person,
    )
    draft.put(carried, args.carry)


def _quantity(args: CarryOver, limit: CarryLimit) -> int:
    for use in args.lots:
        if use.unit is not AllowanceUnit.CEA:
            raise Refused(Refusal.UNIT_NOT_CARRIED, unit=use.unit)
        if use.vintage >= args.to_vintage:
            raise Refused(Refusal.VINTAGE_NOT_CARRIED, vintage=use.vintage, to=args.to_vintage)
    quantity = sum(use.quantity for use in args.lots)
    if limit.carried_t + quantity > limit.limit_t:
        raise Refused(Refusal.CARRY_ABOVE_LIMIT, available=limit.limit_t - limit.carried_t)
    return quantity


def _grown(draft: Draft, vintage: int, quantity: int) -> Supply:
    """The later vintage's supply with the new serials; its cap counts for them too."""
    unit = AllowanceUnit.CEA
    supply = draft.need(Supply, unit, vintage, refusal=Refusal.SUPPLY_UNKNOWN, unit=unit, vintage=vintage)
    if supply.issued + quantity > supply.cap:
        raise Refused(Refusal.ISSUE_ABOVE_CAP, available=supply.cap - supply.issued)
    grown = replace(supply, issued=supply.issued + quantity, next_serial=supply.next_serial + quantity)
    draft.put(grown, unit, vintage)
    return grown


def _lot(args: CarryOver, caller: Caller, first: int, quantity: int) -> Lot:
    return Lot(
        unit=AllowanceUnit.CEA,
        vintage=args.to_vintage,
        serial_from=first,
        serial_to=first + quantity - 1,
        owner=caller.account,
        state=LotState.FREE,
        listing=None,
        listing_session=None,
        tradable_from_session=0,
        hold=None,
        parent=None,
        origin=args.carry,
    )

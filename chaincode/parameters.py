"""Initialisation, and the parameters that two persons set: market, verification, caps, factor sets."""

from dataclasses import replace

from lexicon.arguments import SetParameters
from lexicon.codec import from_json
from lexicon.market_arguments import FirstPerson, FirstSupply, Initialise
from lexicon.records import (
    Account,
    ComplianceParameters,
    MarketParameters,
    NetworkRecord,
    Person,
    SessionState,
    Supply,
    VerificationParameters,
)
from lexicon.refusals import Refusal, Refused
from lexicon.signature import check_key
from lexicon.terms import (
    ADMINISTRATOR_ACCOUNT,
    REGULATOR_ACCOUNT,
    ROLES_OF_KIND,
    AccountKind,
    AccountState,
    KeyUse,
    Msp,
    SessionPhase,
)

from chaincode import accounts, carry_over, factors, staff
from chaincode.callers import Caller
from chaincode.state import Draft, name

# A band of this, 100 %, would allow a price of nothing.
BAND_WHOLE = 10_000
_SYSTEM = {ADMINISTRATOR_ACCOUNT: AccountKind.ADMINISTRATOR, REGULATOR_ACCOUNT: AccountKind.REGULATOR}


def initialise(draft: Draft, args: Initialise) -> None:
    """Writes what the three organisations agreed on, once.

    Raises Refused: already_initialised, bad_argument (persons), role_kind_mismatch, key_missing, key_invalid,
    parameter_invalid.
    """
    if draft.find(NetworkRecord) is not None:
        raise Refused(Refusal.ALREADY_INITIALISED)
    _check_persons(args.persons)
    market = _market(args.market)
    for supply in args.supplies:
        _check_instrument(supply)
    draft.put(NetworkRecord(network=args.network))
    draft.put(market)
    draft.put(_verification(args.verification))
    draft.put(ComplianceParameters())
    draft.put(SessionState(session=0, phase=SessionPhase.SETTLED, closes=market.references))
    for account, kind in _SYSTEM.items():
        record = Account(
            account=account, kind=kind, msp=Msp.REGULATOR, sector=None, state=AccountState.ACTIVE
        )
        draft.put(record, account)
    for person in args.persons:
        _put_person(draft, person)
    for supply in args.supplies:
        _put_supply(draft, supply, None)


def check(draft: Draft, args: SetParameters, _: Caller | None = None) -> None:
    """Raises Refused: parameter_group_unknown, bad_argument; carry_over: account_unknown, holder_not_allowed;
    parameter_invalid; factors: factor_set_succeeded.
    """
    if args.group == "market":
        _market(args.values)
    elif args.group == "verification":
        _verification(args.values)
    elif args.group == "supply":
        _checked_supply(draft, args)
    elif args.group == "compliance":
        _compliance(args.values)
    elif args.group == "carry_over":
        carry_over.checked_limit(draft, args.values)
    elif args.group == "factors":
        factors.checked(draft, args.values)
    else:
        raise Refused(Refusal.PARAMETER_GROUP_UNKNOWN, group=args.group)


def set_parameters(draft: Draft, args: SetParameters) -> None:
    """Writes a group. A market's new references count for instruments without a close. Raises as `check`."""
    check(draft, args)
    if args.group == "market":
        _put_market(draft, _market(args.values))
    elif args.group == "verification":
        draft.put(_verification(args.values))
    elif args.group == "compliance":
        draft.put(_compliance(args.values))
    elif args.group == "carry_over":
        limit = carry_over.checked_limit(draft, args.values)
        draft.put(limit, limit.account, limit.to_vintage)
    elif args.group == "factors":
        published = factors.checked(draft, args.values)
        draft.put(published, published.factor_set)
    else:
        supply, before = _checked_supply(draft, args)
        _put_supply(draft, supply, before)


def supply_parts(unit: str | None, vintage: int | None) -> tuple[str | int, ...]:
    """Key parts of a supply: coin, or unit and vintage."""
    return ("coin",) if unit is None or vintage is None else (unit, vintage)


def _put_market(draft: Draft, market: MarketParameters) -> None:
    session = draft.parameters(SessionState)
    known = {close.instrument for close in session.closes}
    added = tuple(close for close in market.references if close.instrument not in known)
    draft.put(market)
    if added:
        draft.put(replace(session, closes=session.closes + added))


def _market(values: object) -> MarketParameters:
    market = from_json(MarketParameters, values, "market")
    if market.order_max_t % market.lot_t or any(day > 6 for day in market.weekdays):
        raise Refused(Refusal.PARAMETER_INVALID, field="market.order_max_t, market.weekdays")
    for field, names in (
        ("market.references", [reference.instrument for reference in market.references]),
        ("market.positions", [position.account for position in market.positions]),
    ):
        if len(set(names)) != len(names):
            raise Refused(Refusal.PARAMETER_INVALID, field=field)
    if max(market.band, market.block_band) >= BAND_WHOLE:
        raise Refused(Refusal.PARAMETER_INVALID, field="market.band, market.block_band")
    return market


def _compliance(values: object) -> ComplianceParameters:
    compliance = from_json(ComplianceParameters, values, "compliance")
    if compliance.offset_percent_max > 100:
        raise Refused(Refusal.PARAMETER_INVALID, field="compliance.offset_percent_max")
    return compliance


def _verification(values: object) -> VerificationParameters:
    verification = from_json(VerificationParameters, values, "verification")
    for steps in (verification.month, verification.year):
        if not steps or len(set(steps)) != len(steps):
            raise Refused(Refusal.PARAMETER_INVALID, field="verification.month, verification.year")
    return verification


def _checked_supply(draft: Draft, args: SetParameters) -> tuple[FirstSupply, Supply | None]:
    supply = from_json(FirstSupply, args.values, "supply")
    _check_instrument(supply)
    before = draft.find(Supply, *supply_parts(supply.unit, supply.vintage))
    if before is not None and supply.cap < before.issued:
        raise Refused(Refusal.PARAMETER_INVALID, field="supply.cap")
    return supply, before


def _check_instrument(supply: FirstSupply) -> None:
    """An allowance has unit and vintage, coin has neither."""
    if (supply.unit is None) != (supply.vintage is None):
        raise Refused(Refusal.PARAMETER_INVALID, field="supply.unit")


def _put_supply(draft: Draft, supply: FirstSupply, before: Supply | None) -> None:
    record = Supply(
        unit=supply.unit,
        vintage=supply.vintage,
        cap=supply.cap,
        issued=before.issued if before else 0,
        next_serial=before.next_serial if before else 1,
        redeemed=before.redeemed if before else 0,
        cancelled=before.cancelled if before else 0,
    )
    draft.put(record, *supply_parts(supply.unit, supply.vintage))


def _check_persons(persons: tuple[FirstPerson, ...]) -> None:
    for person in persons:
        if person.account not in _SYSTEM:
            raise Refused(Refusal.BAD_ARGUMENT, field="args.persons.account")
        if person.role not in ROLES_OF_KIND[_SYSTEM[person.account]]:
            raise Refused(Refusal.ROLE_KIND_MISMATCH, role=person.role)
        if not any(key.use is KeyUse.SIGN for key in person.keys):
            raise Refused(Refusal.KEY_MISSING)
        for key in person.keys:
            check_key(key.spki)
    for role, least in staff.LEAST.items():
        if len({person.person for person in persons if person.role is role}) < least:
            raise Refused(Refusal.BAD_ARGUMENT, field="args.persons")


def _put_person(draft: Draft, first: FirstPerson) -> None:
    person = Person(
        person=first.person,
        account=first.account,
        role=first.role,
        keys=tuple(accounts.bind(draft, person=first.person, new=key) for key in first.keys),
    )
    draft.want(name(Person, first.person))
    draft.put(person, first.person)
    staff.enter(draft, person, _SYSTEM[first.account])

"""Reading functions: canonical JSON, filtered by the caller; what is hidden is not found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lexicon.canonical import Json, NotCanonical, decode_object, encode
from lexicon.codec import Amount, Count, Hash, Id, Name, Ordinal, Period, Year, from_json, to_json
from lexicon.records import (
    PARAMETERS,
    Account,
    Action,
    Case,
    Coin,
    Draw,
    Issue,
    ListingClip,
    Lot,
    NetworkRecord,
    Obligation,
    Person,
    PublishedFactors,
    Report,
    SessionState,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AllowanceUnit
from lexicon.transactions import Query

from chaincode import rows
from chaincode.callers import Creator, reads_all
from chaincode.state import Draft, Version

# A lot or coin that was traded every day of a compliance year has fewer ancestors.
ANCESTORS_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOf:
    account: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOf:
    person: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialOf:
    unit: AllowanceUnit
    vintage: Year
    serial: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinOf:
    tx: Hash
    n: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingOf:
    listing: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOf:
    account: Id
    plant: Id
    period: Period
    version: Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOf:
    action: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationOf:
    account: Id
    year: Year


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOf:
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsOf:
    factor_set: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOf:
    group: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceOf:
    """One of: a serial of an instrument, a coin output, a report."""

    lot: SerialOf | None = None
    coin: CoinOf | None = None
    report: ReportOf | None = None


def answer(draft: Draft, function: str, args: tuple[bytes, ...], creator: Creator) -> bytes:
    """The canonical JSON of a reading function. Raises Refused, NotLoaded."""
    kind, read = _READERS[Query(function)]
    if len(args) > 1:
        raise Refused(Refusal.BAD_ARGUMENT, field="args")
    try:
        given = decode_object(args[0]) if args else {}
    except NotCanonical as error:
        raise Refused(Refusal.NOT_CANONICAL, reason=error.reason) from error
    return encode(read(draft, from_json(kind, given), creator))


def _get_account(draft: Draft, args: AccountOf, creator: Creator) -> Json:
    account = draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    if not _sees(creator, args.account):
        raise Refused(Refusal.ACCOUNT_UNKNOWN, account=args.account)
    return to_json(account)


def _get_person(draft: Draft, args: PersonOf, creator: Creator) -> Json:
    person = draft.need(Person, args.person, refusal=Refusal.PERSON_UNKNOWN)
    if not _sees(creator, person.account):
        raise Refused(Refusal.PERSON_UNKNOWN)
    return to_json(person)


def _keys(draft: Draft, args: PersonOf, creator: Creator) -> Json:
    person = draft.need(Person, args.person, refusal=Refusal.PERSON_UNKNOWN)
    if not _sees(creator, person.account):
        raise Refused(Refusal.PERSON_UNKNOWN)
    return [to_json(key) for key in person.keys]


def _get_lot(draft: Draft, args: SerialOf, creator: Creator) -> Json:
    return to_json(_lot_of(draft, args, creator))


def _get_coin(draft: Draft, args: CoinOf, creator: Creator) -> Json:
    coin = draft.need(Coin, args.tx, args.n, refusal=Refusal.COIN_UNKNOWN)
    if not _sees(creator, coin.owner):
        raise Refused(Refusal.COIN_UNKNOWN)
    return to_json(coin)


def _get_listing(draft: Draft, args: ListingOf, creator: Creator) -> Json:
    clips = draft.scan(ListingClip, args.listing)
    if not clips or not (reads_all(creator) or "account" in creator.attributes):
        raise Refused(Refusal.LISTING_UNKNOWN)
    return [to_json(clip) for clip in clips]


def _get_report(draft: Draft, args: ReportOf, creator: Creator) -> Json:
    place = (args.account, args.plant, args.period, args.version)
    report = draft.need(Report, *place, refusal=Refusal.REPORT_UNKNOWN)
    if not _sees(creator, report.account, report.auditor):
        raise Refused(Refusal.REPORT_UNKNOWN)
    case = draft.find(Case, *place)
    return {"report": to_json(report), "case": to_json(case) if case else None}


def _get_action(draft: Draft, args: ActionOf, creator: Creator) -> Json:
    """An act is visible to the account it touches, so that it can take it back while it waits."""
    action = draft.need(Action, args.action, refusal=Refusal.ACTION_UNKNOWN, action=args.action)
    if not _sees(creator, action.account):
        raise Refused(Refusal.ACTION_UNKNOWN, action=args.action)
    return to_json(action)


def _get_obligation(draft: Draft, args: ObligationOf, _: Creator) -> Json:
    """Yearly obligations are disclosed by law (order 775 art. 11), so every caller sees them."""
    found = draft.need(
        Obligation, args.account, args.year, refusal=Refusal.OBLIGATION_UNKNOWN, year=args.year
    )
    return to_json(found)


def _get_draw(draft: Draft, args: DrawOf, _: Creator) -> Json:
    """Everybody can recompute the draw of a period's auditors."""
    return to_json(draft.need(Draw, args.period, refusal=Refusal.DRAW_MISSING, period=args.period))


def _get_parameters(draft: Draft, args: GroupOf, _: Creator) -> Json:
    if args.group not in PARAMETERS:
        raise Refused(Refusal.PARAMETER_GROUP_UNKNOWN, group=args.group)
    record: object = draft.parameters(PARAMETERS[args.group])
    return to_json(record)


def _get_factors(draft: Draft, args: FactorsOf, _: Creator) -> Json:
    """Whoever calculates a report again compares its factor sets with what two persons published."""
    name = args.factor_set
    return to_json(draft.need(PublishedFactors, name, refusal=Refusal.FACTOR_SET_UNKNOWN, factor_set=name))


def _network_info(draft: Draft, _: Nothing, __: Creator) -> Json:
    session = draft.parameters(SessionState)
    return {
        "network": draft.parameters(NetworkRecord).network,
        "session": session.session,
        "phase": session.phase.value,
    }


def _trace(draft: Draft, args: TraceOf, creator: Creator) -> Json:
    """An object with its past values and those of what it was made of, newest first."""
    if args.lot is not None:
        return _trace_lot(draft, args.lot, creator)
    if args.coin is not None:
        return _trace_coin(draft, args.coin, creator)
    if args.report is not None:
        place = (args.report.account, args.report.plant, args.report.period, args.report.version)
        found = _get_report(draft, args.report, creator)
        return {"object": found, "history": _history(draft.history(Report, *place))}
    raise Refused(Refusal.BAD_ARGUMENT, field="args")


def _trace_lot(draft: Draft, args: SerialOf, creator: Creator) -> Json:
    lot = _lot_of(draft, args, creator)
    chain: list[Json] = []
    seen: set[int] = set()
    waiting = [lot.serial_from]
    while waiting and len(chain) < ANCESTORS_MAX:
        serial = waiting.pop(0)
        if serial in seen:
            continue
        seen.add(serial)
        versions = draft.history(Lot, lot.unit, lot.vintage, serial)
        chain.append({"serial_from": str(serial), "history": _owned(versions, creator)})
        parent = _parent(versions, serial)
        waiting += [*_merged(versions), *([] if parent is None else [parent])]
    issue = draft.find(Issue, lot.origin)
    shown = issue is not None and _sees(creator, issue.account)
    return {"object": to_json(lot), "chain": chain, "issue": to_json(issue) if shown and issue else None}


def _parent(versions: list[Version], serial: int) -> int | None:
    """The lot that this one was cut from, as its first value says; never itself."""
    first = versions[-1].value if versions else None
    parent = first.get("parent") if first else None
    return int(parent) if isinstance(parent, str) and int(parent) != serial else None


def _merged(versions: list[Version]) -> list[int]:
    """First serials of the lots that were ever merged into this one."""
    lists = [past.value.get("merged") for past in versions if past.value is not None]
    return [int(str(serial)) for merged in lists if isinstance(merged, list) for serial in merged]


def _trace_coin(draft: Draft, args: CoinOf, creator: Creator) -> Json:
    """The output and all it was made of; an output that was spent is read from its history."""
    waiting = [(args.tx, args.n)]
    seen: dict[tuple[str, int], Json] = {}
    while waiting and len(seen) < ANCESTORS_MAX:
        named = waiting.pop(0)
        if named in seen:
            continue
        versions = draft.history(Coin, *named)
        coin = next((from_json(Coin, past.value) for past in versions if past.value is not None), None)
        shown = coin is not None and _sees(creator, coin.owner)
        if coin is None or not (seen or shown):
            raise Refused(Refusal.COIN_UNKNOWN)
        place: dict[str, Json] = {"tx": named[0], "n": named[1], "hidden": not shown}
        history = _owned(versions, creator) if shown else []
        seen[named] = place | {"coin": to_json(coin) if shown else None, "history": history}
        waiting += [(parent.tx, parent.n) for parent in coin.parents] if shown else []
    return {"chain": list(seen.values())}


def _lot_of(draft: Draft, args: SerialOf, creator: Creator) -> Lot:
    """The lot that holds a serial."""
    for lot in draft.scan(Lot, args.unit, args.vintage):
        if lot.serial_from <= args.serial <= lot.serial_to and _sees(creator, lot.owner):
            return lot
    raise Refused(Refusal.LOT_UNKNOWN, serial_from=args.serial)


def _history(versions: list[Version]) -> Json:
    return [{"tx": past.tx, "at": past.at, "value": past.value} for past in versions]


def _owned(versions: list[Version], creator: Creator) -> list[Json]:
    """Past values of a lot or coin; what was another's then is there without its value."""
    told: list[Json] = []
    for past in versions:
        shown = past.value is None or _sees(creator, str(past.value.get("owner")))
        value = past.value if shown else None
        told.append({"tx": past.tx, "at": past.at, "value": value, "hidden": not shown})
    return told


def _sees(creator: Creator, *accounts: str | None) -> bool:
    return reads_all(creator) or creator.attributes.get("account", "") in accounts


_READERS: Mapping[Query, tuple[type, Callable[[Draft, Any, Creator], Json]]] = {
    Query.GET_ACCOUNT: (AccountOf, _get_account),
    Query.GET_PERSON: (PersonOf, _get_person),
    Query.GET_LOT: (SerialOf, _get_lot),
    Query.GET_COIN: (CoinOf, _get_coin),
    Query.GET_LISTING: (ListingOf, _get_listing),
    Query.GET_REPORT: (ReportOf, _get_report),
    Query.GET_ACTION: (ActionOf, _get_action),
    Query.GET_OBLIGATION: (ObligationOf, _get_obligation),
    Query.GET_DRAW: (DrawOf, _get_draw),
    Query.GET_PARAMETERS: (GroupOf, _get_parameters),
    Query.GET_FACTORS: (FactorsOf, _get_factors),
    Query.TRACE: (TraceOf, _trace),
    Query.NETWORK_INFO: (Nothing, _network_info),
    Query.KEYS: (PersonOf, _keys),
    Query.STATE_ROWS: (rows.RowsOf, rows.read),
}

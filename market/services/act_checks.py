"""What the market knows of acts of two persons: accounts and lots that are held, trading that is halted.

`tenants.services.proposals` calls these before a proposal is queued; the ledger checks everything again.
"""

from collections import defaultdict
from collections.abc import Iterable

from lexicon.act_arguments import Freeze, Halt, Resume, SetOwnLimits, TrustCounterparty, Unfreeze
from lexicon.arguments import Act
from lexicon.market_arguments import LotUse
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AccountKind, LotState

from market import selectors
from market.models import Account, FrozenAccount, Lot, TrustedCounterparty
from market.services import checks, parameters
from tenants.access import Viewer
from tenants.services import proposals


def register() -> None:
    """Own the checks of the acts on accounts, lots and trading."""
    proposals.register(Act.FREEZE, _freeze)
    proposals.register(Act.UNFREEZE, _unfreeze)
    proposals.register(Act.HALT, _halt)
    proposals.register(Act.RESUME, _resume)
    proposals.register(Act.SET_OWN_LIMITS, _limits)
    proposals.register(Act.TRUST_COUNTERPARTY, _trust)
    proposals.register(Act.SET_PARAMETERS, parameters.check)


def _freeze(_: Viewer, args: Freeze) -> None:
    """Raises: Refused account_unknown, bad_argument, orders_frozen, input_twice, lot_unknown, lot_not_yours,
    lot_held, lot_too_small."""
    _check_named(args.account, args.lots, orders=args.orders)
    if args.orders and FrozenAccount.objects.filter(pk=args.account).exists():
        refuse(Refusal.ORDERS_FROZEN)
    for lot in _lots(args.account, args.lots):
        if lot.hold or lot.state == LotState.PROVINCE_HELD:
            refuse(Refusal.LOT_HELD, hold=lot.hold or lot.state)


def _unfreeze(_: Viewer, args: Unfreeze) -> None:
    """Raises: Refused account_unknown, bad_argument, orders_not_frozen, input_twice, lot_unknown,
    lot_not_yours, lot_not_held, lot_too_small."""
    _check_named(args.account, args.lots, orders=args.orders)
    if args.orders and not FrozenAccount.objects.filter(pk=args.account).exists():
        refuse(Refusal.ORDERS_NOT_FROZEN)
    for lot in _lots(args.account, args.lots):
        if not lot.hold and lot.state != LotState.PROVINCE_HELD:
            refuse(Refusal.LOT_NOT_HELD, serial_from=lot.serial_from)


def _halt(_: Viewer, __: Halt) -> None:
    """Raises: Refused market_halted."""
    if selectors.market_state().halted:
        refuse(Refusal.MARKET_HALTED)


def _resume(_: Viewer, __: Resume) -> None:
    """Raises: Refused market_not_halted."""
    if not selectors.market_state().halted:
        refuse(Refusal.MARKET_NOT_HALTED)


def _limits(_: Viewer, args: SetOwnLimits) -> None:
    """Raises: Refused account_unknown."""
    _account(args.account)


def _trust(_: Viewer, args: TrustCounterparty) -> None:
    """Raises: Refused self_trade, account_unknown, holder_not_allowed, counterparty_trusted."""
    if args.account == args.counterparty:
        refuse(Refusal.SELF_TRADE)
    other = _account(args.counterparty)
    if other.kind != AccountKind.ENTERPRISE:
        refuse(Refusal.HOLDER_NOT_ALLOWED, account=args.counterparty, kind=other.kind)
    if TrustedCounterparty.objects.filter(account=args.account, counterparty=args.counterparty).exists():
        refuse(Refusal.COUNTERPARTY_TRUSTED, account=args.counterparty)


def _check_named(account: str, lots: Iterable[LotUse], *, orders: bool) -> None:
    _account(account)
    named = [(use.unit, use.vintage, use.serial_from) for use in lots]
    if not named and not orders:
        refuse(Refusal.BAD_ARGUMENT, field="act_args.lots")
    checks.no_repetition(named)


def _account(account: str) -> Account:
    row = Account.objects.filter(pk=account).first()
    if row is None:
        refuse(Refusal.ACCOUNT_UNKNOWN, account=account)
    return row


def _lots(account: str, uses: Iterable[LotUse]) -> list[Lot]:
    """The account's lots of these fronts. Raises: Refused lot_unknown, lot_not_yours, lot_too_small."""
    by_instrument: dict[tuple[str, int], list[LotUse]] = defaultdict(list)
    for use in uses:
        by_instrument[use.unit, use.vintage].append(use)
    found: list[Lot] = []
    for (unit, vintage), named in by_instrument.items():
        serials = [use.serial_from for use in named]
        rows = {
            lot.serial_from: lot
            for lot in Lot.objects.filter(unit=unit, vintage=vintage, serial_from__in=serials)
        }
        found += [_front(account, rows.get(use.serial_from), use) for use in named]
    return found


def _front(account: str, lot: Lot | None, use: LotUse) -> Lot:
    if lot is None:
        refuse(Refusal.LOT_UNKNOWN, serial_from=use.serial_from)
    if lot.owner != account:
        refuse(Refusal.LOT_NOT_YOURS, serial_from=use.serial_from)
    if lot.quantity < use.quantity:
        refuse(Refusal.LOT_TOO_SMALL, available=lot.quantity)
    return lot

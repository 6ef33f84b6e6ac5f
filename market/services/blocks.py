"""Block agreements: a large trade proposed to one counterparty, accepted or declined within its session."""

from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.market_arguments import AcceptBlock, DeclineBlock, LotInput, ProposeBlock
from lexicon.records import MarketParameters
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AccountKind, AccountState, AllowanceUnit, BlockState, Side
from lexicon.transactions import Transaction, to_args

from market import selectors
from market.models import Account, BlockDeal
from market.selectors import MarketState
from market.services import checks, orders, signed, trust
from market.services.orders import Draft, Wish
from tenants.access import Viewer
from tenants.services import intents


def to_propose(account: str, wish: Wish, *, counterparty: str) -> Draft:
    """A block made ready to sign: what it locks is chosen here.

    Raises: Refused in the order of `_check_terms`, holding_too_small, balance_too_small, too_many_inputs.
    """
    _check_terms(account, wish, counterparty)
    cents = wish.quantity * wish.price_cents
    selling = wish.side is Side.SELL
    lots = tuple(orders.lot_input(part) for part in orders.lots_for(account, wish)) if selling else ()
    block = ProposeBlock(
        block=orders.new_id("blk"),
        counterparty=counterparty,
        side=wish.side,
        unit=wish.unit,
        vintage=wish.vintage,
        quantity=wish.quantity,
        price_cents=wish.price_cents,
        inputs=lots,
        coins=() if selling else orders.coins_for(account, cents),
    )
    return Draft(Transaction.PROPOSE_BLOCK, to_args(block), wish.quantity, cents)


def to_accept(account: str, block: str) -> Draft:
    """The counterparty's word made ready to sign, with the coin or lots that she gives.

    Raises: Refused market_closed, market_halted, orders_frozen, block_unknown, block_not_yours,
    block_expired, block_not_open, counterparty_limit, holding_too_small, balance_too_small, too_many_inputs.
    """
    row = _offered_to(account, block)
    cents = row.quantity * row.price_cents
    buying = row.side == Side.SELL
    wish = Wish(
        side=Side.BUY if buying else Side.SELL,
        unit=AllowanceUnit(row.unit),
        vintage=row.vintage,
        quantity=row.quantity,
        price_cents=row.price_cents,
    )
    accepted = AcceptBlock(
        block=block,
        quantity=row.quantity,
        price_cents=row.price_cents,
        coins=orders.coins_for(account, cents) if buying else (),
        lots=() if buying else tuple(orders.lot_input(part) for part in orders.lots_for(account, wish)),
    )
    return Draft(Transaction.ACCEPT_BLOCK, to_args(accepted), row.quantity, cents)


def propose(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed proposal. Raises: Refused as `to_propose`, block_exists, and for what the inputs are."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.PROPOSE_BLOCK,
        kind=ProposeBlock,
        check=lambda given: _check_proposal(viewer, given),
    )


def accept(viewer: Viewer, block: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the counterparty's signed word.

    Raises: Refused as `to_accept`, intent_not_as_shown (another block), price_moved, inputs_do_not_match,
    and for what the inputs are.
    """
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.ACCEPT_BLOCK,
        kind=AcceptBlock,
        check=lambda given: _check_acceptance(viewer, block, given),
    )


def decline(viewer: Viewer, block: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the counterparty's no, or the proposer's withdrawal.

    Raises: Refused block_unknown, block_expired, block_not_open.
    """
    _standing(viewer.account, block, selectors.market_state())
    return intents.accept(
        viewer,
        name=Transaction.DECLINE_BLOCK,
        args=DeclineBlock(block=block),
        signed=body,
        subject=f"block:{block}",
    )


def _open(account: str) -> tuple[MarketState, MarketParameters]:
    """Raises: Refused market_closed, market_halted, orders_frozen."""
    state, parameters = selectors.market_state(), selectors.market_parameters()
    if parameters is None or not state.agreeing:
        refuse(Refusal.MARKET_CLOSED)
    if state.halted:
        refuse(Refusal.MARKET_HALTED)
    checks.trading_allowed(account)
    return state, parameters


def _check_terms(account: str, wish: Wish, counterparty: str) -> MarketState:
    """Raises: Refused market_closed, market_halted, orders_frozen, blocks_not_traded, quantity_too_small,
    quantity_off_lot, instrument_not_traded, price_off_tick, price_out_of_band, self_trade, account_unknown,
    account_not_active, holder_not_allowed, counterparty_limit."""
    state, parameters = _open(account)
    if parameters.block_min_t is None:
        refuse(Refusal.BLOCKS_NOT_TRADED)
    if wish.quantity < parameters.block_min_t:
        refuse(Refusal.QUANTITY_TOO_SMALL, least=parameters.block_min_t)
    if wish.quantity % parameters.lot_t:
        refuse(Refusal.QUANTITY_OFF_LOT, lot=parameters.lot_t)
    checks.price(wish.unit, wish.vintage, wish.price_cents, state=state, parameters=parameters, blocks=True)
    _check_counterparty(account, counterparty)
    trust.require(account, counterparty, wish.quantity, parameters)
    return state


def _check_counterparty(account: str, counterparty: str) -> None:
    if counterparty == account:
        refuse(Refusal.SELF_TRADE)
    row = Account.objects.filter(pk=counterparty).first()
    if row is None:
        refuse(Refusal.ACCOUNT_UNKNOWN, account=counterparty)
    if row.state != AccountState.ACTIVE:
        refuse(Refusal.ACCOUNT_NOT_ACTIVE, account=counterparty)
    if row.kind != AccountKind.ENTERPRISE:
        refuse(Refusal.HOLDER_NOT_ALLOWED, account=counterparty, kind=row.kind)


def _check_proposal(viewer: Viewer, given: ProposeBlock) -> str:
    wish = Wish(
        side=given.side,
        unit=given.unit,
        vintage=given.vintage,
        quantity=given.quantity,
        price_cents=given.price_cents,
    )
    state = _check_terms(viewer.account, wish, given.counterparty)
    if BlockDeal.objects.filter(pk=given.block).exists():
        refuse(Refusal.BLOCK_EXISTS, block=given.block)
    if given.side is Side.SELL:
        _check_lots(viewer.account, wish, given.inputs, state)
    else:
        cents = given.quantity * given.price_cents
        checks.coins(viewer.account, given.coins, cents, state=state)
    return f"block:{given.block}"


def _check_acceptance(viewer: Viewer, block: str, given: AcceptBlock) -> str:
    if given.block != block:
        refuse(Refusal.INTENT_NOT_AS_SHOWN, field="args.block")
    row = _offered_to(viewer.account, block)
    if given.price_cents != row.price_cents:
        refuse(Refusal.PRICE_MOVED)
    if given.quantity != row.quantity:
        refuse(Refusal.INPUTS_DO_NOT_MATCH, quantity=row.quantity)
    state = selectors.market_state()
    if row.side == Side.SELL:
        checks.coins(viewer.account, given.coins, row.quantity * row.price_cents, state=state)
    else:
        wish = Wish(
            side=Side.SELL,
            unit=AllowanceUnit(row.unit),
            vintage=row.vintage,
            quantity=row.quantity,
            price_cents=row.price_cents,
        )
        _check_lots(viewer.account, wish, given.lots, state)
    return f"block:{block}"


def _check_lots(account: str, wish: Wish, lots: tuple[LotInput, ...], state: MarketState) -> None:
    checks.lots(account, wish.unit, wish.vintage, lots, state=state, selling=True)
    if sum(part.quantity for part in lots) != wish.quantity:
        refuse(Refusal.INPUTS_DO_NOT_MATCH, quantity=wish.quantity)


def _offered_to(account: str, block: str) -> BlockDeal:
    """A block that this account may accept now."""
    state, parameters = _open(account)
    row = _standing(account, block, state)
    if row.counterparty != account:
        refuse(Refusal.BLOCK_NOT_YOURS)
    trust.require(account, row.account, row.quantity, parameters)
    return row


def _standing(account: str, block: str, state: MarketState) -> BlockDeal:
    """A block of the account's that still stands. Another's is not found."""
    row = selectors.own_blocks(account).filter(pk=block).first()
    if row is None:
        refuse(Refusal.BLOCK_UNKNOWN, block=block)
    if not selectors.stands(row.session, state):
        refuse(Refusal.BLOCK_EXPIRED)
    if row.state != BlockState.PROPOSED:
        refuse(Refusal.BLOCK_NOT_OPEN, state=row.state)
    return row

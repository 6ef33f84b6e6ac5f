"""Carbon coin as unspent outputs: spend named outputs, write fresh ones. No balance is kept anywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lexicon.market_arguments import CoinInput, MergeCoin, RedeemCoin, SplitCoin
from lexicon.records import Coin, Redemption, SessionState, Supply
from lexicon.refusals import Refusal, Refused
from lexicon.terms import TokenKind

from chaincode.allowances import INPUTS_MAX, live
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name

# Outputs of one split, and of one issue: a trading account keeps about 8 so that its orders do not collide.
OUTPUTS_MAX = 16
OUTPUTS_OF_ISSUE = 8


def named_coins(coins: Sequence[CoinInput]) -> Iterator[Name]:
    """The session, and outputs as far as a transaction may name them."""
    yield name(SessionState)
    yield from (name(Coin, coin.tx, coin.n) for coin in coins[:INPUTS_MAX])


def named_to_split(args: SplitCoin, _: str) -> Iterator[Name]:
    """The output to split."""
    return named_coins((args.coin,))


def named_to_merge(args: MergeCoin, _: str) -> Iterator[Name]:
    """The outputs to merge."""
    return named_coins(args.coins)


def split_coin(draft: Draft, args: SplitCoin, caller: Caller) -> None:
    """One output into several of the same sum.

    Raises Refused: bad_argument, coin_unknown, coin_not_yours, coin_locked, sum_mismatch.
    """
    if not 1 <= len(args.amounts_cents) <= OUTPUTS_MAX:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.amounts_cents")
    total = spend(draft, (args.coin,), caller.account)
    if total != sum(args.amounts_cents):
        raise Refused(Refusal.SUM_MISMATCH)
    for amount in args.amounts_cents:
        pay(draft, owner=caller.account, amount_cents=amount, parents=(args.coin,))


def merge_coin(draft: Draft, args: MergeCoin, caller: Caller) -> None:
    """Several outputs into one.

    Raises Refused: bad_argument, too_many_inputs, input_twice, coin_unknown, coin_not_yours, coin_locked.
    """
    if len(args.coins) < 2:
        raise Refused(Refusal.BAD_ARGUMENT, field="args.coins")
    total = spend(draft, args.coins, caller.account)
    pay(draft, owner=caller.account, amount_cents=total, parents=args.coins)


def named_to_redeem(args: RedeemCoin, _: str) -> Iterator[Name]:
    """The redemption that must not be there, the supply and the outputs."""
    yield name(Redemption, args.redemption)
    yield name(Supply, TokenKind.COIN)
    yield from named_coins(args.coins)


def redeem_coin(draft: Draft, args: RedeemCoin, caller: Caller) -> None:
    """Pays coin out in money: it is gone, and the supply remembers it.

    Raises Refused: redemption_exists, too_many_inputs, input_twice, coin_unknown, coin_not_yours,
    coin_locked, balance_too_small.
    """
    if draft.find(Redemption, args.redemption) is not None:
        raise Refused(Refusal.REDEMPTION_EXISTS, redemption=args.redemption)
    total = spend(draft, args.coins, caller.account)
    if total < args.amount_cents:
        raise Refused(Refusal.BALANCE_TOO_SMALL, needed=args.amount_cents, available=total)
    pay(draft, owner=caller.account, amount_cents=total - args.amount_cents, parents=args.coins)
    supply = draft.need(Supply, TokenKind.COIN, refusal=Refusal.SUPPLY_UNKNOWN, unit="coin", vintage="")
    draft.put(replace(supply, redeemed=supply.redeemed + args.amount_cents), TokenKind.COIN)
    redemption = Redemption(
        redemption=args.redemption,
        account=caller.account,
        amount_cents=args.amount_cents,
        payout_digest=args.payout_digest,
        redeemed_by=caller.person,
    )
    draft.put(redemption, args.redemption)


def lock(
    draft: Draft,
    coins: Sequence[CoinInput],
    owner: str,
    amount_cents: int,
    *,
    listing: str,
    until: int | None,
) -> CoinInput:
    """Locks so much of an owner's coin in one output: until a session ends, or (None) until freed.

    What is over goes back at once. Raises Refused as `spend`, then balance_too_small.
    """
    total = spend(draft, coins, owner)
    if total < amount_cents:
        raise Refused(Refusal.BALANCE_TOO_SMALL, needed=amount_cents, available=total)
    locked = pay(draft, owner=owner, amount_cents=amount_cents, parents=coins, listing=listing, session=until)
    pay(draft, owner=owner, amount_cents=total - amount_cents, parents=coins)
    if locked is None:
        raise Refused(Refusal.COIN_UNKNOWN)
    return locked


def pay_out(draft: Draft, locked: CoinInput, payments: Sequence[tuple[str, int]]) -> None:
    """Spends a locked output: payments (owner, amount) and what is left to its owner, free.

    Raises Refused: coin_unknown; conservation is the invariants' matter.
    """
    coin = draft.need(Coin, locked.tx, locked.n, refusal=Refusal.COIN_UNKNOWN)
    draft.delete(Coin, locked.tx, locked.n)
    for owner, amount in payments:
        pay(draft, owner=owner, amount_cents=amount, parents=(locked,))
    left = coin.amount_cents - sum(amount for _, amount in payments)
    pay(draft, owner=coin.owner, amount_cents=left, parents=(locked,))


def release(draft: Draft, locked: CoinInput) -> None:
    """A locked output becomes free again, as it is. Raises Refused: coin_unknown."""
    coin = draft.need(Coin, locked.tx, locked.n, refusal=Refusal.COIN_UNKNOWN)
    draft.put(replace(coin, listing=None, listing_session=None), locked.tx, locked.n)


def spend(draft: Draft, coins: Sequence[CoinInput], owner: str) -> int:
    """Spends outputs of their owner and gives their sum; one locked in a session that is over is free.

    Raises Refused: too_many_inputs, input_twice, coin_unknown, coin_not_yours, coin_locked.
    """
    if len(coins) > INPUTS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=INPUTS_MAX)
    if len(set(coins)) != len(coins):
        raise Refused(Refusal.INPUT_TWICE)
    draft.want(*named_coins(coins))
    session = draft.parameters(SessionState)
    total = 0
    for named in coins:
        coin = draft.need(Coin, named.tx, named.n, refusal=Refusal.COIN_UNKNOWN)
        if coin.owner != owner:
            raise Refused(Refusal.COIN_NOT_YOURS)
        if coin.listing is not None and live(session, coin.listing_session):
            raise Refused(Refusal.COIN_LOCKED)
        draft.delete(Coin, named.tx, named.n)
        total += coin.amount_cents
    return total


def pay(
    draft: Draft,
    *,
    owner: str,
    amount_cents: int,
    parents: Sequence[CoinInput] = (),
    listing: str | None = None,
    session: int | None = None,
    origin: str | None = None,
) -> CoinInput | None:
    """A fresh output named by this transaction, locked for a listing if one is given; none for 0."""
    if amount_cents == 0:
        return None
    coin = Coin(
        owner=owner,
        amount_cents=amount_cents,
        listing=listing,
        listing_session=session,
        parents=tuple(parents),
        origin=origin,
    )
    n = draft.next_output()
    draft.put_fresh(coin, draft.tx, n)
    return CoinInput(tx=draft.tx, n=n)


def issue_outputs(draft: Draft, *, owner: str, amount_cents: int, origin: str) -> None:
    """Outputs of an issue: up to 8 of nearly equal size, so that the owner can place orders side by side."""
    count = min(OUTPUTS_OF_ISSUE, amount_cents)
    part, rest = divmod(amount_cents, count)
    for place in range(count):
        pay(draft, owner=owner, amount_cents=part + (1 if place < rest else 0), origin=origin)

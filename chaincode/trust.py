"""Counterparties that an account trusts, and how large a block may be with one that it does not.

Trust takes two persons and a delay, its end takes one and counts at once. Source: Regulation (EU) 2019/1122
art. 23 (trusted account list), with the hours as a parameter.
"""

from collections.abc import Iterator

from lexicon.act_arguments import SetOwnLimits, TrustCounterparty
from lexicon.market_arguments import DistrustCounterparty
from lexicon.records import Account, MarketParameters, Trust
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind

from chaincode.callers import Caller
from chaincode.state import Draft, Name, name


def named(account: str, counterparty: str) -> Iterator[Name]:
    """Whether the account trusts the counterparty; its own limit is in its record, which is there."""
    yield name(Trust, account, counterparty)


def named_to_distrust(args: DistrustCounterparty, account: str) -> Iterator[Name]:
    """The trust that is to end."""
    return named(account, args.counterparty)


def check_trust(draft: Draft, args: TrustCounterparty, _: Caller | None = None) -> None:
    """Raises Refused: self_trade, account_unknown, holder_not_allowed, counterparty_trusted."""
    if args.account == args.counterparty:
        raise Refused(Refusal.SELF_TRADE)
    draft.want(name(Account, args.counterparty), name(Trust, args.account, args.counterparty))
    other = draft.need(Account, args.counterparty, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.counterparty)
    if other.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=args.counterparty)
    if draft.find(Trust, args.account, args.counterparty) is not None:
        raise Refused(Refusal.COUNTERPARTY_TRUSTED, account=args.counterparty)


def trust_counterparty(draft: Draft, args: TrustCounterparty) -> None:
    """Blocks of any size from now on. Raises Refused as `check_trust`."""
    check_trust(draft, args)
    trust = Trust(account=args.account, counterparty=args.counterparty, since=draft.at)
    draft.put(trust, args.account, args.counterparty)


def distrust_counterparty(draft: Draft, args: DistrustCounterparty, caller: Caller) -> None:
    """Ends it at once; a block that was proposed while it held can still be accepted by the other side.

    Raises Refused: counterparty_not_trusted.
    """
    draft.need(
        Trust,
        caller.account,
        args.counterparty,
        refusal=Refusal.COUNTERPARTY_NOT_TRUSTED,
        account=args.counterparty,
    )
    draft.delete(Trust, caller.account, args.counterparty)


def hours_to_trust(draft: Draft, _: TrustCounterparty) -> int:
    """How long a new trust waits."""
    return draft.parameters(MarketParameters).trust_delay_hours


def hours_to_loosen(draft: Draft, args: SetOwnLimits) -> int:
    """A wider own limit without trust waits as trust does, or it would be the way round it."""
    market = draft.parameters(MarketParameters)
    account = draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    before = account.own_limits.block_t if account.own_limits else None
    narrower = args.block_t is not None and (before is None or args.block_t <= before)
    return 0 if before is None or narrower else market.trust_delay_hours


def require(draft: Draft, account: str, counterparty: str, quantity: int) -> None:
    """Raises Refused (counterparty_limit) for a block that is too large without trust."""
    own = draft.need(Account, account, refusal=Refusal.ACCOUNT_UNKNOWN, account=account).own_limits
    limits = (own.block_t if own else None, draft.parameters(MarketParameters).untrusted_block_t)
    limit = min((one for one in limits if one is not None), default=None)
    if limit is None or quantity <= limit:
        return
    if draft.find(Trust, account, counterparty) is None:
        raise Refused(Refusal.COUNTERPARTY_LIMIT, limit=limit)

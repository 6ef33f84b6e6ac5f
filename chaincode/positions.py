"""Position limits: what an account bought net of what it sold since the session opened.

A position is one key that each trade of the account rewrites, so that its trades follow one another block by
block; therefore it is kept only where a limit is on. Source: exchange rules, maximum holding.
"""

from collections.abc import Iterable, Iterator

from lexicon.records import MarketParameters, Position, SessionState
from lexicon.refusals import Refusal, Refused

from chaincode.state import Draft, Name, name


def limit_of(market: MarketParameters, account: str) -> int | None:
    """The account's own limit, or everybody's, in t; None: none is on."""
    own = (limit.limit_t for limit in market.positions if limit.account == account)
    return next(own, market.position_max_t)


def named(draft: Draft, accounts: Iterable[str]) -> Iterator[Name]:
    """The positions of those of the accounts that have a limit."""
    market = draft.parameters(MarketParameters)
    yield from (name(Position, one) for one in accounts if limit_of(market, one) is not None)


def check(draft: Draft, buyer: str, quantity: int, session: SessionState) -> None:
    """Raises Refused (position_limit) if the account may not buy so much more in this session."""
    limit = limit_of(draft.parameters(MarketParameters), buyer)
    if limit is not None:
        at = _position(draft, buyer, session)
        if at.bought_t - at.sold_t + quantity > limit:
            raise Refused(Refusal.POSITION_LIMIT, limit=limit)


def trade(draft: Draft, *, buyer: str, seller: str, quantity: int, session: SessionState) -> None:
    """Moves the positions of both sides, where a limit is on; `check` goes before."""
    market = draft.parameters(MarketParameters)
    for account, bought, sold in ((buyer, quantity, 0), (seller, 0, quantity)):
        if limit_of(market, account) is not None:
            at = _position(draft, account, session)
            after = Position(session=session.session, bought_t=at.bought_t + bought, sold_t=at.sold_t + sold)
            draft.put(after, account)


def _position(draft: Draft, account: str, session: SessionState) -> Position:
    """Where the account stands; what it did in an earlier session does not count."""
    found = draft.find(Position, account)
    if found is not None and found.session == session.session:
        return found
    return Position(session=session.session, bought_t=0, sold_t=0)

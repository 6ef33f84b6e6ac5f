"""Trades as they are written down, however the two sides met."""

from dataclasses import replace

from lexicon.records import SessionState, SessionTrade, Trade, instrument
from lexicon.terms import TradeKind

from chaincode import positions
from chaincode.state import Draft


def write(draft: Draft, trade: Trade, session: SessionState) -> None:
    """Writes a trade under this transaction's name and moves positions.

    Only listed trades make the close, so only they leave what `settle_session` reads. Source: exchange rules
    of 2021-06-22.
    """
    draft.put_fresh(replace(trade, tx=draft.tx), draft.tx, trade.i)
    if trade.kind is TradeKind.LISTED:
        traded = SessionTrade(
            instrument=instrument(trade.unit, trade.vintage),
            quantity=trade.quantity,
            price_cents=trade.price_cents,
        )
        draft.put_fresh(traded, trade.session, draft.tx, trade.i)
    positions.trade(draft, buyer=trade.buyer, seller=trade.seller, quantity=trade.quantity, session=session)

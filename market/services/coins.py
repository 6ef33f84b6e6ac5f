"""Splitting coin, so that several orders of one account can stand side by side."""

from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.market_arguments import SplitCoin
from lexicon.refusals import Refusal, refuse
from lexicon.transactions import Transaction

from market import selectors
from market.models import CoinOutput
from market.services import checks, signed
from tenants.access import Viewer


def split(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed split. Raises: Refused coin refusals, sum_mismatch."""
    return signed.queue_checked(
        viewer, body, name=Transaction.SPLIT_COIN, kind=SplitCoin, check=lambda given: _check(viewer, given)
    )


def _check(viewer: Viewer, given: SplitCoin) -> str:
    checks.coins(viewer.account, (given.coin,), 0, state=selectors.market_state())
    row = CoinOutput.objects.get(tx=given.coin.tx, n=given.coin.n)
    if row.amount_cents != sum(given.amounts_cents):
        refuse(Refusal.SUM_MISMATCH)
    return f"coin:{given.coin.tx}:{given.coin.n}"

"""Counterparties that an account trusts: how large a block may be without, and the end of trust.

Trust begins by an act of two persons (`tenants.services.proposals`), and ends by one.
"""

from collections.abc import Mapping

from kit.outbox import OutboxRow
from lexicon.market_arguments import DistrustCounterparty
from lexicon.records import MarketParameters
from lexicon.refusals import Refusal, refuse
from lexicon.transactions import Transaction

from market.models import Account, TrustedCounterparty
from tenants.access import Viewer
from tenants.services import intents


def limit_of(account: str, parameters: MarketParameters | None) -> int | None:
    """The most of a block with a counterparty that the account does not trust, in t; None: no limit.

    Of the market's and the account's own the smaller, as on the ledger (`chaincode.trust.require`).
    """
    row = Account.objects.filter(pk=account).first()
    limits = (row.untrusted_block_t if row else None, parameters.untrusted_block_t if parameters else None)
    return min((limit for limit in limits if limit is not None), default=None)


def require(account: str, counterparty: str, quantity: int, parameters: MarketParameters) -> None:
    """Raises: Refused counterparty_limit for a block that is too large without trust."""
    limit = limit_of(account, parameters)
    if limit is not None and quantity > limit and not _trusts(account, counterparty):
        refuse(Refusal.COUNTERPARTY_LIMIT, limit=limit)


def distrust(viewer: Viewer, counterparty: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the signed end of trust. Raises: Refused counterparty_not_trusted; those of a signed intent."""
    if not _trusts(viewer.account, counterparty):
        refuse(Refusal.COUNTERPARTY_NOT_TRUSTED, account=counterparty)
    return intents.accept(
        viewer,
        name=Transaction.DISTRUST_COUNTERPARTY,
        args=DistrustCounterparty(counterparty=counterparty),
        signed=body,
        subject=f"trust:{counterparty}",
    )


def _trusts(account: str, counterparty: str) -> bool:
    return TrustedCounterparty.objects.filter(account=account, counterparty=counterparty).exists()

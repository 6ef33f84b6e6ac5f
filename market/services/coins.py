"""Coin as outputs: splitting and merging them, so that orders can stand side by side, and paying coin out."""

from collections.abc import Mapping

from django.db import transaction
from kit.outbox import OutboxRow
from lexicon.market_arguments import MergeCoin, RedeemCoin, SplitCoin
from lexicon.refusals import Refusal, refuse
from lexicon.transactions import Transaction, to_args

from market import selectors
from market.models import CoinOutput, Redemption
from market.services import checks, orders, signed
from market.services.orders import Draft
from tenants.access import Viewer
from tenants.services import reasons


def split(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed split. Raises: Refused bad_argument, coin refusals, sum_mismatch."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.SPLIT_COIN,
        kind=SplitCoin,
        check=lambda given: _check_split(viewer, given),
    )


def merge(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed merger of outputs. Raises: Refused bad_argument, and for what the outputs are."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.MERGE_COIN,
        kind=MergeCoin,
        check=lambda given: _check_merger(viewer, given),
    )


def to_redeem(account: str, *, amount_cents: int, payout_digest: str) -> Draft:
    """A redemption made ready to sign; what is over of its outputs comes back.

    Raises: Refused balance_too_small, too_many_inputs.
    """
    made = RedeemCoin(
        redemption=orders.new_id("red"),
        coins=orders.coins_for(account, amount_cents),
        amount_cents=amount_cents,
        payout_digest=payout_digest,
    )
    return Draft(Transaction.REDEEM_COIN, to_args(made), 0, amount_cents)


def redeem(viewer: Viewer, body: Mapping[str, str], *, payout: str) -> OutboxRow:
    """Queue a signed redemption; `payout` are the words for the bank, whose digest was signed.

    Raises: Refused reason_required, digest_mismatch, redemption_exists, and for what the outputs are.
    """
    with transaction.atomic():
        row = signed.queue_checked(
            viewer,
            body,
            name=Transaction.REDEEM_COIN,
            kind=RedeemCoin,
            check=lambda given: _check_redemption(viewer, given, payout),
        )
        reasons.keep(viewer, payout.strip())
    return row


def _check_split(viewer: Viewer, given: SplitCoin) -> str:
    checks.coins(viewer.account, (given.coin,), 0, state=selectors.market_state())
    row = CoinOutput.objects.get(tx=given.coin.tx, n=given.coin.n)
    if not 1 <= len(given.amounts_cents) <= selectors.SPLIT_MAX:
        refuse(Refusal.BAD_ARGUMENT, field="args.amounts_cents")
    if row.amount_cents != sum(given.amounts_cents):
        refuse(Refusal.SUM_MISMATCH)
    return f"coin:{given.coin.tx}:{given.coin.n}"


def _check_merger(viewer: Viewer, given: MergeCoin) -> str:
    if len(given.coins) < 2:
        refuse(Refusal.BAD_ARGUMENT, field="args.coins")
    checks.coins(viewer.account, given.coins, 0, state=selectors.market_state())
    return f"coin:{given.coins[0].tx}:{given.coins[0].n}"


def _check_redemption(viewer: Viewer, given: RedeemCoin, payout: str) -> str:
    reasons.checked(payout, given.payout_digest)
    if Redemption.objects.filter(pk=given.redemption).exists():
        refuse(Refusal.REDEMPTION_EXISTS, redemption=given.redemption)
    checks.coins(viewer.account, given.coins, given.amount_cents, state=selectors.market_state())
    return f"redemption:{given.redemption}"

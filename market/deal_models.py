"""Read models of block agreements, auctions, redemptions, cancellations, carry-over and freezes.

As all of `market.models`: written by the follower only, made again from block 0.
"""

from django.db import models
from lexicon.terms import AuctionState, BidState, BlockState, CancellationState, Side

from market.rows import LedgerRow


class BlockDeal(LedgerRow):
    """A large trade offered by one account to another; good for its session."""

    block = models.CharField(max_length=40, primary_key=True)
    account = models.CharField(max_length=40)
    counterparty = models.CharField(max_length=40)
    side = models.CharField(max_length=4, choices=Side.choices())
    unit = models.CharField(max_length=8)
    vintage = models.PositiveSmallIntegerField()
    quantity = models.BigIntegerField()
    price_cents = models.BigIntegerField()
    session = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=BlockState.choices())
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    proposed_tx = models.CharField(max_length=64)
    answered_account = models.CharField(max_length=40, blank=True)
    answered_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-proposed_at"], name="block_by_account"),
            models.Index(fields=["counterparty", "-proposed_at"], name="block_by_counterparty"),
        ]


class Auction(LedgerRow):
    """One seller's or one buyer's auction; `price_cents` and `sold_t` stand after the close."""

    auction = models.CharField(max_length=40, primary_key=True)
    account = models.CharField(max_length=40)
    unit = models.CharField(max_length=8)
    vintage = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=4, choices=Side.choices(), default=Side.SELL)
    quantity = models.BigIntegerField()
    # Of a sale, or of a purchase.
    floor_cents = models.BigIntegerField(null=True)
    ceiling_cents = models.BigIntegerField(null=True)
    session = models.BigIntegerField()
    bids = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AuctionState.choices())
    price_cents = models.BigIntegerField(null=True)
    sold_t = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_tx = models.CharField(max_length=64)


class SealedBid(LedgerRow):
    """Bid number `n` of an auction; quantity and price are 0 until it is revealed."""

    auction = models.CharField(max_length=40)
    n = models.PositiveIntegerField()
    account = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    # A bid of a purchase locks lots, no coin.
    maximum_cents = models.BigIntegerField(null=True)
    locked_t = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=BidState.choices())
    quantity = models.BigIntegerField(default=0)
    price_cents = models.BigIntegerField(default=0)
    filled_t = models.BigIntegerField(default=0)
    bid_at = models.DateTimeField()
    bid_by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["auction", "n"], name="one_bid_per_number")]
        indexes = [models.Index(fields=["account", "-bid_at"], name="bid_by_account")]


class Cancellation(LedgerRow):
    """Allowances out of use for good, or waiting for a second person."""

    cancellation = models.CharField(max_length=40, primary_key=True)
    account = models.CharField(max_length=40)
    quantity = models.BigIntegerField()
    lots = models.JSONField()
    reason_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=CancellationState.choices())
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-proposed_at"], name="cancellation_by_account")]


class CarryLimit(LedgerRow):
    """The most that an account may carry over into a vintage, and what it has carried, in t."""

    account = models.CharField(max_length=40)
    to_vintage = models.PositiveSmallIntegerField()
    sold_t = models.BigIntegerField()
    bought_t = models.BigIntegerField()
    limit_t = models.BigIntegerField()
    carried_t = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "to_vintage"], name="one_carry_limit_per_vintage")
        ]


class Carried(LedgerRow):
    """Lots of older vintages that became one lot of a later one."""

    carry = models.CharField(max_length=40, primary_key=True)
    account = models.CharField(max_length=40)
    unit = models.CharField(max_length=8)
    to_vintage = models.PositiveSmallIntegerField()
    lots = models.JSONField()
    quantity = models.BigIntegerField()
    serial_from = models.BigIntegerField()
    carried_by = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["account", "-block_number"], name="carried_by_account")]


class Redemption(LedgerRow):
    """Coin that was paid out in money."""

    redemption = models.CharField(max_length=40, primary_key=True)
    account = models.CharField(max_length=40)
    amount_cents = models.BigIntegerField()
    payout_digest = models.CharField(max_length=64)
    redeemed_by = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["account", "-block_number"], name="redemption_by_account")]


class FrozenAccount(LedgerRow):
    """An account that two regulators keep from trading; the row goes when they let it trade again."""

    account = models.CharField(max_length=40, primary_key=True)
    reason_digest = models.CharField(max_length=64)


class TrustedCounterparty(LedgerRow):
    """A counterparty that the account trusts with blocks of any size; the row goes when it does no more."""

    account = models.CharField(max_length=40)
    counterparty = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "counterparty"], name="one_trust_per_counterparty")
        ]

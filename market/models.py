"""Read models of the ledger in the shared schema: what the follower wrote, and nothing a page may write.

Every row can be made again from block 0 (`tanheng ledger rebuild`). Amounts are whole smallest units: tonnes
of allowances, 0.01 of coin (`_cents`), grams of emissions.
"""

from django.db import models
from lexicon.terms import (
    AccountKind,
    AccountState,
    IssueState,
    ListingState,
    LotState,
    ObligationState,
    ReportState,
    SessionPhase,
    Side,
    SurrenderState,
    TokenKind,
    TradeKind,
)

from market.deal_models import (
    Auction,
    BlockDeal,
    Cancellation,
    Carried,
    CarryLimit,
    FrozenAccount,
    Redemption,
    SealedBid,
    TrustedCounterparty,
)
from market.rows import LedgerRow

__all__ = [
    "Account",
    "Auction",
    "Block",
    "BlockDeal",
    "Cancellation",
    "Carried",
    "CarryLimit",
    "ChainEvent",
    "ChainTransaction",
    "Checkpoint",
    "CoinOutput",
    "FrozenAccount",
    "Issue",
    "LedgerRow",
    "Listing",
    "ListingClip",
    "Lot",
    "MintedReport",
    "Movement",
    "Obligation",
    "Parameters",
    "Redemption",
    "SealedBid",
    "Session",
    "Supply",
    "Surrender",
    "Trade",
    "TrustedCounterparty",
]


class Checkpoint(models.Model):
    """How far a reader of the chain has come; saved with the effect of what it read."""

    reader = models.CharField(max_length=20, primary_key=True)
    block_number = models.BigIntegerField(default=0)
    tx_id = models.CharField(max_length=64, blank=True)


class ChainEvent(models.Model):
    """A valid transaction in the words of the business; its row is also the proof that it was applied."""

    tx_id = models.CharField(max_length=64, primary_key=True)
    block_number = models.BigIntegerField()
    name = models.CharField(max_length=40)
    intent = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=40, blank=True)
    person = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    objects_written = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-block_number"], name="event_by_account"),
            models.Index(fields=["-block_number"], name="event_by_block"),
        ]


class Account(LedgerRow):
    """A ledger account: a pseudonym with its kind and status."""

    account = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=16, choices=AccountKind.choices())
    msp = models.CharField(max_length=20)
    sector = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=12, choices=AccountState.choices())
    # Tonnes that one person may surrender or cancel alone; 0: never alone.
    alone_surrender_t = models.BigIntegerField(default=0)
    alone_cancel_t = models.BigIntegerField(default=0)
    # The most of a block with a counterparty that is not trusted; none: as the market's.
    untrusted_block_t = models.BigIntegerField(null=True)


class Parameters(LedgerRow):
    """The latest values of one group of parameters: market, verification, session, network."""

    group = models.CharField(max_length=40, primary_key=True)
    values = models.JSONField()


class Supply(LedgerRow):
    """How much of a token may be issued and how much was; coin has no unit."""

    token = models.CharField(max_length=20, primary_key=True)
    cap = models.BigIntegerField()
    issued = models.BigIntegerField()
    redeemed = models.BigIntegerField(default=0)
    cancelled = models.BigIntegerField(default=0)


class Lot(LedgerRow):
    """A range of allowances with one owner and one state, serial_from..serial_to, both ends included."""

    unit = models.CharField(max_length=8)
    vintage = models.PositiveSmallIntegerField()
    serial_from = models.BigIntegerField()
    serial_to = models.BigIntegerField()
    owner = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=LotState.choices())
    listing = models.CharField(max_length=40, blank=True)
    listing_session = models.BigIntegerField(null=True)
    tradable_from_session = models.BigIntegerField(default=0)
    hold = models.CharField(max_length=40, blank=True)
    parent = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "vintage", "serial_from"], name="one_lot_per_first_serial"
            )
        ]
        indexes = [models.Index(fields=["owner", "unit", "vintage", "state"], name="lot_by_owner")]

    @property
    def quantity(self) -> int:
        """Tonnes."""
        return self.serial_to - self.serial_from + 1


class Movement(LedgerRow):
    """A range of allowances that changed hands or state in one transaction: the edges of a trace."""

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    unit = models.CharField(max_length=8)
    vintage = models.PositiveSmallIntegerField()
    serial_from = models.BigIntegerField()
    serial_to = models.BigIntegerField()
    giver = models.CharField(max_length=40, blank=True)
    receiver = models.CharField(max_length=40)
    state_before = models.CharField(max_length=20, blank=True)
    state_after = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tx_id", "number"], name="one_movement_per_place")]
        indexes = [
            models.Index(fields=["unit", "vintage", "serial_from", "serial_to"], name="movement_by_serial"),
            models.Index(fields=["receiver", "-block_number"], name="movement_by_receiver"),
            models.Index(fields=["giver", "-block_number"], name="movement_by_giver"),
        ]


class CoinOutput(LedgerRow):
    """One output of coin; spent ones stay, with the transaction that spent them, for the trace."""

    tx = models.CharField(max_length=64)
    n = models.PositiveIntegerField()
    owner = models.CharField(max_length=40)
    amount_cents = models.BigIntegerField()
    listing = models.CharField(max_length=40, blank=True)
    listing_session = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=40, blank=True)
    created_name = models.CharField(max_length=40)
    created_block = models.BigIntegerField()
    created_at = models.DateTimeField()
    spent_tx = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tx", "n"], name="one_coin_output_per_place")]
        indexes = [
            models.Index(
                fields=["owner", "-amount_cents"], name="coin_unspent", condition=models.Q(spent_tx="")
            ),
            models.Index(fields=["spent_tx"], name="coin_by_spender"),
        ]


class Listing(LedgerRow):
    """An offer to sell or buy; it holds for its session."""

    listing = models.CharField(max_length=40, primary_key=True)
    account = models.CharField(max_length=40)
    person = models.CharField(max_length=40)
    side = models.CharField(max_length=4, choices=Side.choices())
    unit = models.CharField(max_length=8)
    vintage = models.PositiveSmallIntegerField()
    price_cents = models.BigIntegerField()
    session = models.BigIntegerField()
    quantity = models.BigIntegerField()
    quantity_open = models.BigIntegerField()
    state = models.CharField(max_length=14, choices=ListingState.choices())
    listed_at = models.DateTimeField()
    listed_tx = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "vintage", "session", "side", "price_cents"], name="listing_book"),
            models.Index(fields=["account", "-listed_at"], name="listing_by_account"),
        ]


class ListingClip(models.Model):
    """A part of a listing that is taken by itself."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="clips")
    k = models.PositiveSmallIntegerField()
    quantity = models.BigIntegerField()
    quantity_open = models.BigIntegerField()
    state = models.CharField(max_length=14, choices=ListingState.choices())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "k"], name="one_clip_per_number")]


class Trade(LedgerRow):
    """Allowances against coin between two accounts, in one transaction."""

    trade = models.CharField(max_length=80, primary_key=True)
    i = models.PositiveSmallIntegerField()
    session = models.BigIntegerField()
    listing = models.CharField(max_length=40)
    k = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    vintage = models.PositiveSmallIntegerField()
    quantity = models.BigIntegerField()
    price_cents = models.BigIntegerField()
    amount_cents = models.BigIntegerField()
    seller = models.CharField(max_length=40)
    buyer = models.CharField(max_length=40)
    taker = models.CharField(max_length=40)
    lots = models.JSONField()
    kind = models.CharField(max_length=10, choices=TradeKind.choices(), default=TradeKind.LISTED)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "vintage", "-block_number"], name="trade_tape"),
            models.Index(fields=["seller", "-at"], name="trade_by_seller"),
            models.Index(fields=["buyer", "-at"], name="trade_by_buyer"),
            models.Index(fields=["tx_id"], name="trade_by_tx"),
        ]


class Session(LedgerRow):
    """A market session: its phase, and after settlement the close of each instrument."""

    session = models.BigIntegerField(primary_key=True)
    phase = models.CharField(max_length=10, choices=SessionPhase.choices())
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    closes = models.JSONField(default=dict)
    halted = models.BooleanField(default=False)
    # Its auctions' bids have been taken: that phase comes once a session.
    auctioned = models.BooleanField(default=False)


class Issue(LedgerRow):
    """An issue of coin or allowances: proposed by the administrator, endorsed by the regulator."""

    issue = models.CharField(max_length=60, primary_key=True)
    kind = models.CharField(max_length=10, choices=TokenKind.choices())
    account = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    unit = models.CharField(max_length=8, blank=True)
    vintage = models.PositiveSmallIntegerField(null=True)
    backing_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=IssueState.choices())
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    endorsed_by = models.CharField(max_length=40, blank=True)
    endorsed_at = models.DateTimeField(null=True)


class Obligation(LedgerRow):
    """What an enterprise owes for a year: verified emissions, what was surrendered, the deadline."""

    account = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    verified_g = models.BigIntegerField()
    due_t = models.BigIntegerField()
    surrendered_t = models.BigIntegerField()
    offset_t = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=ObligationState.choices())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "year"], name="one_obligation_per_year")]


class Surrender(LedgerRow):
    """Allowances given to meet an obligation; above the account's limit it waits for a second person."""

    surrender = models.CharField(max_length=60, primary_key=True)
    account = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    quantity = models.BigIntegerField()
    lots = models.JSONField()
    state = models.CharField(max_length=10, choices=SurrenderState.choices())
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-proposed_at"], name="surrender_by_account")]


class MintedReport(LedgerRow):
    """A statement on the ledger: its digests and its state; figures stay with the enterprise."""

    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=ReportState.choices())
    statement_digest = models.CharField(max_length=64)
    figures_root = models.CharField(max_length=64)
    guideline = models.CharField(max_length=60, blank=True)
    auditor = models.CharField(max_length=40, blank=True)
    submitted_at = models.DateTimeField()
    submitted_tx = models.CharField(max_length=64)
    minted_at = models.DateTimeField(null=True)
    minted_tx = models.CharField(max_length=64, blank=True)
    record = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "plant", "period", "version"], name="one_report_per_version"
            )
        ]
        indexes = [
            models.Index(fields=["statement_digest"], name="report_by_digest"),
            models.Index(fields=["state", "-minted_at"], name="report_by_state"),
        ]


class Block(models.Model):
    """A block as the explorer shows it."""

    number = models.BigIntegerField(primary_key=True)
    header_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    data_hash = models.CharField(max_length=64)
    transactions = models.PositiveIntegerField()
    seen_at = models.DateTimeField()


class ChainTransaction(models.Model):
    """A transaction of a block, valid or not.

    endorsers: MSP ids. peers: of each [MSP id, name in its certificate, SHA-256 of that]; empty in a block
    that was read before they were kept (`tanheng ledger rebuild` reads it again).
    """

    tx_id = models.CharField(max_length=64)
    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="content")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    creator_msp = models.CharField(max_length=20)
    endorsers = models.JSONField()
    peers = models.JSONField(default=list, db_default=[])
    created_at = models.DateTimeField()
    size_bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "number"], name="one_place_in_a_block")]
        indexes = [
            models.Index(fields=["tx_id"], name="chain_by_tx"),
        ]

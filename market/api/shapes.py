"""Shapes of the market's answers: amounts are text, prices in 0.01 coin, quantities in t, emissions in g."""

from typing import Any

from kit.outbox import OutboxRow
from kit.signed import QueuedAnswer
from rest_framework import serializers
from rest_framework.response import Response

from market.api.proposers import ProposerName

Shape = serializers.Serializer[Any]
Amount = serializers.CharField


def accepted(row: OutboxRow) -> Response:
    """The 202 answer of a signed write."""
    return Response(QueuedAnswer({"intent_id": row.id, "state": row.state}).data, status=202)


class Level(Shape):
    price_cents = Amount()
    quantity = Amount()
    offers = serializers.IntegerField()
    own = Amount()


class TapeRow(Shape):
    trade = serializers.CharField()
    at = serializers.DateTimeField()
    price_cents = Amount()
    quantity = Amount()
    tx_id = serializers.CharField()


class SessionShape(Shape):
    id = serializers.IntegerField(source="session")
    phase = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    halted = serializers.BooleanField()


class Quote(Shape):
    unit = serializers.CharField()
    vintage = Amount()
    session = SessionShape()
    previous_close_cents = Amount()
    low_cents = Amount()
    high_cents = Amount()
    tick_cents = Amount()
    lot_t = Amount()
    order_max_t = Amount()
    block_min_t = Amount(allow_null=True)
    block_low_cents = Amount()
    block_high_cents = Amount()
    last_cents = Amount(allow_null=True)
    volume = Amount()
    sells = Level(many=True)
    buys = Level(many=True)
    tape = TapeRow(many=True)


class Instruments(Shape):
    class Instrument(Shape):
        unit = serializers.CharField()
        vintage = Amount()
        reference_cents = Amount()

    session = SessionShape()
    results = Instrument(many=True)


class Candle(Shape):
    start = serializers.DateTimeField()
    open_cents = Amount()
    high_cents = Amount()
    low_cents = Amount()
    close_cents = Amount()
    volume = Amount()
    turnover_cents = Amount()


class Candles(Shape):
    step = serializers.CharField()
    results = Candle(many=True)


class Holding(Shape):
    unit = serializers.CharField()
    vintage = Amount()
    free = Amount()
    tradable = Amount()
    listed = Amount()
    pending_surrender = Amount()
    pending_cancellation = Amount()
    surrendered = Amount()
    held = Amount()


class Coin(Shape):
    free_cents = Amount()
    locked_cents = Amount()
    outputs = serializers.IntegerField()


class Lot(Shape):
    unit = serializers.CharField()
    vintage = Amount()
    serial_from = Amount()
    serial_to = Amount()
    quantity = Amount()
    owner = serializers.CharField()
    state = serializers.CharField()
    listing = serializers.CharField()
    tradable_from_session = serializers.IntegerField()
    hold = serializers.CharField()
    origin = serializers.CharField()
    tx_id = serializers.CharField()
    at = serializers.DateTimeField()


class OwnLimits(Shape):
    """What one person of the account may do alone, in t; whether regulators keep it from trading."""

    alone_surrender_t = Amount()
    alone_cancel_t = Amount()
    untrusted_block_t = Amount(allow_null=True)
    frozen = serializers.BooleanField()


class Assets(Shape):
    account = serializers.CharField()
    limits = OwnLimits()
    holdings = Holding(many=True)
    coin = Coin()
    lots = Lot(many=True)


class ToSign(Shape):
    """What to sign, with what it comes to: `cost_cents` is paid or received."""

    name = serializers.CharField()
    args = serializers.DictField()
    quantity = Amount()
    cost_cents = Amount()


class Clip(Shape):
    k = serializers.IntegerField()
    quantity = Amount()
    quantity_open = Amount()
    state = serializers.CharField()


class Listing(Shape):
    listing = serializers.CharField()
    account = serializers.CharField()
    side = serializers.CharField()
    unit = serializers.CharField()
    vintage = Amount()
    price_cents = Amount()
    quantity = Amount()
    quantity_open = Amount()
    state = serializers.CharField()
    session = serializers.IntegerField()
    listed_at = serializers.DateTimeField()
    listed_tx = serializers.CharField()
    clips = Clip(many=True)


class Trade(Shape):
    trade = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    session = serializers.IntegerField()
    unit = serializers.CharField()
    vintage = Amount()
    quantity = Amount()
    price_cents = Amount()
    amount_cents = Amount()
    side = serializers.SerializerMethodField()
    seller = serializers.CharField()
    buyer = serializers.CharField()
    taker = serializers.CharField()
    lots = serializers.ListField(child=serializers.DictField())
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField()

    def get_side(self, row: Any) -> str:
        """The viewer's side, for own trades; the taker's for an overseer."""
        account = self.context.get("account", row.taker)
        return "buy" if row.buyer == account else "sell"


class OwnTrade(Trade):
    """A trade as one of its sides sees it: the other side is a pseudonym that is not shown."""

    seller = serializers.SerializerMethodField()  # type: ignore[assignment]
    buyer = serializers.SerializerMethodField()  # type: ignore[assignment]
    taker = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_seller(self, row: Any) -> str:
        """The account, where it is the viewer's own."""
        return self._own(row.seller)

    def get_buyer(self, row: Any) -> str:
        """The account, where it is the viewer's own."""
        return self._own(row.buyer)

    def get_taker(self, row: Any) -> str:
        """The account, where it is the viewer's own."""
        return self._own(row.taker)

    def _own(self, account: str) -> str:
        return account if account == self.context["account"] else ""


class Obligation(Shape):
    account = serializers.CharField()
    year = serializers.IntegerField()
    verified_g = Amount()
    due_t = Amount()
    surrendered_t = Amount()
    offset_t = Amount()
    state = serializers.CharField()
    tx_id = serializers.CharField()
    at = serializers.DateTimeField()


class Surrender(Shape):
    surrender = serializers.CharField()
    account = serializers.CharField()
    year = serializers.IntegerField()
    quantity = Amount()
    lots = serializers.ListField(child=serializers.DictField())
    state = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_by_name = ProposerName()
    proposed_at = serializers.DateTimeField()
    confirmed_by = serializers.CharField()
    tx_id = serializers.CharField()


class Issue(Shape):
    issue = serializers.CharField()
    kind = serializers.CharField()
    account = serializers.CharField()
    organisation = serializers.SerializerMethodField()
    amount = Amount()
    unit = serializers.CharField()
    vintage = Amount(allow_null=True)
    backing_digest = serializers.CharField()
    digest = serializers.CharField()
    state = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    endorsed_by = serializers.CharField()
    endorsed_at = serializers.DateTimeField(allow_null=True)
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField()

    def get_organisation(self, row: Any) -> str:
        """The holder's name, where the view looked it up."""
        return str(self.context.get("names", {}).get(row.account, ""))


class Supply(Shape):
    token = serializers.CharField()
    cap = Amount()
    issued = Amount()
    redeemed = Amount()
    cancelled = Amount()

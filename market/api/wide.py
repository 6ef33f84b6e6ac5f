"""Shapes of the routes across enterprises: oversight, trace, search, explorer, public figures."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from kit import clock
from rest_framework import serializers

from accounting.api.peers import PeerPlace
from accounting.api.witnesses import LawHistory
from market import duties
from market.api.shapes import (
    Amount,
    Coin,
    Holding,
    Lot,
    Obligation,
    SessionShape,
    Shape,
    Supply,
    Surrender,
    Trade,
)
from market.models import Obligation as Duty


class NameField(serializers.CharField):
    """The name of the account in another field of the row, from the view's look-up."""

    def get_attribute(self, instance: Any) -> Any:
        """The account that the field's source names."""
        return str(self.context.get("names", {}).get(super().get_attribute(instance), ""))


class Intent(Shape):
    name = serializers.CharField()
    args = serializers.DictField()


class Supplies(Shape):
    results = Supply(many=True)


class Instrument(Shape):
    unit = serializers.CharField()
    vintage = Amount()
    reference_cents = Amount()
    last_cents = Amount(allow_null=True)


class Readings(Shape):
    """How an enterprise's readings come in; per_s and last_minute are null when nobody knows."""

    tenant = serializers.CharField()
    plants = serializers.IntegerField()
    plants_live = serializers.IntegerField()
    meters = serializers.IntegerField()
    meters_online = serializers.IntegerField()
    quarantined_today = serializers.IntegerField()
    alarms_open = serializers.IntegerField()
    per_s = serializers.CharField(allow_null=True)
    last_minute = serializers.IntegerField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)
    age_s = serializers.IntegerField(allow_null=True)


class Month(Shape):
    """A plant's latest month; total_tco2 is null while unknown, and for administrators."""

    plant = serializers.CharField()
    period = serializers.CharField()
    state = serializers.CharField()
    total_tco2 = Amount(allow_null=True)


class Standing(Shape):
    account = serializers.CharField()
    name = serializers.CharField()
    sector = serializers.CharField()
    readings = Readings(allow_null=True)
    months = Month(many=True)
    minted_tco2 = Amount(allow_null=True)


class Wall(Shape):
    """Tonnes of months are null for administrators: they are not among their readers."""

    year = serializers.IntegerField()
    minted_tco2 = Amount(allow_null=True)
    standings = Standing(many=True)


class Overview(Shape):
    enterprises = serializers.IntegerField()
    sectors = serializers.DictField(child=serializers.IntegerField())
    reports = serializers.DictField(child=serializers.IntegerField())
    supplies = Supply(many=True)
    session = SessionShape()
    instruments = Instrument(many=True)
    trades = serializers.IntegerField()
    traded_t = Amount()
    turnover_cents = Amount()
    due_t = Amount()
    surrendered_t = Amount()
    wall = Wall()


class Enterprise(Shape):
    account = serializers.CharField()
    name = serializers.CharField()
    sector = serializers.CharField()
    state = serializers.CharField()
    allowances_t = Amount()
    coin_cents = Amount()
    reports = serializers.IntegerField()
    due_t = Amount()
    surrendered_t = Amount()


class Enterprises(Shape):
    results = Enterprise(many=True)
    next = serializers.CharField(allow_null=True)


class Report(Shape):
    account = serializers.CharField()
    organisation = NameField(source="account")
    plant = serializers.CharField()
    period = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    statement_digest = serializers.CharField()
    guideline = serializers.CharField()
    auditor = serializers.CharField()
    auditor_name = NameField(source="auditor")
    submitted_at = serializers.DateTimeField()
    submitted_tx = serializers.CharField()
    minted_at = serializers.DateTimeField(allow_null=True)
    minted_tx = serializers.CharField()


class NamedTrade(Trade):
    seller_name = NameField(source="seller")
    buyer_name = NameField(source="buyer")


class NamedLot(Lot):
    organisation = NameField(source="owner")


class Profile(Shape):
    enterprise = Enterprise()
    holdings = Holding(many=True)
    coin = Coin()
    lots = Lot(many=True)
    obligations = Obligation(many=True)
    surrenders = Surrender(many=True)
    reports = Report(many=True)
    trades = Trade(many=True)


class NamedObligation(Shape):
    """An obligation as overseers see it; `late`: open after its last day (Shanghai)."""

    account = serializers.CharField()
    organisation = NameField(source="account")
    year = serializers.IntegerField()
    due_t = Amount()
    surrendered_t = Amount()
    offset_t = Amount()
    state = serializers.CharField()
    surrender_by = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    tx_id = serializers.CharField()
    at = serializers.DateTimeField()

    @extend_schema_field(serializers.DateField())
    def get_surrender_by(self, row: Duty) -> str:
        """The last day to surrender."""
        return duties.surrender_by(row.year).isoformat()

    def get_late(self, row: Duty) -> bool:
        """Whether that day passed with something still owed."""
        return duties.is_late(row, now=clock.now())


class LawsOfPlant(Shape):
    """A plant's laws and its place among peers; `declared`: there are laws of the enterprise's own choice."""

    plant = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    declared = serializers.BooleanField()
    laws = LawHistory(many=True)
    peers = PeerPlace(many=True)


class PlantLaws(Shape):
    results = LawsOfPlant(many=True)


class TraceTrade(Shape):
    quantity = Amount()
    price_cents = Amount()


class TraceNode(Shape):
    """`trades`: quantity and price, of the viewer's own legs only."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["transaction", "holding", "rim"])
    label = serializers.CharField()  # type: ignore[assignment]
    account = serializers.CharField()
    organisation = serializers.CharField()
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField()
    at = serializers.CharField()
    born = Amount()
    rest = Amount()
    amount_in = Amount()
    amount_out = Amount()
    conserved = serializers.BooleanField(allow_null=True)
    trades = TraceTrade(many=True)


class TraceEdge(Shape):
    # The framework has a `source` and a `label` too; declared fields leave the class, so none is hidden.
    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    amount = Amount()
    account = serializers.CharField()
    serial_from = Amount(allow_null=True)
    serial_to = Amount(allow_null=True)
    broken = serializers.BooleanField()


class TraceStep(Shape):
    name = serializers.CharField()
    tx_id = serializers.CharField()
    at = serializers.CharField()
    account = serializers.CharField()
    due_t = Amount(required=False)
    quantity = Amount(required=False)


class Trace(Shape):
    """A graph; of a report (kind report) also its place, its steps, and the versions before and after."""

    kind = serializers.ChoiceField(choices=["lot", "coin", "report"])
    token = serializers.CharField()
    unit = serializers.CharField()
    cut = serializers.BooleanField()
    nodes = TraceNode(many=True)
    edges = TraceEdge(many=True)
    steps = TraceStep(many=True, required=False)
    account = serializers.CharField(required=False)
    organisation = serializers.CharField(required=False)
    plant = serializers.CharField(required=False)
    period = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)
    state = serializers.CharField(required=False)
    anchors = serializers.IntegerField(required=False)
    before = serializers.CharField(required=False)
    after = serializers.CharField(required=False)


class Hits(Shape):
    """Per kind the hits: title, account, page, and what the kind has."""

    results = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))


class Percentiles(Shape):
    p50 = serializers.IntegerField()
    p95 = serializers.IntegerField()
    count = serializers.IntegerField()


class ChainStatus(Shape):
    height = serializers.IntegerField()
    last_block_at = serializers.DateTimeField(allow_null=True)
    transactions = serializers.IntegerField()
    waiting = serializers.IntegerField()
    oldest_waiting_s = serializers.IntegerField()
    committed_ms = Percentiles()
    readable_ms = Percentiles()


class Block(Shape):
    number = serializers.IntegerField()
    header_hash = serializers.CharField()
    previous_hash = serializers.CharField()
    data_hash = serializers.CharField()
    transactions = serializers.IntegerField()
    seen_at = serializers.DateTimeField()


class ChainTransaction(Shape):
    tx_id = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    function = serializers.CharField()
    kind = serializers.CharField()
    code = serializers.CharField()
    created_at = serializers.DateTimeField()


class BlockContent(Block):
    content = ChainTransaction(many=True)


class EndorsingPeer(Shape):
    """fingerprint: SHA-256 of the peer's certificate, as `openssl x509 -fingerprint -sha256` shows it."""

    msp = serializers.CharField()
    name = serializers.CharField()
    fingerprint = serializers.CharField()


class ChainTransactionDetail(ChainTransaction):
    block = Block()
    endorsers = serializers.ListField(child=serializers.CharField())
    peers = EndorsingPeer(many=True)
    creator_msp = serializers.CharField()
    size_bytes = serializers.IntegerField()
    confirmed_ms = serializers.IntegerField(allow_null=True)
    readable_ms = serializers.IntegerField(allow_null=True)
    account = serializers.CharField()
    person = serializers.CharField()
    intent = serializers.CharField()
    objects = serializers.ListField(child=serializers.CharField())
    keys = serializers.ListField(child=serializers.ListField())


class BusinessItem(Shape):
    """What an act was about. who: names in the order of the act's parts, empty where hidden."""

    title = serializers.CharField()
    amount = serializers.CharField()
    unit = serializers.ChoiceField(choices=["", "t", "coin"])
    price_cents = serializers.CharField()
    trace = serializers.CharField()
    who = serializers.ListField(child=serializers.CharField())


class BusinessAct(Shape):
    tx_id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["report", "issue", "trade", "duty"])
    block_number = serializers.IntegerField()
    at = serializers.DateTimeField()
    endorsers = serializers.ListField(child=serializers.CharField())
    items = BusinessItem(many=True)


class Public(Shape):
    reports = serializers.IntegerField()
    verified_tco2 = Amount()
    last_price_cents = Amount(allow_null=True)

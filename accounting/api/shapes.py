"""Shapes of accounting's routes: what comes in is checked here, what goes out is listed here."""

from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema_field
from kit.outbox import OutboxRow
from kit.signed import QueuedAnswer, SignedBody, StrictSerializer
from lexicon.canonical import SAFE_INTEGER
from lexicon.terms import EvidenceKind, FindingKind, Origin
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.models import Finding as FindingRow
from accounting.services import clocks, radar, sampled

S = TypeVar("S", bound=serializers.Serializer[Any])
Out = serializers.Serializer[Any]
ID = r"^[a-z0-9][a-z0-9_-]{1,39}\Z"
STREAM = r"^[a-z0-9][a-z0-9_-]{0,39}\Z"


def read(shape: type[S], request: Request) -> dict[str, Any]:
    """The checked input of a request. Raises the framework's ValidationError, which the handler words."""
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    data: dict[str, Any] = given.validated_data
    return data


def accepted(row: OutboxRow) -> Response:
    """The 202 answer of a write that needs a signature."""
    return Response(QueuedAnswer({"intent_id": row.id, "state": row.state}).data, status=202)


def signed_in(data: dict[str, Any]) -> dict[str, str]:
    """The signature's three parts of a body that carries more."""
    return {name: data[name] for name in ("intent", "signature", "fingerprint")}


class Signing(Out):
    """What the page signs, and what it shows beside it."""

    name = serializers.CharField()
    args = serializers.DictField()
    shows = serializers.DictField(required=False)
    content = serializers.DictField(required=False)
    plan = serializers.DictField(required=False)
    report = serializers.DictField(required=False)
    digest = serializers.CharField(required=False)


class DrawRow(Out):
    """A draw that statements wait for; each side is missing, committed or open."""

    period = serializers.CharField()
    round = serializers.IntegerField()
    waiting = serializers.IntegerField()
    administrator = serializers.CharField()
    regulator = serializers.CharField()
    mine_open = serializers.BooleanField()


class Draws(Out):
    """What a side of the draw has to do."""

    to_commit = serializers.IntegerField()
    results = DrawRow(many=True)


class NewPeriod(StrictSerializer):
    plant = serializers.RegexField(ID)
    period = serializers.CharField(max_length=7)


class Value(StrictSerializer):
    stream = serializers.RegexField(STREAM)
    name = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=40)
    unit = serializers.CharField(max_length=20)
    origin = serializers.ChoiceField(Origin.choices())
    note = serializers.CharField(max_length=300, allow_blank=True, default="")
    evidence = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=20)


class Values(StrictSerializer):
    values = Value(many=True)


class ValueName(StrictSerializer):
    stream = serializers.RegexField(STREAM)
    name = serializers.CharField(max_length=40)


class Answer(StrictSerializer):
    remark = serializers.CharField(max_length=40)
    stream = serializers.CharField(max_length=40, allow_blank=True, default="")
    text = serializers.CharField(max_length=500)
    # Which of several remarks of one name and stream: `facts_digest` of the period's remark.
    facts_digest = serializers.CharField(max_length=64, allow_blank=True, default="")


class Reason(StrictSerializer):
    reason = serializers.CharField(max_length=1000)


class Stream(StrictSerializer):
    slug = serializers.RegexField(STREAM)
    kind = serializers.CharField(max_length=20)
    item = serializers.CharField(max_length=40)
    name_zh = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80)
    unit = serializers.CharField(max_length=20, allow_blank=True, default="")
    variant = serializers.CharField(max_length=40, allow_blank=True, default="")
    meters = serializers.DictField(
        child=serializers.ListField(child=serializers.RegexField(ID)), default=dict
    )


class Model(StrictSerializer):
    guideline = serializers.CharField(max_length=40)
    region = serializers.CharField(max_length=40, allow_blank=True, default="")
    factor_sets = serializers.DictField(child=serializers.CharField(max_length=40), default=dict)
    streams = Stream(many=True)


class PeriodRow(Out):
    id = serializers.UUIDField()
    plant = serializers.CharField()
    period = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    guideline = serializers.CharField()
    total_tco2 = serializers.CharField(allow_null=True)
    computed_at = serializers.DateTimeField(allow_null=True)
    findings_open = serializers.IntegerField()
    answer_due_on = serializers.DateField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)


class ThreadFile(Out):
    id = serializers.UUIDField()
    title = serializers.CharField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()


class Message(Out):
    """One entry of a finding's thread. side: auditor, enterprise."""

    side = serializers.CharField()
    text = serializers.CharField()
    person = serializers.CharField()
    at = serializers.DateTimeField()
    evidence = ThreadFile(many=True)


class Clock(Out):
    """Whose turn it is (auditor, enterprise), by which day, and whether that day is past."""

    waits_for = serializers.CharField()
    due_on = serializers.DateField()
    overdue = serializers.BooleanField()


class Finding(Out):
    """A finding. on_ledger: the ledger has it; closing: its signed end is on the way there; item: that of the
    sample which it is about, by name, or null."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    stream = serializers.CharField()
    item = serializers.SerializerMethodField()
    text = serializers.CharField()
    at_stake_g = serializers.CharField()
    due_on = serializers.DateField()
    reply = serializers.CharField()
    closed = serializers.BooleanField()
    outcome = serializers.CharField()
    version = serializers.IntegerField(source="case.report.version")
    messages = Message(many=True)
    clock = serializers.SerializerMethodField()
    on_ledger = serializers.SerializerMethodField()
    closing = serializers.SerializerMethodField()

    @extend_schema_field(Clock(allow_null=True))
    def get_clock(self, row: FindingRow) -> dict[str, Any] | None:
        """Of an open finding."""
        found = clocks.of(row)
        return dict(Clock(found).data) if found else None

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_item(self, row: FindingRow) -> dict[str, str] | None:
        """In both languages."""
        return sampled.named(row.case, [row.item])[0] if row.item else None

    def get_on_ledger(self, row: FindingRow) -> bool:
        """Whether the enterprise sees it."""
        return bool(row.raised_tx)

    def get_closing(self, row: FindingRow) -> bool:
        """Whether its end was signed and may still be refused."""
        return not row.closed and row.closing_intent is not None


class Period(PeriodRow):
    """A period with everything its page shows."""

    plant_name = serializers.DictField()
    rule_version = serializers.CharField()
    factor_sets = serializers.DictField()
    region = serializers.CharField()
    total_g = serializers.CharField(allow_null=True)
    lines = serializers.ListField(child=serializers.DictField())
    year = serializers.DictField(allow_null=True)
    subtotals = serializers.ListField(child=serializers.DictField())
    indicators = serializers.ListField(child=serializers.DictField())
    grades = serializers.ListField(child=serializers.DictField())
    remarks = serializers.ListField(child=serializers.DictField())
    streams = serializers.ListField(child=serializers.DictField())
    history = serializers.ListField(child=serializers.DictField())
    findings = Finding(many=True)
    submission = serializers.DictField(allow_null=True)
    adjustment_g = serializers.CharField(allow_null=True)


class NewEvidence(StrictSerializer):
    file = serializers.FileField(allow_empty_file=True, max_length=200)
    title = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(EvidenceKind.choices())
    period = serializers.UUIDField(required=False)
    stream = serializers.CharField(max_length=40, allow_blank=True, default="")
    laboratory = serializers.CharField(max_length=120, allow_blank=True, default="")
    accreditation = serializers.CharField(max_length=60, allow_blank=True, default="")
    sampled_on = serializers.DateField(required=False)
    received_on = serializers.DateField(required=False)
    tested_on = serializers.DateField(required=False)
    reported_on = serializers.DateField(required=False)


class Evidence(Out):
    id = serializers.UUIDField()
    period = serializers.UUIDField(source="period_id", allow_null=True)
    stream = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    laboratory = serializers.CharField()
    accreditation = serializers.CharField()
    sampled_on = serializers.DateField(allow_null=True)
    reported_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()


class EvidenceTwin(Out):
    """The other file of a sign; always of the same enterprise."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    media_type = serializers.CharField()
    plant = serializers.CharField()
    period = serializers.CharField()
    created_at = serializers.DateTimeField()


class EvidenceSign(Out):
    """One sign of a forgery, in words."""

    sign = serializers.CharField()
    weight = serializers.IntegerField()
    words = serializers.DictField()
    twin = EvidenceTwin(allow_null=True)


class PaperRemark(Out):
    """One remark on a document against its line: the sentence, and both places, each in zh and en."""

    remark = serializers.CharField()
    words = serializers.DictField()
    at = serializers.DictField()
    against = serializers.DictField()


class ScannedEvidence(Evidence):
    """A file with what the radar said of it, and what it must show and does not; scanned_at is null while
    it waits."""

    received_on = serializers.DateField(allow_null=True)
    tested_on = serializers.DateField(allow_null=True)
    scanned_at = serializers.DateTimeField(source="scan.scanned_at", allow_null=True, default=None)
    readable = serializers.BooleanField(source="scan.readable", default=True)
    suspect = serializers.SerializerMethodField()
    signs = serializers.SerializerMethodField()
    paper = PaperRemark(source="paper_remarks", many=True, default=list)

    @extend_schema_field(serializers.BooleanField())
    def get_suspect(self, row: Any) -> bool:
        return radar.is_suspicious(row)

    @extend_schema_field(EvidenceSign(many=True))
    def get_signs(self, row: Any) -> Any:
        return EvidenceSign(radar.signs_of(row), many=True).data


class MatchPlace(Out):
    """Where a file is; for the regulator."""

    account = serializers.CharField()
    enterprise = serializers.CharField()
    plant = serializers.CharField()
    period = serializers.CharField()
    evidence = serializers.UUIDField()
    kind = serializers.CharField()
    created_at = serializers.DateTimeField()


class EvidenceMatch(Out):
    """Files of two enterprises with the same image or figures."""

    percent = serializers.IntegerField()
    found_at = serializers.DateTimeField()
    one = MatchPlace()
    other = MatchPlace()


class EvidenceMatches(Out):
    results = EvidenceMatch(many=True)


class CaseRow(Out):
    """A case, or a submission that waits for one (then auditor is empty and opened_at null)."""

    id = serializers.CharField()
    account = serializers.CharField()
    enterprise = serializers.CharField()
    plant = serializers.CharField()
    period = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    auditor = serializers.CharField()
    auditor_name = serializers.CharField()
    open = serializers.BooleanField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    next_step = serializers.CharField(allow_null=True)
    record = serializers.DictField()
    findings_open = serializers.IntegerField()
    answer_due_on = serializers.DateField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)


class Case(CaseRow):
    """What its auditor sees: the frozen statement, plan, sample, work log, findings, evidence."""

    statement = serializers.DictField(allow_null=True)
    plan = serializers.DictField(allow_null=True)
    seed = serializers.CharField()
    log = serializers.ListField(child=serializers.DictField())
    findings = Finding(many=True)
    evidence = ScannedEvidence(many=True)
    witnesses = serializers.ListField(child=serializers.DictField())


class PlanBody(SignedBody):
    materiality_percent = serializers.RegexField(r"^[0-9]{1,2}(\.[0-9])?\Z", default="5.0")
    sample_size = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class StepBody(SignedBody):
    step = serializers.CharField(max_length=30)
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class ReasonBody(SignedBody):
    reason = serializers.CharField(max_length=1000)


class FindingDraft(StrictSerializer):
    """A finding before it is signed; without `due_on` the rule's day; item: of the sample that it is on."""

    kind = serializers.ChoiceField(FindingKind.choices())
    stream = serializers.CharField(max_length=40, allow_blank=True, default="")
    text = serializers.CharField(max_length=1000)
    at_stake_g = serializers.IntegerField(min_value=0, max_value=SAFE_INTEGER, default=0)
    due_on = serializers.DateField(required=False)
    item = serializers.CharField(max_length=200, allow_blank=True, default="")


class NewFinding(FindingDraft, SignedBody):
    """A signed finding."""


class Outcome(SignedBody):
    outcome = serializers.CharField(max_length=500)


class ReplyText(StrictSerializer):
    text = serializers.CharField(max_length=1000)
    evidence = serializers.ListField(child=serializers.UUIDField(), max_length=10, default=list)


class MessageText(StrictSerializer):
    text = serializers.CharField(max_length=1000)


class ReportRow(Out):
    id = serializers.UUIDField()
    plant = serializers.CharField(source="period.plant")
    period = serializers.CharField(source="period.period")
    period_id = serializers.UUIDField(source="period.pk")
    version = serializers.IntegerField()
    state = serializers.CharField()
    digest = serializers.CharField()
    total_g = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    submitted_tx = serializers.CharField()
    minted_tx = serializers.CharField()
    minted_block = serializers.IntegerField(allow_null=True)
    minted_at = serializers.DateTimeField(allow_null=True)


class Report(ReportRow):
    files = serializers.ListField(child=serializers.DictField())
    statement = serializers.DictField()
    verification = serializers.DictField(allow_null=True)


class ReportFile(Out):
    file = serializers.FileField()


class Verified(Out):
    """What the ledger says of a digest, and whether a file's pages fit the data inside it."""

    kind = serializers.ChoiceField(choices=["report", "verification"])
    found = serializers.BooleanField()
    digest = serializers.CharField()
    state = serializers.CharField(allow_null=True)
    enterprise = serializers.CharField(allow_null=True)
    plant = serializers.CharField(allow_null=True)
    period = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    guideline = serializers.CharField(allow_null=True)
    total_tco2 = serializers.CharField(allow_null=True)
    block_number = serializers.IntegerField(allow_null=True)
    tx_id = serializers.CharField(allow_null=True)
    minted_at = serializers.DateTimeField(allow_null=True)
    endorsers = serializers.ListField(child=serializers.CharField())
    signers = serializers.ListField(child=serializers.DictField())
    what = serializers.DictField()
    meaning = serializers.DictField()
    action = serializers.DictField()
    checks = serializers.ListField(child=serializers.DictField())
    statement = serializers.DictField(allow_null=True)

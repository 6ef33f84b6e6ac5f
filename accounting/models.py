"""A tenant's accounting: streams and their meters, periods, typed values, evidence, statements, cases, jobs.

Tables only; rules live in `services` and in the pure `domain`. People are stored by their ledger id.
"""

import uuid

from django.db import models
from lexicon.terms import (
    EvidenceKind,
    FindingKind,
    Grade,
    ItemVerdict,
    Origin,
    PeriodState,
    ReportState,
    VerificationStep,
)


class PlantModel(models.Model):
    """How a plant is accounted: guideline, factor sets by role, region of the grid set (the plan's core)."""

    plant = models.CharField(max_length=40, primary_key=True)
    guideline = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20, blank=True)
    factor_sets = models.JSONField(default=dict)
    region = models.CharField(max_length=40, blank=True)
    changed_at = models.DateTimeField()


class SourceStream(models.Model):
    """One stream of a plant. meters: which slugs feed `quantity` or a balance field (none: typed)."""

    model = models.ForeignKey(PlantModel, on_delete=models.PROTECT, related_name="streams")
    slug = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    item = models.CharField(max_length=40)
    variant = models.CharField(max_length=40, blank=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    unit = models.CharField(max_length=20, blank=True)
    meters = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "slug"], name="one_stream_per_slug")]
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name_zh


class ReportingPeriod(models.Model):
    """A plant's month. `result` is the last calculation of the open period, as the page shows it.

    streams: a copy of the model's from the first submission on, so that a later model leaves it alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=16, choices=PeriodState.choices(), default=PeriodState.COLLECTING)
    version = models.PositiveIntegerField(default=1)
    guideline = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20, blank=True)
    factor_sets = models.JSONField(default=dict)
    region = models.CharField(max_length=40, blank=True)
    streams = models.JSONField(default=list)
    result = models.JSONField(null=True)
    result_digest = models.CharField(max_length=64, blank=True)
    computed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plant", "period"], name="one_period_per_plant")]
        indexes = [models.Index(fields=["state"], name="period_by_state")]

    def __str__(self) -> str:
        return f"{self.plant} {self.period}"


class PeriodEntry(models.Model):
    """One line of a period's history: who did what, when, with which effect."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    person = models.CharField(max_length=40, blank=True)
    act = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    tx_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["period", "id"], name="entry_by_period")]


class Evidence(models.Model):
    """A file that supports a figure. The bytes lie encrypted on disk; `sha256` is of the plaintext."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.CharField(max_length=63)
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, null=True, related_name="evidence")
    stream = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=24, choices=EvidenceKind.choices())
    title = models.CharField(max_length=120)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    laboratory = models.CharField(max_length=120, blank=True)
    accreditation = models.CharField(max_length=60, blank=True)
    sampled_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    tested_on = models.DateField(null=True)
    reported_on = models.DateField(null=True)
    uploaded_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256"], name="one_evidence_per_content")]


class DataKey(models.Model):
    """The tenant's key for evidence, wrapped by the master key; without it the files cannot be read again."""

    wrapped = models.BinaryField()
    created_at = models.DateTimeField()


class ActivityRecord(models.Model):
    """One typed value of a stream. `name`: quantity, a balance field (`balance.sold`) or a parameter."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="records")
    stream = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    text = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    origin = models.CharField(max_length=12, choices=Origin.choices())
    grade = models.CharField(max_length=1, choices=Grade.choices(), default=Grade.D)
    note = models.CharField(max_length=300, blank=True)
    evidence = models.ManyToManyField(Evidence, related_name="records")
    person = models.CharField(max_length=40)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "stream", "name"], name="one_record_per_value")
        ]


class RemarkAnswer(models.Model):
    """What a person says to a remark that must be answered before submission.

    facts_digest: of the facts it was said to; empty in rows of a time that kept none.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="answers")
    remark = models.CharField(max_length=40)
    stream = models.CharField(max_length=40, blank=True)
    facts_digest = models.CharField(max_length=64, blank=True, default="")
    text = models.CharField(max_length=500)
    person = models.CharField(max_length=40)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "remark", "stream", "facts_digest"], name="one_answer_per_remark"
            )
        ]


class Report(models.Model):
    """One frozen version of a period: `content` is its canonical JSON, whose digest is submitted and minted.

    state is empty while the person reads what she is about to sign; nothing of such a row is on the ledger.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=ReportState.choices(), blank=True)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    figures_digest = models.CharField(max_length=64)
    total_g = models.BigIntegerField()
    args = models.JSONField()
    nonce = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    intent = models.UUIDField(null=True)
    submitted_by = models.CharField(max_length=40, blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_tx = models.CharField(max_length=64, blank=True)
    minted_tx = models.CharField(max_length=64, blank=True)
    minted_block = models.BigIntegerField(null=True)
    minted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "version"], name="one_statement_per_version")
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="statement_by_state")]


class VerificationCase(models.Model):
    """The verification of one report, as the assigned auditor works on it; id as in `accounting_chain`."""

    id = models.CharField(max_length=140, primary_key=True)
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="case")
    auditor = models.CharField(max_length=40)
    plan = models.JSONField(null=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    plans = models.JSONField(default=list)
    seed = models.CharField(max_length=64, blank=True)
    sample = models.JSONField(null=True)
    decision = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    verification = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)


class SamplingPlan(models.Model):
    """A version of a case's sampling plan; the ledger has its digest, and says whether it counts."""

    case = models.ForeignKey(VerificationCase, on_delete=models.PROTECT, related_name="plan_versions")
    version = models.PositiveIntegerField()
    plan = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="one_sampling_plan_per_version")
        ]


class WorkLogEntry(models.Model):
    """One step of a verification: what was done, chained by digest; `tx_id` once the ledger has it."""

    case = models.ForeignKey(VerificationCase, on_delete=models.PROTECT, related_name="log")
    step = models.CharField(max_length=20, choices=VerificationStep.choices())
    content = models.TextField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=40)
    intent = models.UUIDField(null=True)
    tx_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="one_entry_per_step")]


class Finding(models.Model):
    """What an auditor found on a figure, with tonnes at stake and a deadline; closed by the auditor.

    raised_tx: empty until the ledger has it, and so long the enterprise does not see it; reply: its last one.
    item: of the sample, where it is about one.
    """

    case = models.ForeignKey(VerificationCase, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=FindingKind.choices())
    stream = models.CharField(max_length=40, blank=True)
    item = models.CharField(max_length=200, blank=True, default="")
    text = models.CharField(max_length=1000)
    at_stake_g = models.BigIntegerField(default=0)
    due_on = models.DateField()
    reply = models.CharField(max_length=1000, blank=True)
    replied_by = models.CharField(max_length=40, blank=True)
    replied_at = models.DateTimeField(null=True)
    closed = models.BooleanField(default=False)
    outcome = models.CharField(max_length=500, blank=True)
    person = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    intent = models.UUIDField(null=True)
    raised_tx = models.CharField(max_length=64, blank=True)
    closing_intent = models.UUIDField(null=True)
    outcome_digest = models.CharField(max_length=64, blank=True)
    closed_tx = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_finding_per_number")]
        ordering = ["number"]


class FindingMessage(models.Model):
    """One entry of a finding's thread: the enterprise's answer, or what the auditor says to it."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=12)
    text = models.CharField(max_length=1000)
    evidence = models.ManyToManyField(Evidence, related_name="finding_messages")
    person = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class MatterNote(models.Model):
    """What the verifiers write on a matter of the third chapter; the technical review is of it, too."""

    case = models.ForeignKey(VerificationCase, on_delete=models.PROTECT, related_name="notes")
    matter = models.CharField(max_length=20)
    text = models.CharField(max_length=2000)
    person = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "matter"], name="one_note_per_matter")]


class SampleVerdict(models.Model):
    """What a verifier says of an item that the seed drew. by_check: passed with all whose check was good."""

    case = models.ForeignKey(VerificationCase, on_delete=models.PROTECT, related_name="verdicts")
    item = models.CharField(max_length=200)
    verdict = models.CharField(max_length=8, choices=ItemVerdict.choices())
    by_check = models.BooleanField(default=False)
    person = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "item"], name="one_verdict_per_item")]


class RenderedFile(models.Model):
    """A report's HTML or PDF in one language: made once by the task worker, stored, never made again."""

    class Kind(models.TextChoices):
        PDF = "pdf"
        RECEIPT = "receipt"
        XLSX = "xlsx"
        VERIFICATION_PDF = "verification_pdf"
        VERIFICATION_XLSX = "verification_xlsx"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "language"], name="one_file_per_language")
        ]
        indexes = [models.Index(fields=["created_at"], name="file_waiting", condition=models.Q(made_at=None))]


class Calibration(models.Model):
    """A certificate of a meter's calibration: the days it holds for, what was asked and found, per cent.

    serial: the number on the device, by which bills and certificates name it.

    A wrong row is withdrawn, never removed: what was calculated with it stays explained.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plant = models.CharField(max_length=40)
    meter = models.CharField(max_length=40)
    certificate = models.CharField(max_length=80)
    serial = models.CharField(max_length=80, blank=True)
    laboratory = models.CharField(max_length=120, blank=True)
    calibrated_on = models.DateField()
    valid_until = models.DateField()
    required_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    found_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, related_name="calibrations")
    person = models.CharField(max_length=40)
    entered_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=40, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plant", "meter", "certificate"],
                condition=models.Q(withdrawn_at=None),
                name="one_calibration_per_certificate",
            )
        ]
        indexes = [models.Index(fields=["plant", "meter"], name="calibration_by_meter")]


class KnownResult(models.Model):
    """What was known of a period at the end of a day in Shanghai: the day's last calculation, whole."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="known")
    day = models.DateField()
    known_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=PeriodState.choices())
    version = models.PositiveIntegerField()
    result = models.JSONField()
    digest = models.CharField(max_length=64)
    total_g = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "day"], name="one_known_result_per_day")]
        ordering = ["day"]


class QualityPlan(models.Model):
    """A version of a plant's data quality plan: canonical JSON, whose digest is filed on the ledger.

    filed_tx is empty until the ledger has it; a version that it refused is written anew.
    """

    plant = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    intent = models.UUIDField(null=True)
    person = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    filed_tx = models.CharField(max_length=64, blank=True)
    filed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plant", "version"], name="one_plan_per_version")]
        ordering = ["plant", "version"]


# Tables of radar and witnesses, of the enterprise and its supplementary data, registered with the others.
from accounting import entity_models, scan_models, visit_models  # noqa: E402, F401

"""The shared half: `report~` and `case~` as digests and states, and where each period stands.

Of an enterprise's figures only the totals of its months stand here (ADR 0018), for the regulator alone.
"""

from django.db import models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from lexicon.terms import PeriodState, ReportState


class ChainReport(models.Model):
    """A submitted statement as the ledger knows it. `record` is the whole state record, canonical JSON."""

    id = models.CharField(max_length=140, primary_key=True)  # account.plant.period.version
    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=ReportState.choices())
    digest = models.CharField(max_length=64)
    record = models.TextField()
    # Who holds a verification report has its digest only: the database reads it out of the record.
    verification_digest = models.GeneratedField(
        expression=KeyTextTransform(
            "verification_digest", KeyTransform("approval", Cast("record", models.JSONField()))
        ),
        output_field=models.CharField(max_length=64, null=True),
        db_persist=True,
    )
    submitted_tx = models.CharField(max_length=64)
    submitted_block = models.BigIntegerField()
    submitted_at = models.DateTimeField()
    minted_tx = models.CharField(max_length=64, blank=True)
    minted_block = models.BigIntegerField(null=True)
    minted_at = models.DateTimeField(null=True)
    last_tx = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["digest"], name="chain_report_by_digest"),
            models.Index(fields=["verification_digest"], name="chain_report_by_verification"),
            models.Index(fields=["state", "submitted_at"], name="chain_report_queue"),
            models.Index(fields=["account", "-submitted_at"], name="chain_report_by_account"),
        ]


class ChainCase(models.Model):
    """A verification case as the ledger knows it; id as the report's; `record` is canonical JSON."""

    id = models.CharField(max_length=140, primary_key=True)
    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    version = models.PositiveIntegerField()
    auditor = models.CharField(max_length=40)
    seed = models.CharField(max_length=64, blank=True)
    open = models.BooleanField(default=True)
    record = models.TextField()
    opened_at = models.DateTimeField()
    last_tx = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["auditor", "open", "opened_at"], name="chain_case_queue")]


class CaseOpening(models.Model):
    """What the regulator signs to open a case; her nonce of the sample stays here until it is opened."""

    id = models.CharField(max_length=140, primary_key=True)
    nonce = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    created_at = models.DateTimeField()


class ChainDraw(models.Model):
    """The draw of a period's auditors as the ledger knows it: each side's commitment, or nothing yet."""

    period = models.CharField(max_length=7, primary_key=True)
    round = models.PositiveIntegerField()
    administrator = models.CharField(max_length=64, blank=True)
    regulator = models.CharField(max_length=64, blank=True)
    administrator_open = models.BooleanField(default=False)
    regulator_open = models.BooleanField(default=False)
    seed = models.CharField(max_length=64, blank=True)
    last_tx = models.CharField(max_length=64)


class DrawNonce(models.Model):
    """A side's nonce for a period's draw, encrypted; it stays here until its side opens it."""

    side = models.CharField(max_length=16)
    period = models.CharField(max_length=7)
    round = models.PositiveIntegerField()
    sealed = models.TextField()
    commitment = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["side", "period", "round"], name="one_nonce_per_side_and_round")
        ]


class PeriodStanding(models.Model):
    """Where a plant's month stands: state, running total and minted total in grams, None while unknown.

    Of its findings: how many are open, and by when the enterprise and the auditor have to say something.

    Read by `market.wall` only, which gives the totals to the regulator and to nobody else across enterprises.
    """

    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=16, choices=PeriodState.choices())
    total_g = models.BigIntegerField(null=True)
    minted_g = models.BigIntegerField(null=True)
    findings_open = models.PositiveSmallIntegerField(default=0)
    answer_due_on = models.DateField(null=True)
    review_due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "plant", "period"], name="one_standing_per_period")
        ]
        indexes = [models.Index(fields=["account", "-period"], name="standing_by_account")]


class PeerFigure(models.Model):
    """Both sides of a measure in a plant's signed statement: grams, and millionths of a tonne or GJ.

    A row with an empty measure says that this version was looked at. Read by `services.peers` only, which
    gives them to their enterprise, its auditor and the regulator.
    """

    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    version = models.PositiveIntegerField()
    guideline = models.CharField(max_length=40)
    measure = models.CharField(max_length=20)
    emissions_g = models.BigIntegerField()
    over_micro = models.BigIntegerField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "plant", "period", "measure"], name="one_peer_figure_per_measure"
            )
        ]
        indexes = [models.Index(fields=["guideline", "measure", "period"], name="peer_figure_by_group")]


class PeerGroup(models.Model):
    """The enterprises of a guideline that are compared in a period. members: sides by account, as text.

    It is made anew only when it differs in so many enterprises that two groups tell nobody's figure.
    """

    guideline = models.CharField(max_length=40)
    measure = models.CharField(max_length=20)
    period = models.CharField(max_length=7)
    members = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guideline", "measure", "period"], name="one_peer_group")
        ]


class EvidencePrint(models.Model):
    """The print of an enterprise's file, to be compared across enterprises without its content.

    images: perceptual hashes; figures: keyed hashes of its figures, with their digits. Read by the
    radar only.
    """

    evidence = models.UUIDField(unique=True)
    tenant = models.CharField(max_length=63)
    account = models.CharField(max_length=40)
    plant = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=7, blank=True)
    kind = models.CharField(max_length=24)
    images = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "tenant"], name="evidence_print_by_kind")]


class EvidenceMatch(models.Model):
    """Files of two enterprises with the same image or figures. The regulator sees both places, others
    neither."""

    one = models.ForeignKey(EvidencePrint, on_delete=models.CASCADE, related_name="matches")
    other = models.ForeignKey(EvidencePrint, on_delete=models.CASCADE, related_name="matched_by")
    percent = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="one_match_per_pair")]
        indexes = [models.Index(fields=["-found_at"], name="evidence_match_newest")]


# Tables of factor sets, registered with the others.
from accounting.chain import factor_models  # noqa: E402, F401

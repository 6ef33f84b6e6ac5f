"""Objects of the state of the evidence chain: meters, anchors, reports, cases. Owns shapes only."""

from dataclasses import dataclass

from lexicon.arguments import (
    AnchorUsed,
    GatewayKey,
    TotalBox,
)
from lexicon.codec import (
    Count,
    Day,
    DecimalText,
    Hash,
    Id,
    Instant,
    Month,
    Ordinal,
    Period,
    Sentence,
    ShortText,
    Year,
)
from lexicon.people_records import TxId
from lexicon.terms import (
    Medium,
    ReportState,
    VerificationStep,
)
from lexicon.ties import AuditorTie


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """meter~{account}~{plant}~{meter}~{n}: one installation; valid_to: replaced; revoked_at: its key's end"""

    account: Id
    plant: Id
    meter: Id
    n: Count
    medium: Medium
    unit: ShortText
    least_count: DecimalText
    digits: Ordinal
    gateway_key: GatewayKey | None
    valid_from: Instant
    calibration_digest: Hash | None = None
    valid_to: Instant | None = None
    revoked_at: Instant | None = None
    start_value: DecimalText | None = None
    final_value: DecimalText | None = None
    evidence_digest: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """anchor~{account}~{plant}~{day}~{n}"""

    account: Id
    plant: Id
    day: Day
    n: Count
    root: Hash
    leaf_count: Count
    previous_root: Hash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the approver signed, with the transaction that minted."""

    work_log_root: Hash
    findings_root: Hash
    verification_digest: Hash
    approved_by: Id
    tx: TxId
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """report~{account}~{plant or entity}~{period}~{version}"""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    state: ReportState
    statement_digest: Hash
    figures_root: Hash
    figures_count: Ordinal
    guideline: Id
    guideline_hash: Hash
    factor_sets_hash: Hash
    anchors: tuple[AnchorUsed, ...]
    total_boxes: tuple[TotalBox, ...]
    nonce_commitment: Hash
    submitted_by: Id
    intents: tuple[Hash, ...]
    auditor: Id | None = None
    reason_digest: Hash | None = None
    approval: Approval | None = None
    plan_digest: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodHead:
    """period~{account}~{plant or entity}~{period}: newest version and the one minted, if any"""

    latest: Ordinal
    minted: Ordinal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One recorded step of a verification."""

    step: VerificationStep
    digest: Hash
    previous: Hash | None
    person: Id
    at: Instant
    second: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """A sampling plan that was committed; reason: why it took the place of the one before."""

    plan_digest: Hash
    person: Id
    at: Instant
    reason: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMark:
    """A finding by digests; without `outcome_digest` it is open."""

    number: Ordinal
    digest: Hash
    due_on: Day
    raised_by: Id
    raised_at: Instant
    outcome_digest: Hash | None = None
    closed_by: Id | None = None
    closed_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSide:
    """One side of a draw: commitment, and nonce once it is open."""

    commitment: Hash
    person: Id
    nonce: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """draw~{period}: the nonces that draw the auditors of a period; round rises when it is begun again"""

    period: Period
    round: Ordinal
    administrator: DrawSide | None = None
    regulator: DrawSide | None = None
    seed: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """plan~{account}~{plant}: the data quality plan in force, by its digest"""

    account: Id
    plant: Id
    version: Ordinal
    plan_digest: Hash
    filed_by: Id
    filed_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFactors:
    """factors~{factor_set}: a published set by the digest of its text, in force for periods from `since` on.

    simulation_digest: of what both persons read about its effect on the open periods. Also the values of the
    parameters' group `factors`.
    """

    factor_set: Id
    digest: Hash
    succeeds: Id
    succeeds_digest: Hash
    since: Month
    simulation_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """case~{account}~{plant or entity}~{period}~{version}; passed_over: drawn before, not independent"""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    auditor: Id
    candidates: tuple[Id, ...]
    passed_over: tuple[Id, ...]
    draw: Hash
    opened_by: Id
    enterprise_commitment: Hash
    regulator_commitment: Hash
    plan_digest: Hash | None = None
    plan_at: Instant | None = None
    enterprise_nonce: Hash | None = None
    regulator_nonce: Hash | None = None
    seed: Hash | None = None
    left_out: ShortText | None = None
    steps: tuple[Step, ...] = ()
    plans: tuple[PlanVersion, ...] = ()
    findings: tuple[FindingMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A tie of an auditor's body with an account, other than compiling; year: the last in which it held"""

    kind: AuditorTie
    year: Year


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """tenure~{auditor}~{account}: years in which a body verified an account, compiled for it, was tied"""

    years: tuple[Year, ...]
    compiled: tuple[Year, ...] = ()
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationParameters:
    """params~verification: steps by kind of period, in order, and deadlines in hours"""

    month: tuple[VerificationStep, ...]
    year: tuple[VerificationStep, ...]
    sample_deadline_hours: Ordinal
    confirm_deadline_hours: Ordinal
    tenure_years_max: Ordinal

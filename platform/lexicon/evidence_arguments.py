"""Arguments of draws, plans, visits and the ends of meters. Owns shapes; the others' are in `arguments`."""

from dataclasses import dataclass

from lexicon.arguments import RegisterMeter
from lexicon.codec import Count, Day, DecimalText, Hash, Id, Nonce, Ordinal, Period, Year
from lexicon.ties import AuditorTie


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCommitment:
    """One side's commitment (SHA-256 of its nonce) to the draw of a period's auditors."""

    period: Period
    commitment: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitDraws:
    """The signer's side commits to the draws of these periods, before a statement can be submitted."""

    draws: tuple[DrawCommitment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraw:
    """The signer's side opens its nonce; with both the period's seed stands."""

    period: Period
    nonce: Nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidDraw:
    """Starts a period's draw again, because a side cannot open its nonce; the reason stays off the ledger."""

    period: Period
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareCompilation:
    """The signer's body compiled a report of this enterprise for this year, or was tied to it: it may not
    verify it. tie: without it, that it compiled."""

    account: Id
    year: Year
    tie: AuditorTie = AuditorTie.COMPILED


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """Digest of a plant's data quality plan; versions are 1, 2, 3 ..."""

    plant: Id
    version: Ordinal
    plan_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestVisit:
    """The second inspector's word for the site visit; digest of the step: what she saw recorded."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseFinding:
    """An auditor's finding by its digest, with the day its answer is due; it holds the decision up."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    number: Ordinal
    digest: Hash
    due_on: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFinding:
    """The end of a finding; digest of its thread and of what came of it."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    number: Ordinal
    outcome_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeMeterKey:
    """From now on the gateway's key of an installation counts no more."""

    account: Id
    plant: Id
    meter: Id
    n: Count
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceMeter:
    """The next installation of a meter, and the end of the one before: last and first register values."""

    installation: RegisterMeter
    final_value: DecimalText
    start_value: DecimalText
    evidence_digest: Hash

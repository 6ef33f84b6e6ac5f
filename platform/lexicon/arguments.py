"""Arguments of the transactions of accounts and the evidence chain. Owns shapes only."""

from dataclasses import dataclass
from enum import StrEnum

from lexicon.codec import (
    Base64Url,
    Count,
    Day,
    DecimalText,
    Hash,
    Id,
    Instant,
    LongText,
    Name,
    Nonce,
    Object,
    Ordinal,
    Period,
    Salt,
    Sentence,
    ShortText,
    Total,
    Year,
)
from lexicon.terms import (
    AccountKind,
    KeyUse,
    Medium,
    Msp,
    Role,
    Sector,
    VerificationStep,
)


class Act(StrEnum):
    """Acts of two persons: proposed by one, carried out when another confirms."""

    ACTIVATE = "activate"
    SET_PARAMETERS = "set_parameters"
    SET_OBLIGATION = "set_obligation"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REBIND = "rebind"
    REBIND_COLLEAGUE = "rebind_colleague"
    SET_OWN_LIMITS = "set_own_limits"
    TRUST_COUNTERPARTY = "trust_counterparty"
    VOID_DRAW = "void_draw"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    HALT = "halt"
    RESUME = "resume"


# The name of the intent that proves possession of a new key; it is carried inside another, never submitted.
PROVE_KEY = "prove_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A new account; its persons come with `activate`."""

    account: Id
    kind: AccountKind
    msp: Msp
    sector: Sector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAction:
    """An act of two persons with its arguments."""

    action: Id
    act: Act
    act_args: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmAction:
    """The second person's word; digest of the canonical JSON of `act_args`: what the confirmer saw."""

    action: Id
    digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAction:
    """Takes an act back before it is carried out."""

    action: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteAction:
    """Carries a confirmed act out when its delay is over."""

    action: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyProof:
    """An intent `prove_key` signed by the new key."""

    intent: LongText
    signature: Base64Url


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveKey:
    """Arguments of the proving intent."""

    use: KeyUse
    key: Base64Url
    challenge: Base64Url


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A public key (SPKI, base64url) with its proof; a decryption key cannot sign, so it has none."""

    use: KeyUse
    spki: Base64Url
    proof: KeyProof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activate:
    """A person of an account with her first keys."""

    account: Id
    person: Id
    role: Role
    keys: tuple[NewKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameters:
    """New values of a group of parameters."""

    group: Name
    values: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Opening of the total, in g: its salt, position and audit path (RFC 6962) to the root."""

    salt: Salt
    value: Total
    index: Count
    path: tuple[Hash, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetObligation:
    """Makes a year's obligation of a minted yearly report."""

    account: Id
    year: Year
    plant_or_entity: Id
    version: Ordinal
    opening: Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class BindKey:
    """A further key of the signer."""

    person: Id
    key: NewKey


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbindKey:
    """Ends a key of the signer."""

    person: Id
    fingerprint: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayKey:
    """The key with which a gateway signs its batches; algorithm ed25519 or p256."""

    fingerprint: Hash
    algorithm: Name
    spki: Base64Url


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMeter:
    """One installation of a meter; n rises by one at each replacement, from 0."""

    account: Id
    plant: Id
    meter: Id
    n: Count
    medium: Medium
    unit: ShortText
    least_count: DecimalText
    digits: Ordinal
    gateway_key: GatewayKey | None = None
    valid_from: Instant
    calibration_digest: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorDay:
    """Merkle root of a plant's readings of a day; n = 0 closes the day, later readings go to n = 1, 2 ..."""

    account: Id
    plant: Id
    day: Day
    n: Count
    root: Hash
    leaf_count: Count
    previous_root: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorUsed:
    """An anchor that a statement rests on."""

    plant: Id
    day: Day
    n: Count
    root: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalBox:
    """The total sealed to one bound decryption key."""

    fingerprint: Hash
    box: Base64Url


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitStatement:
    """A frozen statement of a period, by digests and commitments only."""

    plant: Id
    period: Period
    version: Ordinal
    statement_digest: Hash
    figures_root: Hash
    figures_count: Ordinal
    guideline: Id
    guideline_hash: Hash
    factor_sets_hash: Hash
    anchors: tuple[AnchorUsed, ...]
    total_boxes: tuple[TotalBox, ...]
    nonce_commitment: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersede:
    """A correction of a minted report: a statement of the next version and the digest of its reason."""

    statement: SubmitStatement
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSubmission:
    """Takes a submitted statement back before its case is decided."""

    plant: Id
    period: Period
    version: Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Assigns the auditor whom the draw gives; commitment to the regulator's nonce for the sample."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    nonce_commitment: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSamplingPlan:
    """Digest of the plan, before the sample can be seen; reason: why it takes the place of an earlier one."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    plan_digest: Hash
    reason: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSample:
    """Opens one side's committed nonce."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    nonce: Nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStep:
    """One entry of the work log; previous is the digest of the step recorded before, or null."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    step: VerificationStep
    digest: Hash
    previous: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStatement:
    """Sends a statement back to the enterprise."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    reason_digest: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveAndMint:
    """Approves a statement and mints it as the report of its period."""

    account: Id
    plant: Id
    period: Period
    version: Ordinal
    work_log_root: Hash
    findings_root: Hash
    verification_digest: Hash

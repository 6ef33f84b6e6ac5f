"""Every named reason why the ledger or a service says no, with its words in both languages.

Owns the names; their order here is the order of precedence: of several that apply, the first is the answer.
The words are in `refusal_texts/*.toml`: to add a refusal, add a member here and its table there.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NoReturn

TEXT_FILES = ("ledger.toml", "market.toml", "deals.toml", "services.toml")


class Refusal(StrEnum):
    """A named rule that said no; the same name in chaincode, API and page."""

    # ledger.toml
    UNKNOWN_TRANSACTION = "unknown_transaction"
    NOT_CANONICAL = "not_canonical"
    BAD_ARGUMENT = "bad_argument"
    UNSAFE_TEXT = "unsafe_text"
    NOT_INITIALISED = "not_initialised"
    ALREADY_INITIALISED = "already_initialised"
    CERTIFICATE_NOT_ALLOWED = "certificate_not_allowed"
    NETWORK_MISMATCH = "network_mismatch"
    INTENT_EXPIRED = "intent_expired"
    INTENT_VALID_TOO_LONG = "intent_valid_too_long"
    PERSON_UNKNOWN = "person_unknown"
    KEY_NOT_BOUND = "key_not_bound"
    KEY_USE_WRONG = "key_use_wrong"
    SIGNATURE_INVALID = "signature_invalid"
    EXISTS = "exists"
    EXISTS_WITH_OTHER_CONTENT = "exists_with_other_content"
    PERSON_NOT_ACTIVE = "person_not_active"
    ACCOUNT_MISMATCH = "account_mismatch"
    ACCOUNT_UNKNOWN = "account_unknown"
    ACCOUNT_NOT_ACTIVE = "account_not_active"
    ROLE_NOT_ALLOWED = "role_not_allowed"
    ACCOUNT_EXISTS = "account_exists"
    KIND_MSP_MISMATCH = "kind_msp_mismatch"
    SECTOR_UNKNOWN = "sector_unknown"
    PERSON_EXISTS = "person_exists"
    ROLE_KIND_MISMATCH = "role_kind_mismatch"
    KEY_MISSING = "key_missing"
    KEY_ALREADY_BOUND = "key_already_bound"
    KEY_INVALID = "key_invalid"
    KEY_PROOF_INVALID = "key_proof_invalid"
    LAST_KEY = "last_key"
    REBIND_PENDING = "rebind_pending"
    SYSTEM_ACCOUNT = "system_account"
    LAST_PERSON = "last_person"
    NOT_SUSPENDED = "not_suspended"
    ACTION_EXISTS = "action_exists"
    ACTION_UNKNOWN = "action_unknown"
    ACTION_NOT_PROPOSED = "action_not_proposed"
    ACTION_NOT_CONFIRMED = "action_not_confirmed"
    ACTION_NOT_DUE = "action_not_due"
    ACTION_EXPIRED = "action_expired"
    SAME_PERSON = "same_person"
    DIGEST_MISMATCH = "digest_mismatch"
    PARAMETER_GROUP_UNKNOWN = "parameter_group_unknown"
    PARAMETER_INVALID = "parameter_invalid"
    FACTOR_SET_SUCCEEDED = "factor_set_succeeded"
    METER_EXISTS = "meter_exists"
    METER_NUMBER_GAP = "meter_number_gap"
    METER_UNKNOWN = "meter_unknown"
    METER_ENDED = "meter_ended"
    METER_KEY_MISSING = "meter_key_missing"
    PLAN_VERSION_WRONG = "plan_version_wrong"
    UNIT_UNKNOWN = "unit_unknown"
    ANCHOR_EXISTS = "anchor_exists"
    ANCHOR_NUMBER_GAP = "anchor_number_gap"
    ANCHOR_PREVIOUS_WRONG = "anchor_previous_wrong"
    ANCHOR_UNKNOWN = "anchor_unknown"
    REPORT_VERSION_WRONG = "report_version_wrong"
    REPORT_ACTIVE = "report_active"
    REPORT_ALREADY_MINTED = "report_already_minted"
    REPORT_NOT_MINTED = "report_not_minted"
    REPORT_UNKNOWN = "report_unknown"
    REPORT_STATE_WRONG = "report_state_wrong"
    BOX_MISSING = "box_missing"
    DRAW_MISSING = "draw_missing"
    DRAW_COMMITTED = "draw_committed"
    DRAW_ALREADY_OPEN = "draw_already_open"
    DRAW_NOT_OPEN = "draw_not_open"
    COMPILATION_EXISTS = "compilation_exists"
    NO_CANDIDATE = "no_candidate"
    AUDITOR_NOT_INDEPENDENT = "auditor_not_independent"
    CASE_EXISTS = "case_exists"
    CASE_UNKNOWN = "case_unknown"
    NOT_CASE_AUDITOR = "not_case_auditor"
    PLAN_ALREADY_COMMITTED = "plan_already_committed"
    PLAN_MISSING = "plan_missing"
    NONCE_MISMATCH = "nonce_mismatch"
    SAMPLE_ALREADY_OPEN = "sample_already_open"
    SAMPLE_NOT_OPEN = "sample_not_open"
    STEP_UNKNOWN = "step_unknown"
    STEP_ALREADY_RECORDED = "step_already_recorded"
    STEP_OUT_OF_ORDER = "step_out_of_order"
    STEP_CHAIN_BROKEN = "step_chain_broken"
    STEP_MISSING = "step_missing"
    SECOND_INSPECTOR_MISSING = "second_inspector_missing"
    REVIEWER_SAME_PERSON = "reviewer_same_person"
    APPROVER_SAME_PERSON = "approver_same_person"
    ISSUE_EXISTS = "issue_exists"
    ISSUE_UNKNOWN = "issue_unknown"
    ISSUE_NOT_PROPOSED = "issue_not_proposed"
    HOLDER_NOT_ALLOWED = "holder_not_allowed"
    BACKING_USED = "backing_used"
    SUPPLY_UNKNOWN = "supply_unknown"
    ISSUE_ABOVE_CAP = "issue_above_cap"

    # market.toml
    TOO_MANY_INPUTS = "too_many_inputs"
    INPUT_TWICE = "input_twice"
    SESSION_NUMBER_WRONG = "session_number_wrong"
    SESSION_PHASE_WRONG = "session_phase_wrong"
    SESSION_NOT_DUE = "session_not_due"
    MARKET_CLOSED = "market_closed"
    INSTRUMENT_NOT_TRADED = "instrument_not_traded"
    PRICE_OFF_TICK = "price_off_tick"
    PRICE_OUT_OF_BAND = "price_out_of_band"
    QUANTITY_OFF_LOT = "quantity_off_lot"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    TOO_MANY_CLIPS = "too_many_clips"
    LISTING_EXISTS = "listing_exists"
    LISTING_UNKNOWN = "listing_unknown"
    LISTING_NOT_YOURS = "listing_not_yours"
    LISTING_NOT_OPEN = "listing_not_open"
    LISTING_EXPIRED = "listing_expired"
    SELF_TRADE = "self_trade"
    TAKES_MIXED = "takes_mixed"
    PRICE_MOVED = "price_moved"
    CLIP_TOO_SMALL = "clip_too_small"
    LOT_UNKNOWN = "lot_unknown"
    LOT_NOT_YOURS = "lot_not_yours"
    LOT_HELD = "lot_held"
    LOT_NOT_FREE = "lot_not_free"
    NOT_TRADABLE_YET = "not_tradable_yet"
    LOT_TOO_SMALL = "lot_too_small"
    HOLDING_TOO_SMALL = "holding_too_small"
    INPUTS_DO_NOT_MATCH = "inputs_do_not_match"
    COIN_UNKNOWN = "coin_unknown"
    COIN_NOT_YOURS = "coin_not_yours"
    COIN_LOCKED = "coin_locked"
    BALANCE_TOO_SMALL = "balance_too_small"
    SUM_MISMATCH = "sum_mismatch"
    CONSERVATION_BROKEN = "conservation_broken"
    OBLIGATION_EXISTS = "obligation_exists"
    OBLIGATION_UNKNOWN = "obligation_unknown"
    OPENING_MISMATCH = "opening_mismatch"
    SURRENDER_EXISTS = "surrender_exists"
    SURRENDER_UNKNOWN = "surrender_unknown"
    SURRENDER_NOT_PENDING = "surrender_not_pending"
    SURRENDER_ABOVE_OBLIGATION = "surrender_above_obligation"
    VINTAGE_TOO_YOUNG = "vintage_too_young"
    OFFSET_LIMIT = "offset_limit"

    # deals.toml
    MARKET_HALTED = "market_halted"
    MARKET_NOT_HALTED = "market_not_halted"
    ORDERS_FROZEN = "orders_frozen"
    ORDERS_NOT_FROZEN = "orders_not_frozen"
    LOT_NOT_HELD = "lot_not_held"
    POSITION_LIMIT = "position_limit"
    LOTS_NOT_ADJACENT = "lots_not_adjacent"
    LOTS_DIFFER = "lots_differ"
    REDEMPTION_EXISTS = "redemption_exists"
    BLOCKS_NOT_TRADED = "blocks_not_traded"
    COUNTERPARTY_LIMIT = "counterparty_limit"
    COUNTERPARTY_TRUSTED = "counterparty_trusted"
    COUNTERPARTY_NOT_TRUSTED = "counterparty_not_trusted"
    QUANTITY_TOO_SMALL = "quantity_too_small"
    BLOCK_EXISTS = "block_exists"
    BLOCK_UNKNOWN = "block_unknown"
    BLOCK_NOT_YOURS = "block_not_yours"
    BLOCK_EXPIRED = "block_expired"
    BLOCK_NOT_OPEN = "block_not_open"
    AUCTION_EXISTS = "auction_exists"
    AUCTION_UNKNOWN = "auction_unknown"
    AUCTION_NOT_OPEN = "auction_not_open"
    TOO_MANY_BIDS = "too_many_bids"
    BIDDING_OPEN = "bidding_open"
    REVEAL_OVER = "reveal_over"
    REVEAL_OPEN = "reveal_open"
    BID_UNKNOWN = "bid_unknown"
    BID_NOT_YOURS = "bid_not_yours"
    BID_ALREADY_REVEALED = "bid_already_revealed"
    PRICE_ABOVE_CEILING = "price_above_ceiling"
    PRICE_BELOW_FLOOR = "price_below_floor"
    MAXIMUM_TOO_SMALL = "maximum_too_small"
    TOO_MANY_TRADES = "too_many_trades"
    SLICE_MISSING = "slice_missing"
    OFFSET_TOO_OLD = "offset_too_old"
    CANCELLATION_EXISTS = "cancellation_exists"
    CANCELLATION_UNKNOWN = "cancellation_unknown"
    CANCELLATION_NOT_PENDING = "cancellation_not_pending"
    CARRY_EXISTS = "carry_exists"
    CARRY_LIMIT_UNKNOWN = "carry_limit_unknown"
    CARRY_ABOVE_LIMIT = "carry_above_limit"
    UNIT_NOT_CARRIED = "unit_not_carried"
    VINTAGE_NOT_CARRIED = "vintage_not_carried"

    # services.toml
    NOT_SIGNED_IN = "not_signed_in"
    CREDENTIALS_WRONG = "credentials_wrong"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_WRONG = "second_factor_wrong"
    LOCKED_OUT = "locked_out"
    RATE_LIMITED = "rate_limited"
    SECOND_FACTOR_MISSING = "second_factor_missing"
    LAST_FACTOR = "last_factor"
    TOKEN_REFUSED = "token_refused"  # noqa: S105
    CSRF_FAILED = "csrf_failed"
    NO_MEMBERSHIP = "no_membership"
    NO_TENANT = "no_tenant"
    NO_PERMISSION = "no_permission"
    NOT_FOUND = "not_found"
    FIELD_INVALID = "field_invalid"
    FIELD_NOT_ACCEPTED = "field_not_accepted"
    MALFORMED_JSON = "malformed_json"
    BODY_TOO_LARGE = "body_too_large"
    MEDIA_TYPE_UNSUPPORTED = "media_type_unsupported"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CURSOR_INVALID = "cursor_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    REQUEST_RUNNING = "request_running"
    CHANGED_MEANWHILE = "changed_meanwhile"
    INTERNAL_FAULT = "internal_fault"
    SERIES_UNAVAILABLE = "series_unavailable"
    DATABASE_UNAVAILABLE = "database_unavailable"
    INTENT_NOT_AS_SHOWN = "intent_not_as_shown"
    INTENT_UNKNOWN = "intent_unknown"
    CREDIT_CODE_INVALID = "credit_code_invalid"
    CREDIT_CODE_REGISTERED = "credit_code_registered"
    EMAIL_REGISTERED = "email_registered"
    PASSWORD_WEAK = "password_weak"  # noqa: S105
    DOCUMENTS_MISSING = "documents_missing"
    REGISTRATION_UNKNOWN = "registration_unknown"
    REGISTRATION_DECIDED = "registration_decided"
    SECOND_ADMINISTRATOR_NEEDED = "second_administrator_needed"
    MEMBER_IS_SELF = "member_is_self"
    RECOVERY_NOT_ASKED = "recovery_not_asked"
    DRAFT_EXPIRED = "draft_expired"
    STEP_NOT_READY = "step_not_ready"
    REASON_REQUIRED = "reason_required"
    PURPOSE_REQUIRED = "purpose_required"
    UNKNOWN_TENANT = "unknown_tenant"
    UNKNOWN_GATEWAY = "unknown_gateway"
    BROKER_WITHOUT_TLS = "broker_without_tls"
    UNKNOWN_METER = "unknown_meter"
    METER_NOT_OF_GATEWAY = "meter_not_of_gateway"
    TOPIC_INVALID = "topic_invalid"
    MESSAGE_TOO_LARGE = "message_too_large"
    READING_TORN = "reading_torn"
    READING_MALFORMED = "reading_malformed"
    METER_EVENT_UNDECLARED = "meter_event_undeclared"
    READING_TENANT_MISMATCH = "reading_tenant_mismatch"
    BATCH_METER_MISMATCH = "batch_meter_mismatch"
    BATCH_KEY_UNKNOWN = "batch_key_unknown"
    BATCH_KEY_REVOKED = "batch_key_revoked"
    VALUE_NOT_NUMBER = "value_not_number"
    VALUE_NOT_FINITE = "value_not_finite"
    VALUE_NEGATIVE = "value_negative"
    VALUE_ABOVE_REGISTER = "value_above_register"
    VALUE_FINER_THAN_LEAST_COUNT = "value_finer_than_least_count"
    READING_UNIT_UNKNOWN = "reading_unit_unknown"
    UNIT_MISMATCH = "unit_mismatch"
    READING_IN_FUTURE = "reading_in_future"
    READING_TOO_OLD = "reading_too_old"
    READING_BEFORE_VALID_FROM = "reading_before_valid_from"
    READING_TIME_TAKEN = "reading_time_taken"
    SEQUENCE_FORK = "sequence_fork"
    BATCH_SIGNATURE_INVALID = "batch_signature_invalid"
    BATCH_CHAIN_BROKEN = "batch_chain_broken"
    QUARANTINE_NOT_RELEASABLE = "quarantine_not_releasable"
    GAP_CLOSED = "gap_closed"
    PLANT_EXISTS = "plant_exists"
    GATEWAY_EXISTS = "gateway_exists"
    GUIDELINE_UNKNOWN = "guideline_unknown"
    FACTOR_SET_UNKNOWN = "factor_set_unknown"
    FACTOR_SIMULATION_MISSING = "factor_simulation_missing"
    FACTOR_PROPOSAL_EXISTS = "factor_proposal_exists"
    FACTOR_PROPOSAL_CLOSED = "factor_proposal_closed"
    FACTOR_PROPOSAL_SIGNED = "factor_proposal_signed"
    FACTOR_MISSING = "factor_missing"
    STREAM_UNKNOWN = "stream_unknown"
    QUANTITY_MISSING = "quantity_missing"
    PERIOD_INVALID = "period_invalid"
    PERIOD_EXISTS = "period_exists"
    PERIOD_LOCKED = "period_locked"
    PERIOD_STATE_WRONG = "period_state_wrong"
    PERIOD_NOT_OVER = "period_not_over"
    GAP_OPEN = "gap_open"
    REMARK_UNANSWERED = "remark_unanswered"
    EVIDENCE_MISSING = "evidence_missing"
    FIGURES_CHANGED = "figures_changed"
    INPUTS_IN_FLIGHT = "inputs_in_flight"
    ANCHORS_PENDING = "anchors_pending"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_KIND_WRONG = "file_kind_wrong"
    FILE_RUNS = "file_runs"
    FILE_LOCKED = "file_locked"
    FILE_BURSTS = "file_bursts"
    EVIDENCE_DATES_WRONG = "evidence_dates_wrong"
    EVIDENCE_LATE = "evidence_late"
    EVIDENCE_DUPLICATE = "evidence_duplicate"
    FINDING_EXISTS = "finding_exists"
    FINDING_UNKNOWN = "finding_unknown"
    FINDING_OPEN = "finding_open"
    FINDING_CLOSED = "finding_closed"
    VERDICT_MISSING = "verdict_missing"
    VERDICT_UNFOUNDED = "verdict_unfounded"
    NOT_ASSIGNED = "not_assigned"
    REPORT_NOT_ON_CHAIN = "report_not_on_chain"
    REPORT_DIFFERS = "report_differs"
    REPORT_ATTACHMENT_MISSING = "report_attachment_missing"
    PERIOD_SUPERSEDED = "period_superseded"


@dataclass(frozen=True, slots=True)
class Text:
    """The three spoken parts of an error in one language; the fourth, the case number, is the edge's."""

    what: str
    meaning: str
    action: str


@dataclass(frozen=True, slots=True)
class RefusalText:
    """HTTP status and words of a refusal; `{fact}` places stand where facts go."""

    status: int
    zh: Text
    en: Text


class Refused(Exception):
    """A rule said no: `refusal` with the `facts` that fill its words (text and whole numbers only)."""

    def __init__(self, refusal: Refusal, **facts: object) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.facts: dict[str, str | int] = {
            name: value if isinstance(value, int) else str(value) for name, value in facts.items()
        }

    def __str__(self) -> str:
        """Name and facts, for logs and tests."""
        return f"{self.refusal.value} {self.facts}" if self.facts else self.refusal.value


def refuse(refusal: Refusal, **facts: object) -> NoReturn:
    """Raises Refused."""
    raise Refused(refusal, **facts)


def text_of(refusal: Refusal) -> RefusalText:
    """Status and words of a refusal, with places unfilled."""
    return _texts()[refusal.value]


def speak(refusal: Refusal, facts: dict[str, str | int]) -> tuple[Text, Text]:
    """The words with facts filled in, (Chinese, English); a fact that is not known reads as a dash."""
    words = text_of(refusal)
    return _filled(words.zh, facts), _filled(words.en, facts)


def by_name(name: str) -> Refusal | None:
    """The refusal of a name that came from outside, or None if we do not know it."""
    return Refusal(name) if name in Refusal.__members__.values() else None


class _Told(str):
    """A fact in a text: `{amount:coin}` reads whole 0.01 coin as coin."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec != "coin" or not self.isdecimal():
            return str(self)
        return f"{int(self) // 100:,}.{int(self) % 100:02d}"


class _Facts(dict[str, str | int]):
    def __getitem__(self, key: str) -> str:
        return _Told(self.get(key, "—"))


def _filled(text: Text, facts: dict[str, str | int]) -> Text:
    known = _Facts(facts)
    return Text(*(part.format_map(known) for part in (text.what, text.meaning, text.action)))


@cache
def _texts() -> dict[str, RefusalText]:
    folder = resources.files("lexicon") / "refusal_texts"
    tables: dict[str, RefusalText] = {}
    for file in TEXT_FILES:
        for name, entry in tomllib.loads((folder / file).read_text("utf-8")).items():
            tables[name] = RefusalText(entry["status"], Text(*entry["zh"]), Text(*entry["en"]))
    return tables

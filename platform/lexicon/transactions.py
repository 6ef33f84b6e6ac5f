"""Names of the ledger's transactions, who may sign them, and the shape of their arguments.

Owns names and signers; shapes are in `arguments` and `market_arguments` and can be imported from here too.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from lexicon.act_arguments import (
    Freeze,
    Halt,
    Rebind,
    Reinstate,
    Resume,
    SetOwnLimits,
    Suspend,
    TrustCounterparty,
    Unfreeze,
)
from lexicon.acts import ACT_ARGUMENTS, ACT_DELAY_HOURS, ACT_SIGNERS, OWN_ACTS, parse_act
from lexicon.arguments import (
    PROVE_KEY,
    Act,
    Activate,
    AnchorDay,
    AnchorUsed,
    ApproveAndMint,
    BindKey,
    CommitSamplingPlan,
    ConfirmAction,
    ExecuteAction,
    GatewayKey,
    KeyProof,
    NewKey,
    OpenCase,
    Opening,
    OpenSample,
    ProposeAction,
    ProveKey,
    RecordStep,
    Register,
    RegisterMeter,
    ReturnStatement,
    SetObligation,
    SetParameters,
    SubmitStatement,
    Supersede,
    TotalBox,
    UnbindKey,
    WithdrawAction,
    WithdrawSubmission,
)
from lexicon.canonical import Json
from lexicon.codec import from_json, to_json
from lexicon.evidence_arguments import (
    AttestVisit,
    CloseFinding,
    CommitDraws,
    DeclareCompilation,
    DrawCommitment,
    FilePlan,
    OpenDraw,
    RaiseFinding,
    ReplaceMeter,
    RevokeMeterKey,
    VoidDraw,
)
from lexicon.market_arguments import (
    AcceptBlock,
    Bid,
    CancelAllowances,
    CarryOver,
    Clip,
    CloseAuction,
    CloseSession,
    CoinInput,
    ConfirmCancellation,
    ConfirmSurrender,
    DeclineBlock,
    DistrustCounterparty,
    EndorseIssue,
    FirstPerson,
    FirstSupply,
    Initialise,
    List,
    LotInput,
    LotUse,
    MergeCoin,
    MergeLots,
    OpenAuction,
    OpenSession,
    ProposeBlock,
    ProposeIssue,
    RedeemCoin,
    RevealBid,
    SettleSession,
    SplitCoin,
    Surrender,
    Take,
    TakeClip,
    Unlist,
    WithdrawCancellation,
    WithdrawSurrender,
)
from lexicon.refusals import Refusal, Refused
from lexicon.terms import Role, ServiceRole

__all__ = [
    "ACT_ARGUMENTS",
    "ACT_DELAY_HOURS",
    "ACT_SIGNERS",
    "ARGUMENTS",
    "OWN_ACTS",
    "PROVE_KEY",
    "SERVICE_OF",
    "SIGNERS",
    "AcceptBlock",
    "Act",
    "Activate",
    "AnchorDay",
    "AnchorUsed",
    "ApproveAndMint",
    "AttestVisit",
    "Bid",
    "BindKey",
    "CancelAllowances",
    "CarryOver",
    "Clip",
    "CloseAuction",
    "CloseFinding",
    "CloseSession",
    "CoinInput",
    "CommitDraws",
    "CommitSamplingPlan",
    "ConfirmAction",
    "ConfirmCancellation",
    "ConfirmSurrender",
    "DeclareCompilation",
    "DeclineBlock",
    "DistrustCounterparty",
    "DrawCommitment",
    "EndorseIssue",
    "ExecuteAction",
    "FilePlan",
    "FirstPerson",
    "FirstSupply",
    "Freeze",
    "GatewayKey",
    "Halt",
    "Initialise",
    "KeyProof",
    "List",
    "LotInput",
    "LotUse",
    "MergeCoin",
    "MergeLots",
    "NewKey",
    "OpenAuction",
    "OpenCase",
    "OpenDraw",
    "OpenSample",
    "OpenSession",
    "Opening",
    "ProposeAction",
    "ProposeBlock",
    "ProposeIssue",
    "ProveKey",
    "Query",
    "RaiseFinding",
    "Rebind",
    "RecordStep",
    "RedeemCoin",
    "Register",
    "RegisterMeter",
    "Reinstate",
    "ReplaceMeter",
    "Resume",
    "ReturnStatement",
    "RevealBid",
    "RevokeMeterKey",
    "SetObligation",
    "SetOwnLimits",
    "SetParameters",
    "SettleSession",
    "SplitCoin",
    "SubmitStatement",
    "Supersede",
    "Surrender",
    "Suspend",
    "Take",
    "TakeClip",
    "TotalBox",
    "Transaction",
    "TrustCounterparty",
    "UnbindKey",
    "Unfreeze",
    "Unlist",
    "VoidDraw",
    "WithdrawAction",
    "WithdrawCancellation",
    "WithdrawSubmission",
    "WithdrawSurrender",
    "parse",
    "parse_act",
    "to_args",
]


class Transaction(StrEnum):
    """Names of the chaincode's changing functions."""

    INITIALISE = "initialise"
    REGISTER = "register"
    PROPOSE_ACTION = "propose_action"
    CONFIRM_ACTION = "confirm_action"
    WITHDRAW_ACTION = "withdraw_action"
    EXECUTE_ACTION = "execute_action"
    BIND_KEY = "bind_key"
    UNBIND_KEY = "unbind_key"
    REGISTER_METER = "register_meter"
    REVOKE_METER_KEY = "revoke_meter_key"
    REPLACE_METER = "replace_meter"
    ANCHOR_DAY = "anchor_day"
    FILE_PLAN = "file_plan"
    SUBMIT_STATEMENT = "submit_statement"
    SUPERSEDE = "supersede"
    WITHDRAW_SUBMISSION = "withdraw_submission"
    COMMIT_DRAWS = "commit_draws"
    OPEN_DRAW = "open_draw"
    DECLARE_COMPILATION = "declare_compilation"
    OPEN_CASE = "open_case"
    COMMIT_SAMPLING_PLAN = "commit_sampling_plan"
    OPEN_SAMPLE = "open_sample"
    RECORD_STEP = "record_step"
    ATTEST_VISIT = "attest_visit"
    RAISE_FINDING = "raise_finding"
    CLOSE_FINDING = "close_finding"
    RETURN_STATEMENT = "return_statement"
    APPROVE_AND_MINT = "approve_and_mint"
    PROPOSE_ISSUE = "propose_issue"
    ENDORSE_ISSUE = "endorse_issue"
    SPLIT_COIN = "split_coin"
    MERGE_COIN = "merge_coin"
    REDEEM_COIN = "redeem_coin"
    MERGE_LOTS = "merge_lots"
    LIST = "list"
    UNLIST = "unlist"
    TAKE = "take"
    PROPOSE_BLOCK = "propose_block"
    ACCEPT_BLOCK = "accept_block"
    DECLINE_BLOCK = "decline_block"
    DISTRUST_COUNTERPARTY = "distrust_counterparty"
    OPEN_AUCTION = "open_auction"
    BID = "bid"
    REVEAL_BID = "reveal_bid"
    CLOSE_AUCTION = "close_auction"
    SURRENDER = "surrender"
    CONFIRM_SURRENDER = "confirm_surrender"
    WITHDRAW_SURRENDER = "withdraw_surrender"
    CANCEL_ALLOWANCES = "cancel_allowances"
    CONFIRM_CANCELLATION = "confirm_cancellation"
    WITHDRAW_CANCELLATION = "withdraw_cancellation"
    CARRY_OVER = "carry_over"
    OPEN_SESSION = "open_session"
    CLOSE_SESSION = "close_session"
    SETTLE_SESSION = "settle_session"


class Query(StrEnum):
    """Names of the chaincode's reading functions; each filters by its caller."""

    GET_ACCOUNT = "get_account"
    GET_PERSON = "get_person"
    GET_LOT = "get_lot"
    GET_COIN = "get_coin"
    GET_LISTING = "get_listing"
    GET_REPORT = "get_report"
    GET_ACTION = "get_action"
    GET_OBLIGATION = "get_obligation"
    GET_DRAW = "get_draw"
    GET_PARAMETERS = "get_parameters"
    GET_FACTORS = "get_factors"
    TRACE = "trace"
    NETWORK_INFO = "network_info"
    KEYS = "keys"
    STATE_ROWS = "state_rows"


ARGUMENTS: dict[Transaction, type] = {
    Transaction.INITIALISE: Initialise,
    Transaction.REGISTER: Register,
    Transaction.PROPOSE_ACTION: ProposeAction,
    Transaction.CONFIRM_ACTION: ConfirmAction,
    Transaction.WITHDRAW_ACTION: WithdrawAction,
    Transaction.EXECUTE_ACTION: ExecuteAction,
    Transaction.BIND_KEY: BindKey,
    Transaction.UNBIND_KEY: UnbindKey,
    Transaction.REGISTER_METER: RegisterMeter,
    Transaction.REVOKE_METER_KEY: RevokeMeterKey,
    Transaction.REPLACE_METER: ReplaceMeter,
    Transaction.ANCHOR_DAY: AnchorDay,
    Transaction.FILE_PLAN: FilePlan,
    Transaction.SUBMIT_STATEMENT: SubmitStatement,
    Transaction.SUPERSEDE: Supersede,
    Transaction.WITHDRAW_SUBMISSION: WithdrawSubmission,
    Transaction.COMMIT_DRAWS: CommitDraws,
    Transaction.OPEN_DRAW: OpenDraw,
    Transaction.DECLARE_COMPILATION: DeclareCompilation,
    Transaction.OPEN_CASE: OpenCase,
    Transaction.COMMIT_SAMPLING_PLAN: CommitSamplingPlan,
    Transaction.OPEN_SAMPLE: OpenSample,
    Transaction.RECORD_STEP: RecordStep,
    Transaction.ATTEST_VISIT: AttestVisit,
    Transaction.RAISE_FINDING: RaiseFinding,
    Transaction.CLOSE_FINDING: CloseFinding,
    Transaction.RETURN_STATEMENT: ReturnStatement,
    Transaction.APPROVE_AND_MINT: ApproveAndMint,
    Transaction.PROPOSE_ISSUE: ProposeIssue,
    Transaction.ENDORSE_ISSUE: EndorseIssue,
    Transaction.SPLIT_COIN: SplitCoin,
    Transaction.MERGE_COIN: MergeCoin,
    Transaction.REDEEM_COIN: RedeemCoin,
    Transaction.MERGE_LOTS: MergeLots,
    Transaction.LIST: List,
    Transaction.UNLIST: Unlist,
    Transaction.TAKE: Take,
    Transaction.PROPOSE_BLOCK: ProposeBlock,
    Transaction.ACCEPT_BLOCK: AcceptBlock,
    Transaction.DECLINE_BLOCK: DeclineBlock,
    Transaction.DISTRUST_COUNTERPARTY: DistrustCounterparty,
    Transaction.OPEN_AUCTION: OpenAuction,
    Transaction.BID: Bid,
    Transaction.REVEAL_BID: RevealBid,
    Transaction.CLOSE_AUCTION: CloseAuction,
    Transaction.SURRENDER: Surrender,
    Transaction.CONFIRM_SURRENDER: ConfirmSurrender,
    Transaction.WITHDRAW_SURRENDER: WithdrawSurrender,
    Transaction.CANCEL_ALLOWANCES: CancelAllowances,
    Transaction.CONFIRM_CANCELLATION: ConfirmCancellation,
    Transaction.WITHDRAW_CANCELLATION: WithdrawCancellation,
    Transaction.CARRY_OVER: CarryOver,
    Transaction.OPEN_SESSION: OpenSession,
    Transaction.CLOSE_SESSION: CloseSession,
    Transaction.SETTLE_SESSION: SettleSession,
}

_KEEPERS = (Role.OPERATOR, Role.CARBON_MANAGER, Role.HEAD)
_TRADERS = (Role.TRADER, Role.HEAD)
# Money that leaves and large trades are the head's.
_HEAD = (Role.HEAD,)

# Roles whose signature a transaction takes. Acts of two persons and keys have a rule of their own.
SIGNERS: dict[Transaction, tuple[Role, ...]] = {
    Transaction.REGISTER: (Role.ADMINISTRATOR,),
    Transaction.REGISTER_METER: _KEEPERS,
    Transaction.FILE_PLAN: (Role.CARBON_MANAGER, Role.HEAD),
    Transaction.REVOKE_METER_KEY: _KEEPERS,
    Transaction.REPLACE_METER: _KEEPERS,
    Transaction.SUBMIT_STATEMENT: (Role.HEAD,),
    Transaction.SUPERSEDE: (Role.HEAD,),
    Transaction.WITHDRAW_SUBMISSION: (Role.HEAD,),
    Transaction.COMMIT_DRAWS: (Role.ADMINISTRATOR, Role.REGULATOR),
    Transaction.OPEN_DRAW: (Role.ADMINISTRATOR, Role.REGULATOR),
    Transaction.DECLARE_COMPILATION: (Role.LEAD_AUDITOR, Role.APPROVER),
    Transaction.OPEN_CASE: (Role.REGULATOR,),
    Transaction.COMMIT_SAMPLING_PLAN: (Role.LEAD_AUDITOR,),
    Transaction.OPEN_SAMPLE: (Role.HEAD, Role.REGULATOR),
    Transaction.RECORD_STEP: (Role.LEAD_AUDITOR, Role.TECHNICAL_REVIEWER),
    Transaction.ATTEST_VISIT: (Role.LEAD_AUDITOR, Role.TECHNICAL_REVIEWER),
    Transaction.RAISE_FINDING: (Role.LEAD_AUDITOR,),
    Transaction.CLOSE_FINDING: (Role.LEAD_AUDITOR,),
    Transaction.RETURN_STATEMENT: (Role.LEAD_AUDITOR,),
    Transaction.APPROVE_AND_MINT: (Role.APPROVER,),
    Transaction.PROPOSE_ISSUE: (Role.ADMINISTRATOR,),
    Transaction.ENDORSE_ISSUE: (Role.REGULATOR,),
    Transaction.SPLIT_COIN: _TRADERS,
    Transaction.MERGE_COIN: _TRADERS,
    Transaction.REDEEM_COIN: _HEAD,
    Transaction.MERGE_LOTS: _TRADERS,
    Transaction.LIST: _TRADERS,
    Transaction.UNLIST: _TRADERS,
    Transaction.TAKE: _TRADERS,
    Transaction.PROPOSE_BLOCK: _HEAD,
    Transaction.ACCEPT_BLOCK: _HEAD,
    Transaction.DECLINE_BLOCK: _TRADERS,
    Transaction.DISTRUST_COUNTERPARTY: _TRADERS,
    Transaction.OPEN_AUCTION: _TRADERS,
    Transaction.BID: _TRADERS,
    Transaction.REVEAL_BID: _TRADERS,
    Transaction.CLOSE_AUCTION: (*_TRADERS, Role.ADMINISTRATOR),
    Transaction.SURRENDER: _TRADERS,
    Transaction.CONFIRM_SURRENDER: _TRADERS,
    Transaction.WITHDRAW_SURRENDER: _TRADERS,
    Transaction.CANCEL_ALLOWANCES: _TRADERS,
    Transaction.CONFIRM_CANCELLATION: _TRADERS,
    Transaction.WITHDRAW_CANCELLATION: _TRADERS,
    Transaction.CARRY_OVER: _TRADERS,
}

# Transactions without a person: the right comes from the certificate's role attribute.
SERVICE_OF: dict[Transaction, ServiceRole] = {
    Transaction.INITIALISE: ServiceRole.ADMINISTRATOR,
    Transaction.ANCHOR_DAY: ServiceRole.INGEST,
    Transaction.OPEN_SESSION: ServiceRole.CLOCK,
    Transaction.CLOSE_SESSION: ServiceRole.CLOCK,
    Transaction.SETTLE_SESSION: ServiceRole.CLOCK,
}


def parse(name: str, args: Mapping[str, Json]) -> object:
    """Argument dataclass of a transaction. Raises Refused: unknown_transaction, bad_argument."""
    kind = ARGUMENTS.get(cast("Transaction", name))
    if kind is None:
        raise Refused(Refusal.UNKNOWN_TRANSACTION, name=name[:40])
    return from_json(kind, args)


def to_args(arguments: object) -> dict[str, Json]:
    """The JSON object that goes into an intent; fields that hold their default are left out."""
    return to_json(arguments, sparse=True)

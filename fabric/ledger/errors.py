"""What can go wrong between us and the ledger: one type a step, what each peer said, and what to do."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # For annotations only: who handles an error need not carry 20 MB of gRPC.
    import grpc

# Answers of a chaincode that said no by a rule carry a status in this range; 500 and above is a fault.
REFUSAL_STATUSES = range(400, 500)
STATUS_DETAILS_TRAILER = "grpc-status-details-bin"
# The texts by which Fabric 3.1 tells conditions apart that share one status code (fabric-notes, section 3).
MISMATCH_TEXT = "ProposalResponsePayloads do not match"
BUSY_TEXT = "exceeding concurrency limit"
NO_PLAN_TEXT = "no combination of peers can be derived"
NOT_ENOUGH_TEXT = "failed to collect enough transaction endorsements"


@dataclass(frozen=True, slots=True)
class PeerDetail:
    """What one node said: its address, its organisation's MSP id, its words."""

    address: str
    msp_id: str
    message: str


class Advice(Enum):
    """What a caller may do about an error without asking a person."""

    NEW_PROPOSAL = "build a new proposal for the same intent"
    SAME_ENVELOPE = "send the same envelope again"
    WAIT = "nothing was sent: try again later"
    GIVE_UP = "trying again changes nothing"


class LedgerError(Exception):
    """A call to the ledger failed; `step` says which, `details` holds every node's own words."""

    step = "call"

    def __init__(
        self, message: str, *, status: str = "", details: tuple[PeerDetail, ...] = (), tx_id: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.details = details
        self.tx_id = tx_id

    def __str__(self) -> str:
        said = "; ".join(f"{d.msp_id} {d.address}: {d.message}" for d in self.details)
        return f"{self.step}: {self.status} {self.message}" + (f" ({said})" if said else "")


class LedgerUnavailable(LedgerError):
    """No node answered, or not in time. Whether anything was done depends on the step."""

    def __init__(self, message: str, *, step: str, status: str = "", tx_id: str = "") -> None:
        super().__init__(message, status=status, tx_id=tx_id)
        self.step = step


class AccessDenied(LedgerError):
    """The peer does not let this identity watch or ask: unknown, expired or revoked, or not for its role."""

    def __init__(self, message: str, *, step: str, status: str = "", tx_id: str = "") -> None:
        super().__init__(message, status=status, tx_id=tx_id)
        self.step = step


class EvaluateError(LedgerError):
    """A query was answered with a fault."""

    step = "evaluate"


class EndorseError(LedgerError):
    """The organisations did not endorse; nothing was sent to the orderer."""

    step = "endorse"

    @property
    def stale(self) -> bool:
        """Two peers stood at different heights, so their answers differ: a later proposal may pass.

        Also where one endorsed what another one's chaincode refused.
        """
        return any(MISMATCH_TEXT in said or _refusal(said) is not None for said in self._words())

    @property
    def no_plan(self) -> bool:
        """Not enough organisations' peers are known to the gateway (start-up, peers down)."""
        return any(NO_PLAN_TEXT in said for said in self._words())

    def _words(self) -> Iterator[str]:
        yield self.message
        yield from (detail.message for detail in self.details)


class ForeignEnvelope(EndorseError):
    """The gateway gave an envelope to sign that is not of our proposal; nothing was signed or sent."""

    def __init__(self, strange: str, *, tx_id: str) -> None:
        text = f"the envelope that the gateway prepared {strange}: it was not signed"
        super().__init__(text, status="FOREIGN_ENVELOPE", tx_id=tx_id)


class SubmitError(LedgerError):
    """The orderer refused the envelope."""

    step = "submit"


class CommitError(LedgerError):
    """The transaction is in a block and was marked invalid; `code` is Fabric's name of the reason."""

    step = "commit"

    def __init__(self, *, code: str, block_number: int, tx_id: str) -> None:
        super().__init__(f"transaction {tx_id} is invalid: {code}", status=code, tx_id=tx_id)
        self.code = code
        self.block_number = block_number


class Refusal_(Exception):
    """The chaincode said no by a rule: `name` is of `lexicon.refusals`, `facts` is what it depends on."""

    def __init__(self, name: str, facts: Mapping[str, Any]) -> None:
        super().__init__(f"{name} {dict(facts)}")
        self.name = name
        self.facts = dict(facts)


# A conflict with another transaction of the same moment: the same intent may pass on a newer state.
RETRYABLE_CODES = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT", "ENDORSEMENT_POLICY_FAILURE"})
DENYING_STATUSES = frozenset({"PERMISSION_DENIED", "UNAUTHENTICATED"})
WAITING_STATUSES = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "CANCELLED"})


def advice(error: Exception) -> Advice:
    """What to do about an error of any step, as Fabric behaves (fabric-notes, section 3)."""
    if isinstance(error, Refusal_):
        return Advice.GIVE_UP
    if isinstance(error, CommitError):
        return Advice.NEW_PROPOSAL if error.code in RETRYABLE_CODES else Advice.GIVE_UP
    if isinstance(error, LedgerUnavailable):
        return Advice.SAME_ENVELOPE if error.step in {"submit", "commit status"} else Advice.WAIT
    if isinstance(error, EndorseError):
        return Advice.NEW_PROPOSAL if error.stale else Advice.WAIT
    if isinstance(error, SubmitError):
        return Advice.SAME_ENVELOPE if "SERVICE_UNAVAILABLE" in error.message else Advice.NEW_PROPOSAL
    return Advice.WAIT


def from_rpc(error: "grpc.RpcError", *, step: str, tx_id: str = "", asked: int = 0) -> Exception:
    """The typed error behind a failed gRPC call: a refusal, or the step's error with its details.

    asked: how many organisations were named to endorse; 0 where the gateway chose after its own peer had
    endorsed. A refusal counts when all that were asked refuse: one that does while others endorse is behind,
    however often the answer tells of it.
    """
    status, message = error.code().name, error.details() or ""
    details = tuple(decode_details(_trailer(error)))
    refusals = [one for one in map(_refusal, (message, *(d.message for d in details))) if one is not None]
    refusing = {detail.msp_id for detail in details if _refusal(detail.message) is not None}
    if refusals and (NOT_ENOUGH_TEXT not in message or 0 < asked <= len(refusing)):
        return refusals[0]
    if BUSY_TEXT in message or (status in WAITING_STATUSES and step != "endorse"):
        return LedgerUnavailable(message, step=step, status=status, tx_id=tx_id)
    if status in WAITING_STATUSES and not details:
        return LedgerUnavailable(message, step=step, status=status, tx_id=tx_id)
    kind = {"evaluate": EvaluateError, "endorse": EndorseError, "submit": SubmitError}.get(step, LedgerError)
    if kind is LedgerError and status in DENYING_STATUSES:
        return AccessDenied(message, step=step, status=status, tx_id=tx_id)
    return kind(message, status=status, details=details, tx_id=tx_id)


def _trailer(error: "grpc.RpcError") -> bytes:
    for key, value in error.trailing_metadata() or ():
        if key == STATUS_DETAILS_TRAILER:
            return bytes(value)
    return b""


def _refusal(said: str) -> Refusal_ | None:
    """The refusal in words like `... chaincode response 409, {"facts":{},"refusal":"..."}`, if it is one."""
    _, found, tail = said.partition("chaincode response ")
    number, _, body = tail.partition(", ")
    if not found or not number.isdigit() or int(number) not in REFUSAL_STATUSES:
        return None
    try:
        answer = json.loads(body)
        return Refusal_(str(answer["refusal"]), answer.get("facts", {}))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def decode_details(status: bytes) -> Iterator[PeerDetail]:
    """Every `gateway.ErrorDetail` in a serialised `google.rpc.Status` (field 3: Any, in it field 2)."""
    for number, packed in _fields(status):
        if number == 3:
            for inner, value in _fields(packed):
                if inner == 2:
                    texts = {n: v.decode("utf-8", "replace") for n, v in _fields(value)}
                    yield PeerDetail(texts.get(1, ""), texts.get(2, ""), texts.get(3, ""))


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The length-delimited fields of a protobuf message; varints are skipped, a torn one ends the walk."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & 7 == 0:
            _, at = _varint(message, at)
        elif tag & 7 == 2:
            size, at = _varint(message, at)
            yield tag >> 3, message[at : at + size]
            at += size
        else:
            return


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at

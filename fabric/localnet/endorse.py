"""Endorsement: check a proposal, run the chaincode on a frozen height, sign what it read and wrote."""

import datetime
import logging
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from fabric_protos.peer import chaincode_pb2, peer_pb2_grpc, proposal_pb2, proposal_response_pb2

from localnet.chaincode_link import ChaincodeUnavailable, Completed
from localnet.envelope import proposal_hash, without_transient
from localnet.proposal import SYSTEM_CHAINCODES, Checked, ProposalRefused, check_proposal
from localnet.simulate import Simulation
from localnet.system_chaincode import RESOURCES, query
from localnet.transport import one_line

if TYPE_CHECKING:
    from localnet.node import Node

log = logging.getLogger(__name__)
CHAINCODE_VERSION = "1.0"
# From here on a chaincode's answer is not endorsed (shim.ERRORTHRESHOLD of Fabric).
ERROR_THRESHOLD = 400


class Stage(Enum):
    """How far a proposal came."""

    ANSWERED = "answered"
    CHAINCODE_REFUSED = "chaincode refused"
    NOT_ADMITTED = "not admitted"
    PEER_FAILED = "peer failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a proposal, and what a gateway must know of it besides."""

    stage: Stage
    response: proposal_response_pb2.ProposalResponse
    written_policies: list[bytes | None] = field(default_factory=list)


class Endorser(peer_pb2_grpc.EndorserServicer):  # type: ignore[misc]
    """protos.Endorser of one peer."""

    def __init__(self, node: "Node") -> None:
        self._node = node

    async def ProcessProposal(self, request: proposal_pb2.SignedProposal, context: Any) -> Any:
        """The proposal's answer; never a gRPC error for what the peer or the chaincode refuses."""
        outcome = await self.process(request)
        if outcome.stage is Stage.NOT_ADMITTED:
            log.info("not endorsed: %s", one_line(outcome.response.response.message))
        return outcome.response

    async def process(self, signed: proposal_pb2.SignedProposal) -> Outcome:
        """Check, run and endorse one proposal."""
        try:
            checked = check_proposal(
                signed,
                config=self._node.config,
                roster=self._node.roster,
                now=datetime.datetime.now(datetime.UTC),
            )
            self._admit(checked)
        except ProposalRefused as refused:
            return Outcome(Stage.NOT_ADMITTED, failure(str(refused)))
        if checked.chaincode in SYSTEM_CHAINCODES:
            answered = query(self._node, checked.chaincode, list(checked.call.args))
            return self._finish(checked, Completed(answered, None), b"", [])
        # A damaged peer still says how it stands, and shows its blocks; it vouches for nothing.
        if self._node.chain.damage:
            text = f"this peer does not endorse: {self._node.chain.damage}"
            return Outcome(Stage.PEER_FAILED, failure(text))
        try:
            return await self._run(checked)
        except ChaincodeUnavailable as error:
            return Outcome(Stage.PEER_FAILED, failure(str(error)))

    def _admit(self, checked: Checked) -> None:
        """Duplicates, then the channel's access rules. Raises ProposalRefused."""
        node = self._node
        if checked.chaincode in SYSTEM_CHAINCODES:
            name = checked.call.args[0].decode("utf-8", "replace") if checked.call.args else ""
            resource = f"{checked.chaincode}/{name}"
            if not node.config.rule(RESOURCES.get(resource, resource))([checked.caller]):
                raise ProposalRefused(
                    f"access denied for [{name}][{node.config.channel}]: its certificate's unit may not watch"
                )
            return
        if node.chain.find(checked.tx_id) is not None:
            raise ProposalRefused(f"duplicate transaction found [{checked.tx_id}]")
        if checked.chaincode != node.chaincode.name:
            raise ProposalRefused(
                f"make sure the chaincode {checked.chaincode} has been successfully defined on channel "
                f"{node.config.channel} and try again: chaincode {checked.chaincode} not found"
            )

    async def _run(self, checked: Checked) -> Outcome:
        await self._node.lull.over()
        simulation = Simulation(
            namespace=checked.chaincode,
            snapshot=self._node.chain.snapshot(),
            history=self._node.chain.modification,
        )
        try:
            completed = await self._node.chaincode.execute(
                simulation=simulation,
                channel=checked.channel,
                tx_id=checked.tx_id,
                call=checked.call,
                proposal=checked.signed,
            )
            return self._finish(checked, completed, simulation.results(), simulation.written_policies())
        finally:
            # Also when the client's deadline cancels us: an open snapshot stops SQLite's checkpoints.
            simulation.close()

    def _finish(
        self, checked: Checked, completed: Completed, results: bytes, policies: list[bytes | None]
    ) -> Outcome:
        payload = _response_payload(checked, completed, results)
        response = proposal_response_pb2.ProposalResponse(
            version=1, response=completed.response, payload=payload
        )
        response.timestamp.GetCurrentTime()
        if completed.response.status >= ERROR_THRESHOLD:
            return Outcome(Stage.CHAINCODE_REFUSED, response)
        signer = self._node.identity
        message = payload + signer.creator
        signature = signer.sign(message)
        self._node.roster.remember(creator=signer.creator, signature=signature, message=message)
        response.endorsement.endorser = signer.creator
        response.endorsement.signature = signature
        return Outcome(Stage.ANSWERED, response, policies)


def failure(text: str) -> proposal_response_pb2.ProposalResponse:
    """A failure of the peer itself: status 500 and no payload, so that a gateway may ask another peer."""
    return proposal_response_pb2.ProposalResponse(
        version=1, response=proposal_response_pb2.Response(status=500, message=text)
    )


def _response_payload(checked: Checked, completed: Completed, results: bytes) -> bytes:
    event = b""
    if completed.event is not None:
        completed.event.chaincode_id = checked.chaincode
        completed.event.tx_id = checked.tx_id
        event = completed.event.SerializeToString()
    action = proposal_pb2.ChaincodeAction(
        results=results,
        events=event,
        response=completed.response,
        chaincode_id=chaincode_pb2.ChaincodeID(name=checked.chaincode, version=CHAINCODE_VERSION),
    )
    payload = proposal_response_pb2.ProposalResponsePayload(
        proposal_hash=proposal_hash(checked.header, without_transient(checked.proposal.payload)),
        extension=action.SerializeToString(),
    )
    return bytes(payload.SerializeToString())

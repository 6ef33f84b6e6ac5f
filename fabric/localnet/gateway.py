"""gateway.Gateway of one peer: evaluate, endorse, submit, commit status, chaincode events."""

import datetime
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.peer import proposal_pb2
from google.protobuf.message import DecodeError
from ledger.blocks import validation_codes
from ledger.configuration import is_configuration

from localnet.broadcast import Broadcaster, OrdererUnavailable
from localnet.collect import Asked, Collection, CollectionFailed, collect
from localnet.endorse import Endorser, Outcome, Stage, failure
from localnet.envelope import Code, assemble, parse
from localnet.identity import AccessDenied, Caller, check_time
from localnet.node import Node
from localnet.others import OtherPeers, PeerAway
from localnet.proposal import SYSTEM_CHAINCODES, ProposalRefused, claimed_chaincode
from localnet.transport import one_line, refuse

Status = grpc.StatusCode
log = logging.getLogger(__name__)


class GatewayService(gateway_pb2_grpc.GatewayServicer):  # type: ignore[misc]
    """The five calls of the Gateway protocol."""

    def __init__(
        self, node: Node, *, endorser: Endorser, broadcaster: Broadcaster, peers: OtherPeers
    ) -> None:
        self._node = node
        self._endorser = endorser
        self._broadcaster = broadcaster
        self._peers = peers
        self._addresses = {
            organisation.msp: organisation.peer for organisation in node.network.organisations.values()
        }
        self._turn = 0
        self._failing: set[str] = set()

    async def Evaluate(self, request: gateway_pb2.EvaluateRequest, context: Any) -> Any:
        """The answer of one peer, our own if it can."""
        signed = request.proposed_transaction
        await self._check_channel(request.channel_id, context)
        name = await self._claimed(signed, context)
        if name not in SYSTEM_CHAINCODES and name != self._node.chaincode.name:
            text = f"no peers available to evaluate chaincode {name} in channel {self._node.config.channel}"
            await refuse(context, Status.FAILED_PRECONDITION, text)
        if name not in SYSTEM_CHAINCODES:
            await self._check_whole(context)
        order = list(request.target_organizations) or [self._own, *self._peers.msps()]
        last = Asked(self._own, Outcome(Stage.PEER_FAILED, failure("no organisation was named")))
        for msp in order:
            last = await self.ask(msp, signed)
            if last.outcome.stage is Stage.ANSWERED:
                return gateway_pb2.EvaluateResponse(result=last.outcome.response.response)
            if last.outcome.stage is not Stage.PEER_FAILED:
                break
        return await self._refuse_evaluation(context, last)

    async def Endorse(self, request: gateway_pb2.EndorseRequest, context: Any) -> Any:
        """An envelope with enough endorsements, ready to be signed."""
        signed = request.proposed_transaction
        await self._check_channel(request.channel_id, context)
        await self._check_whole(context)
        name = await self._claimed(signed, context)
        if name != self._node.chaincode.name:
            text = (
                "no combination of peers can be derived which satisfy the endorsement policy: "
                f"No metadata was found for chaincode {name} in channel {self._node.config.channel}"
            )
            await refuse(context, Status.FAILED_PRECONDITION, text)
        unknown = set(request.endorsing_organizations) - set(self._addresses)
        if unknown:
            text = f"failed to find any endorsing peers for org(s): {', '.join(sorted(unknown))}"
            await refuse(context, Status.UNAVAILABLE, text)
        self._node.begin(request.transaction_id)
        self._turn += 1
        try:
            collection = await collect(
                self, signed, named=tuple(request.endorsing_organizations), turn=self._turn
            )
        except CollectionFailed as failed:
            self._tell_failing(failed.failing)
            details = [self._detail(asked) for asked in failed.asked]
            refused = any(asked.outcome.stage is Stage.CHAINCODE_REFUSED for asked in failed.asked)
            return await refuse(context, failed.status, failed.text, details, by_chaincode=refused)
        return gateway_pb2.EndorseResponse(prepared_transaction=_prepared(signed, collection))

    async def Submit(self, request: gateway_pb2.SubmitRequest, context: Any) -> Any:
        """Hand an envelope to the orderer; success means it is ordered on disk, not yet committed."""
        await self._check_whole(context)
        envelope = request.prepared_transaction
        if not envelope.payload or not envelope.signature:
            await refuse(context, Status.INVALID_ARGUMENT, "prepared transaction must be signed")
        try:
            answer = await self._broadcaster.send(envelope)
        except OrdererUnavailable as error:
            await self._no_orderer(str(error), context)
        if answer.status == common_pb2.SERVICE_UNAVAILABLE:
            await self._no_orderer(f"{self._node.network.orderer}: {answer.info}", context)
        if answer.status != common_pb2.SUCCESS:
            name = common_pb2.Status.Name(answer.status)
            text = f"received unsuccessful response from orderer: status={name}, info={answer.info}"
            await refuse(context, Status.ABORTED, text)
        return gateway_pb2.SubmitResponse()

    async def CommitStatus(self, request: gateway_pb2.SignedCommitStatusRequest, context: Any) -> Any:
        """Code and block of a transaction, as soon as this peer has committed it."""
        inner = await _inner(gateway_pb2.CommitStatusRequest, request, context)
        await self._check_channel(inner.channel_id, context)
        await self._check_signed(
            inner.identity, request.signature, request.request, "gateway/CommitStatus", context
        )
        await self._check_whole(context)
        # Registered before the look-up, and no await between: a commit in between would be missed.
        future = self._node.waiters.register(inner.transaction_id)
        try:
            found = self._node.chain.find(inner.transaction_id)
            outcome = found if found is not None else await future
        finally:
            self._node.waiters.remove(inner.transaction_id, future)
        return gateway_pb2.CommitStatusResponse(result=outcome.code, block_number=outcome.block)

    async def ChaincodeEvents(
        self, request: gateway_pb2.SignedChaincodeEventsRequest, context: Any
    ) -> AsyncIterator[Any]:
        """Events of valid transactions in block order, from a block on or after a transaction."""
        inner = await _inner(gateway_pb2.ChaincodeEventsRequest, request, context)
        await self._check_channel(inner.channel_id, context)
        await self._check_signed(
            inner.identity, request.signature, request.request, "gateway/ChaincodeEvents", context
        )
        number, after = await self._start(inner, context)
        node, config = self._node, self._node.config
        while not node.tip.closed:
            signal = node.tip.signal()
            await self._check_whole(context)
            if config is not node.config:
                # Certificates may have been revoked since: as Fabric does, ask again.
                config = node.config
                await self._check_signed(
                    inner.identity, request.signature, request.request, "gateway/ChaincodeEvents", context
                )
            if number >= node.height:
                await signal.wait()
                continue
            events = _events(node.read_block(number), chaincode=inner.chaincode_id, after=after)
            if events:
                yield gateway_pb2.ChaincodeEventsResponse(events=events, block_number=number)
            number, after = number + 1, ""

    async def ask(self, msp: str, signed: proposal_pb2.SignedProposal) -> Asked:
        """What the peer of one organisation says to a proposal."""
        if msp == self._own:
            return Asked(msp, await self._endorser.process(signed))
        try:
            response = await self._peers.process(msp, signed)
        except PeerAway as away:
            return Asked(msp, Outcome(Stage.PEER_FAILED, failure(str(away))), away=True)
        outcome = Outcome(_stage(response), response)
        if outcome.stage is not Stage.PEER_FAILED and msp in self._failing:
            self._failing.remove(msp)
            log.info("the peer of %s answers again", msp)
        if outcome.stage is not Stage.ANSWERED:
            return Asked(msp, outcome)
        honest = self._honest(msp, outcome)
        return Asked(msp, honest, logged=honest is not outcome)

    def _honest(self, msp: str, outcome: Outcome) -> Outcome:
        """The answer, if a peer of that organisation signed just this one."""
        response = outcome.response
        endorser, message = response.endorsement.endorser, response.payload + response.endorsement.endorser
        try:
            caller = self._node.roster.check(
                creator=endorser, signature=response.endorsement.signature, message=message
            )
        except AccessDenied as denied:
            return _dishonest(f"the endorsement of {msp} does not hold: {denied}")
        if caller.msp != msp or "peer" not in caller.units:
            wrong = "not signed by a peer" if caller.msp == msp else f"signed by {caller.msp} instead"
            return _dishonest(f"the endorsement of {msp} was {wrong}")
        return outcome

    def _tell_failing(self, failing: Sequence[Asked]) -> None:
        """Another's failure is said once, until it answers again: our own peer's log has its own reasons."""
        for asked in failing:
            if asked.msp != self._own and asked.msp not in self._failing:
                self._failing.add(asked.msp)
                log.warning("the peer of %s fails: %s", asked.msp, one_line(asked.text()))

    @property
    def own(self) -> str:
        """Our own organisation's MSP id."""
        return self._own

    @property
    def others(self) -> Sequence[str]:
        """The other organisations' MSP ids."""
        return self._peers.msps()

    @property
    def node(self) -> Node:
        """The peer behind this gateway."""
        return self._node

    @property
    def _own(self) -> str:
        return self._node.organisation.msp

    async def _claimed(self, signed: proposal_pb2.SignedProposal, context: Any) -> str:
        try:
            return claimed_chaincode(signed)
        except ProposalRefused as refused:
            return str(await refuse(context, Status.INVALID_ARGUMENT, str(refused)))

    async def _no_orderer(self, because: str, context: Any) -> None:
        detail = gateway_pb2.ErrorDetail(
            address=self._node.network.orderer, msp_id=next(iter(self._node.config.orderer_msps))
        )
        detail.message = because
        text = "no orderers could successfully process transaction"
        await refuse(context, Status.UNAVAILABLE, text, [detail])

    async def _check_channel(self, channel: str, context: Any) -> None:
        if channel != self._node.config.channel:
            text = f"failed to get config for channel [{channel}]: there is no such channel on this peer"
            await refuse(context, Status.UNAVAILABLE, text)

    async def _check_whole(self, context: Any) -> None:
        """A damaged peer sends its clients to the others: what it says would not be worth anything."""
        if self._node.chain.damage:
            text = f"this peer does not serve: {self._node.chain.damage}"
            await refuse(context, Status.UNAVAILABLE, text)

    async def _check_signed(
        self, creator: bytes, signature: bytes, message: bytes, resource: str, context: Any
    ) -> None:
        try:
            caller: Caller = self._node.roster.check(creator=creator, signature=signature, message=message)
            check_time(caller, datetime.datetime.now(datetime.UTC))
        except AccessDenied as denied:
            await refuse(context, Status.PERMISSION_DENIED, f"access denied: {denied}")
        if not self._node.config.rule(resource)([caller]):
            await refuse(context, Status.PERMISSION_DENIED, f"access denied: {resource} is not for this unit")

    async def _start(self, request: gateway_pb2.ChaincodeEventsRequest, context: Any) -> tuple[int, str]:
        if request.after_transaction_id:
            found = self._node.chain.find(request.after_transaction_id)
            if found is not None:
                return found.block, request.after_transaction_id
        kind = request.start_position.WhichOneof("Type")
        if kind in {None, "next_commit"}:
            return self._node.height, ""
        if kind != "specified":
            await refuse(context, Status.INVALID_ARGUMENT, f"invalid start position type: {kind}")
        return int(request.start_position.specified.number), ""

    def _detail(self, asked: Asked) -> gateway_pb2.ErrorDetail:
        return gateway_pb2.ErrorDetail(
            address=self._addresses.get(asked.msp, ""), msp_id=asked.msp, message=asked.text()
        )

    async def _refuse_evaluation(self, context: Any, asked: Asked) -> Any:
        codes = {
            Stage.CHAINCODE_REFUSED: Status.UNKNOWN,
            Stage.NOT_ADMITTED: Status.FAILED_PRECONDITION,
            Stage.PEER_FAILED: Status.UNAVAILABLE,
        }
        text = f"evaluate call to endorser returned error: {asked.text()}"
        refused = asked.outcome.stage is Stage.CHAINCODE_REFUSED
        code = codes[asked.outcome.stage]
        return await refuse(context, code, text, [self._detail(asked)], by_chaincode=refused)


def _dishonest(text: str) -> Outcome:
    """An answer that does not count, whoever else suffices: the log has it in a line."""
    log.warning("not counted: %s", one_line(text))
    return Outcome(Stage.PEER_FAILED, failure(text))


async def _inner(kind: Any, request: Any, context: Any) -> Any:
    try:
        return kind.FromString(request.request)
    except DecodeError:
        return await refuse(context, Status.INVALID_ARGUMENT, "failed to unmarshal the signed request")


def _prepared(signed: proposal_pb2.SignedProposal, collection: Collection) -> common_pb2.Envelope:
    return assemble(proposal_pb2.Proposal.FromString(signed.proposal_bytes), collection.responses)


def _stage(response: Any) -> Stage:
    if 200 <= response.response.status < 400:
        return Stage.ANSWERED
    return Stage.CHAINCODE_REFUSED if response.payload else Stage.PEER_FAILED


def _events(content: bytes, *, chaincode: str, after: str) -> list[Any]:
    """Events of the valid transactions of a block, those after transaction `after` if it is named."""
    block = common_pb2.Block.FromString(content)
    events: list[Any] = []
    skipping = bool(after)
    for envelope, code in zip(block.data.data, validation_codes(block), strict=True):
        if code != Code.VALID or is_configuration(envelope):
            continue
        transaction = parse(envelope)
        if skipping:
            skipping = transaction.tx_id != after
            continue
        if transaction.event is not None and transaction.chaincode == chaincode:
            events.append(transaction.event)
    return events

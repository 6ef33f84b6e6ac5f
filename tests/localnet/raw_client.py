"""A client of one gateway in bare messages, so that tests can also send what a decent client never would."""

import asyncio
import contextlib
import time

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import (
    chaincode_pb2,
    events_pb2_grpc,
    peer_pb2_grpc,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)
from ledger.identity import new_nonce, transaction_id
from ledger.network import identity

CHANNEL = "carbon"
OPTIONS = [
    ("grpc.max_receive_message_length", 100 << 20),
    ("grpc.max_send_message_length", 100 << 20),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
]


class RawClient:
    def __init__(self, network, organisation="enterprise", name="service"):
        self.identity = identity(network, organisation, name)
        credentials = grpc.ssl_channel_credentials(network.tls_roots())
        address = network.organisation(organisation).peer
        self.channel = grpc.aio.secure_channel(address, credentials, options=OPTIONS)
        self.gateway = gateway_pb2_grpc.GatewayStub(self.channel)
        self.endorser = peer_pb2_grpc.EndorserStub(self.channel)
        self.deliver = events_pb2_grpc.DeliverStub(self.channel)

    async def close(self):
        await self.channel.close()

    def proposal(self, name, *args, chaincode="carbon", channel=CHANNEL, at_ns=None, tx_id=None):
        nonce = new_nonce()
        tx_id = tx_id or transaction_id(nonce=nonce, creator=self.identity.creator)
        called = chaincode_pb2.ChaincodeID(name=chaincode)
        extension = proposal_pb2.ChaincodeHeaderExtension(chaincode_id=called)
        header = common_pb2.ChannelHeader(
            type=3, channel_id=channel, tx_id=tx_id, extension=extension.SerializeToString()
        )
        header.timestamp.seconds, header.timestamp.nanos = divmod(at_ns or time.time_ns(), 10**9)
        signer = common_pb2.SignatureHeader(creator=self.identity.creator, nonce=nonce)
        spec = chaincode_pb2.ChaincodeInvocationSpec(
            chaincode_spec=chaincode_pb2.ChaincodeSpec(
                type=1,
                chaincode_id=called,
                input=chaincode_pb2.ChaincodeInput(args=[name.encode(), *args]),
            )
        )
        payload = proposal_pb2.ChaincodeProposalPayload(input=spec.SerializeToString())
        outer = common_pb2.Header(
            channel_header=header.SerializeToString(), signature_header=signer.SerializeToString()
        )
        content = proposal_pb2.Proposal(
            header=outer.SerializeToString(), payload=payload.SerializeToString()
        ).SerializeToString()
        signature = self.identity.sign(content)
        return tx_id, proposal_pb2.SignedProposal(proposal_bytes=content, signature=signature)

    async def evaluate(self, name, *args, chaincode="carbon", timeout=5, **more):
        tx_id, signed = self.proposal(name, *args, chaincode=chaincode, **more)
        return await self.evaluate_signed(tx_id, signed, timeout=timeout)

    async def evaluate_signed(self, tx_id, signed, timeout=5):
        request = gateway_pb2.EvaluateRequest(
            transaction_id=tx_id, channel_id=CHANNEL, proposed_transaction=signed
        )
        return (await self.gateway.Evaluate(request, timeout=timeout)).result.payload

    async def endorse(self, name, *args, organisations=(), timeout=15, **more):
        tx_id, signed = self.proposal(name, *args, **more)
        return tx_id, await self.endorse_signed(tx_id, signed, organisations, timeout)

    async def endorse_signed(self, tx_id, signed, organisations=(), timeout=15):
        request = gateway_pb2.EndorseRequest(
            transaction_id=tx_id,
            channel_id=CHANNEL,
            proposed_transaction=signed,
            endorsing_organizations=organisations,
        )
        return (await self.gateway.Endorse(request, timeout=timeout)).prepared_transaction

    def sign(self, prepared):
        return common_pb2.Envelope(payload=prepared.payload, signature=self.identity.sign(prepared.payload))

    async def send(self, tx_id, envelope, timeout=10):
        request = gateway_pb2.SubmitRequest(
            transaction_id=tx_id, channel_id=CHANNEL, prepared_transaction=envelope
        )
        await self.gateway.Submit(request, timeout=timeout)

    async def status(self, tx_id, timeout=10):
        inner = gateway_pb2.CommitStatusRequest(
            transaction_id=tx_id, channel_id=CHANNEL, identity=self.identity.creator
        ).SerializeToString()
        request = gateway_pb2.SignedCommitStatusRequest(request=inner, signature=self.identity.sign(inner))
        answer = await self.gateway.CommitStatus(request, timeout=timeout)
        return transaction_pb2.TxValidationCode.Name(answer.result), answer.block_number

    async def submit(self, name, *args, **more):
        """Endorse, submit, wait: transaction id, code, block."""
        tx_id, prepared = await self.endorse(name, *args, **more)
        await self.send(tx_id, self.sign(prepared))
        return (tx_id, *(await self.status(tx_id)))

    def events(self, *, start=None, after=""):
        inner = gateway_pb2.ChaincodeEventsRequest(
            channel_id=CHANNEL,
            chaincode_id="carbon",
            identity=self.identity.creator,
            after_transaction_id=after,
        )
        if start is not None:
            inner.start_position.specified.number = start
        content = inner.SerializeToString()
        request = gateway_pb2.SignedChaincodeEventsRequest(
            request=content, signature=self.identity.sign(content)
        )
        return self.gateway.ChaincodeEvents(request)

    async def take_events(self, count, timeout=5, **where):
        """The first `count` events of a stream, as (block, transaction id, name, payload)."""
        call, found = self.events(**where), []
        with contextlib.suppress(asyncio.CancelledError):
            async with asyncio.timeout(timeout):
                async for answer in call:
                    found += [
                        (answer.block_number, event.tx_id, event.event_name, event.payload)
                        for event in answer.events
                    ]
                    if len(found) >= count:
                        break
        call.cancel()
        return found

    def seek(self, start, stop, behavior=0):
        header = common_pb2.ChannelHeader(type=5, channel_id=CHANNEL)
        header.timestamp.GetCurrentTime()
        info = ab_pb2.SeekInfo(behavior=behavior)
        info.start.specified.number, info.stop.specified.number = start, stop
        signer = common_pb2.SignatureHeader(creator=self.identity.creator)
        payload = common_pb2.Payload(
            header=common_pb2.Header(
                channel_header=header.SerializeToString(), signature_header=signer.SerializeToString()
            ),
            data=info.SerializeToString(),
        ).SerializeToString()
        return common_pb2.Envelope(payload=payload, signature=self.identity.sign(payload))


def action_of(envelope):
    """The ChaincodeActionPayload in an envelope, with what is needed to put a changed one back."""
    payload = common_pb2.Payload.FromString(envelope.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    return payload, transaction, action


def with_action(payload, transaction, action):
    transaction.actions[0].payload = action.SerializeToString()
    payload.data = transaction.SerializeToString()
    return common_pb2.Envelope(payload=payload.SerializeToString())


def response_of(envelope):
    """The ChaincodeAction that endorsers signed."""
    _, _, action = action_of(envelope)
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
    return answer, proposal_pb2.ChaincodeAction.FromString(answer.extension)

"""Transactions and blocks made in this process, signed by real material, for tests of one peer's parts."""

import time

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_event_pb2, chaincode_pb2, proposal_pb2, proposal_response_pb2
from ledger.blocks import new_block
from ledger.identity import new_nonce, transaction_id
from ledger.network import identity, node_identity
from localnet.chain import Chain
from localnet.channel import Channel
from localnet.envelope import assemble, proposal_hash
from localnet.simulate import Simulation
from localnet.validate import Validator

CALL = chaincode_pb2.ChaincodeInvocationSpec(chaincode_spec={"input": {"args": [b"put"]}})
ASKED = proposal_pb2.ChaincodeProposalPayload(input=CALL.SerializeToString()).SerializeToString()


def named(chaincode):
    """The extension of a header that names a chaincode."""
    called = chaincode_pb2.ChaincodeID(name=chaincode)
    return proposal_pb2.ChaincodeHeaderExtension(chaincode_id=called).SerializeToString()


def event_of(chaincode, name="e"):
    """The bytes of an event."""
    event = chaincode_event_pb2.ChaincodeEvent(chaincode_id=chaincode, event_name=name, payload=b"x")
    return event.SerializeToString()


class Forger:
    """Whoever has the keys of a client and of all peers of a network, on either engine."""

    def __init__(self, network):
        self.network = network
        self.client = identity(network, "enterprise", "service")
        self.endorsers = {name: node_identity(network, name, "peer") for name in network.organisations}

    def envelope(
        self,
        results,
        *,
        by=("enterprise", "auditor"),
        asked=ASKED,
        header=None,
        answer=None,
        answering="carbon",
        version="1.0",
        events=b"",
    ):
        """A signed envelope with these results, endorsed by these organisations.

        asked: the call; header, answer: bytes in the place of its header's extension and of an answer (None:
        one of `answering` in that `version`, with these results and the bytes of an event); answering None:
        an answer without a chaincode's name.
        """
        nonce = new_nonce()
        channel = common_pb2.ChannelHeader(
            type=3,
            channel_id="carbon",
            tx_id=transaction_id(nonce=nonce, creator=self.client.creator),
            extension=named("carbon") if header is None else header,
        )
        channel.timestamp.seconds = int(time.time())
        signer = common_pb2.SignatureHeader(creator=self.client.creator, nonce=nonce)
        outer = common_pb2.Header(
            channel_header=channel.SerializeToString(), signature_header=signer.SerializeToString()
        )
        proposal = proposal_pb2.Proposal(header=outer.SerializeToString(), payload=asked)
        action = proposal_pb2.ChaincodeAction(
            results=results,
            chaincode_id=answering and chaincode_pb2.ChaincodeID(name=answering, version=version),
            response=proposal_response_pb2.Response(status=200),
            events=events,
        )
        signed = proposal_response_pb2.ProposalResponsePayload(
            proposal_hash=proposal_hash(outer, asked),
            extension=action.SerializeToString() if answer is None else answer,
        ).SerializeToString()
        responses = []
        for name in by:
            endorser = self.endorsers[name]
            response = proposal_response_pb2.ProposalResponse(payload=signed)
            response.endorsement.endorser = endorser.creator
            response.endorsement.signature = endorser.sign(signed + endorser.creator)
            responses.append(response)
        prepared = assemble(proposal, responses)
        prepared.signature = self.client.sign(prepared.payload)
        return prepared.SerializeToString()


class Workshop(Forger):
    """One peer's ledger without its process."""

    def __init__(self, network, folder):
        super().__init__(network)
        self.genesis = common_pb2.Block.FromString(network.genesis())
        self.validator = Validator(channel=Channel(self.genesis), chaincode=network.chaincode)
        self.folder = folder
        self.chain = self.open()

    def open(self):
        return Chain(folder=self.folder, genesis=self.genesis, validator=self.validator)

    def simulate(self, work):
        """An unsigned transaction's results: `work(simulation)` reads and writes."""
        simulation = Simulation(
            namespace="carbon", snapshot=self.chain.snapshot(), history=self.chain.modification
        )
        try:
            work(simulation)
            return simulation.results()
        finally:
            simulation.close()

    def block(self, envelopes):
        """The next block, unsigned: the chain does not look at the orderer's signature."""
        return new_block(
            number=self.chain.blocks.height, previous_hash=self.chain.tip_hash, envelopes=list(envelopes)
        )

    def commit(self, *envelopes):
        """Commit a block of these envelopes; gives the codes."""
        return self.chain.commit(self.block(envelopes)).codes

    def put(self, key, value):
        """An envelope that writes one key."""
        return self.envelope(self.simulate(lambda simulation: simulation.put(key, value)))

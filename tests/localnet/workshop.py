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


class Workshop:
    """One peer's ledger without its process."""

    def __init__(self, network, folder):
        self.network = network
        self.genesis = common_pb2.Block.FromString(network.genesis())
        self.client = identity(network, "enterprise", "service")
        self.endorsers = {name: node_identity(network, name, "peer") for name in network.organisations}
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

    def envelope(
        self,
        results,
        *,
        by=("enterprise", "auditor"),
        called="carbon",
        answering="carbon",
        version="1.0",
        event="",
    ):
        """A signed envelope with these results, endorsed by these organisations.

        called: the chaincode in its header; answering, version: the one that answered; event: whose event it
        has, if any.
        """
        nonce = new_nonce()
        extension = proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode_pb2.ChaincodeID(name=called))
        channel = common_pb2.ChannelHeader(
            type=3,
            channel_id="carbon",
            tx_id=transaction_id(nonce=nonce, creator=self.client.creator),
            extension=extension.SerializeToString(),
        )
        channel.timestamp.seconds = int(time.time())
        signer = common_pb2.SignatureHeader(creator=self.client.creator, nonce=nonce)
        header = common_pb2.Header(
            channel_header=channel.SerializeToString(), signature_header=signer.SerializeToString()
        )
        proposal = proposal_pb2.Proposal(header=header.SerializeToString(), payload=b"")
        action = proposal_pb2.ChaincodeAction(
            results=results,
            chaincode_id=chaincode_pb2.ChaincodeID(name=answering, version=version),
            response=proposal_response_pb2.Response(status=200),
        )
        if event:
            told = chaincode_event_pb2.ChaincodeEvent(chaincode_id=event, event_name="e")
            action.events = told.SerializeToString()
        answer = proposal_response_pb2.ProposalResponsePayload(
            proposal_hash=proposal_hash(header, b""), extension=action.SerializeToString()
        ).SerializeToString()
        responses = []
        for name in by:
            endorser = self.endorsers[name]
            response = proposal_response_pb2.ProposalResponse(payload=answer)
            response.endorsement.endorser = endorser.creator
            response.endorsement.signature = endorser.sign(answer + endorser.creator)
            responses.append(response)
        prepared = assemble(proposal, responses)
        prepared.signature = self.client.sign(prepared.payload)
        return prepared.SerializeToString()

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

"""A peer that endorses something else: our own gateway before peers that the test plays itself."""

import asyncio
import logging

import grpc
import pytest
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_response_pb2
from ledger import material
from ledger.network import identity, node_identity
from localnet.collect import NOT_ENOUGH, Asked, CollectionFailed, collect
from localnet.endorse import Outcome, Stage, failure
from localnet.gateway import GatewayService
from localnet.node import Node

from tests.localnet.raw_client import RawClient, action_of
from tests.localnet.test_bad_input import high_s

Status = grpc.StatusCode


class Honest:
    """Our own peer's endorser: signs what it is told to have simulated."""

    def __init__(self, network, organisation="enterprise", payload=b"payload"):
        self.signer = node_identity(network, organisation, "peer")
        self.payload = payload

    def response(self):
        answer = proposal_response_pb2.ProposalResponse(payload=self.payload)
        answer.response.status = 200
        answer.endorsement.endorser = self.signer.creator
        answer.endorsement.signature = self.signer.sign(self.payload + self.signer.creator)
        return answer

    async def process(self, signed):
        return Outcome(Stage.ANSWERED, self.response(), [None])


class Others:
    """The other organisations' peers: what each answers."""

    def __init__(self, **answers):
        self.answers = answers

    def msps(self):
        return sorted(self.answers)

    async def process(self, msp, signed):
        return self.answers[msp]


class Context:
    """Keeps how a call ended."""

    async def abort(self, code, text, trailer=()):
        self.code, self.text, self.trailer = code, text, trailer
        raise grpc.aio.AbortError


def something_else(network):
    return Honest(network, "auditor", b"other payload").response()


def signed_wrongly(network):
    answer = Honest(network, "auditor").response()
    answer.endorsement.signature = node_identity(network, "auditor", "peer").sign(b"other bytes")
    return answer


def signed_with_high_s(network):
    answer = Honest(network, "auditor").response()
    answer.endorsement.signature = high_s(answer.endorsement.signature)
    return answer


def signed_by_another_organisation(network):
    return Honest(network, "regulator").response()


def signed_by_a_client(network):
    answer = Honest(network, "auditor").response()
    client = identity(network, "auditor", "service")
    answer.endorsement.endorser = client.creator
    answer.endorsement.signature = client.sign(answer.payload + client.creator)
    return answer


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("made")
    network = material.write(home)
    return network, Node(network, "enterprise")


def ask(made, auditor, organisations, turn=0):
    """Endorse through our gateway with this answer of the auditor's peer and an honest regulator's.

    turn: without organisations, whom our gateway asks beside our own peer: an odd one the auditor's.
    """
    network, node = made
    others = Others(AuditorMSP=auditor, RegulatorMSP=Honest(network, "regulator").response())
    service = GatewayService(node, endorser=Honest(network), broadcaster=None, peers=others)
    service._turn = turn
    return call(network, service, organisations)


def call(network, service, organisations):
    """What a gateway answers to one Endorse, and how the call ended."""
    client = RawClient.__new__(RawClient)
    client.identity = identity(network, "enterprise", "relay")
    tx_id, signed = client.proposal("put", b"a", b"1")
    request = gateway_pb2.EndorseRequest(
        transaction_id=tx_id,
        channel_id="carbon",
        proposed_transaction=signed,
        endorsing_organizations=organisations,
    )
    context = Context()

    async def endorse():
        try:
            return await service.Endorse(request, context)
        except grpc.aio.AbortError:
            return None

    return asyncio.run(endorse()), context


DIFFERS = "AuditorMSP endorsed something else than the others: ProposalResponsePayloads do not match"
LIES = [
    (something_else, "ProposalResponsePayloads do not match", DIFFERS),
    (signed_wrongly, "the endorsement of AuditorMSP does not hold", ""),
    (signed_with_high_s, "the endorsement of AuditorMSP does not hold: the signature has a high S", ""),
    (signed_by_another_organisation, "the endorsement of AuditorMSP was signed by RegulatorMSP instead", ""),
    (signed_by_a_client, "the endorsement of AuditorMSP was not signed by a peer", ""),
]


def told_of_the_auditor(caplog):
    """The log's lines that name the auditor's peer."""
    return [record.getMessage() for record in caplog.records if "AuditorMSP" in record.getMessage()]


@pytest.mark.parametrize(("lie", "words", "line"), LIES)
def test_a_peer_that_endorses_something_else_is_named_to_the_client_and_in_one_line(
    made, caplog, lie, words, line
):
    caplog.set_level(logging.INFO)
    for order in (["EnterpriseMSP", "AuditorMSP"], ["AuditorMSP", "EnterpriseMSP"]):
        caplog.clear()
        answer, context = ask(made, lie(made[0]), order)
        assert answer is None
        assert context.code is Status.ABORTED
        assert context.text == NOT_ENOUGH
        ((_, trailer),) = context.trailer
        assert words.encode() in trailer
        assert b"AuditorMSP" in trailer
        (told,) = told_of_the_auditor(caplog)
        assert (line or f"not counted: {words}") in told
        assert [record.getMessage() for record in caplog.records if "refused, " in record.getMessage()] == [
            f"refused, ABORTED: {NOT_ENOUGH}"
        ]


@pytest.mark.parametrize(("lie", "words", "line"), LIES)
def test_the_honest_two_suffice_and_the_third_s_lie_is_one_line_of_the_log(made, caplog, lie, words, line):
    caplog.set_level(logging.INFO)
    for turn, lines in ((0, 0), (1, 1)):
        caplog.clear()
        answer, _ = ask(made, lie(made[0]), [], turn)
        _, _, action = action_of(answer.prepared_transaction)
        signers = {one.endorser for one in action.action.endorsements}
        assert signers == {
            node_identity(made[0], name, "peer").creator for name in ("enterprise", "regulator")
        }
        told = told_of_the_auditor(caplog)
        assert len(told) == lines, "the auditor's peer is asked on every second turn"
        assert all((line or f"not counted: {words}") in one for one in told)


def test_honest_peers_leave_no_line(made, caplog):
    caplog.set_level(logging.INFO)
    for organisations in ([], ["EnterpriseMSP", "AuditorMSP", "RegulatorMSP"]):
        answer, _ = ask(made, Honest(made[0], "auditor").response(), organisations, turn=1)
        assert answer is not None
    assert caplog.records == []


def refusing():
    """What a peer says whose chaincode refuses: one that lacks the last block does."""
    answer = proposal_response_pb2.ProposalResponse()
    answer.response.status, answer.response.message = 409, '{"refusal":"coin_unknown"}'
    return Outcome(Stage.CHAINCODE_REFUSED, answer, [])


def failing():
    """What a peer says that cannot ask its chaincode."""
    return failure("could not launch chaincode carbon\nof ours")


class Refusing(Honest):
    """Our own peer's endorser, whose chaincode refuses."""

    async def process(self, signed):
        return refusing()


WARNED = "the peer of AuditorMSP fails: could not launch chaincode carbon\N{REPLACEMENT CHARACTER}of ours"
AGAIN = "the peer of AuditorMSP answers again"


@pytest.mark.parametrize("refuses", ["another", "our own"])
def test_a_peer_that_fails_beside_a_refusal_is_warned_of_once_until_it_answers(made, caplog, refuses):
    caplog.set_level(logging.INFO)
    network, node = made
    refused = proposal_response_pb2.ProposalResponse(
        payload=b"refused", response=refusing().response.response
    )
    others = Others(AuditorMSP=failing(), RegulatorMSP=refused)
    own = Refusing(network) if refuses == "our own" else Honest(network)
    service = GatewayService(node, endorser=own, broadcaster=None, peers=others)
    everybody = ["EnterpriseMSP", "AuditorMSP", "RegulatorMSP"]
    told = []
    for answer in (failing(), failing(), refused, failing()):
        caplog.clear()
        others.answers["AuditorMSP"] = answer
        given, context = call(network, service, everybody)
        assert (given, context.code) == (None, Status.ABORTED)
        # Nothing of what the chaincode said, which may repeat arguments.
        assert not any("coin_unknown" in record.getMessage() for record in caplog.records)
        told.append([(record.levelname, record.getMessage()) for record in caplog.records])
    assert told == [[("WARNING", WARNED)], [], [("INFO", AGAIN)], [("WARNING", WARNED)]]


def test_a_peer_that_fails_where_nobody_ran_the_proposal_is_not_warned_of(made, caplog):
    """The caller's fault looks the same: of a bad proposal every peer says that it failed."""
    network, node = made
    others = Others(AuditorMSP=failing(), RegulatorMSP=failing())
    service = GatewayService(node, endorser=Honest(network), broadcaster=None, peers=others)
    assert call(network, service, ["AuditorMSP", "RegulatorMSP"])[0] is None
    assert told_of_the_auditor(caplog) == []


def test_two_peers_that_are_a_block_behind_are_told_of_once_each(made):
    """Told of twice, two of three were taken for all three, and a good call for refused."""
    network, node = made
    asked = [
        Asked("EnterpriseMSP", Outcome(Stage.ANSWERED, Honest(network).response(), [None])),
        Asked("AuditorMSP", refusing()),
        Asked("RegulatorMSP", refusing()),
    ]

    class Peers:
        own, others = "EnterpriseMSP", ("AuditorMSP", "RegulatorMSP")

        def __init__(self):
            self.node = node

        async def ask(self, msp, signed):
            return next(one for one in asked if one.msp == msp)

    with pytest.raises(CollectionFailed) as caught:
        asyncio.run(collect(Peers(), None, named=[one.msp for one in asked], turn=0))
    assert [one.msp for one in caught.value.asked] == ["AuditorMSP", "RegulatorMSP"]

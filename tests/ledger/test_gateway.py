"""The Gateway client against a scripted peer: proposals, endorsements, submit, commit status."""

import asyncio

import grpc
import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2
from ledger import errors
from ledger.gateway import BUSY, Gateway
from ledger.proposal import propose, sign_envelope

from tests.ledger.scripted_peer import KeySigner, Peer, detail_trailer, prepared, run


def test_a_proposal_is_endorsed_by_all_organisations_and_signed() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        transaction = await gateway.propose("take", b"{}")
        assert transaction.result == b"result"
        assert transaction.organisations == ("AuditorMSP", "RegulatorMSP")
        assert len(transaction.tx_id) == 64
        await gateway.submit(transaction.envelope, transaction.tx_id)
        assert peer.asked[-1] == ("submit", transaction.envelope)

    run(peer, story)
    assert peer.asked[0] == ("endorse", ["EnterpriseMSP", "AuditorMSP", "RegulatorMSP"])


def test_a_silent_organisation_costs_no_more_than_the_patience_and_is_not_asked_again_soon() -> None:
    peer = Peer()
    peer.silent_for = ("AuditorMSP",)

    async def story(gateway: Gateway) -> None:
        await asyncio.wait_for(gateway.propose("take"), 3)
        await asyncio.wait_for(gateway.propose("take"), 3)

    run(peer, story)
    assert [asked for _, asked in peer.asked][1:] == [[], []]
    assert len(set(peer.named)) == 3, "a peer refuses the name of a proposal that it still works on"


def test_with_much_to_do_two_endorsements_are_enough() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        await asyncio.gather(*(gateway.propose("take") for _ in range(BUSY + 4)))
        await gateway.propose("take")

    run(peer, story)
    named = [bool(asked) for _, asked in peer.asked]
    assert (named.count(True), named.count(False)) == (BUSY + 1, 4)


def test_a_failed_organisation_leaves_the_choice_to_the_gateway() -> None:
    peer = Peer()

    async def story(gateway: Gateway) -> None:
        peer.fail["endorse by all"] = (grpc.StatusCode.UNAVAILABLE, "connection refused", b"")
        assert (await gateway.propose("take")).result == b"result"

    run(peer, story)
    assert peer.asked[-1] == ("endorse", [])


@pytest.mark.parametrize("step", ["evaluate", "endorse"])
def test_a_refusal_of_the_chaincode_is_a_refusal_with_its_facts(step: str) -> None:
    peer = Peer()
    body = '{"facts":{"held":"5"},"refusal":"holding_too_small"}'
    text = f"evaluate call to endorser returned error: chaincode response 409, {body}"
    trailer = detail_trailer(f"chaincode response 409, {body}") if step == "endorse" else b""
    status = grpc.StatusCode.UNKNOWN if step == "evaluate" else grpc.StatusCode.ABORTED
    peer.fail[step] = (
        status,
        text if step == "evaluate" else "failed to endorse transaction, see attached details",
        trailer,
    )

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.Refusal_) as caught:
            await (gateway.evaluate("x") if step == "evaluate" else gateway.propose("x"))
        assert (caught.value.name, caught.value.facts) == ("holding_too_small", {"held": "5"})
        assert errors.advice(caught.value) is errors.Advice.GIVE_UP

    run(peer, story)


def test_peers_at_different_heights_ask_for_a_new_proposal() -> None:
    peer = Peer()
    peer.fail["endorse"] = (
        grpc.StatusCode.ABORTED,
        "failed to collect enough transaction endorsements, see attached details",
        detail_trailer("ProposalResponsePayloads do not match (base64): 1 vs 2"),
    )

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.EndorseError) as caught:
            await gateway.propose("take")
        assert caught.value.details[0].msp_id == "AuditorMSP"
        assert errors.advice(caught.value) is errors.Advice.NEW_PROPOSAL

    run(peer, story)


REFUSED = 'chaincode response 409, {"facts":{},"refusal":"issue_unknown"}'
NOT_ENOUGH = "failed to collect enough transaction endorsements, see attached details for more info"


EVERYBODY = ("EnterpriseMSP", "AuditorMSP", "RegulatorMSP")


def refused_by(*msps: str) -> tuple[grpc.StatusCode, str, bytes]:
    """What a gateway says when the chaincodes of these organisations refuse."""
    first, *others = (detail_trailer(REFUSED, msp=msp) for msp in msps)
    return grpc.StatusCode.ABORTED, NOT_ENOUGH, first + b"".join(other[10:] for other in others)


@pytest.mark.parametrize(
    "behind",
    [["AuditorMSP"], ["AuditorMSP", "RegulatorMSP"], ["AuditorMSP", "RegulatorMSP"] * 2],
    ids=["one", "two", "two, each told of twice"],
)
def test_a_peer_that_is_a_block_behind_refuses_and_is_asked_again(behind) -> None:
    """Seen on real peers: two had the block that the call rests on, the third not yet."""
    peer = Peer()
    peer.behind = [refused_by(*behind)]

    async def story(gateway: Gateway) -> None:
        assert (await gateway.propose("endorse_issue")).result == b"result"

    run(peer, story)
    assert [asked for _, asked in peer.asked] == [["EnterpriseMSP", "AuditorMSP", "RegulatorMSP"]] * 2


def test_a_peer_that_stays_behind_is_left_out_by_the_gateways_own_choice() -> None:
    peer = Peer()
    peer.fail["endorse by all"] = refused_by("AuditorMSP")

    async def story(gateway: Gateway) -> None:
        assert (await gateway.propose("endorse_issue")).result == b"result"

    run(peer, story)
    assert peer.asked[-1] == ("endorse", [])


def test_what_all_organisations_refuse_is_refused() -> None:
    peer = Peer()
    peer.fail["endorse"] = refused_by(*EVERYBODY)

    async def story(gateway: Gateway) -> None:
        with pytest.raises(errors.Refusal_) as caught:
            await gateway.propose("endorse_issue")
        assert caught.value.name == "issue_unknown"

    run(peer, story)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("status", "text", "kind", "told"),
    [
        (
            grpc.StatusCode.UNAVAILABLE,
            "no orderers",
            errors.LedgerUnavailable,
            errors.Advice.SAME_ENVELOPE,
        ),
        (
            grpc.StatusCode.ABORTED,
            "received unsuccessful response from orderer: status=FORBIDDEN",
            errors.SubmitError,
            errors.Advice.NEW_PROPOSAL,
        ),
        (
            grpc.StatusCode.UNKNOWN,
            "too many requests for /gateway.Gateway, exceeding concurrency limit (500)",
            errors.LedgerUnavailable,
            errors.Advice.SAME_ENVELOPE,
        ),
    ],
)
def test_an_error_of_submit_says_what_to_do(status, text, kind, told) -> None:
    peer = Peer()
    peer.fail["submit"] = (status, text, b"")

    async def story(gateway: Gateway) -> None:
        with pytest.raises(kind) as caught:
            await gateway.submit(prepared(b"").SerializeToString(), "ab")
        assert errors.advice(caught.value) is told

    run(peer, story)


def test_an_invalid_transaction_is_a_commit_error_with_fabrics_code() -> None:
    async def story(gateway: Gateway) -> None:
        status = await gateway.commit_status("ab")
        assert (status.code, status.block_number, status.valid) == ("MVCC_READ_CONFLICT", 7, False)
        with pytest.raises(errors.CommitError) as caught:
            status.require_valid()
        assert errors.advice(caught.value) is errors.Advice.NEW_PROPOSAL

    run(Peer(), story)


def test_a_peer_that_is_not_there_is_unavailable_at_every_step() -> None:
    async def story() -> None:
        async with Gateway(
            address="127.0.0.1:1",
            signer=KeySigner(),
            root_certificates=None,
            channel="c",
            chaincode="c",
        ) as gateway:
            for call in (
                gateway.evaluate("x", timeout_s=0.5),
                gateway.propose("x", timeout_s=0.5),
                gateway.submit(b"", "ab", timeout_s=0.5),
                gateway.commit_status("ab", timeout_s=0.5),
            ):
                with pytest.raises(errors.LedgerUnavailable):
                    await call

    asyncio.run(story())


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_status_trailer_gives_what_is_whole_and_never_raises(cut: int) -> None:
    whole = detail_trailer("words")
    assert list(errors.decode_details(whole)) == [errors.PeerDetail("peer:1", "AuditorMSP", "words")]
    list(errors.decode_details(whole[:-cut]))


def changed(honest, change):
    """The envelope with its parts changed by `change(payload, transaction, action, answer, result)`."""
    payload = common_pb2.Payload.FromString(honest.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
    result = proposal_pb2.ChaincodeAction.FromString(answer.extension)
    change(payload, transaction, action, answer, result)
    answer.extension = result.SerializeToString()
    action.action.proposal_response_payload = answer.SerializeToString()
    if transaction.actions:
        transaction.actions[0].payload = action.SerializeToString()
    payload.data = transaction.SerializeToString()
    return common_pb2.Envelope(payload=payload.SerializeToString())


def other_transaction(payload, *_):
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    header.tx_id = "f" * 64
    payload.header.channel_header = header.SerializeToString()


def other_sender(payload, *_):
    payload.header.signature_header += b"\x12\x01x"


def other_action_sender(_, transaction, *__):
    transaction.actions[0].header += b"\x12\x01x"


def two_actions(_, transaction, *__):
    transaction.actions.add()


def no_action(_, transaction, *__):
    del transaction.actions[:]


def other_arguments(_, __, action, *___):
    proposal = proposal_pb2.ChaincodeProposalPayload.FromString(action.chaincode_proposal_payload)
    proposal.input = proposal.input.replace(b"honest", b"stolen")
    action.chaincode_proposal_payload = proposal.SerializeToString()


def other_hash(_, __, ___, answer, ____):
    answer.proposal_hash = bytes(32)


def other_chaincode(*parts):
    parts[-1].chaincode_id.name = "other"


LIES = {
    other_transaction: "is of another transaction",
    other_sender: "is of another sender",
    other_action_sender: "carries the action of another sender",
    two_actions: "carries 2 actions",
    no_action: "carries 0 actions",
    other_arguments: "carries other arguments",
    other_hash: "was endorsed for another proposal",
    other_chaincode: "carries the answer of another chaincode",
}


class WatchedSigner(KeySigner):
    """Remembers what it signed."""

    def __init__(self) -> None:
        super().__init__()
        self.signed: list[bytes] = []

    def sign(self, message: bytes) -> bytes:
        self.signed.append(message)
        return super().sign(message)


@pytest.mark.parametrize("lie", LIES)
def test_an_envelope_that_is_not_of_the_proposal_is_refused_by_name_and_never_signed(lie) -> None:
    signer = WatchedSigner()
    proposal = propose(signer, channel="carbon", chaincode="carbon", name="take", args=(b"honest",))
    envelope = changed(prepared(b"result", proposal.content), lie)
    with pytest.raises(errors.ForeignEnvelope, match=LIES[lie]) as caught:
        sign_envelope(signer, envelope, proposal=proposal)
    assert caught.value.tx_id == proposal.tx_id
    assert signer.signed == [proposal.content]


def test_an_envelope_that_cannot_be_read_is_refused_and_the_honest_one_is_signed() -> None:
    signer = WatchedSigner()
    proposal = propose(signer, channel="carbon", chaincode="carbon", name="take", args=(b"honest",))
    with pytest.raises(errors.ForeignEnvelope, match="cannot be read"):
        sign_envelope(signer, common_pb2.Envelope(payload=b"\xff\xff"), proposal=proposal)
    honest = prepared(b"result", proposal.content)
    assert sign_envelope(signer, honest, proposal=proposal).result == b"result"
    assert signer.signed == [proposal.content, honest.payload]


def test_a_lying_gateway_gets_no_signature_and_is_told_as_a_failed_endorsement() -> None:
    peer = Peer()
    kept: list[common_pb2.Envelope] = []

    def of_somebody_else(honest: common_pb2.Envelope) -> common_pb2.Envelope:
        kept.append(honest)
        return kept[0]

    async def story(gateway: Gateway) -> None:
        await gateway.propose("take", b"first")
        peer.lie = of_somebody_else
        await gateway.propose("take", b"second")
        with pytest.raises(errors.ForeignEnvelope, match="is of another transaction") as caught:
            await gateway.propose("take", b"third")
        assert errors.advice(caught.value) is errors.Advice.WAIT

    run(peer, story)
    assert not [step for step, _ in peer.asked if step == "submit"]

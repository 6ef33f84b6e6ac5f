"""The five calls of the Gateway protocol, and the statuses they answer with."""

import asyncio
import time
import uuid

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import proposal_pb2, transaction_pb2
from google.protobuf import any_pb2
from ledger.identity import P256_ORDER, transaction_id

from tests.localnet.raw_client import action_of

Status = grpc.StatusCode


def key():
    return uuid.uuid4().hex.encode()


def details_of(error):
    """The ErrorDetails in the trailer of a gRPC error."""
    raw = dict(error.trailing_metadata()).get("grpc-status-details-bin", b"")
    found, position = [], 0
    while position < len(raw):
        tag, position = raw[position], position + 1
        length = shift = 0
        while True:
            byte, position = raw[position], position + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if tag == 0x08:
            continue
        content, position = raw[position : position + length], position + length
        if tag == 0x1A:
            detail = gateway_pb2.ErrorDetail()
            assert any_pb2.Any.FromString(content).Unpack(detail)
            found.append(detail)
    return found


def said(error):
    """Everything a client can read of a refusal."""
    return " ".join([error.details(), *(detail.message for detail in details_of(error))])


def refused(network, scenario, **who):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        network.run(scenario, **who)
    return caught.value


def test_what_was_submitted_is_committed_and_read_back_from_every_organisation(network):
    name = key()

    async def write(client):
        return await client.submit("put", name, b"forty")

    tx_id, code, block = network.run(write)
    assert (code, len(tx_id)) == ("VALID", 64)
    assert block > 0
    for organisation in ("enterprise", "auditor", "regulator"):

        async def read(client):
            # The gateway that reported the commit is ahead of the others by a few milliseconds.
            await client.status(tx_id)
            return await client.evaluate("get", name)

        assert network.run(read, organisation=organisation) == b"forty"


def test_an_evaluation_changes_nothing(network):
    name = key()

    async def scenario(client):
        await client.evaluate("put", name, b"x")
        return await client.evaluate("get", name)

    assert network.run(scenario) == b""


def test_a_refusal_of_the_chaincode_comes_with_its_status_and_words(network):
    error = refused(network, lambda client: client.evaluate("refuse", b'{"refusal":"no"}'))
    assert error.code() is Status.UNKNOWN
    assert 'chaincode response 409, {"refusal":"no"}' in error.details()
    error = refused(network, lambda client: client.submit("refuse", b'{"refusal":"no"}'))
    assert error.code() is Status.ABORTED
    (detail,) = details_of(error)
    assert detail.message == 'chaincode response 409, {"refusal":"no"}'
    assert detail.msp_id == "EnterpriseMSP"


def test_endorsers_that_disagree_give_a_mismatch_for_each_other_peer(network):
    error = refused(network, lambda client: client.submit("disagree", key()))
    assert error.code() is Status.ABORTED
    assert [detail.message for detail in details_of(error)] == ["ProposalResponsePayloads do not match"] * 2


def test_an_unknown_chaincode_channel_or_organisation_is_refused_as_fabric_does(network):
    error = refused(network, lambda client: client.evaluate("get", b"a", chaincode="nocc"))
    assert error.code() is Status.FAILED_PRECONDITION
    assert error.details() == "no peers available to evaluate chaincode nocc in channel carbon"
    error = refused(network, lambda client: client.endorse("get", b"a", chaincode="nocc"))
    assert error.code() is Status.FAILED_PRECONDITION
    assert error.details().startswith("no combination of peers can be derived")
    error = refused(network, lambda client: client.endorse("get", b"a", organisations=["NoMSP"]))
    assert (error.code(), "NoMSP" in error.details()) == (Status.UNAVAILABLE, True)

    async def other_channel(client):
        tx_id, signed = client.proposal("get", b"a", channel="nochan")
        request = gateway_pb2.EvaluateRequest(
            transaction_id=tx_id, channel_id="nochan", proposed_transaction=signed
        )
        return await client.gateway.Evaluate(request)

    error = refused(network, other_channel)
    assert (error.code(), "nochan" in error.details()) == (Status.UNAVAILABLE, True)


def test_a_proposal_for_no_channel_is_refused(network):
    error = refused(network, lambda client: client.evaluate("GetChannels", chaincode="cscc", channel=""))
    assert error.code() is Status.INVALID_ARGUMENT
    assert "no channel id provided" in error.details()


def _high_s(signature):
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, P256_ORDER - s)


@pytest.mark.parametrize("spoil", [_high_s, lambda s: s[:-1] + bytes([s[-1] ^ 1]), lambda s: b""])
def test_a_proposal_with_a_signature_that_does_not_hold_is_denied(network, spoil):
    async def scenario(client, *, endorse=False):
        tx_id, signed = client.proposal("get", b"a")
        signed.signature = spoil(signed.signature)
        return await (client.endorse_signed if endorse else client.evaluate_signed)(tx_id, signed)

    error = refused(network, scenario)
    assert error.code() is Status.FAILED_PRECONDITION
    expected = "access denied: channel [carbon] creator org [EnterpriseMSP]", "empty signature bytes"
    assert any(words in error.details() for words in expected)
    error = refused(network, lambda client: scenario(client, endorse=True))
    assert error.code() is Status.ABORTED
    assert any(words in said(error) for words in expected)


def test_a_proposal_of_another_time_or_with_a_foreign_transaction_id_is_refused(network):
    old = time.time_ns() - 16 * 60 * 10**9
    error = refused(network, lambda client: client.evaluate("get", b"a", at_ns=old))
    assert "incorrect timestamp" in said(error)
    foreign = transaction_id(nonce=b"x", creator=b"y")
    error = refused(network, lambda client: client.evaluate("get", b"a", tx_id=foreign))
    assert "incorrectly computed txid" in error.details()
    error = refused(network, lambda client: client.endorse("get", b"a", tx_id=foreign))
    assert error.code() is Status.ABORTED
    assert "error validating proposal: incorrectly computed txid" in said(error)


def test_rubbish_instead_of_a_proposal_is_refused(network):
    rubbish = proposal_pb2.SignedProposal(proposal_bytes=b"\xff\xff\xff", signature=b"x")
    for signed in (rubbish, proposal_pb2.SignedProposal()):
        error = refused(network, lambda client, signed=signed: client.endorse_signed("0" * 64, signed))
        assert error.code() is Status.INVALID_ARGUMENT
        error = refused(network, lambda client, signed=signed: client.evaluate_signed("0" * 64, signed))
        assert error.code() is Status.INVALID_ARGUMENT


def test_an_envelope_must_be_signed_and_signed_well(network):
    async def unsigned(client):
        tx_id, prepared = await client.endorse("put", key(), b"1")
        await client.send(tx_id, prepared)

    error = refused(network, unsigned)
    assert error.code() is Status.INVALID_ARGUMENT
    assert error.details() == "prepared transaction must be signed"

    async def badly(client):
        tx_id, prepared = await client.endorse("put", key(), b"1")
        signature = client.identity.sign(b"other bytes")
        await client.send(tx_id, common_pb2.Envelope(payload=prepared.payload, signature=signature))

    error = refused(network, badly)
    assert error.code() is Status.ABORTED
    assert "status=FORBIDDEN" in error.details()
    assert details_of(error) == []


def test_a_message_over_ten_megabytes_is_refused_and_three_are_taken(network):
    async def submit(client, size):
        return await client.submit("put", key(), bytes(size))

    error = refused(network, lambda client: submit(client, 6_000_000))
    assert error.code() is Status.ABORTED
    assert "status=BAD_REQUEST, info=message payload is" in error.details()
    assert network.run(lambda client: submit(client, 3_000_000))[1] == "VALID"


def test_a_deadline_ends_the_call_and_leaves_no_reader_behind(network):
    async def scenario(client):
        begun = time.monotonic()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.evaluate("sleep", b"2", timeout=0.3)
        assert caught.value.code() is Status.DEADLINE_EXCEEDED
        assert time.monotonic() - begun < 1
        await asyncio.gather(
            *(client.evaluate("sleep", b"5", timeout=0.2) for _ in range(30)), return_exceptions=True
        )
        for _ in range(40):
            await client.submit("put", key(), bytes(100_000))

    network.run(scenario)
    # A reader left open would keep SQLite from ever restarting its write-ahead log (1,000 pages of 4 kB).
    log = network.data("enterprise") / "state.db-wal"
    assert log.stat().st_size < 12_000_000


def test_the_status_of_an_unknown_transaction_waits_for_the_deadline(network):
    error = refused(network, lambda client: client.status("0" * 64, timeout=0.3))
    assert error.code() is Status.DEADLINE_EXCEEDED


def test_a_committed_transaction_id_is_not_endorsed_again(network):
    async def scenario(client):
        tx_id, signed = client.proposal("put", key(), b"1")
        prepared = await client.endorse_signed(tx_id, signed)
        await client.send(tx_id, client.sign(prepared))
        await client.status(tx_id)
        await client.endorse_signed(tx_id, signed)

    error = refused(network, scenario)
    assert error.code() is Status.ABORTED
    assert "duplicate transaction found" in details_of(error)[0].message


def test_named_organisations_are_exactly_those_that_endorse(network):
    async def scenario(client):
        tx_id, code, _ = await client.submit("put", key(), b"1", organisations=["AuditorMSP", "RegulatorMSP"])
        raw = await client.evaluate("GetTransactionByID", b"carbon", tx_id.encode(), chaincode="qscc")
        envelope = transaction_pb2.ProcessedTransaction.FromString(raw).transactionEnvelope
        _, _, action = action_of(envelope)
        endorsers = [one.endorser for one in action.action.endorsements]
        return code, sorted(identities_pb2.SerializedIdentity.FromString(one).mspid for one in endorsers)

    assert network.run(scenario) == ("VALID", ["AuditorMSP", "RegulatorMSP"])


def test_queries_by_page_many_keys_batches_and_history_work(network):
    prefix = "page" + uuid.uuid4().hex

    async def scenario(client):
        assert (await client.submit("batch", prefix.encode(), b"250"))[1] == "VALID"
        end = prefix + "~"
        assert await client.evaluate("count", prefix.encode(), end.encode()) == b"250"
        first = await client.evaluate("page", prefix.encode(), end.encode(), b"3", b"")
        assert first.decode() == (f'[["{prefix}00000", "{prefix}00001", "{prefix}00002"], "{prefix}00003"]')
        last = await client.evaluate("page", prefix.encode(), end.encode(), b"300", f"{prefix}00249".encode())
        assert last.decode() == f'[["{prefix}00249"], ""]'
        many = await client.evaluate("get_many", f"{prefix}00000".encode(), b"absent", b"absent2")
        assert many == b"v,,"
        name = key()
        ids = [(await client.submit("put", name, value))[0] for value in (b"1", b"2")]
        ids.append((await client.submit("delete", name))[0])
        history = (await client.evaluate("history", name)).decode()
        assert history == (f'[["{ids[2]}", "", true], ["{ids[1]}", "2", false], ["{ids[0]}", "1", false]]')

    network.run(scenario)


def test_an_empty_key_is_refused(network):
    """Stricter than Fabric, whose peer commits it; every published shim refuses it before."""
    error = refused(network, lambda client: client.evaluate("put", b"", b"1"))
    assert "must not be empty" in error.details()


def test_an_empty_value_deletes(network):
    async def scenario(client):
        name = key()
        await client.submit("put", name, b"1")
        await client.submit("put", name, b"")
        return await client.evaluate("get", name)

    assert network.run(scenario) == b""

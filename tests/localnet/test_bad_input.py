"""What a stranger, a forger or a broken peer may send: refused by name, logged once, nothing half written."""

import asyncio
import datetime
import uuid

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2
from ledger.authority import certificate_pem, create_authority
from ledger.identity import P256_ORDER, Identity, load_identity
from ledger.low_s import low_s_der
from ledger.network import authority, identity

from tests.localnet.odd_certificates import odd
from tests.localnet.raw_client import action_of, with_action
from tests.localnet.test_revocation import check_refused, refusals

Status = grpc.StatusCode
PROCESSES = ("peer-enterprise", "peer-auditor", "peer-regulator", "orderer")


def key():
    return uuid.uuid4().hex.encode()


def high_s(signature):
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, P256_ORDER - s)


def by(root, msp="EnterpriseMSP", units=("client", "service")):
    issued = root.issue(common_name="x", units=units)
    return load_identity(msp=msp, certificate_pem=issued.certificate_pem, key_pem=issued.key_pem)


def self_made(_):
    return by(create_authority(common_name="enterprise identities", organisation="EnterpriseMSP"))


def of_another_organisation(network):
    return by(authority(network, "auditor"))


def of_no_organisation(network):
    return by(authority(network, "enterprise"), units=())


def of_two_kinds(network):
    return by(authority(network, "enterprise"), units=("client", "peer"))


def with_another_key(network):
    real, other = identity(network, "enterprise", "service"), identity(network, "auditor", "service")
    return Identity(msp=real.msp, certificate_pem=real.certificate_pem, key=other.key)


def a_root_itself(network):
    root = authority(network, "enterprise")
    return Identity(msp="EnterpriseMSP", certificate_pem=root.pem().certificate_pem, key=root.key)


def a_tls_certificate(network):
    from ledger.network import node_tls

    tls = node_tls(network, "enterprise", "peer")
    return load_identity(msp="EnterpriseMSP", certificate_pem=tls.certificate_pem, key_pem=tls.key_pem)


def unreadable(change):
    def forge(network):
        pem = odd(authority(network, "enterprise"), change)
        key = identity(network, "enterprise", "service").key
        return Identity(msp="EnterpriseMSP", certificate_pem=pem, key=key)

    return pytest.param(forge, id=change)


@pytest.mark.parametrize(
    "forge",
    [
        self_made,
        of_another_organisation,
        of_no_organisation,
        of_two_kinds,
        with_another_key,
        a_root_itself,
        a_tls_certificate,
        unreadable("another version"),
        unreadable("a curve that nobody knows"),
    ],
)
def test_a_forged_or_foreign_certificate_is_refused_at_every_door(network, forge):
    check_refused(asyncio.run(refusals(network, forge(network.network))))


def expired(network):
    """A client of the enterprise's whose certificate ran out yesterday."""
    root = authority(network, "enterprise")
    issued = root.issue(common_name="x", units=("client", "service"))
    made, now = x509.load_pem_x509_certificate(issued.certificate_pem), datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(made.subject)
        .issuer_name(made.issuer)
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now - datetime.timedelta(days=1))
    )
    for extension in made.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    # Fabric takes no high S in a certificate either.
    signed = x509.load_der_x509_certificate(low_s_der(builder.sign(root.key, hashes.SHA256())))
    return load_identity(msp="EnterpriseMSP", certificate_pem=certificate_pem(signed), key_pem=issued.key_pem)


def test_an_expired_certificate_is_refused_by_name_at_every_door(network):
    found = asyncio.run(refusals(network, expired(network.network)))
    check_refused(found)
    assert "the certificate is not valid at this time" in network.log("peer-enterprise")


def test_a_certificate_of_an_msp_that_is_none_is_named(network):
    who = by(authority(network.network, "enterprise"), msp="NobodyMSP")

    async def knock(client):
        client.identity = who
        await client.evaluate("get", b"a")

    with pytest.raises(grpc.aio.AioRpcError, match=r"creator org \[NobodyMSP\]"):
        network.run(knock)


def test_a_high_s_is_refused_in_an_envelope_a_status_request_and_an_endorsement(network):
    async def scenario(client):
        name = key()
        tx_id, prepared = await client.endorse("put", name, b"1")
        envelope = client.sign(prepared)
        envelope.signature = high_s(envelope.signature)
        with pytest.raises(grpc.aio.AioRpcError, match=r"status=FORBIDDEN, info=.*high S"):
            await client.send(tx_id, envelope)
        inner = gateway_pb2.CommitStatusRequest(
            transaction_id=tx_id, channel_id="carbon", identity=client.identity.creator
        ).SerializeToString()
        signature = high_s(client.identity.sign(inner))
        with pytest.raises(grpc.aio.AioRpcError, match="high S"):
            await client.gateway.CommitStatus(
                gateway_pb2.SignedCommitStatusRequest(request=inner, signature=signature), timeout=5
            )
        payload, transaction, action = action_of(prepared)
        action.action.endorsements[0].signature = high_s(action.action.endorsements[0].signature)
        await client.send(tx_id, client.sign(with_action(payload, transaction, action)))
        return (await client.status(tx_id))[0], await client.evaluate("get", name)

    assert network.run(scenario) == ("ENDORSEMENT_POLICY_FAILURE", b"")


def other_bytes(signed):
    changed = signed.proposal_bytes.replace(b"honest", b"stolen")
    assert changed != signed.proposal_bytes
    return proposal_pb2.SignedProposal(proposal_bytes=changed, signature=signed.signature)


def cut_short(signed):
    return proposal_pb2.SignedProposal(proposal_bytes=signed.proposal_bytes[:-3], signature=signed.signature)


def without_creator(signed):
    proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
    header = common_pb2.Header.FromString(proposal.header)
    header.signature_header = b""
    proposal.header = header.SerializeToString()
    return proposal_pb2.SignedProposal(
        proposal_bytes=proposal.SerializeToString(), signature=signed.signature
    )


@pytest.mark.parametrize("alter", [other_bytes, cut_short, without_creator])
def test_a_proposal_altered_on_its_way_is_refused_and_runs_nothing(network, alter):
    async def scenario(client):
        tx_id, signed = client.proposal("put", b"altered", b"honest")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.endorse_signed(tx_id, alter(signed))
        return caught.value.code(), await client.evaluate("get", b"altered")

    code, value = network.run(scenario)
    assert code in {Status.ABORTED, Status.FAILED_PRECONDITION, Status.INVALID_ARGUMENT}
    assert value == b""


@pytest.mark.parametrize("content", [b"\xff\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x02\xc3\x28"])
@pytest.mark.parametrize("call", ["CommitStatus", "ChaincodeEvents"])
def test_rubbish_in_a_signed_request_is_an_invalid_argument(network, content, call):
    kinds = {
        "CommitStatus": gateway_pb2.SignedCommitStatusRequest,
        "ChaincodeEvents": gateway_pb2.SignedChaincodeEventsRequest,
    }

    async def scenario(client):
        request = kinds[call](request=content, signature=client.identity.sign(content))
        answer = getattr(client.gateway, call)(request, timeout=5)
        await (answer if call == "CommitStatus" else answer.read())

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        network.run(scenario)
    assert caught.value.code() is Status.INVALID_ARGUMENT
    assert "Traceback" not in network.log("peer-enterprise")


@pytest.mark.parametrize("alter", [other_bytes, cut_short, without_creator])
def test_an_altered_proposal_is_one_line_of_the_peer_that_was_asked(network, alter):
    async def scenario(client):
        tx_id, signed = client.proposal("put", b"altered", b"honest")
        with pytest.raises(grpc.aio.AioRpcError):
            await client.endorse_signed(tx_id, alter(signed), organisations=["EnterpriseMSP"])

    _, lines = more_lines(network, scenario)
    assert lines == {"peer-enterprise": 1, "peer-auditor": 0, "peer-regulator": 0, "orderer": 0}


def test_a_high_s_is_one_line_of_whoever_refuses_it(network):
    async def envelope(client):
        tx_id, prepared = await client.endorse("put", key(), b"1")
        signed = client.sign(prepared)
        signed.signature = high_s(signed.signature)
        with pytest.raises(grpc.aio.AioRpcError):
            await client.send(tx_id, signed)

    async def proposal(client):
        tx_id, signed = client.proposal("get", b"a")
        signed.signature = high_s(signed.signature)
        with pytest.raises(grpc.aio.AioRpcError):
            await client.evaluate_signed(tx_id, signed)

    nobody = dict.fromkeys(PROCESSES, 0)
    before = network.log("orderer").count("high S")
    _, lines = more_lines(network, envelope)
    # The orderer says what is wrong, the gateway that its client was refused.
    assert lines == nobody | {"orderer": 1, "peer-enterprise": 1}
    assert network.log("orderer").count("high S") == before + 1
    _, lines = more_lines(network, proposal)
    assert lines == nobody | {"peer-enterprise": 1}


CONTROL = "x\n2026-01-01 00:00:00,000 INFO forged line\r\x1b[2J\x00"


def logged(network):
    """How many lines of each process speak of something refused."""
    found = {}
    for name in PROCESSES:
        lines = network.log(name).splitlines()
        found[name] = sum("refused, " in line or "not endorsed: " in line for line in lines)
    return found


def more_lines(network, scenario):
    """Run a scenario; how many lines each process said about it."""
    before = logged(network)
    result = network.run(scenario)
    return result, {name: count - before[name] for name, count in logged(network).items()}


@pytest.mark.parametrize("where", ["chaincode", "channel", "organisation", "function"])
def test_a_name_with_control_characters_is_refused_and_writes_no_line_of_its_own(network, where):
    async def scenario(client):
        calls = {
            "organisation": lambda: client.endorse("get", b"a", organisations=[CONTROL]),
            "function": lambda: client.evaluate(CONTROL),
            "chaincode": lambda: client.endorse("get", b"a", chaincode=CONTROL),
            "channel": lambda: client.endorse("get", b"a", channel=CONTROL),
        }
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await calls[where]()
        return caught.value.code()

    code, lines = more_lines(network, scenario)
    assert code is not Status.OK
    # What a chaincode refuses is told by the chaincode's log (tests/chaincode/test_refused_arguments.py).
    assert lines["peer-enterprise"] == (0 if where == "function" else 1)
    for name in network.commands:
        log = network.log(name)
        assert "\x1b" not in log
        assert not any(line.startswith("2026-01-01 00:00:00,000") for line in log.splitlines())


def test_twenty_megabytes_are_refused_by_name_logged_once_and_nothing_is_ordered(network):
    async def scenario(client):
        before = await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")
        tx_id, prepared = await client.endorse("put", key(), bytes(20_000_000), timeout=60)
        with pytest.raises(grpc.aio.AioRpcError, match="BAD_REQUEST, info=message payload is") as caught:
            await client.send(tx_id, client.sign(prepared), timeout=60)
        assert caught.value.code() is Status.ABORTED
        return before == await client.evaluate("GetChainInfo", b"carbon", chaincode="qscc")

    unchanged, lines = more_lines(network, scenario)
    assert unchanged
    assert lines == {"peer-enterprise": 1, "peer-auditor": 0, "peer-regulator": 0, "orderer": 1}


def test_a_message_beyond_every_limit_ends_at_the_door(network):
    async def scenario(client):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.evaluate("put", key(), bytes(101 << 20), timeout=60)
        return caught.value.code()

    assert network.run(scenario) is Status.RESOURCE_EXHAUSTED


def test_a_refusal_is_logged_once_by_whoever_refuses(network):
    async def scenario(client):
        client.identity = self_made(None)
        for _ in range(3):
            with pytest.raises(grpc.aio.AioRpcError):
                await client.evaluate("get", b"a")

    _, lines = more_lines(network, scenario)
    assert lines == {"peer-enterprise": 3, "peer-auditor": 0, "peer-regulator": 0, "orderer": 0}


def test_five_hundred_calls_at_once_and_no_more(network):
    text = "too many requests for /gateway.Gateway, exceeding concurrency limit (500)"

    async def refusal(client, waiting):
        """What the call after the last place reads; the waiting ones come in one after the other.

        Where the last of them came while a call of ours had the place, it was the one that was refused.
        """
        for _ in range(300):
            if refused := [one for one in waiting if one.done()]:
                error = refused[0].exception()
                return error.code(), error.details()
            try:
                await client.evaluate("get", b"a", timeout=30)
            except grpc.aio.AioRpcError as error:
                return error.code(), error.details()
            await asyncio.sleep(0.1)
        raise AssertionError("every call was taken")

    async def scenario(client):
        waiting = [asyncio.create_task(client.status("0" * 64, timeout=60)) for _ in range(500)]
        told = await refusal(client, waiting)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(1)
        # A place is free again as soon as its caller has gone.
        return told, (await client.submit("put", key(), b"1"))[1]

    assert network.run(scenario) == ((Status.UNKNOWN, text), "VALID")

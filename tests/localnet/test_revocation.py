"""Certificates that ran out or were revoked, seen by every kind of caller on a running network."""

import asyncio
import datetime
import uuid

import grpc
import pytest
from cryptography import x509
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2_grpc
from ledger import configuration
from ledger.authority import Authority
from ledger.blocks import header_hash
from ledger.identity import load_identity, new_nonce, transaction_id
from ledger.network import authority, identity
from ledger.proposal import stamp
from localnet.status import network_status

from tests.localnet import block_checker
from tests.localnet.raw_client import RawClient
from tests.localnet.running import RunningNetwork

Status = grpc.StatusCode


def key():
    return uuid.uuid4().hex.encode()


@pytest.fixture(scope="module")
def governed(tmp_path_factory):
    """A network whose configuration these tests change."""
    running = RunningNetwork(tmp_path_factory.mktemp("governed"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


async def config_block(client):
    """The configuration block in force, asked as Fabric's tools ask."""
    return common_pb2.Block.FromString(await client.evaluate("GetConfigBlock", b"carbon", chaincode="cscc"))


async def broadcast(network, envelope):
    """What the orderer answers to one envelope."""
    credentials = grpc.ssl_channel_credentials(network.tls_roots())
    async with grpc.aio.secure_channel(network.orderer, credentials) as channel:
        call = ab_pb2_grpc.AtomicBroadcastStub(channel).Broadcast()
        await call.write(envelope)
        answer = await call.read()
        call.cancel()
        return answer


async def revoke(client, network, organisation, serials, *, number=1, signers=None):
    """Put a list of revoked certificates into the channel; gives the orderer's answer."""
    config = configuration.config_in(await config_block(client))
    update = configuration.revocation_update(
        config,
        channel="carbon",
        msp=network.organisation(organisation).msp,
        revocation_list=authority(network, organisation).revocation_list(serials, number=number),
    )
    admin = identity(network, organisation, "node-admin")
    envelope = configuration.signed_update(update, signers=signers or [admin], sender=admin)
    return await broadcast(network, envelope)


def newcomer(network, organisation="enterprise", **dates):
    """A fresh client of an organisation, and its serial number."""
    issued = authority(network, organisation).issue(common_name="newcomer", units=("client", "service"))
    made = load_identity(
        msp=network.organisation(organisation).msp,
        certificate_pem=issued.certificate_pem,
        key_pem=issued.key_pem,
    )
    return made, made.certificate().serial_number


async def as_somebody(running, who, work, organisation="enterprise"):
    client = RawClient(running.network, organisation)
    client.identity = who
    try:
        return await work(client)
    finally:
        await client.close()


async def to_its_end(stream):
    while await stream.read() is not grpc.aio.EOF:
        pass


async def refusals(running, who):
    """How each door answers somebody."""
    found = {}

    async def knock(client):
        doors = {
            "evaluate": lambda: client.evaluate("get", b"a"),
            "endorse": lambda: client.endorse("put", key(), b"1"),
            "status": lambda: client.status("0" * 64, timeout=0.3),
            "events": lambda: client.take_events(1, start=0),
        }
        for name, door in doors.items():
            try:
                await door()
                found[name] = None
            except grpc.aio.AioRpcError as error:
                found[name] = (error.code(), error.details())

        async def seek():
            yield client.seek(0, 0)

        found["deliver"] = [answer.status async for answer in client.deliver.Deliver(seek())]

    await as_somebody(running, who, knock)
    found["order"] = (await broadcast(running.network, plain_envelope(who))).status
    return found


def plain_envelope(who):
    """What anybody may hand to an orderer: an envelope of a transaction, signed by its creator."""
    nonce = new_nonce()
    channel = common_pb2.ChannelHeader(
        type=common_pb2.ENDORSER_TRANSACTION,
        channel_id="carbon",
        tx_id=transaction_id(nonce=nonce, creator=who.creator),
    )
    stamp(channel)
    header = common_pb2.Header(
        channel_header=channel.SerializeToString(),
        signature_header=common_pb2.SignatureHeader(creator=who.creator, nonce=nonce).SerializeToString(),
    )
    payload = common_pb2.Payload(header=header, data=b"no transaction").SerializeToString()
    return common_pb2.Envelope(payload=payload, signature=who.sign(payload))


def check_refused(found):
    assert found["evaluate"][0] is Status.FAILED_PRECONDITION
    assert "access denied: channel [carbon] creator org [EnterpriseMSP]" in found["evaluate"][1]
    assert found["endorse"][0] is Status.ABORTED
    assert found["status"][0] is Status.PERMISSION_DENIED
    assert found["events"][0] is Status.PERMISSION_DENIED
    assert found["deliver"] == [common_pb2.FORBIDDEN]
    # Real Fabric calls an expired creator a bad request, everybody else forbidden.
    assert found["order"] in {common_pb2.FORBIDDEN, common_pb2.BAD_REQUEST}


def test_a_revoked_certificate_is_refused_at_every_door_and_at_commit(governed):
    who, serial = newcomer(governed.network)

    async def scenario(client):
        async def before(own):
            assert (await own.submit("put", key(), b"1"))[1] == "VALID"
            tx_id, prepared = await own.endorse("put", key(), b"2")
            return tx_id, own.sign(prepared), own.events(start=0)

        own = RawClient(governed.network, "auditor")
        own.identity = who
        tx_id, envelope, open_stream = await before(own)
        answer = await revoke(client, governed.network, "enterprise", [serial])
        assert (answer.status, answer.info) == (common_pb2.SUCCESS, "")
        # What was endorsed before and sent now: the orderer refuses it.
        with pytest.raises(grpc.aio.AioRpcError, match="FORBIDDEN"):
            await own.send(tx_id, envelope)
        # A stream that was open ends with the block that revoked.
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await asyncio.wait_for(to_its_end(open_stream), 10)
        assert ended.value.code() is Status.PERMISSION_DENIED
        await own.close()
        check_refused(await refusals(governed, who))
        return (await client.submit("put", key(), b"3"))[1]

    assert governed.run(scenario) == "VALID"


def test_the_list_is_in_the_chain_survives_a_restart_and_all_peers_agree(governed):
    who, serial = newcomer(governed.network)

    async def scenario(client):
        before = await config_block(client)
        answer = await revoke(client, governed.network, "enterprise", [serial], number=2)
        assert answer.status == common_pb2.SUCCESS, answer.info
        tx_id, _, last = await client.submit("put", key(), b"1")
        after = await config_block(client)
        assert before.header.number < after.header.number < last
        return tx_id, configuration.config_in(before), configuration.config_in(after)

    tx_id, before, after = governed.run(scenario)
    assert after.sequence == before.sequence + 1
    msp = configuration.msp_in(after, "EnterpriseMSP")
    assert [entry.serial_number for entry in x509.load_pem_x509_crl(msp.revocation_list[0])] == [serial]
    governed.stop()
    governed.start()
    check_refused(asyncio.run(refusals(governed, who)))

    async def more(client):
        return (await client.submit("put", key(), b"2"))[0]

    for waiting in (tx_id, governed.run(more)):
        for organisation in ("enterprise", "auditor", "regulator"):
            governed.run(lambda client, tx=waiting: client.status(tx), organisation=organisation)
    assert network_status(governed.network)["agree"]


def test_a_wiped_peer_learns_the_configuration_from_the_blocks(governed):
    who, serial = newcomer(governed.network)

    async def scenario(client):
        assert (await revoke(client, governed.network, "enterprise", [serial], number=3)).status == 200
        return (await client.submit("put", key(), b"1"))[0]

    tx_id = governed.run(scenario)
    governed.stop("peer-enterprise")
    for path in governed.data("enterprise").iterdir():
        path.unlink()
    governed.start("peer-enterprise")
    assert governed.run(lambda client: client.status(tx_id))[0] == "VALID"
    check_refused(asyncio.run(refusals(governed, who)))


def test_an_outsider_s_checker_follows_a_change_of_the_configuration(governed):
    async def blocks(client):
        _, _, last = await client.submit("put", key(), b"1")

        async def request():
            yield client.seek(0, last)

        return [
            answer.block async for answer in client.deliver.Deliver(request()) if answer.HasField("block")
        ]

    found = governed.run(blocks, organisation="regulator")
    book = block_checker.check(found)
    assert book.previous_hash == header_hash(found[-1].header)
    assert book.trusts["EnterpriseMSP"].revoked


def test_a_list_counts_only_from_its_own_organisation_s_administrator(governed):
    _, serial = newcomer(governed.network, "auditor")
    network = governed.network
    wrong = [
        identity(network, "enterprise", "node-admin"),
        identity(network, "regulator", "node-admin"),
        identity(network, "auditor", "relay"),
    ]

    async def scenario(client):
        answers = [await revoke(client, network, "auditor", [serial], signers=[signer]) for signer in wrong]
        height = (await config_block(client)).header.number
        return answers, height

    before = governed.run(config_block).header.number
    answers, after = governed.run(scenario)
    assert [answer.status for answer in answers] == [common_pb2.BAD_REQUEST] * 3
    assert all("not satisfied" in answer.info for answer in answers)
    assert before == after


def test_a_list_of_another_root_an_old_one_again_and_other_changes_are_refused_by_name(governed):
    network = governed.network
    admin = identity(network, "auditor", "node-admin")
    foreign: Authority = authority(network, "enterprise")

    async def scenario(client):
        config = configuration.config_in(await config_block(client))

        async def send(update):
            envelope = configuration.signed_update(update, signers=[admin], sender=admin)
            return (await broadcast(network, envelope)).info

        def listed(root):
            return configuration.revocation_update(
                config,
                channel="carbon",
                msp="AuditorMSP",
                revocation_list=root.revocation_list([1], number=1),
            )

        right = listed(authority(network, "auditor"))
        other = listed(authority(network, "auditor"))
        other.write_set.groups["Application"].values["ACLs"].version = 7
        elsewhere = listed(authority(network, "auditor"))
        elsewhere.channel_id = "nochan"
        return {
            "foreign": await send(listed(foreign)),
            "other": await send(other),
            "elsewhere": await send(elsewhere),
            "right": await send(right),
            "again": await send(right),
        }

    told = governed.run(scenario, organisation="auditor")
    assert "is not signed by its root" in told["foreign"]
    assert "localnet changes organisations' MSPs only" in told["other"]
    assert told["elsewhere"] == "channel nochan does not exist"
    assert told["right"] == ""
    assert "/Channel/Application/AuditorMSP/MSP to version 1, but key is at version 1" in told["again"]


def test_a_certificate_that_ran_out_is_refused_at_every_door(governed, monkeypatch):
    import ledger.authority

    past = datetime.timedelta(minutes=-1)
    monkeypatch.setattr(ledger.authority, "LEAF_VALIDITY", past)
    who, _ = newcomer(governed.network)
    assert who.certificate().not_valid_after_utc < datetime.datetime.now(datetime.UTC)
    check_refused(asyncio.run(refusals(governed, who)))

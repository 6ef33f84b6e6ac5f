"""A revoked certificate on real peers: pinned in the channel's configuration by our own update."""

import asyncio
import time

import grpc
import pytest
from fabric_protos.common import common_pb2

from tests.localnet.raw_client import RawClient
from tests.localnet.test_revocation import (  # noqa: F401
    check_refused,
    key,
    newcomer,
    refusals,
    revoke,
    test_a_list_counts_only_from_its_own_organisation_s_administrator,
)
from tests.network.running import RealNetwork

pytestmark = pytest.mark.fabric
WITHIN_S = 15.0


@pytest.fixture(scope="module")
def governed(tmp_path_factory):
    """A network whose configuration these tests change."""
    running = RealNetwork(tmp_path_factory.mktemp("governed"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


async def until_denied(call):
    """Real orderers apply a configuration when its block is cut, a moment after they accepted it."""
    end = time.monotonic() + WITHIN_S
    while True:
        try:
            await call()
        except grpc.aio.AioRpcError as error:
            return error
        assert time.monotonic() < end
        await asyncio.sleep(0.1)


def test_a_revoked_certificate_is_refused_at_every_door(governed):
    who, serial = newcomer(governed.network)

    async def scenario(client):
        own = RawClient(governed.network, "auditor")
        own.identity = who
        try:
            assert (await own.submit("put", key(), b"1"))[1] == "VALID"
            tx_id, prepared = await own.endorse("put", key(), b"2")
            envelope = own.sign(prepared)
            answer = await revoke(client, governed.network, "enterprise", [serial])
            assert (answer.status, answer.info) == (common_pb2.SUCCESS, "")
            denied = await until_denied(lambda: own.evaluate("get", b"a"))
            assert "access denied" in denied.details()
            # What was endorsed before and is sent now: the orderers refuse it.
            late = await until_denied(lambda: own.send(tx_id, envelope))
            assert "FORBIDDEN" in late.details()
        finally:
            await own.close()
        check_refused(await refusals(governed, who))
        return (await client.submit("put", key(), b"3"))[1]

    assert governed.run(scenario) == "VALID"

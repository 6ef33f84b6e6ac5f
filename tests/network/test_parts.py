"""What is missing, junk or another's in a transaction: real peers give it the codes of the embedded ones."""

import asyncio

import pytest
from fabric_protos.common import common_pb2
from localnet.envelope import transaction_id_of

from tests.localnet.test_revocation import broadcast
from tests.localnet.test_validate import OURS, PARTS
from tests.localnet.workshop import Forger

pytestmark = pytest.mark.fabric


@pytest.mark.parametrize("what", PARTS)
def test_each_part_of_a_transaction_is_there_and_of_one_chaincode(network, what):
    parts, code = PARTS[what]
    envelope = Forger(network.network).envelope(**{"results": OURS} | parts)
    sent = common_pb2.Envelope.FromString(envelope)
    answer = asyncio.run(broadcast(network.network, sent))
    assert answer.status == common_pb2.SUCCESS, answer.info
    tx_id = transaction_id_of(envelope)
    assert network.run(lambda client: client.status(tx_id, timeout=30))[0] == code

"""The chaincode's definition on a channel whose peers are not level yet; nothing of Fabric runs here."""

import asyncio

import pytest
from fabric_protos.peer import proposal_response_pb2
from ledger import material
from ledger.network import identity
from network import lifecycle
from network.lifecycle import Lifecycle
from network.proposals import PeersDiffer


class Line:
    """A peer that says these things of a proposal, the last of them for ever."""

    def __init__(self, signer, *said):
        self.signer, self.said, self.asked = signer, list(said), 0

    async def endorse(self, _):
        self.asked += 1
        told = self.said.pop(0) if len(self.said) > 1 else self.said[0]
        return proposal_response_pb2.ProposalResponse(payload=told)


class Gateway:
    def __init__(self):
        self.sent = []

    async def submit(self, content, tx_id):
        self.sent.append((content, tx_id))

    async def commit_status(self, _, *, timeout_s):
        return self

    def require_valid(self):
        """It is."""


@pytest.fixture
def signer(tmp_path):
    return identity(material.write(tmp_path), "regulator", "node-admin")


def committed(lines):
    gateway = Gateway()
    made = Lifecycle(channel="carbon", name="carbon", lines=lines)
    asyncio.run(made._commit(gateway, 1))
    return gateway.sent


def test_a_peer_that_lacks_the_last_approval_is_asked_again_until_all_say_the_same(signer):
    behind = Line(signer, b"two approvals", b"two approvals", b"three approvals")
    level = Line(signer, b"three approvals")
    ((content, _),) = committed([level, behind])
    assert b"three approvals" in content
    assert (behind.asked, level.asked) == (3, 3)


def test_peers_that_never_agree_are_given_up_and_nothing_is_sent(signer, monkeypatch):
    monkeypatch.setattr(lifecycle, "PATIENCE_S", 0.3)
    with pytest.raises(PeersDiffer, match="do not endorse the same"):
        committed([Line(signer, b"one"), Line(signer, b"other")])

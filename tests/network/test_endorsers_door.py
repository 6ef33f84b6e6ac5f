"""A real peer's Endorser service called by itself: what the embedded peer refuses is refused here too."""

import uuid

import pytest

from tests.localnet.test_endorsers_door import (  # noqa: F401
    BAD,
    knock,
    refused,
    test_a_proposal_beyond_every_limit_ends_at_the_peer_s_door,
    test_who_asks_two_peers_and_the_orderer_by_herself_commits,
)

pytestmark = pytest.mark.fabric

UNKNOWN = "access denied: channel [carbon] creator org unknown, creator is malformed"
KNOWN = "access denied: channel [carbon] creator org [EnterpriseMSP]"
# Where a real peer's words are not the embedded one's.
WORDS = {
    "self made": UNKNOWN,
    "another organisation": UNKNOWN,
    "a tls certificate": UNKNOWN,
    "expired": "proposal client identity expired",
    "no creator": "nonce is empty",
    "no bytes": "incorrect timestamp",
} | dict.fromkeys(
    (
        "no organisation",
        "two kinds",
        "another key",
        "a root itself",
        "high S",
        "signed by another",
        "other bytes",
    ),
    KNOWN,
)
# Refused before the endorser proper, which then says nothing in the log.
AT_THE_GATE = {"expired", "cut short", "old", "another channel", "no bytes"}


def said(network):
    """How many times the peer's endorser said that it refused something.

    A peer may write after it has answered, but in order: a last refusal, of an unknown name, is waited for.
    """
    last = uuid.uuid4().hex

    async def ask(client):
        return await knock(client, client.proposal("put", b"door", b"last", chaincode=last)[1])

    assert last in network.run(ask).message
    network.wait_for_words("peer-enterprise", last)
    lines = network.log("peer-enterprise").splitlines()
    refusals = [line for line in lines if "ProcessProposal" in line and " -> Failed to " in line]
    return next(number for number, line in enumerate(refusals) if last in line)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_proposal_at_a_real_peer_s_own_door_is_refused_by_name_and_said_once(network, name):
    before = said(network)
    answer, value = network.run(lambda client: refused(client, network, name))
    assert WORDS.get(name, BAD[name][1]) in answer.message
    assert (answer.payload, answer.signature, value) == (b"", b"", b"")
    # One more: the last refusal of the count before.
    assert said(network) - before == 1 + (0 if name in AT_THE_GATE else 1)
    assert "\x1b[2J" not in network.log("peer-enterprise")

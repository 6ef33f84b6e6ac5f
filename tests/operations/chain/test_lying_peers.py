"""A peer of another organisation may answer anything: the audit says so of it and goes on with the others."""

import shutil

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2
from ledger import material
from ledger.blocks import METADATA_ENTRIES, data_hash
from operations.chain import peers
from operations.chain.report import examine

GOOD, BAD = "regulator", "auditor"
CODES = common_pb2.TRANSACTIONS_FILTER


def block(*envelopes, codes):
    """Block 0 as a peer sends it."""
    made = common_pb2.Block(data=common_pb2.BlockData(data=envelopes))
    made.header.data_hash = data_hash(envelopes)
    made.metadata.metadata.extend([b""] * METADATA_ENTRIES)
    made.metadata.metadata[CODES] = codes
    return made


class Peer:
    """One block and no rows, unless it lies."""

    def __init__(self, *, blocks=None, rows=b"[]"):
        self.blocks, self.rows = blocks or [block(codes=b"")], rows

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    async def height(self):
        return 1

    async def evaluate(self, *_, **__):
        return self.rows

    async def raw_blocks(self):
        for one in self.blocks:
            yield one


VALID = bytes([transaction_pb2.VALID])
LIES = {
    "rows that are no JSON": (Peer(rows=b"<html>"), "its answer cannot be read (JSONDecodeError)"),
    "rows of another shape": (Peer(rows=b"[1]"), "its answer cannot be read (TypeError)"),
    "a value that is no base64": (Peer(rows=b'[[["a"],"x"]]'), "its answer cannot be read (Error)"),
    "no codes": (Peer(blocks=[block(b"x", codes=b"")]), "block 0 has 0 codes for 1 transactions"),
    "rubbish that is valid": (
        Peer(blocks=[block(b"\xff", codes=VALID)]),
        "its answer cannot be read (DecodeError)",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_peer_whose_answer_cannot_be_read_is_named_and_the_others_are_still_read(
    tmp_path, monkeypatch, lie
):
    liar, because = LIES[lie]
    network = material.write(tmp_path)
    monkeypatch.setattr(
        peers.Gateway, "of", lambda _, organisation, __: liar if organisation == BAD else Peer()
    )
    told = examine(network, [BAD, GOOD])
    assert told["organisations"][GOOD]["answers"]
    assert f"{BAD}: does not answer: {because}" in told["faults"]


def test_an_organisation_whose_keys_lie_elsewhere_is_named(tmp_path, monkeypatch):
    network = material.write(tmp_path)
    shutil.rmtree(network.organisation(BAD).folder / "identities")
    shutil.rmtree(network.organisation("enterprise").folder)
    faults = examine(network, [BAD, "enterprise"])["faults"]
    assert any(one.startswith(f"{BAD}: does not answer: there is no cert.pem in ") for one in faults)
    assert any(one.startswith("enterprise: does not answer: ") for one in faults)

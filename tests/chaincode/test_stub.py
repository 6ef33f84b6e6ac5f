"""What the stub asks for, message by message, before a peer that is a list of answers."""

import asyncio
from datetime import UTC, datetime

import pytest
from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.peer import chaincode_pb2
from fabric_protos.peer import chaincode_shim_pb2 as shim

from chaincode.stub import Message, Modification, Offer, PeerError, Row, Stub
from tests.chaincode.test_runtime import signed_proposal
from tests.chaincode.town import START


class Peer:
    """Gives answers in order and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def ask(self, kind, payload):
        self.asked.append((kind, payload))
        answer = self.answers.pop(0) if self.answers else b""
        if isinstance(answer, Exception):
            raise answer
        return answer

    def kinds(self):
        return [kind for kind, _ in self.asked]


def stub(peer, offer=None):
    call = chaincode_pb2.ChaincodeInput(args=[b"f", b"1"])
    message = Message(payload=call.SerializeToString(), txid="tx", channel_id="carbon")
    message.proposal.CopyFrom(signed_proposal("relay", START))
    return Stub(message, peer.ask, offer or Offer())


def rows(*pairs, more=False, name="q", bookmark=None):
    found = [kv_query_result_pb2.KV(key=key, value=value).SerializeToString() for key, value in pairs]
    answer = shim.QueryResponse(
        results=[shim.QueryResultBytes(resultBytes=one) for one in found], has_more=more, id=name
    )
    if bookmark is not None:
        answer.metadata = shim.QueryResponseMetadata(bookmark=bookmark).SerializeToString()
    return answer.SerializeToString()


def changes(*entries, more=False):
    results = []
    for tx, value, is_delete in entries:
        entry = kv_query_result_pb2.KeyModification(tx_id=tx, value=value, is_delete=is_delete)
        entry.timestamp.FromDatetime(datetime(2026, 1, 1, tzinfo=UTC))
        results.append(shim.QueryResultBytes(resultBytes=entry.SerializeToString()))
    return shim.QueryResponse(results=results, has_more=more, id="h").SerializeToString()


def test_arguments_time_creator_and_transient_data_come_from_the_proposal():
    one = stub(Peer())
    assert (one.args, one.tx_id, one.channel_id) == ((b"f", b"1"), "tx", "carbon")
    assert one.get_tx_timestamp() == START
    assert one.get_creator().msp == "RegulatorMSP"
    assert one.get_transient() == {"purpose": b"test"}


def test_history_is_read_over_all_its_pages_newest_first_with_deletions():
    peer = Peer(changes(("c", b"", True), ("b", b"2", False), more=True), changes(("a", b"1", False)))
    found = asyncio.run(stub(peer).get_history_for_key("k"))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert found == [Modification("c", at, None), Modification("b", at, b"2"), Modification("a", at, b"1")]
    assert peer.kinds() == [Message.GET_HISTORY_FOR_KEY, Message.QUERY_STATE_NEXT]
    assert shim.QueryStateNext.FromString(peer.asked[1][1]).id == "h"


def test_pages_are_walked_by_their_bookmarks():
    peer = Peer(rows(("a", b"1"), bookmark="b"), rows(("b", b"2"), bookmark=""))

    async def walk():
        one, found, bookmark = stub(peer), [], ""
        while True:
            page, bookmark = await one.get_state_by_range_with_pagination(
                "", "z", page_size=1, bookmark=bookmark
            )
            found += page
            if not bookmark:
                return found

    assert asyncio.run(walk()) == [Row("a", b"1"), Row("b", b"2")]
    asked = [shim.GetStateByRange.FromString(payload) for _, payload in peer.asked]
    assert [shim.QueryMetadata.FromString(one.metadata).bookmark for one in asked] == ["", "b"]
    assert [one.startKey for one in asked] == ["\x01", "\x01"]


def test_a_range_is_closed_when_it_was_read():
    peer = Peer(rows(("a", b"1"), more=True), rows(("b", b"2")))
    assert asyncio.run(stub(peer).get_state_by_range("a", "z")) == [Row("a", b"1"), Row("b", b"2")]
    assert peer.kinds() == [Message.GET_STATE_BY_RANGE, Message.QUERY_STATE_NEXT, Message.QUERY_STATE_CLOSE]


def test_many_keys_are_asked_in_parts_of_what_the_peer_offers():
    parts = [
        shim.GetStateMultipleResult(values=values).SerializeToString() for values in ([b"1", b""], [b"3"])
    ]
    peer = Peer(*parts)
    found = asyncio.run(stub(peer, Offer(keys_size=2)).get_states(["a", "b", "c"]))
    assert found == {"a": b"1", "b": None, "c": b"3"}
    assert peer.kinds() == [Message.GET_STATE_MULTIPLE] * 2
    plain = Peer(b"1", b"", b"3")
    assert asyncio.run(stub(plain).get_states(["a", "b", "c"])) == found
    assert plain.kinds() == [Message.GET_STATE] * 3


def test_writes_go_in_batches_of_what_the_peer_offers_and_singly_elsewhere():
    writes, policies = [("a", b"1"), ("b", None)], [("a", b"policy")]
    peer = Peer()
    asyncio.run(stub(peer, Offer(batch_size=2)).write(writes, policies))
    assert peer.kinds() == [Message.WRITE_BATCH_STATE] * 2
    records = [one for _, payload in peer.asked for one in shim.WriteBatchState.FromString(payload).rec]
    kinds = shim.WriteRecord
    assert [one.type for one in records] == [kinds.PUT_STATE, kinds.DEL_STATE, kinds.PUT_STATE_METADATA]
    plain = Peer()
    asyncio.run(stub(plain).write(writes, policies))
    assert plain.kinds() == [Message.PUT_STATE, Message.DEL_STATE, Message.PUT_STATE_METADATA]


@pytest.mark.parametrize("write", [("", b"1"), ("a", b"")])
def test_an_empty_key_or_value_is_refused_before_anything_is_sent(write):
    peer = Peer()
    with pytest.raises(ValueError, match="empty key or value"):
        asyncio.run(stub(peer, Offer(batch_size=9)).write([("good", b"1"), write], []))
    assert peer.asked == []


@pytest.mark.parametrize(
    "call",
    [
        lambda one: one.get_state("a"),
        lambda one: one.get_states(["a"]),
        lambda one: one.get_state_by_range("a", "b"),
        lambda one: one.get_history_for_key("a"),
        lambda one: one.write([("a", b"1")], []),
    ],
)
def test_an_error_of_the_peer_rises_from_every_call(call):
    with pytest.raises(PeerError, match="broken"):
        asyncio.run(call(stub(Peer(PeerError("broken")))))


@pytest.mark.parametrize(
    ("payload", "offer"),
    [
        (b"", Offer()),
        (
            bytes((0x08, 1, 0x10, 0xE8, 0x07, 0x18, 1, 0x20, 0xF4, 0x03)),
            Offer(batch_size=1000, keys_size=500),
        ),
        (bytes((0x10, 0xE8, 0x07, 0x20, 0xE8, 0x07)), Offer()),
        (b"\x0a\x03abc", Offer()),
        (b"\xff" * 9, Offer()),
    ],
)
def test_what_a_peer_offers_is_read_and_rubbish_offers_nothing(payload, offer):
    assert Offer.read(payload) == offer

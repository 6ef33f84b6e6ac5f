"""Whatever lies in a block is told as far as it can be read, and nothing in it can end who reads it."""

from fabric_protos.common import common_pb2
from hypothesis import given
from hypothesis import strategies as st
from ledger.events import UNREADABLE, parse_block

SMALL = st.binary(max_size=40)


def block_of(envelope: bytes) -> common_pb2.Block:
    block = common_pb2.Block()
    block.header.number = 5
    block.data.data.append(envelope)
    return block


def nested(channel: bytes, signer: bytes, data: bytes) -> bytes:
    header = common_pb2.Header(channel_header=channel, signature_header=signer)
    payload = common_pb2.Payload(header=header, data=data)
    return common_pb2.Envelope(payload=payload.SerializeToString()).SerializeToString()


CHANNELS = st.builds(
    lambda kind, tx_id, seconds: (
        common_pb2.ChannelHeader(type=kind, tx_id=tx_id).SerializeToString()
        + bytes(common_pb2.ChannelHeader(timestamp={"seconds": seconds}).SerializeToString())
    ),
    st.integers(-1, 9),
    st.text(max_size=90),
    st.integers(-(2**63), 2**63 - 1),
)


@given(st.one_of(SMALL, st.builds(nested, st.one_of(SMALL, CHANNELS), SMALL, SMALL)))
def test_no_envelope_ends_the_reader_and_nothing_of_it_is_more_than_a_table_takes(envelope: bytes) -> None:
    (one,) = parse_block(block_of(envelope)).transactions
    assert one.size_bytes == len(envelope)
    assert one.tx_id.isprintable()
    assert len(one.tx_id) <= 64
    assert len(one.creator_msp) <= 20
    assert one.created_at.tzinfo is not None


def test_what_cannot_be_read_says_so_beside_its_code() -> None:
    (one,) = parse_block(block_of(b"\xff\xff")).transactions
    assert (one.kind, one.code, one.tx_id, one.endorsers) == (UNREADABLE, "NOT_VALIDATED", "", ())

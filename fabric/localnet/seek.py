"""Signed requests for blocks, as a node makes them."""

from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2
from ledger.identity import Identity


def seek_newest(identity: Identity, *, channel: str) -> common_pb2.Envelope:
    """A request for the newest block only."""
    newest = ab_pb2.SeekPosition(newest=ab_pb2.SeekNewest())
    return _signed(identity, channel, newest, newest)


def seek_blocks(identity: Identity, *, channel: str, first: int, last: int) -> common_pb2.Envelope:
    """A request for blocks `first` to `last`; it waits for those that are not there yet."""
    return _signed(identity, channel, _number(first), _number(last))


def _number(number: int) -> ab_pb2.SeekPosition:
    return ab_pb2.SeekPosition(specified=ab_pb2.SeekSpecified(number=number))


def _signed(
    identity: Identity, channel: str, start: ab_pb2.SeekPosition, stop: ab_pb2.SeekPosition
) -> common_pb2.Envelope:
    header = common_pb2.ChannelHeader(type=common_pb2.DELIVER_SEEK_INFO, channel_id=channel)
    header.timestamp.GetCurrentTime()
    signer = common_pb2.SignatureHeader(creator=identity.creator)
    payload = common_pb2.Payload(
        header=common_pb2.Header(
            channel_header=header.SerializeToString(), signature_header=signer.SerializeToString()
        ),
        data=ab_pb2.SeekInfo(start=start, stop=stop).SerializeToString(),
    ).SerializeToString()
    return common_pb2.Envelope(payload=payload, signature=identity.sign(payload))

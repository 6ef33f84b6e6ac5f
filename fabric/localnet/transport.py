"""gRPC as Fabric's tools expect it: message sizes, pings, reconnects, and errors with details."""

import logging
from collections.abc import Sequence
from typing import Any, NoReturn

import grpc
from fabric_protos.gateway import gateway_pb2
from google.protobuf import any_pb2

LOGGED_LETTERS = 300
log = logging.getLogger(__name__)
MESSAGE_BYTES = 100 * 1024 * 1024
_SIZES = [
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
]
# Fabric's Go tools ping every 10 s; a second instance on the same port must fail loudly.
SERVER_OPTIONS = [
    *_SIZES,
    ("grpc.so_reuseport", 0),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
]
# The default back-off (1 s rising to 2 min) would hide a restarted node for minutes.
CHANNEL_OPTIONS = [
    *_SIZES,
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


def secure_channel(address: str, roots: bytes) -> Any:
    """A TLS channel to a node."""
    return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(roots), options=CHANNEL_OPTIONS)


def plain_channel(address: str) -> Any:
    """A channel without TLS: from a peer to its own chaincode on the same machine."""
    return grpc.aio.insecure_channel(address, options=CHANNEL_OPTIONS)


def server(*, address: str, certificate_pem: bytes, key_pem: bytes) -> Any:
    """A TLS server bound to `address`. Raises RuntimeError if the port is taken."""
    made = grpc.aio.server(options=SERVER_OPTIONS)
    credentials = grpc.ssl_server_credentials([(key_pem, certificate_pem)])
    try:
        made.add_secure_port(address, credentials)
    except RuntimeError as error:
        raise RuntimeError(f"{address} is in use: is another network running?") from error
    return made


async def refuse(
    context: Any,
    code: grpc.StatusCode,
    text: str,
    details: Sequence[gateway_pb2.ErrorDetail] = (),
    *,
    by_chaincode: bool = False,
) -> NoReturn:
    """End a call with a status and, in the trailer, one ErrorDetail for each peer that had a say.

    It is logged here, once, as one line: what strangers send must not be able to write lines of its own.
    by_chaincode: a chaincode refused, which says so in its own log; its answer may repeat arguments.
    """
    log.log(logging.DEBUG if by_chaincode else logging.INFO, "refused, %s: %s", code.name, one_line(text))
    trailer: tuple[tuple[str, bytes], ...] = ()
    if details:
        trailer = (("grpc-status-details-bin", _status(code.value[0], text, details)),)
    await context.abort(code, text, trailer)
    raise AssertionError("abort always raises")


def one_line(text: str) -> str:
    """A stranger's words for the log: printable, on one line, not too long."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= LOGGED_LETTERS else shown[:LOGGED_LETTERS] + " ..."


def _status(code: int, text: str, details: Sequence[gateway_pb2.ErrorDetail]) -> bytes:
    """google.rpc.Status, three fields, written by hand: nothing else needs the package that defines it."""
    message = text.encode()
    content = b"\x08" + _varint(code) + b"\x12" + _varint(len(message)) + message
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        body = packed.SerializeToString()
        content += b"\x1a" + _varint(len(body)) + body
    return content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)

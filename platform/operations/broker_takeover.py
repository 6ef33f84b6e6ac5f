"""Ends a connection at Mosquitto, which has no command for it: who comes with the same client id takes its
place (MQTT 5, 3.1.4-3), and then leaves."""

import socket
import struct

HOST = "127.0.0.1"
WITHIN_S = 10.0
CONNACK, DISCONNECT = 0x20, b"\xe0\x00"
# User name, password, clean session (MQTT 3.1.1, 3.1.2.3).
FLAGS = 0b1100_0010


def put_out(port: int, client: bytes, *, username: str, password: str) -> bool:
    """Whether the broker let us in under the client's id, which puts out who had it."""
    try:
        with socket.create_connection((HOST, port), WITHIN_S) as link:
            link.sendall(_connect(client, username.encode(), password.encode()))
            answer = link.recv(4)
            link.sendall(DISCONNECT)
    except OSError:
        return False
    return len(answer) == 4 and answer[0] == CONNACK and answer[3] == 0


def _connect(client: bytes, username: bytes, password: bytes) -> bytes:
    fields = b"".join(struct.pack("!H", len(one)) + one for one in (client, username, password))
    body = struct.pack("!H4sBBH", 4, b"MQTT", 4, FLAGS, 10) + fields
    return b"\x10" + _length(len(body)) + body


def _length(number: int) -> bytes:
    made = bytearray()
    while True:
        number, low = divmod(number, 128)
        made.append(low | (0x80 if number else 0))
        if not number:
            return bytes(made)

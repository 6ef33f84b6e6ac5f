"""The broker's side of ingest, and the only file that knows paho: hands over, acknowledges on demand.

paho keeps the session (sign-in, keep-alive, reconnection, subscription); messages pass it by: they are read
256 KiB at a time and acknowledged in one piece (`ingest.packets`), a third of paho's work for each.
"""

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.message import Arrived as Message
from ingest.packets import PUBACK, BadStream, Other, Stream, acknowledgements, message

__all__ = ["Broker", "Client", "Message"]
log = logging.getLogger(__name__)
# A week: longer than any repair; the broker keeps what was not acknowledged for that long.
SESSION_S = 7 * 24 * 3600
KEEPALIVE_S = 30
READ_BYTES = 256 * 1024
# How long reading pauses when the reader is held; paho's loop goes on between pauses.
HOLD_S = 0.01


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker listens and as whom to sign in."""

    host: str
    port: int
    username: str
    password: str
    tls: bool = False

    @classmethod
    def parse(cls, url: str) -> "Broker":
        """From mqtt[s]://user:password@host:port. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("MQTT_URL takes mqtt[s]://user:password@host:port")
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=parts.port or (8883 if tls else 1883),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )


class _Bulk(paho.Client):
    """paho's client with messages read and answered in bulk. Set `hand_over` and `hold` before it connects.

    hold(): whether to read nothing for a moment, so that the broker is held back. The private names are those
    of paho-mqtt 2, which pyproject.toml pins; tests/ingest/test_mqtt.py fails where one of them changes.
    """

    hand_over: Callable[[list[Message]], None]
    hold: Callable[[], bool]
    _stream: Stream | None = None

    def begin(self, connection: int) -> None:
        """A new connection begins: what was half read of the last one is of no use."""
        version = 5 if self._protocol == paho.MQTTv5 else 4
        self._stream = Stream(version=version, connection=connection)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Takes what the socket has. paho's loop calls it when there is something to read."""
        if self.hold():
            time.sleep(HOLD_S)
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        try:
            data = self._sock_recv(READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        if not data or self._stream is None:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        try:
            messages, others = self._stream.feed(data, int(time.time() * 1000))
        except (BadStream, IndexError) as error:
            log.warning("the broker does not speak MQTT: %s", error)
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)
        self._last_bytes_received = paho.time_func()
        if messages:
            self.hand_over(messages)
        return self._answer(others)

    def _answer(self, others: Iterable[Other]) -> MQTTErrorCode:
        """paho's own packets: answers to its sign-in, subscriptions, pings and publishes."""
        for other in others:
            self._in_packet |= {
                "command": other.head,
                "packet": bytearray(other.body),
                "remaining_length": len(other.body),
                "pos": 0,
            }
            try:
                answer = self._packet_handle()
            finally:
                # paho reads on from its own state where it is asked to; it finds a fresh one.
                self._in_packet |= {"command": 0, "packet": bytearray(), "remaining_length": 0}
            if answer > 0:
                return self._loop_rc_handle(answer)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def send_raw(self, packets: bytes) -> None:
        """Packets that need no further answer, in one piece."""
        self._packet_queue(PUBACK << 4, packets, 0, 0)


class Client:
    """A session at the broker that outlives disconnections.

    window: how many messages may be out without acknowledgement; the broker sends no more, which is all the
    back-pressure there is; besides, nothing is read while `hold` says so. on_message, or on_messages with all
    that one read brought, runs in the network thread and must only hand over. version: 5, or 4 for a broker
    that speaks MQTT 3.1.1 only; there the broker's own window holds. `connected` is set when the broker has
    confirmed the subscription: from then on it keeps messages for this session.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        client_id: str,
        subscribe: Iterable[str] = (),
        window: int = 1_000,
        on_message: Callable[[Message], None] | None = None,
        on_messages: Callable[[list[Message]], None] | None = None,
        hold: Callable[[], bool] = lambda: False,
        version: int = 5,
    ) -> None:
        self._broker = broker
        self._topics = [(topic, 1) for topic in subscribe]
        self._window = window
        self._connections = 0
        self.connected = threading.Event()
        self.refused = ""
        self._paho = _Bulk(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            # 3.1.1 keeps its session by a flag of the client, 5 by properties of the connection.
            clean_session=None if version == 5 else False,
            protocol=paho.MQTTv5 if version == 5 else paho.MQTTv311,
            manual_ack=True,
        )
        self._version = version
        self._paho.username_pw_set(broker.username, broker.password)
        if broker.tls:
            self._paho.tls_set_context(ssl.create_default_context())
        self._paho.reconnect_delay_set(min_delay=1, max_delay=5)
        self._paho.max_inflight_messages_set(window)
        self._paho.max_queued_messages_set(0)
        self._paho.on_connect = self._on_connect
        self._paho.on_subscribe = self._on_subscribe
        self._paho.on_disconnect = self._on_disconnect
        self._paho.on_socket_open = lambda _client, _data, _socket: self._paho.begin(self._connections)
        self._paho.hand_over = on_messages or _one_by_one(on_message)
        self._paho.hold = hold

    def start(self) -> None:
        """Connects in the background, again and again until it succeeds."""
        host, port = self._broker.host, self._broker.port
        if self._version == 5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_S
            properties.ReceiveMaximum = self._window
            self._paho.connect_async(
                host, port, keepalive=KEEPALIVE_S, clean_start=False, properties=properties
            )
        else:
            self._paho.connect_async(host, port, keepalive=KEEPALIVE_S)
        self._paho.loop_start()

    def stop(self) -> None:
        """Disconnects; the broker keeps the session and what is not acknowledged."""
        self._paho.disconnect()
        self._paho.loop_stop()

    @property
    def connections(self) -> int:
        """How often the connection was lost; a gateway then sends again what has no receipt."""
        return self._connections

    def acknowledge(self, messages: Iterable[Message]) -> None:
        """Tells the broker that these are durable.

        A message of an earlier connection comes again anyway, and its number may belong to another one by
        now, so it is left out.
        """
        mids = [one.mid for one in messages if one.mid and one.connection == self._connections]
        if mids:
            self._paho.send_raw(acknowledgements(mids))

    def tell(self, receipts: Sequence[tuple[str, bytes]]) -> None:
        """Sends these without asking for an answer: whoever misses one sends again and is told again.

        They leave before acknowledgements that are given after this call.
        """
        if receipts and self.connected.is_set():
            packets = [message(topic, text, version=self._version) for topic, text in receipts]
            self._paho.send_raw(b"".join(packets))

    def publish(self, topic: str, payload: bytes) -> paho.MQTTMessageInfo:
        """Sends at least once."""
        return self._paho.publish(topic, payload, qos=1)

    def _on_connect(
        self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self.refused = str(reason)
            log.error("the broker refuses the sign-in: %s", reason)
            return
        self.refused = ""
        if self._topics:
            self._paho.subscribe(self._topics)
        else:
            self.connected.set()
        log.info("connected to the broker at %s:%s", self._broker.host, self._broker.port)

    def _on_subscribe(
        self, _client: Any, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            self.refused = refused[0]
            log.error("the broker refuses a subscription: %s", self.refused)
            return
        self.connected.set()

    def _on_disconnect(
        self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self._connections += 1
        self.connected.clear()
        log.info("disconnected from the broker: %s", reason)


def _one_by_one(on_message: Callable[[Message], None] | None) -> Callable[[list[Message]], None]:
    def each(messages: list[Message]) -> None:
        if on_message is not None:
            for one in messages:
                on_message(one)

    return each

"""The broker's side of ingest, and the only file that knows paho: hands over, acknowledges on demand."""

import logging
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

log = logging.getLogger(__name__)
# A week: longer than any repair; the broker keeps what was not acknowledged for that long.
SESSION_S = 7 * 24 * 3600
KEEPALIVE_S = 30


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


@dataclass(frozen=True, slots=True)
class Message:
    """One message that waits for its acknowledgement; `connection` counts reconnections."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    connection: int


class Client:
    """A session at the broker that outlives disconnections.

    window: how many messages may be out without acknowledgement; the broker sends no more, which is all the
    back-pressure there is. on_message runs in the network thread and must only hand over. version: 5, or 4
    for a broker that speaks MQTT 3.1.1 only; there the broker's own window holds. `connected` is set when
    the broker has confirmed the subscription: from then on it keeps messages for this session.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        client_id: str,
        subscribe: Iterable[str] = (),
        window: int = 1_000,
        on_message: Callable[[Message], None] | None = None,
        version: int = 5,
    ) -> None:
        self._broker = broker
        self._topics = [(topic, 1) for topic in subscribe]
        self._window = window
        self._connections = 0
        self.connected = threading.Event()
        self.refused = ""
        self._paho = paho.Client(
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
        self._paho.on_message = lambda _client, _data, message: self._hand_over(message, on_message)

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
        for message in messages:
            if message.qos and message.connection == self._connections:
                self._paho.ack(message.mid, message.qos)

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

    def _hand_over(self, message: paho.MQTTMessage, on_message: Callable[[Message], None] | None) -> None:
        if on_message is not None:
            on_message(
                Message(
                    topic=message.topic,
                    payload=bytes(message.payload),
                    mid=message.mid,
                    qos=message.qos,
                    connection=self._connections,
                )
            )

"""Sessions at MQTT brokers: the platform's, and a plant's own. The only file that knows paho."""

import contextlib
import logging
import secrets
import ssl
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from agent.settings import BrokerSettings

log = logging.getLogger(__name__)
KEEPALIVE_S = 30
SESSION_S = 7 * 24 * 3600
# How long a broker has to answer one version of the protocol before the other is tried.
VERSION_S = 6.0
# A whole plant that comes back after an outage must not knock at once and every second.
RECONNECT_S = (1, 30)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message. repeated: the broker says that it may have sent it before. retained: it was kept for who
    subscribes, from a time that nobody knows."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    repeated: bool
    connection: int
    retained: bool = False


def own_name(identity: str, what: str) -> str:
    """A name for a session of this start only: who guessed it could come under it and end the session."""
    return f"{identity}-{what}-{secrets.token_hex(6)}"


class Session:
    """A sign-in that is kept up in the background.

    persistent: the broker keeps messages for us while we are away, and gets its acknowledgement from
    `acknowledge` only. Version 5 is spoken first, because only there a denied publish is told; 3.1.1 where
    the broker does not answer it.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        *,
        client_id: str,
        topics: Sequence[str] = (),
        on_message: Callable[[Arrived], None] | None = None,
        persistent: bool = False,
    ) -> None:
        self._broker, self._client_id, self._topics = broker, client_id, [(topic, 1) for topic in topics]
        self._on_message = on_message
        self._persistent = persistent
        self._version = 5
        self._started_at = 0.0
        self._answered = False
        self.connected = threading.Event()
        self.connections = 0
        self.refused = ""
        self.trouble = ""
        self.denied: dict[int, str] = {}
        self._paho = self._client()

    def start(self) -> None:
        """Connects, again and again until it succeeds."""
        self._started_at = time.monotonic()
        password = self._broker.password()
        self._paho.username_pw_set(self._broker.username or None, password)
        options: dict[str, Any] = {"keepalive": KEEPALIVE_S}
        if self._version == 5:
            options["clean_start"] = not self._persistent
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_S if self._persistent else 0
            options["properties"] = properties
        self._paho.connect_async(self._broker.host, self._broker.port, **options)
        self._paho.loop_start()

    def tend(self) -> None:
        """Called now and then: tries the other version of the protocol where this one is not answered."""
        if self._answered or time.monotonic() - self._started_at < VERSION_S:
            return
        self.stop()
        self._version = 4 if self._version == 5 else 5
        self._paho = self._client()
        self.start()

    def renew(self) -> None:
        """Signs in anew, with the password as its file has it now."""
        with contextlib.suppress(OSError):
            self._paho.username_pw_set(self._broker.username or None, self._broker.password())

    def stop(self) -> None:
        """Leaves the broker."""
        self._paho.disconnect()
        self._paho.loop_stop()
        self.connected.clear()

    def publish(self, topic: str, payload: bytes) -> paho.MQTTMessageInfo:
        """Sends at least once."""
        return self._paho.publish(topic, payload, qos=1)

    def acknowledge(self, messages: Sequence[Arrived]) -> None:
        """Tells the broker that these are durable; one of an earlier connection comes again anyway."""
        for message in messages:
            if message.qos and message.connection == self.connections:
                self._paho.ack(message.mid, message.qos)

    def _client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if self._version == 5 else not self._persistent,
            protocol=paho.MQTTv5 if self._version == 5 else paho.MQTTv311,
            manual_ack=self._persistent,
        )
        if self._broker.tls:
            client.tls_set_context(_context(self._broker))
        client.reconnect_delay_set(*RECONNECT_S)
        client.on_connect = self._connected
        client.on_connect_fail = self._failed
        client.on_subscribe = self._subscribed
        client.on_disconnect = self._disconnected
        client.on_publish = self._published
        client.on_message = self._message
        return client

    def _connected(self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        self._answered = True
        if reason.is_failure:
            self.refused = str(reason)
            if "protocol version" in self.refused.lower():
                self._answered, self._started_at = False, float("-inf")
            else:
                self.renew()
            return
        self.refused = self.trouble = ""
        self.connections += 1
        if self._topics:
            self._paho.subscribe(self._topics)
        else:
            self.connected.set()

    def _subscribed(
        self, _client: Any, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        failures = [str(reason) for reason in reasons if reason.is_failure]
        if failures:
            self.refused = f"subscription: {failures[0]}"
            return
        self.connected.set()

    def _disconnected(
        self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self.connected.clear()
        if reason.is_failure:
            self.trouble = str(reason)

    def _failed(self, _client: Any, _data: Any) -> None:
        # paho calls this from inside its except clause and keeps the reason to itself.
        self.trouble = str(sys.exc_info()[1] or "no connection")
        self._answered = True

    def _published(self, _client: Any, _data: Any, mid: int, reason: ReasonCode, _properties: Any) -> None:
        if reason.is_failure:
            self.denied[mid] = str(reason)

    def _message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        if self._on_message is not None:
            self._on_message(
                Arrived(
                    topic=message.topic,
                    payload=bytes(message.payload),
                    mid=message.mid,
                    qos=message.qos,
                    repeated=bool(message.dup),
                    connection=self.connections,
                    retained=bool(message.retain),
                )
            )


def _context(broker: BrokerSettings) -> ssl.SSLContext:
    """TLS that checks the broker's certificate and name. Raises OSError for files that do not fit."""
    context = ssl.create_default_context(cafile=str(broker.ca_file) if broker.ca_file else None)
    if broker.certificate_file:
        key = str(broker.certificate_key_file) if broker.certificate_key_file else None
        context.load_cert_chain(str(broker.certificate_file), key)
    return context

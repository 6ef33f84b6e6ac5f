"""Where devices publish, as pages and gateways are told."""

from typing import Any

from django.conf import settings

from ingest.connecting import Way, lines
from ingest.mqtt import Broker


def broker_address() -> dict[str, Any]:
    """Host, port and TLS of the broker that is set, else of our own on this machine; never our sign-in."""
    environment = settings.TANHENG
    if not environment.mqtt_url:
        return {"host": "127.0.0.1", "port": environment.mqtt_port, "tls": False}
    given = Broker.parse(environment.mqtt_url)
    return {"host": given.host, "port": given.port, "tls": given.tls}


def lines_of(topic: str, unit: str, *, username: str, password: str | None) -> dict[str, str]:
    """Ready lines for a topic at that address."""
    address = broker_address()
    return lines(
        Way(
            host=address["host"],
            port=address["port"],
            tls=address["tls"],
            username=username,
            password=password,
            topic=topic,
            unit=unit,
        )
    )

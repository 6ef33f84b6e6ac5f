"""Where devices publish, as pages and gateways are told."""

from typing import Any

from django.conf import settings

from ingest.mqtt import Broker


def broker_address() -> dict[str, Any]:
    """Host, port and TLS of the broker that is set, else of our own on this machine; never our sign-in."""
    environment = settings.TANHENG
    if not environment.mqtt_url:
        return {"host": "127.0.0.1", "port": environment.mqtt_port, "tls": False}
    given = Broker.parse(environment.mqtt_url)
    return {"host": given.host, "port": given.port, "tls": given.tls}

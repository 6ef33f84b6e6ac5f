"""Where devices publish, as pages and gateways are told."""

import ipaddress
from typing import Any

from django.conf import settings

from ingest.connecting import Way, lines
from ingest.mqtt import Broker
from ingest.services import certificates


def broker_address() -> dict[str, Any]:
    """Host, port and TLS of the broker that is set, else of our own; never our sign-in.

    Our own takes passwords without TLS on this machine only: where it is bound to another address, devices
    come there, by TLS, to the port after that of the certificates.
    """
    environment = settings.TANHENG
    if environment.mqtt_url:
        given = Broker.parse(environment.mqtt_url)
        return {"host": given.host, "port": given.port, "tls": given.tls}
    secure = certificates.way()
    if secure and not _is_this_machine(secure[0]):
        return {"host": secure[0], "port": secure[1] + 1, "tls": True}
    return {"host": "127.0.0.1", "port": environment.mqtt_port, "tls": False}


def certificate_address() -> dict[str, Any] | None:
    """The same for a sign-in by certificate; None where there is none."""
    secure = certificates.way()
    return {"host": secure[0], "port": secure[1], "tls": True} if secure else None


def lines_of(
    topic: str, unit: str, *, username: str, password: str | None = None, certificate: str = ""
) -> dict[str, str]:
    """Ready lines for a topic at that address. certificate: stem of its files, for a sign-in by it."""
    address = (certificate_address() if certificate else None) or broker_address()
    return lines(
        Way(
            host=address["host"],
            port=address["port"],
            tls=address["tls"],
            username=username,
            password=password,
            topic=topic,
            unit=unit,
            own_authority=bool(address["tls"] and not settings.TANHENG.mqtt_url),
            certificate=certificate,
        )
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

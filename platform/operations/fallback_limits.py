"""What the broker in Python cannot do, said wherever it stands in for Mosquitto."""

from __future__ import annotations

from pathlib import Path

# In a home's `mqtt` folder while it serves; ingest, on the same machine, speaks MQTT 3.1.1 then.
MARK = "fallback"
LIMITS = (
    "amqtt stands in for Mosquitto, which is not installed: MQTT 3.1.1 only, so a refused publish is not "
    "told; nothing is kept for a worker or gateway that is away, gateways send again; about 3,800 messages a "
    "second; no TLS. For a trial on one machine, not for a plant: install mosquitto and start again."
)


def limits(home: Path) -> str:
    """The sentence while the fallback serves this home, else nothing."""
    return LIMITS if (home / "mqtt" / MARK).exists() else ""

"""Chapter 8: a reading that a device publishes now is on an open dashboard; how long that takes."""

from __future__ import annotations

import datetime
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

from lexicon.terms import Role
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from operations.demo.client import Client, DemoFailed
from operations.demo.metering import Gateway, go_live
from operations.demo.narrator import Narrator
from operations.demo.people import People
from operations.site import Site

WATCHED_S = 5.0
# A device starts for seconds on a busy machine; in a drill a worker or a broker does, too.
SILENT_AFTER_S = 60.0


def watch(site: Site, people: People, narrator: Narrator, gateway: Gateway) -> list[float]:
    """Watch a plant's live topic while its simulator publishes; the delays in s. Raises DemoFailed."""
    viewer = people.in_house(gateway.house, Role.HEAD)
    topic = f"plant.{viewer.me['tenant']}.{gateway.plant.id}"
    with open_socket(viewer) as socket:
        socket.send(json.dumps({"t": "sub", "topic": topic}))
        device = go_live(site, gateway)
        try:
            delays = list(_delays(socket, topic))
        finally:
            device.terminate()
            device.wait()
    if not delays:
        raise DemoFailed(f"nothing moved on {topic}")
    delays.sort()
    p95 = delays[int(len(delays) * 0.95)]
    narrator.line(
        f"{len(delays)} live readings on an open dashboard, "
        f"{statistics.median(delays) * 1000:.0f} ms after their time (p95 {p95 * 1000:.0f} ms)"
    )
    return delays


def open_socket(client: Client) -> Connection:
    """The person's WebSocket, as her page opens it."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.http.cookies.jar)
    url = client.base_url.replace("http", "ws", 1) + "/ws/"
    return connect(url, additional_headers={"Cookie": cookies, "Origin": client.base_url}, open_timeout=20)


def _delays(socket: Connection, topic: str) -> Iterator[float]:
    """Seconds from each new reading's own time to its arrival, for a few seconds after the first."""
    first: float | None = None
    seen: dict[str, str] = {}
    started = time.monotonic()
    while first is None or time.monotonic() - first < WATCHED_S:
        if first is None and time.monotonic() - started > SILENT_AFTER_S:
            return
        for meter, reading in _readings(socket, topic).items():
            age_s = time.time() - datetime.datetime.fromisoformat(reading["at"]).timestamp()
            if seen.get(meter) == reading["at"]:
                continue
            seen[meter] = reading["at"]
            first = first or time.monotonic()
            yield age_s


def _readings(socket: Connection, topic: str) -> dict[str, Any]:
    try:
        said = json.loads(socket.recv(timeout=1.0))
    except TimeoutError:
        return {}
    if said.get("t") == "err":
        raise DemoFailed(f"the live feed refused {topic}: {said}")
    # The snapshot shows the newest reading there was before; only what comes after it was waited for.
    if said.get("t") != "delta" or said.get("topic") != topic:
        return {}
    meters: dict[str, Any] = said.get("data", {}).get("meters", {})
    return meters

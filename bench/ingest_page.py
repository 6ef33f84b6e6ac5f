"""An open page of the pipe's enterprise: the web process, a signed-in person, and her WebSocket.

The frames are clocked where a browser gets them: behind database, web process, sign-in and socket. What a
browser then makes of them is `bench.ingest_screen`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from operations.demo.client import Client
from operations.demo.live import open_socket
from websockets.exceptions import ConnectionClosed
from websockets.sync.connection import Connection

from bench.figures import Figure, percentile
from bench.ingest_delays import outside
from bench.ingest_pipe import PLANT, Pipe, wait
from ingest.simulation.plant import load

WEB = "tanheng.serve"
SUBSCRIBED_WITHIN_S = 10.0
RATE, LIVE_S, LIVE_P95_S = 100, 20, 1.0
# Registers of the plant show less than a million.
FIRST = 900_000
# What is still on its way when the last reading was published.
SETTLES_S = 3.0

Published = tuple[str, int, int]
"""(meter, ts_ms, value) of a reading; ts_ms is the clock just before it was published."""
Frame = tuple[float, Mapping[str, Any]]
"""(clock at arrival in s, `data` of a snapshot or delta)"""


def soon(pipe: Pipe, store: str) -> Iterator[Figure]:
    """From a publish to the WebSocket of a page that a signed-in person has open on that plant."""
    topic = f"plant.{pipe.tenant}.{load(PLANT).id}"
    with watching(signed_in(pipe), topic) as page:
        published = publish(pipe, first=FIRST)
        time.sleep(SETTLES_S)
    value = percentile(delays(published, page.frames), 0.95)
    name = f"{store}_publish_to_open_dashboard_p95_at_{RATE}_readings_per_s"
    yield Figure(name=name, value=value, unit="s", limit=LIVE_P95_S)


def publish(pipe: Pipe, *, first: int) -> list[Published]:
    """Publishes as an outside client does, at an even rate; values count up from `first`."""
    spec = load(PLANT)
    meters = [(meter.slug, meter.unit.value) for meter in spec.meters]
    published = []
    with outside(pipe, "outside") as client:
        began = time.time()
        for number in range(RATE * LIVE_S):
            slug, unit = meters[number % len(meters)]
            ts_ms, value = int(time.time() * 1000), first + number
            reading = {"ts": ts_ms, "value": str(value), "unit": unit, "seq": int(began) * 10_000 + number}
            client.publish(f"v1/{pipe.broker.username}/{spec.id}/{slug}/r", json.dumps(reading), qos=1)
            published.append((slug, ts_ms, value))
            time.sleep(max(0.0, began + (number + 1) / RATE - time.time()))
    return published


def signed_in(pipe: Pipe) -> Client:
    """The enterprise's head by password and second factor, on the pipe's web process, started if need be."""
    if isinstance(pipe.session, Client):
        # A second factor's code counts once.
        return pipe.session
    pipe.start(WEB)
    head = pipe.head
    client = Client(
        base_url=f"http://127.0.0.1:{pipe.variables['TANHENG_PORT']}",
        email=head["email"],
        password=head["password"],
        totp=head["totp"],
    )
    wait(lambda: _answers(client))
    client.sign_in()
    pipe.session = client
    return client


def _answers(client: Client) -> bool:
    try:
        return client.http.get("/healthz").status_code < httpx.codes.INTERNAL_SERVER_ERROR
    except httpx.TransportError:
        return False


@dataclass(slots=True)
class Page:
    """What an open page got of one topic."""

    topic: str
    frames: list[Frame] = field(default_factory=list)
    fault: str = ""
    subscribed: threading.Event = field(default_factory=threading.Event)

    def take(self, text: str | bytes, heard: float) -> None:
        """One message of the socket, at its arrival."""
        said = json.loads(text)
        if said.get("t") == "err":
            self.fault = f"the live feed refused {self.topic}: {said}"
        elif said.get("topic") == self.topic and said.get("t") in ("snap", "delta"):
            self.frames.append((heard, said.get("data") or {}))
            self.subscribed.set()


@contextmanager
def watching(client: Client, topic: str) -> Iterator[Page]:
    """A page that is subscribed to a topic and listens until the block ends.

    Raises RuntimeError where the feed refuses it, says nothing to the subscription, or breaks off.
    """
    page, ending = Page(topic), threading.Event()
    with open_socket(client) as socket:
        listener = threading.Thread(target=_listen, args=(socket, page, ending))
        listener.start()
        try:
            socket.send(json.dumps({"t": "sub", "topic": topic}))
            if not page.subscribed.wait(SUBSCRIBED_WITHIN_S):
                raise RuntimeError(page.fault or f"no answer to the subscription to {topic}")
            yield page
        finally:
            ending.set()
            listener.join()
    if page.fault:
        raise RuntimeError(page.fault)


def _listen(socket: Connection, page: Page, ending: threading.Event) -> None:
    while not ending.is_set():
        try:
            text = socket.recv(timeout=0.2)
        except TimeoutError:
            continue
        except ConnectionClosed as closed:
            page.fault = f"the live feed of {page.topic} was closed: {closed}"
            return
        page.take(text, time.time())


def delays(published: Iterable[Published], frames: Sequence[Frame]) -> list[float]:
    """Seconds from each publish to the first frame that shows that reading or a newer one of its meter.

    Frames of one plant are made twice a second, so of a meter that sends more often a frame shows the newest
    alone. Infinite where none came.
    """
    shown: dict[str, list[tuple[float, int]]] = {}
    for heard, data in frames:
        for meter, reading in data.get("meters", {}).items():
            at_ms = round(datetime.fromisoformat(reading["at"]).timestamp() * 1000)
            shown.setdefault(meter, []).append((heard, at_ms))
    return [
        min((heard for heard, at_ms in shown.get(meter, []) if at_ms >= ts_ms), default=float("inf"))
        - ts_ms / 1000
        for meter, ts_ms, _ in published
    ]

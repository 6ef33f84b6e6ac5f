"""The hub and the page's WebSocket: order, resume, snapshots, slow clients, who may listen."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from kit import live
from kit.models import LiveFrame, LiveTopic
from tanheng import live as hubs
from tanheng.consumers import LiveConsumer

from tests import world

pytestmark = pytest.mark.db
TOPIC = "test_live.one"
WAIT_S = 5
PAGE = (b"origin", b"http://localhost:8000")


@pytest.fixture
def elsewhere() -> Iterator[Callable[..., Any]]:
    """Runs a function in another thread, with a connection of its own that commits; cleans up after."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda work, *args: thread.submit(work, *args).result()
        thread.submit(_forget).result()


@pytest.fixture(autouse=True)
def topics(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One registered prefix: only the head of alpha may listen; its snapshot is what `state` holds."""
    state: dict[str, Any] = {"state": "begun"}
    monkeypatch.setitem(
        live._registered,
        "test_live",
        live.Topic(permit=lambda viewer, topic: viewer.name == "alpha_head", snapshot=lambda topic: state),
    )
    return state


def _forget() -> None:
    LiveFrame.objects.filter(topic__startswith="test_live").delete()
    LiveTopic.objects.filter(topic__startswith="test_live").delete()
    connection.close()


async def _next(client: hubs.Client) -> dict[str, Any]:
    return json.loads(await asyncio.wait_for(client.frames.get(), WAIT_S))


async def _with_hub(story: Callable[[hubs.Hub], Any]) -> None:
    hub = hubs.Hub()
    hub.start()
    await asyncio.sleep(0.1)
    try:
        await asyncio.wait_for(story(hub), 20)
    finally:
        await hub.stop(retry_ms=10)


def test_a_client_gets_a_snapshot_and_then_every_frame_once_and_in_order(elsewhere) -> None:
    elsewhere(live.publish, TOPIC, {"n": 0})

    async def story(hub: hubs.Hub) -> None:
        client = hubs.Client()
        await hub.subscribe(client, TOPIC)
        first = await _next(client)
        assert (first["t"], first["seq"], first["data"]) == ("snap", 1, {"state": "begun"})
        for n in range(1, 30):
            await asyncio.to_thread(elsewhere, live.publish, TOPIC, {"n": n})
        seen = [await _next(client) for _ in range(29)]
        assert [one["seq"] for one in seen] == list(range(2, 31))
        assert [one["data"]["n"] for one in seen] == list(range(1, 30))
        assert {one["epoch"] for one in seen} == {first["epoch"]}

    asyncio.run(_with_hub(story))


def test_a_client_that_comes_back_gets_what_it_missed_and_no_snapshot(elsewhere) -> None:
    for n in range(5):
        elsewhere(live.publish, TOPIC, {"n": n})

    async def story(hub: hubs.Hub) -> None:
        client = hubs.Client()
        await hub.subscribe(client, TOPIC, since=3)
        assert [(await _next(client))["seq"] for _ in range(2)] == [4, 5]
        assert client.frames.empty()

    asyncio.run(_with_hub(story))


def test_beyond_the_ring_the_answer_is_a_snapshot(elsewhere) -> None:
    for n in range(5):
        elsewhere(live.publish, TOPIC, {"n": n})
    elsewhere(lambda: LiveFrame.objects.filter(topic=TOPIC, seq__lte=4).delete())

    async def story(hub: hubs.Hub) -> None:
        client = hubs.Client()
        await hub.subscribe(client, TOPIC, since=2)
        assert (await _next(client))["t"] == "snap"

    asyncio.run(_with_hub(story))


def test_a_slow_client_loses_its_queue_gets_a_snapshot_and_holds_up_nobody(elsewhere) -> None:
    async def story(hub: hubs.Hub) -> None:
        slow, quick = hubs.Client(frames=asyncio.Queue(3)), hubs.Client()
        await hub.subscribe(slow, TOPIC)
        await hub.subscribe(quick, TOPIC)
        for n in range(6):
            await asyncio.to_thread(elsewhere, live.publish, TOPIC, {"n": n})
        assert [(await _next(quick))["t"] for _ in range(7)] == ["snap"] + ["delta"] * 6
        assert slow.overflowed
        assert (await _next(slow))["code"] == "too_slow"
        await hub.catch_up_all(slow)
        again = await _next(slow)
        assert (again["t"], again["seq"]) == ("snap", 6)

    asyncio.run(_with_hub(story))


def test_the_hub_reads_on_after_its_listening_connection_was_killed(elsewhere) -> None:
    async def story(hub: hubs.Hub) -> None:
        client = hubs.Client()
        await hub.subscribe(client, TOPIC)
        await _next(client)
        await asyncio.to_thread(elsewhere, _kill_listeners)
        await asyncio.to_thread(elsewhere, live.publish, TOPIC, {"n": 1})
        assert (await _next(client))["data"] == {"n": 1}

    asyncio.run(_with_hub(story))


def _kill_listeners() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen live'")


def test_a_frame_that_is_rolled_back_is_never_seen() -> None:
    from django.db import transaction

    before = live.publish(TOPIC, {"n": 0})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _publish_and_fail()
    assert live.head(TOPIC) == before


def _publish_and_fail() -> None:
    live.publish(TOPIC, {"n": 1})
    raise ZeroDivisionError


def test_a_frame_over_64_kb_is_a_fault_of_the_publisher() -> None:
    with pytest.raises(ValueError, match="larger than"):
        live.publish(TOPIC, {"text": "x" * 65_536})


class Page(ApplicationCommunicator):
    """An open page, spoken to by ASGI messages."""

    async def open(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(WAIT_S))["type"] == "websocket.accept"

    async def say(self, message: object) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def hear(self) -> dict[str, Any]:
        return json.loads((await self.receive_output(WAIT_S))["text"])

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(WAIT_S)


def _page(name: str, *, origin: tuple[bytes, bytes] = PAGE) -> Page:
    from tenants.models import User

    hub = SimpleNamespace(ask=_ask, join=lambda client: None, leave=lambda client: None)
    hub.subscribe = lambda client, topic, since=None: _subscribe(client, topic)
    user = User.objects.get(email=world.email(name)) if name else None
    headers = [origin, (b"host", b"localhost:8000")]
    session = _committed(_new_session)
    scope = {"type": "websocket", "path": "/ws/", "headers": headers, "session": session, "user": user}
    return Page(LiveConsumer.as_asgi(hub=hub), scope)


def _committed(work: Callable[[], Any]) -> Any:
    """The result of a function in a thread, whose connection commits: the page's connection sees it."""
    with ThreadPoolExecutor(1) as thread:
        try:
            return thread.submit(work).result()
        finally:
            thread.submit(lambda: connection.close()).result()  # noqa: PLW0108 (the thread's own)


def _new_session() -> SessionStore:
    session = SessionStore()
    session.create()
    return session


def _end_sessions() -> None:
    Session.objects.all().delete()


@pytest.fixture(autouse=True)
def _no_sessions_left() -> Iterator[None]:
    yield
    _committed(_end_sessions)


async def _ask(work: Callable[[], Any]) -> Any:
    return work()


async def _subscribe(client: hubs.Client, topic: str) -> None:
    client.put(hubs.frame("snap", topic=topic, epoch="e", seq=1, data={}))


@pytest.mark.parametrize(
    ("name", "origin", "code"),
    [
        ("", PAGE, 4401),
        ("stranger", PAGE, 4403),
        ("suspended", PAGE, 4403),
        ("alpha_head", (b"origin", b"http://evil.example"), 4400),
        ("alpha_head", (b"origin", b"http://localhost:9999"), 4400),
        ("alpha_head", (b"origin", b"http://[localhost:8000"), 4400),
        ("alpha_head", (b"x-none", b""), 4400),
    ],
)
def test_who_may_not_listen_is_closed_with_a_code(name, origin, code, settings, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    page = _page(name, origin=origin)

    async def story() -> None:
        await page.open()
        closed = await page.receive_output(WAIT_S)
        assert (closed["type"], closed["code"]) == ("websocket.close", code)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("name", "message", "answer"),
    [
        ("alpha_head", {"t": "sub", "topic": TOPIC}, {"t": "snap", "topic": TOPIC}),
        ("beta_head", {"t": "sub", "topic": TOPIC}, {"t": "err", "code": "no_permission", "topic": TOPIC}),
        ("alpha_head", {"t": "sub", "topic": "nobodys.topic"}, {"t": "err", "code": "no_permission"}),
        ("alpha_head", {"t": "sub", "topic": 7}, {"t": "err", "code": "bad_frame"}),
        ("alpha_head", {"t": "sub", "topic": "market.\0"}, {"t": "err", "code": "bad_frame"}),
        ("alpha_head", {"t": "sub", "topic": "test_live.\ud800"}, {"t": "err", "code": "bad_frame"}),
        ("alpha_head", {"t": "sub", "topic": TOPIC, "since": 2**63}, {"t": "err", "code": "bad_frame"}),
        ("alpha_head", {"t": "drop"}, {"t": "err", "code": "bad_frame"}),
        ("alpha_head", [], {"t": "err", "code": "bad_frame"}),
    ],
)
def test_a_page_hears_only_what_it_may(name, message, answer, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    page = _page(name)

    async def story() -> None:
        await page.open()
        await page.say(message)
        heard = await page.hear()
        assert heard | answer == heard
        await page.leave()

    asyncio.run(story())


def test_a_page_whose_session_was_ended_elsewhere_hears_no_more(monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr("tanheng.consumers.PING_S", 0.01)
    page = _page("alpha_head")

    async def story() -> None:
        await page.open()
        await asyncio.to_thread(_committed, _end_sessions)
        while (said := await page.receive_output(WAIT_S))["type"] != "websocket.close":
            assert json.loads(said["text"])["t"] == "ping"
        assert said["code"] == 4401

    asyncio.run(story())

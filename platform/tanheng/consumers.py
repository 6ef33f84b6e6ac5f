"""The one WebSocket of a page: who it is, what it may listen to, its frames (docs/seams.md 6)."""

import asyncio
import contextlib
import json
import re
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from kit import live

from tanheng.live import Client, Hub, frame
from tenants.access import CHOSEN, Viewer, viewer_of
from tenants.models import User
from tenants.permissions import has_second_factor

PING_S = 2.0
# Rights can end while a page is open: they are looked at again every half minute.
LOOK_AGAIN_EVERY = 15
TOPICS_MAX = 64
MESSAGE_CHARACTERS_MAX = 4096
# Every topic there is; what the database would choke on is no topic.
TOPIC = re.compile(r"[A-Za-z0-9_.-]{1,200}\Z")
SEQUENCE_MAX = 2**63 - 1
SIGNED_OUT, FORBIDDEN, WRONG_ORIGIN = 4401, 4403, 4400


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Sub, unsub and resync in; snap, delta, ping, err and bye out."""

    def __init__(self, *, hub: Hub) -> None:
        super().__init__()
        self.hub = hub

    async def connect(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._client = Client()
        await self.accept()
        if not self._from_our_page():
            await self.close(WRONG_ORIGIN)
            return
        self._viewer = await self._look()
        if isinstance(self._viewer, int):
            await self.close(self._viewer)
            return
        self.hub.join(self._client)
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._ping())]

    async def disconnect(self, code: int) -> None:
        self.hub.leave(self._client)
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        asked = _asked(text_data)
        if asked is None or not isinstance(self._viewer, Viewer):
            self._client.put(frame("err", code="bad_frame"))
            return
        kind, topic, since = asked
        if kind == "unsub":
            self.hub.unsubscribe(self._client, topic)
        elif len(self._client.topics | {topic}) > TOPICS_MAX:
            self._client.put(frame("err", code="too_many_topics", topic=topic))
        elif not await self._permitted(topic):
            self._client.put(frame("err", code="no_permission", topic=topic))
        else:
            await self.hub.subscribe(self._client, topic, since=since)

    async def _permitted(self, topic: str) -> bool:
        owner, viewer = live.owner_of(topic), self._viewer
        if owner is None:
            return False
        return await self.hub.ask(lambda: bool(owner.permit(viewer, topic)))

    def _from_our_page(self) -> bool:
        """Cookies know no ports and no pages: only our own origin may open the socket with them."""
        headers: dict[bytes, str] = {name: value.decode("latin-1") for name, value in self.scope["headers"]}
        origin = headers.get(b"origin", "")
        ours: str = settings.TANHENG.public_url
        return origin == ours or origin.partition("://")[2] == headers.get(b"host", "-")

    async def _look(self) -> Viewer | int:
        """The viewer, or the code to close with."""
        user, session = self.scope.get("user"), self.scope["session"]
        if not isinstance(user, User):
            return SIGNED_OUT
        return await self.hub.ask(lambda: _viewer_or_code(user, session))

    async def _send(self) -> None:
        while True:
            await self.send(text_data=await self._client.frames.get())
            if self._client.overflowed and self._client.frames.empty():
                await self.hub.catch_up_all(self._client)

    async def _ping(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(PING_S)
            beats += 1
            if beats % LOOK_AGAIN_EVERY == 0:
                seen = await self._look()
                if seen != self._viewer:
                    await self.close(seen if isinstance(seen, int) else FORBIDDEN)
                    return
            self._client.put(frame("ping", seqs=self._client.seqs))


def _viewer_or_code(user: User, session: Any) -> Viewer | int:
    # A session that was ended elsewhere (sign-out, a changed password or factor) hears nothing more.
    if not session.exists(session.session_key):
        return SIGNED_OUT
    user.refresh_from_db(fields=["is_active"])
    # Read anew: the organisation may have been changed in another tab since this connection began.
    viewer = viewer_of(user, chosen=SessionStore(session.session_key).get(CHOSEN, ""))
    return viewer if viewer and has_second_factor(viewer) else FORBIDDEN


def _asked(text: str | None) -> tuple[str, str, int | None] | None:
    """(kind, topic, since) of a message, or None when it is not of the form."""
    if text is None or len(text) > MESSAGE_CHARACTERS_MAX:
        return None
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("t") not in ("sub", "unsub", "resync"):
        return None
    topic, since = said.get("topic"), said.get("since")
    if not isinstance(topic, str) or not TOPIC.match(topic):
        return None
    if since is not None and not (isinstance(since, int) and 0 <= since <= SEQUENCE_MAX):
        return None
    # A resync means that what the page has cannot be trusted: it gets a snapshot.
    return said["t"], topic, since if said["t"] == "sub" else None

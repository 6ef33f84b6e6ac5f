"""amqtt as the broker where Mosquitto is missing: the same identities and rules, in Python.

Its limits, measured: MQTT 3.1.1 only (a refused publish is not told to the gateway); a persistent session
gets nothing of what came while it was away, so that gateways have to send again; about 3,800 messages a
second, a twentieth of Mosquitto. Good for a trial on one machine; no plant should depend on it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

from amqtt.broker import Broker
from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session
from tanheng.env import Environment

from ingest.passwords import password_fits
from operations.broker import HOST, INGEST, POLL_S, Login, ingest_login, registered_logins
from operations.fallback_limits import LIMITS, MARK

log = logging.getLogger("operations.broker")


class Identities(BaseAuthPlugin):  # type: ignore[misc]
    """Sign-in by the passwords that Mosquitto would read."""

    known: ClassVar[dict[str, str]] = {}

    async def authenticate(self, *, session: Session) -> bool | None:
        """Whether user name and password are a gateway's, or ingest's."""
        hashed = self.known.get(session.username or "", "")
        return await asyncio.to_thread(password_fits, session.password or "", hashed)


class Rules(BaseTopicPlugin):  # type: ignore[misc]
    """A gateway writes below its own name and reads its receipts and commands; ingest does the reverse."""

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool | None:
        """Whether this user may publish to, subscribe to or receive this topic."""
        if session is None or topic is None or not session.username:
            return False
        return allowed(session.username, topic, writes=action is Action.PUBLISH)


def allowed(username: str, topic: str, *, writes: bool) -> bool:
    """The rules of `operations.broker.RULES`, for one user and one topic or subscription."""
    if username == INGEST:
        return topic.startswith(("ack/", "dlq/") if writes else ("v1/",))
    prefixes = (f"v1/{username}/",) if writes else (f"ack/{username}/", f"cmd/{username}/")
    return topic.startswith(prefixes)


def main() -> int:
    """Runs the broker until it is told to stop."""
    environment = Environment.read()
    asyncio.run(_serve(environment.home / "mqtt", environment.mqtt_port))
    return 0


async def _serve(folder: Path, port: int) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = ingest_login(folder.parent / "keys")
    Identities.known = {own.username: own.password_hash}
    broker = Broker(configuration(port))
    await broker.start()
    (folder / MARK).touch()
    log.warning("port %s: %s", port, LIMITS)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        await _follow(own, stopping)
    finally:
        (folder / MARK).unlink(missing_ok=True)
        await broker.shutdown()


def configuration(port: int) -> dict[str, Any]:
    """amqtt's settings: one listener on 127.0.0.1, nobody without a password."""
    here = "operations.fallback_broker"
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
        "plugins": {f"{here}.Identities": {}, f"{here}.Rules": {}},
    }


async def _follow(own: Login, stopping: asyncio.Event) -> None:
    """Keeps the known gateways as the database has them."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1) as database:
        while not stopping.is_set():
            logins = await loop.run_in_executor(database, registered_logins)
            if logins is not None:
                Identities.known = {one.username: one.password_hash for one in [own, *logins]}
            try:
                await asyncio.wait_for(stopping.wait(), POLL_S)
            except TimeoutError:
                continue

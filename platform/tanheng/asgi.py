"""The ASGI application: WebSockets natively, REST and pages through WSGI in a few threads.

Native Django ASGI opens a database connection for every request (measured: 13-19 ms against 5-6), so HTTP
goes through a2wsgi, where each thread keeps its own.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402 (Django's applications are ready from here on)
from channels.auth import AuthMiddlewareStack  # noqa: E402
from django.conf import settings  # noqa: E402

from tanheng.bodies import BodyFirst  # noqa: E402
from tanheng.consumers import LiveConsumer  # noqa: E402
from tanheng.live import Hub  # noqa: E402
from tanheng.static import with_static_files  # noqa: E402
from tanheng.wsgi import application as rest  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
RETRY_MS = 2000


class Application:
    """Sends each connection to its protocol and ties the hub's life to the server's."""

    def __init__(self) -> None:
        threads = WSGIMiddleware(with_static_files(rest), workers=settings.TANHENG.web_threads)
        self._http: Any = BodyFirst(threads)  # type: ignore[arg-type]
        self._hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/ws/" or self._hub is None:
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        await AuthMiddlewareStack(LiveConsumer.as_asgi(hub=self._hub))(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._hub = Hub()
                self._hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._hub:
                    await self._hub.stop(retry_ms=RETRY_MS)
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()

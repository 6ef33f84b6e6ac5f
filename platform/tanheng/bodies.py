"""A request's body is received before a thread is taken for it: who sends slowly keeps nobody else out."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import IO, Any

from tanheng.bounds import FORM_BYTES_MAX

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Larger bodies wait on disk.
MEMORY_BYTES_MAX = 1024 * 1024
PIECE_BYTES = 256 * 1024
# A sender that says nothing for so long has gone.
SILENCE_S = 30.0


class Gone(Exception):
    """The sender left, or said nothing more."""


class BodyFirst:
    """ASGI: calls the application with the whole body at hand.

    A body that is longer than any form of ours, or does not say how long it is, is not received at all: the
    application refuses the one (`tanheng.bounds`) and never reads the other.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        length = _length(scope)
        with tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES_MAX) as body:
            try:
                if 0 < length <= FORM_BYTES_MAX:
                    await _fill(body, receive)
            except Gone:
                return
            body.seek(0)
            await self._application(scope, _told_again(body), send)


def _length(scope: MutableMapping[str, Any]) -> int:
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(text) if text.isdigit() and len(text) < 20 else 0


async def _fill(body: IO[bytes], receive: Receive) -> None:
    """Raises Gone."""
    more = True
    while more:
        try:
            message = await asyncio.wait_for(receive(), SILENCE_S)
        except TimeoutError as error:
            raise Gone from error
        if message["type"] == "http.disconnect":
            raise Gone
        body.write(message.get("body", b""))
        more = message.get("more_body", False)


def _told_again(body: IO[bytes]) -> Receive:
    """The body as if it came now."""

    async def receive() -> Message:
        piece = body.read(PIECE_BYTES)
        return {"type": "http.request", "body": piece, "more_body": len(piece) == PIECE_BYTES}

    return receive

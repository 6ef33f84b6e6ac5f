"""Slow senders wait by themselves; a body arrives whole or not at all."""

import asyncio
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from tanheng import bodies
from tanheng.bounds import FORM_BYTES_MAX


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [])
    return [environ["wsgi.input"].read()]


def scope_of(length: int | None) -> dict[str, Any]:
    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    return {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers,
        "http_version": "1.1", "server": ("localhost", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip


async def ask(site: bodies.BodyFirst, pieces: list[bytes], *, length: int | None = None) -> bytes:
    """The site's answer to a body that comes in pieces; after the last piece nothing more comes."""
    left, said = list(pieces), bytearray()

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        said.extend(message.get("body", b""))

    await site(scope_of(sum(map(len, pieces)) if length is None else length), receive, send)
    return bytes(said)


def test_a_sender_that_never_ends_keeps_no_thread() -> None:
    async def story() -> None:
        site = bodies.BodyFirst(WSGIMiddleware(echo, workers=1))
        stuck = [asyncio.create_task(ask(site, [], length=100)) for _ in range(20)]
        await asyncio.sleep(0.05)
        assert await asyncio.wait_for(ask(site, [b"quick"]), 5) == b"quick"
        for task in stuck:
            task.cancel()

    asyncio.run(story())


def test_a_sender_that_says_nothing_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE_S", 0.05)
    site = bodies.BodyFirst(WSGIMiddleware(echo, workers=1))
    assert asyncio.run(asyncio.wait_for(ask(site, [], length=9), 5)) == b""


@pytest.mark.parametrize(
    "size", [0, 1, bodies.PIECE_BYTES - 1, bodies.PIECE_BYTES, 3 * bodies.MEMORY_BYTES_MAX + 7]
)
def test_a_body_arrives_whole_whatever_its_size(size: int) -> None:
    site = bodies.BodyFirst(WSGIMiddleware(echo, workers=1))
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    pieces = [content[start : start + 70_000] for start in range(0, size, 70_000)]
    assert asyncio.run(asyncio.wait_for(ask(site, pieces), 20)) == content


def test_a_body_beyond_every_form_is_never_received() -> None:
    site = bodies.BodyFirst(WSGIMiddleware(echo, workers=1))
    assert asyncio.run(asyncio.wait_for(ask(site, [b"x"], length=FORM_BYTES_MAX + 1), 5)) == b""

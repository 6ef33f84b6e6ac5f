"""An OPC UA server, polled. The only file that knows asyncua."""

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaerrors import UaError
from cryptography import x509

from agent.intake import Intake
from agent.reading import Sample, from_number, value_text
from agent.settings import MeterSettings, Node, OpcUaSource
from agent.sources.port import Polled, Tell, Unreadable, poll, polled

# It tells every request at INFO, and a connection that ends at ERROR with its traceback; we say it ourselves.
logging.getLogger("asyncua").setLevel(logging.CRITICAL)
LEAVE_S = 5.0

_T = TypeVar("_T")


class OpcUaReader:
    """One server; all nodes are one request. Its event loop has a thread, which keeps the session alive."""

    def __init__(
        self, source: OpcUaSource, meters: Mapping[str, MeterSettings], intake: Intake, tell: Tell
    ) -> None:
        self.name = source.name
        self.is_done = False
        self._source, self._meters, self._intake, self._tell = source, meters, intake, tell
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name=f"{source.name} loop", daemon=True
        )
        self._thread.start()

    def run(self, stop: threading.Event) -> None:
        """Polls until stop is set."""
        poll(
            self.name,
            interval_s=self._source.interval_s,
            read=self._polled,
            intake=self._intake,
            tell=self._tell,
            stop=stop,
        )
        self.close()

    def close(self) -> None:
        """Ends the session and the loop."""
        with contextlib.suppress(TimeoutError, concurrent.futures.CancelledError):
            self._await(self._leave())
            self._await(_end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LEAVE_S)
        if not self._thread.is_alive():
            self._loop.close()

    def probe(self) -> Sequence[Sample]:
        """All nodes now. Raises OSError where the server is away, Unreadable where it refuses a node."""
        return self._polled().whole()

    def _polled(self) -> Polled:
        """What the nodes say now, each by itself. Raises OSError where the server is away."""
        try:
            values = self._await(asyncio.wait_for(self._read(), 3 * self._source.timeout_s))
        except (OSError, ValueError, UaError, concurrent.futures.CancelledError) as error:
            self._await(self._leave())
            raise ConnectionError(f"{self._source.url}: {error or type(error).__name__}") from error
        now_ms = int(time.time() * 1000)
        return polled(
            partial(self._sample, node, value, now_ms)
            for node, value in zip(self._source.nodes, values, strict=True)
        )

    def _await(self, work: Coroutine[Any, Any, _T]) -> _T:
        """What the work gives; it cannot outlast its own time-outs by much."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(3 * self._source.timeout_s + LEAVE_S)

    async def _read(self) -> list[Any]:
        if self._client is None:
            client = Client(self._source.url, timeout=self._source.timeout_s)
            if self._source.username:
                client.set_user(self._source.username)
                if self._source.password_file:
                    client.set_password(self._source.password_file.read_text(encoding="utf-8").strip())
            if self._source.security:
                client.application_uri = _application_of(self._source.security) or client.application_uri
                await client.set_security_string(self._source.security)
            await client.connect()
            self._client = client
        nodes = [self._client.get_node(node.node) for node in self._source.nodes]
        return list(await self._client.read_attributes(nodes, AttributeIds.Value))

    async def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                await asyncio.wait_for(client.disconnect(), self._source.timeout_s)
            except (OSError, TimeoutError, UaError):
                client.disconnect_socket()

    def _sample(self, node: Node, answer: Any, now_ms: int) -> Sample:
        if answer.StatusCode is not None and not answer.StatusCode.is_good():
            raise Unreadable(node.node, answer.StatusCode.name, key="nodes.node")
        value = answer.Value.Value if answer.Value is not None else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unreadable(node.node, f"{type(value).__name__} is no number", key="nodes.node")
        is_binary = isinstance(value, float)
        text = value_text(
            from_number(value),
            scale=node.scale,
            least_count=self._meters[node.meter].least_count if is_binary else None,
        )
        return Sample(meter=node.meter, ts_ms=now_ms, value=text)


def _application_of(security: str) -> str:
    """The name in the client's certificate; servers that know certificates want to be told the same one."""
    content = Path(security.split(",")[2]).read_bytes()
    is_pem = content.startswith(b"-----BEGIN")
    certificate = (x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate)(content)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return next(iter(names.get_values_for_type(x509.UniformResourceIdentifier)), "")


async def _end_tasks() -> None:
    """What a connection that broke has left behind in the loop."""
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)

"""A stretch of network that a drill can cut: hands bytes on between a port of its own and a server's.

Cut, it closes nothing: both ends believe in their connections and nothing comes through, as when a cable is
out. Mended, it either goes on with what it held or has forgotten every connection, with what was on the way.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PIECE_BYTES = 64 * 1024
CONNECT_S = 5.0
LOOK_S = 0.2


@dataclass(eq=False, slots=True)
class _Pair:
    """Both ends of a connection. forgotten: the wire drops what it still holds of it."""

    ends: tuple[socket.socket, socket.socket]
    forgotten: bool = False
    ended: int = 0

    def close(self) -> None:
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Wire:
    """To `host`:`to_port` from `port`, which is its own. carried: bytes that were handed on, both ways."""

    to_port: int
    host: str = HOST
    carried: int = 0
    _listener: socket.socket = field(default_factory=lambda: socket.create_server((HOST, 0)), init=False)
    _whole: threading.Event = field(default_factory=threading.Event, init=False)
    _over: threading.Event = field(default_factory=threading.Event, init=False)
    _pairs: set[_Pair] = field(default_factory=set, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    @property
    def connections(self) -> int:
        """How many it carries now."""
        return len(self._pairs)

    @contextmanager
    def laid(self) -> Iterator[Wire]:
        """It carries until the block ends."""
        self._whole.set()
        self._listener.settimeout(LOOK_S)
        thread = threading.Thread(target=self._take, name="wire", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._forget()
            self._whole.set()
            thread.join()
            self._listener.close()

    def cut(self) -> int:
        """Nothing comes through from now on; how many connections hang."""
        self._whole.clear()
        return self.connections

    def mend(self, *, forgetting: bool) -> None:
        """Carries again. forgetting: what was connected is not any more, and what was on the way is lost."""
        if forgetting:
            self._forget()
        self._whole.set()

    def _forget(self) -> None:
        with self._lock:
            for pair in self._pairs:
                pair.forgotten = True
                pair.close()

    def _take(self) -> None:
        while not self._over.is_set():
            # Who knocks at a cut wire waits for an answer that does not come.
            if not self._whole.wait(LOOK_S):
                continue
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            try:
                far = socket.create_connection((self.host, self.to_port), timeout=CONNECT_S)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            near.settimeout(None)
            self._carry(_Pair((near, far)))

    def _carry(self, pair: _Pair) -> None:
        with self._lock:
            self._pairs.add(pair)
        for ends in (pair.ends, pair.ends[::-1]):
            threading.Thread(target=self._pump, args=(pair, *ends), daemon=True).start()

    def _pump(self, pair: _Pair, source: socket.socket, sink: socket.socket) -> None:
        """One direction, until its source ends; what was read when the wire was cut is held."""
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(PIECE_BYTES)
                self._whole.wait()
                if pair.forgotten or not data:
                    break
                # Before it can be answered, so that who has an answer finds it counted.
                with self._lock:
                    self.carried += len(data)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        with self._lock:
            pair.ended += 1
            if pair.ended == len(pair.ends):
                self._pairs.discard(pair)
                for end in pair.ends:
                    end.close()

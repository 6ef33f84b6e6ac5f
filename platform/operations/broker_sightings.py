"""Who came to Mosquitto, was turned away or sent too much, read from what it says; passed on to our own log.

Mosquitto names whom it lets in; of a wrong sign-in or certificate it says only that there was one, so that
has no name. Of a message beyond its limit it says the client id, whose gateway it named before. That it has
no room for more of ingest's messages it says once, when that begins.
"""

import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from typing import IO

from kit import clock

# At the end of the line, where no client's own words can stand.
_LET_IN = re.compile(rb"New client connected from \S+ as (.*) \(p\d, c\d, k\d+, u'([^']{1,90})'\)\.\s*\Z")
_TURNED_AWAY = re.compile(rb"Client .* disconnected, not authorised\.\s*\Z")
# A handshake that failed: a certificate that is revoked, expired, of a strange authority, missing, or one who
# does not trust ours.
_HANDSHAKE = re.compile(rb"OpenSSL Error\[\d\]: ")
_TOO_LARGE = re.compile(rb"Client (.*) disconnected due to oversize packet\.\s*\Z")
_DROPPED = re.compile(rb"Outgoing messages are being dropped for client (.*)\.\s*\Z")
# A device that takes a new client id at each start does not fill our memory.
CLIENTS_MAX = 50
NAMED_MAX = 10_000
# Connections are news for the pages, not for the log of whoever runs the broker.
_QUIET = (b"New connection from", b"New client connected", b"Client ", b"OpenSSL Error")

Seen = dict[str, datetime]


class Sightings:
    """Reads the broker's words in a thread of its own; `keep` hands what was seen to the database."""

    def __init__(self, words: IO[bytes], *, own: str, session: str = "") -> None:
        """own: ingest's user name; session: the client id it comes under."""
        self._words, self._own, self._session = words, own, session.encode()
        self._lock = threading.Lock()
        self._connected: dict[str, datetime] = {}
        self._turned_away: dict[str, datetime] = {}
        self._too_large: dict[str, datetime] = {}
        self._dropped: dict[str, datetime] = {}
        self._clients: dict[str, dict[bytes, None]] = {}
        self._named: dict[bytes, str] = {}
        threading.Thread(target=self._read, name="broker's words", daemon=True).start()

    def keep(self, note: Callable[[Seen, Seen, Seen, Seen], None]) -> None:
        """Notes who came, when anybody was turned away, by what (`password`, `handshake`), whose message was
        too large, and that messages for ingest were dropped, since the last time; a failure of `note` loses
        nothing."""
        with self._lock:
            seen = self._connected, self._turned_away, self._too_large, self._dropped
            self._connected, self._turned_away, self._too_large, self._dropped = {}, {}, {}, {}
        if not any(seen):
            return
        try:
            note(*seen)
        except BaseException:
            with self._lock:
                self._connected = seen[0] | self._connected
                self._turned_away = seen[1] | self._turned_away
                self._too_large = seen[2] | self._too_large
                self._dropped = seen[3] | self._dropped
            raise

    def clients_of(self, username: str) -> list[bytes]:
        """The client ids under which a name came in lately, and nobody else after it."""
        with self._lock:
            return [one for one in self._clients.get(username, ()) if self._named.get(one) == username]

    def see(self, line: bytes) -> None:
        """Takes one line of the broker."""
        if found := _LET_IN.search(line):
            name = found[2].decode(errors="replace")
            if name != self._own:
                with self._lock:
                    self._connected[name] = clock.now()
                    self._remember(name, found[1])
        elif _TURNED_AWAY.search(line):
            with self._lock:
                self._turned_away["password"] = clock.now()
        elif _HANDSHAKE.search(line):
            with self._lock:
                self._turned_away["handshake"] = clock.now()
        elif found := _TOO_LARGE.search(line):
            with self._lock:
                if name := self._named.get(found[1]):
                    self._too_large[name] = clock.now()
        elif (found := _DROPPED.search(line)) and found[1] == self._session:
            with self._lock:
                self._dropped[self._own] = clock.now()

    def _remember(self, name: str, client: bytes) -> None:
        known = self._clients.setdefault(name, {})
        known.pop(client, None)
        known[client] = None
        while len(known) > CLIENTS_MAX:
            del known[next(iter(known))]
        self._named.pop(client, None)
        self._named[client] = name
        while len(self._named) > NAMED_MAX:
            del self._named[next(iter(self._named))]

    def _read(self) -> None:
        for line in self._words:
            self.see(line)
            if not any(word in line for word in _QUIET):
                sys.stderr.buffer.write(line)
                sys.stderr.buffer.flush()

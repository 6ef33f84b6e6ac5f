"""Who came to Mosquitto and who was turned away, read from what it says; passed on to our own log.

Mosquitto names whom it lets in; of a wrong sign-in it says only that there was one, so that has no name.
"""

import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from typing import IO

from kit import clock

# At the end of the line, where no client's own words can stand.
_LET_IN = re.compile(rb"New client connected from .* \(p\d, c\d, k\d+, u'([^']{1,90})'\)\.\s*\Z")
_TURNED_AWAY = re.compile(rb"Client .* disconnected, not authorised\.\s*\Z")
# Connections are news for the pages, not for the log of whoever runs the broker.
_QUIET = (b"New connection from", b"New client connected", b"Client ")


class Sightings:
    """Reads the broker's words in a thread of its own; `keep` hands what was seen to the database."""

    def __init__(self, words: IO[bytes], *, own: str) -> None:
        self._words, self._own = words, own
        self._lock = threading.Lock()
        self._connected: dict[str, datetime] = {}
        self._refused: datetime | None = None
        threading.Thread(target=self._read, name="broker's words", daemon=True).start()

    def keep(self, note: Callable[[dict[str, datetime], datetime | None], None]) -> None:
        """Notes what was seen since the last time; a failure of `note` loses nothing."""
        with self._lock:
            connected, refused = self._connected, self._refused
            self._connected, self._refused = {}, None
        if not connected and refused is None:
            return
        try:
            note(connected, refused)
        except BaseException:
            with self._lock:
                self._connected = connected | self._connected
                self._refused = self._refused or refused
            raise

    def see(self, line: bytes) -> None:
        """Takes one line of the broker."""
        if found := _LET_IN.search(line):
            name = found[1].decode(errors="replace")
            if name != self._own:
                with self._lock:
                    self._connected[name] = clock.now()
        elif _TURNED_AWAY.search(line):
            with self._lock:
                self._refused = clock.now()

    def _read(self) -> None:
        for line in self._words:
            self.see(line)
            if not any(word in line for word in _QUIET):
                sys.stderr.buffer.write(line)
                sys.stderr.buffer.flush()

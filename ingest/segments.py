"""Signed bodies as they came, in append-only files: one a plant and day, each batch a gzip member of its own.

`zcat` reads a whole file. A batch is found by position and length, which its row in `hot_signedbatch` keeps.
"""

import gzip
import logging
import os
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingest.durable import sync_folder

log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\Z")
# Files held open between flushes; a month in fast-forward touches 31 a plant.
OPEN_MAX = 64
# Measured on batches of 100: 30 us and 13 % of their size; the library's defaults take 120 us for 12 %.
LEVEL, WINDOW_BITS, MEMORY, GZIP = 3, 13, 5, 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where one payload lies: file below the segments' folder, first byte, compressed bytes."""

    segment: str
    position: int
    length: int


@dataclass(slots=True)
class Segments:
    """Appends and reads payloads below `home`. known_end(segment): where the last row's batch ends, or 0."""

    home: Path
    known_end: Callable[[str], int]
    _ends: dict[str, int] = field(default_factory=dict)

    def append(self, payloads: Sequence[tuple[str, bytes]]) -> list[Place]:
        """Each payload at the end of its segment, durable when this returns; places in the same order."""
        places, by_segment = [], dict[str, list[bytes]]()
        for segment, payload in payloads:
            packed = _packed(payload + b"\n")
            position = self._end(segment)
            places.append(Place(segment=segment, position=position, length=len(packed)))
            by_segment.setdefault(segment, []).append(packed)
            self._ends[segment] = position + len(packed)
        try:
            for segment, parts in by_segment.items():
                self._write(segment, b"".join(parts))
        except OSError:
            # What was half written is cut off at the next try.
            self._ends.clear()
            raise
        return places

    def forget(self) -> None:
        """After a failure: what was appended may have no row, and is cut off at the next touch."""
        self._ends.clear()

    def read(self, place: Place) -> bytes:
        """The payload at a place, as it was received. Raises OSError, EOFError where the file was damaged."""
        with (self.home / place.segment).open("rb") as file:
            file.seek(place.position)
            return gzip.decompress(file.read(place.length)).removesuffix(b"\n")

    def _end(self, segment: str) -> int:
        """Where the next batch begins; at first touch, what a crash left beyond the last row is cut off, and
        a file that lost bytes is filled up with zeros."""
        if segment not in self._ends:
            if len(self._ends) >= OPEN_MAX:
                self._ends.pop(next(iter(self._ends)))
            self._ends[segment] = self._cut(segment)
        return self._ends[segment]

    def _cut(self, segment: str) -> int:
        path = self.home / segment
        end = self.known_end(segment)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            sync_folder(path.parent)
            sync_folder(path.parent.parent)
        if (size := path.stat().st_size) < end:
            # Somebody took bytes away. Those that come now have their places behind it all the same: no other
            # plant waits for this one, and who asks for what is gone is told so.
            log.error("segment %s has %d of its %d known bytes; what is missing is lost", segment, size, end)
        os.truncate(path, end)
        return end

    def _write(self, segment: str, packed: bytes) -> None:
        with (self.home / segment).open("ab") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())


def segment_name(*, tenant: str, plant: str, day: date) -> str:
    """The file of a plant's day. Raises ValueError for a tenant or plant that is no plain name."""
    if not (_NAME.match(tenant) and _NAME.match(plant)):
        raise ValueError(f"no names: {tenant!r}, {plant!r}")
    return f"{tenant}/{plant}/{day.isoformat()}.seg.gz"


def _packed(payload: bytes) -> bytes:
    """A gzip member. A small window and table are made in a quarter of the time; a batch fits into them."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, wbits=GZIP + WINDOW_BITS, memLevel=MEMORY)
    return packer.compress(payload) + packer.flush()

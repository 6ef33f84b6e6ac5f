"""A CSV file that grows: followed to its end and beyond, or replayed once. Never read twice, never skipped.

The place in the file is kept in the same transaction as the readings before it. A file is known again by its
first bytes and by how far it was read; a new file under the same name (rotation) begins at its start, after
the old one was read to its end: it is open, or it lies beside the new one under a name that begins alike.
"""

import csv
import glob
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from typing import IO

from agent.intake import Intake
from agent.reading import Sample, number_of, value_text
from agent.settings import CsvSource, MeterSettings
from agent.sources.instants import instant_ms
from agent.sources.port import Tell, Unreadable, keep
from agent.words import Notice

# Bytes read at once, and so about the readings of one transaction: 64 KiB are some 1,500 lines.
CHUNK = 64 * 1024
LINE_MAX = 64 * 1024
IDLE_S = 0.5
# By its first bytes a file is known again: header and the first instants.
HEAD = 1024
# Half of the spool is for what polled sources read meanwhile; a file can wait where it is.
SPOOL_SHARE = 2
READING_BYTES = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a file was read, in bytes and lines; head: digest of its first `span` bytes."""

    head: str
    span: int
    offset: int
    line: int

    def text(self) -> str:
        return json.dumps({name: getattr(self, name) for name in Place.__slots__})


class CsvReader:
    """One CSV file. follow: wait for more at its end; else `is_done` is set there."""

    def __init__(
        self, source: CsvSource, meters: Mapping[str, MeterSettings], intake: Intake, tell: Tell
    ) -> None:
        self.name = source.name
        self.is_done = False
        self.follow = True
        self._source, self._meters, self._intake, self._tell = source, meters, intake, tell
        self._header: list[str] = []
        self._file: IO[bytes] | None = None

    def run(self, stop: threading.Event) -> None:
        """Reads what is new, again and again."""
        while not stop.is_set():
            if self._is_ahead():
                stop.wait(IDLE_S)
            elif not self._try(stop):
                if not self.follow:
                    self.is_done = True
                    return
                stop.wait(IDLE_S)

    def probe(self) -> Sequence[Sample]:
        """The first readings of the file."""
        with self._source.path.open("rb") as file:
            head = file.readline(LINE_MAX)
            line = file.readline(LINE_MAX)
        self._header = self._columns(head)
        return self._samples(line, 2) if line.endswith(b"\n") else []

    def _is_ahead(self) -> bool:
        open_, _, sealed = self._intake.spool.counts()
        return (open_ + sealed) * READING_BYTES * SPOOL_SHARE > self._intake.spool.bytes_max

    def _try(self, stop: threading.Event) -> bool:
        try:
            return self._step(stop)
        except OSError as error:
            self.close()
            self._tell(Notice.SOURCE_AWAY, self.name, source=self.name, error=error)
            return False

    def _step(self, stop: threading.Event) -> bool:
        """Takes the next lines; whether there were any."""
        file = self._file = self._file or self._opened()
        place = self._place(file.fileno())
        if place is None:
            return self._replaced(file)
        self._tell(Notice.SOURCE_BACK, self.name, source=self.name)
        chunk = os.pread(file.fileno(), CHUNK, place.offset)
        whole = chunk[: chunk.rfind(b"\n") + 1]
        if not whole and (not self.follow or self._is_other(file)):
            # The last line of a file that nobody writes to needs no line end.
            whole = chunk
        if not whole:
            return self._too_long(chunk, place, stop) or self._replaced(file)
        lines = whole.splitlines(keepends=True)
        samples = [one for n, line in enumerate(lines) for one in self._readable(line, place.line + n)]
        return self._keep(samples, place, len(whole), len(lines), stop)

    def _opened(self) -> IO[bytes]:
        """The file of that name, or the one that had it when we stopped and has lines that were not read."""
        named = self._source.path.open("rb")
        kept = self._intake.spool.place(self._cursor())
        if kept is None or _is_of(named, place := Place(**json.loads(kept))):
            return named
        for path in sorted(self._source.path.parent.glob(f"{glob.escape(self._source.path.stem)}*")):
            if path == self._source.path or not path.is_file():
                continue
            former = path.open("rb")
            if _is_of(former, place) and os.fstat(former.fileno()).st_size > place.offset:
                named.close()
                return former
            former.close()
        return named

    def _replaced(self, file: IO[bytes]) -> bool:
        """Goes over to the new file of that name, now that this one is read; whether there is one."""
        if not self._is_other(file):
            return False
        self.close()
        return True

    def _is_other(self, file: IO[bytes]) -> bool:
        try:
            named = self._source.path.stat()
        except FileNotFoundError:
            return False
        return (named.st_dev, named.st_ino) != _identity(file.fileno())

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _keep(
        self, samples: Sequence[Sample], place: Place, length: int, lines: int, stop: threading.Event
    ) -> bool:
        assert self._file is not None  # noqa: S101 (lines came from it)
        offset = place.offset + length
        head = os.pread(self._file.fileno(), min(offset, HEAD), 0)
        after = Place(head=_digest(head), span=len(head), offset=offset, line=place.line + lines)
        cursor = (self._cursor(), after.text())
        return keep(lambda: self._intake.take(samples, cursor=cursor), tell=self._tell, stop=stop)

    def _too_long(self, chunk: bytes, place: Place, stop: threading.Event) -> bool:
        """Passes over a chunk without a line end; a part of a line that is still being written waits."""
        if len(chunk) < CHUNK:
            return False
        self._set_aside(place.line, "a line of more than 64 KiB", chunk)
        return self._keep([], place, len(chunk), 0, stop)

    def _place(self, descriptor: int) -> Place | None:
        """Where to go on; None while the header is not whole."""
        head = os.pread(descriptor, LINE_MAX, 0)
        end = head.find(b"\n")
        if end < 0:
            return None
        line = head[: end + 1]
        self._header = self._columns(line)
        kept = self._intake.spool.place(self._cursor())
        if kept:
            place = Place(**json.loads(kept))
            if _is_in(descriptor, place):
                return place
        return Place(head=_digest(line), span=len(line), offset=len(line), line=2)

    def _cursor(self) -> str:
        return f"csv {self._source.path.resolve()}"

    def _columns(self, line: bytes) -> list[str]:
        text = line.decode(self._source.encoding, errors="replace").lstrip("\ufeff")
        header = next(csv.reader(StringIO(text), delimiter=self._source.delimiter), [])
        header = [name.strip() for name in header]
        wanted = [self._source.time_column, *self._source.columns.values()]
        if not self._source.columns:
            wanted += [self._source.meter_column, self._source.value_column]
        missing = [name for name in wanted if name not in header]
        if missing:
            raise OSError(f"no column 没有列 {', '.join(missing)} in {', '.join(header)[:200]}")
        return header

    def _readable(self, line: bytes, number: int) -> list[Sample]:
        try:
            return self._samples(line, number)
        except Unreadable as error:
            self._set_aside(number, error.error, line, key=error.key)
            return []

    def _set_aside(self, number: int, error: str, content: bytes, *, key: str = "columns") -> None:
        place = f"{self._source.path.name}:{number}"
        count = self._intake.spool.set_aside(self.name, place, error, content.decode(errors="replace"))
        facts = {"place": place, "error": error, "key": key, "count": count}
        self._tell(Notice.SOURCE_UNREADABLE, f"{self.name} {key}", source=self.name, **facts)

    def _samples(self, line: bytes, number: int) -> list[Sample]:
        """The readings of one line. Raises Unreadable."""
        try:
            text = line.decode(self._source.encoding).replace("\0", "")
        except UnicodeDecodeError:
            raise Unreadable(f"line {number}", f"not {self._source.encoding}", key="encoding") from None
        row = next(csv.reader(StringIO(text), delimiter=self._source.delimiter), [])
        if not row:
            return []
        if len(row) < len(self._header):
            raise Unreadable(f"line {number}", f"{len(row)} of {len(self._header)} columns", key="columns")
        fields = dict(zip(self._header, row, strict=False))
        try:
            ts_ms = instant_ms(fields[self._source.time_column], self._source.time)
        except ValueError as error:
            raise Unreadable(f"line {number}", str(error), key="time_format") from None
        return [self._sample(meter, ts_ms, value) for meter, value in self._values(fields, number) if value]

    def _values(self, fields: Mapping[str, str], number: int) -> list[tuple[str, str]]:
        if self._source.columns:
            return [(meter, fields[column].strip()) for meter, column in self._source.columns.items()]
        meter = fields[self._source.meter_column].strip()
        if meter not in self._meters:
            raise Unreadable(f"line {number}", f"no meter {meter[:40]!r}", key="meters")
        return [(meter, fields[self._source.value_column].strip())]

    def _sample(self, meter: str, ts_ms: int, text: str) -> Sample:
        # What is no number goes to the platform as it stands: it is quarantined there and the plant sees it.
        number = number_of(text)
        value = value_text(text if number is None else number, scale=Decimal(1), least_count=None)
        return Sample(meter=meter, ts_ms=ts_ms, value=value, own_time=True)


def _is_of(file: IO[bytes], place: Place) -> bool:
    return _is_in(file.fileno(), place)


def _is_in(descriptor: int, place: Place) -> bool:
    """Whether a place was kept of this file."""
    head = os.pread(descriptor, place.span, 0)
    return _digest(head) == place.head and os.fstat(descriptor).st_size >= place.offset


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def _identity(descriptor: int) -> tuple[int, int]:
    state = os.fstat(descriptor)
    return state.st_dev, state.st_ino

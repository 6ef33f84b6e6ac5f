"""Messages on disk while the database is away: durable before they are acknowledged, drained in order after.

A frame is length and CRC-32 before the bytes; a torn frame at the end of a file is what a crash cut off, and
was never acknowledged, so the broker sends it again. What a disk damaged was acknowledged: all whole frames
around it are read, and the file is kept aside for whoever can mend it.
"""

import errno
import fcntl
import logging
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ingest.durable import sync_folder
from ingest.message import Arrived

log = logging.getLogger(__name__)
# A file is drained and removed as one; 8 MiB keep the repeated work after a crash small.
FILE_BYTES_MAX = 8 * 1024 * 1024

_HEAD = struct.Struct(">II")
_FRAME = struct.Struct(">QH")
# No frame is longer: a packet, its topic and what is put before them (ingest.packets).
_FRAME_BYTES_MAX = 2 * 1024 * 1024
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
ASIDE = ".damaged"


class SpoolFull(RuntimeError):
    """No room: messages stay unacknowledged, so that the broker holds them back."""


@dataclass(slots=True)
class Spool:
    """The frames below `home`, at most `bytes_max` of them."""

    home: Path
    bytes_max: int
    _checked: set[Path] = field(default_factory=set)

    def append(self, messages: Sequence[Arrived]) -> None:
        """Durable when this returns. Raises SpoolFull, with nothing written."""
        frames = b"".join(_framed(message) for message in messages)
        if self.size() + len(frames) > self.bytes_max:
            raise SpoolFull(f"{self.size()} of {self.bytes_max} bytes")
        try:
            self._write(frames)
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise SpoolFull("there is no room left on the disk") from error
            raise

    def _write(self, frames: bytes) -> None:
        path = self._last_file()
        before = path.stat().st_size
        try:
            with path.open("ab") as file:
                file.write(frames)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            # Half a frame would be read as damage later.
            os.truncate(path, before)
            raise

    def size(self) -> int:
        """Bytes that wait."""
        return sum(path.stat().st_size for path in self._files())

    def __bool__(self) -> bool:
        return any(True for _ in self._files())

    def oldest(self) -> tuple[Path, list[Arrived]] | None:
        """The file that has waited longest and its messages, or None when nothing waits."""
        path = next(iter(self._files()), None)
        return (path, list(_messages(path.read_bytes()))) if path else None

    def forget(self, path: Path) -> None:
        """Removes a file whose messages are stored; one that is damaged is kept aside."""
        if not _is_damaged(path.read_bytes()):
            path.unlink()
            return
        aside = path.with_suffix(ASIDE)
        path.replace(aside)
        log.error("a part of the spool cannot be read; what can was stored, the file is kept: %s", aside)

    def damaged(self) -> int:
        """Files that were kept aside because a part of them cannot be read."""
        return len(list(self.home.glob(f"*{ASIDE}"))) if self.home.exists() else 0

    def _files(self) -> list[Path]:
        return sorted(self.home.glob("*.spool")) if self.home.exists() else []

    def _last_file(self) -> Path:
        files = self._files()
        if files and files[-1].stat().st_size < FILE_BYTES_MAX and self._is_whole(files[-1]):
            return files[-1]
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Also after those that were kept aside, whose names they keep.
        there = [int(one.stem) for one in (*files, *self.home.glob(f"*{ASIDE}"))]
        number = max(there, default=0) + 1
        path = self.home / f"{number:012d}.spool"
        path.touch(mode=0o600)
        # The name, too, must outlive a power failure: what is in the file is acknowledged.
        sync_folder(self.home)
        sync_folder(self.home.parent)
        self._checked.add(path)
        return path

    def _is_whole(self, path: Path) -> bool:
        """Whether to append to a file, after a torn frame at its end was cut off; checked once."""
        if path not in self._checked:
            content = path.read_bytes()
            if _is_damaged(content):
                return False
            os.truncate(path, max((end for _, end, _ in _frames(content)), default=0))
            self._checked.add(path)
        return True


def alone(home: Path) -> IO[bytes]:
    """Waits until no other process works on the spool below `home`; it is ours while the result is open.

    The database's lock is lost with its session, at once; whoever had it may be at work here a moment longer.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (home / "lock").open("ab")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _framed(message: Arrived) -> bytes:
    topic = message.topic.encode()
    frame = _FRAME.pack(message.received_ms, len(topic)) + topic + message.payload
    return _HEAD.pack(len(frame), zlib.crc32(frame)) + frame


def _frames(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Whole frames with the places where each begins and ends; what lies between them cannot be read."""
    place = 0
    while place + _HEAD.size <= len(content):
        length, check = _HEAD.unpack_from(content, place)
        end = place + _HEAD.size + length
        if _FRAME.size <= length <= _FRAME_BYTES_MAX and end <= len(content):
            frame = content[place + _HEAD.size : end]
            if zlib.crc32(frame) == check:
                yield place, end, frame
                place = end
                continue
        # No frame begins here: the next one does somewhere behind, if there is one.
        place += 1


def _is_damaged(content: bytes) -> bool:
    """Whether more cannot be read than a frame that a crash cut off at the end."""
    place = 0
    for start, end, _ in _frames(content):
        if start > place:
            return True
        place = end
    tail = content[place:]
    return len(tail) >= _HEAD.size and _HEAD.unpack_from(tail)[0] <= len(tail) - _HEAD.size


def _messages(content: bytes) -> Iterator[Arrived]:
    for _, _, frame in _frames(content):
        received_ms, topic_length = _FRAME.unpack_from(frame)
        topic_end = _FRAME.size + topic_length
        yield Arrived(
            topic=frame[_FRAME.size : topic_end].decode(), payload=frame[topic_end:], received_ms=received_ms
        )

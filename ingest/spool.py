"""Messages on disk while the database is away: durable before they are acknowledged, drained in order after.

A frame is length and CRC-32 before the bytes; a torn frame at the end of a file is what a crash cut off, and
was never acknowledged, so the broker sends it again.
"""

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.message import Arrived

# A file is drained and removed as one; 8 MiB keep the repeated work after a crash small.
FILE_BYTES_MAX = 8 * 1024 * 1024

_HEAD = struct.Struct(">II")
_FRAME = struct.Struct(">QH")


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
        with self._last_file().open("ab") as file:
            file.write(frames)
            file.flush()
            os.fsync(file.fileno())

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
        """Removes a file whose messages are stored."""
        path.unlink()

    def _files(self) -> list[Path]:
        return sorted(self.home.glob("*.spool")) if self.home.exists() else []

    def _last_file(self) -> Path:
        files = self._files()
        if files and files[-1].stat().st_size < FILE_BYTES_MAX:
            return self._whole(files[-1])
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = int(files[-1].stem) + 1 if files else 1
        path = self.home / f"{number:012d}.spool"
        path.touch(mode=0o600)
        return self._whole(path)

    def _whole(self, path: Path) -> Path:
        """The file without a torn frame at its end, so that what is appended can be read; checked once."""
        if path not in self._checked:
            content = path.read_bytes()
            os.truncate(path, max((end for end, _ in _frames(content)), default=0))
            self._checked.add(path)
        return path


def _framed(message: Arrived) -> bytes:
    topic = message.topic.encode()
    frame = _FRAME.pack(message.received_ms, len(topic)) + topic + message.payload
    return _HEAD.pack(len(frame), zlib.crc32(frame)) + frame


def _frames(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Whole frames with the place where each ends."""
    place = 0
    while place + _HEAD.size <= len(content):
        length, check = _HEAD.unpack_from(content, place)
        end = place + _HEAD.size + length
        frame = content[place + _HEAD.size : end]
        if len(frame) < length or zlib.crc32(frame) != check:
            return
        yield end, frame
        place = end


def _messages(content: bytes) -> Iterator[Arrived]:
    for _, frame in _frames(content):
        received_ms, topic_length = _FRAME.unpack_from(frame)
        topic_end = _FRAME.size + topic_length
        yield Arrived(
            topic=frame[_FRAME.size : topic_end].decode(), payload=frame[topic_end:], received_ms=received_ms
        )

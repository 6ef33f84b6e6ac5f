"""The block file: one record a block (length, CRC-32, bytes), cut at the first bad record."""

import os
import struct
import time
import zlib
from array import array
from pathlib import Path

from fabric_protos.common import common_pb2

_HEAD = struct.Struct("<II")
# Blocks asked for again soon: peers and event streams follow the tip.
RECENT_BLOCKS = 64
FSYNC_TRIALS = 20
# Slower than this (median) and fsync goes to a thread; the hand-over itself costs some milliseconds.
FSYNC_INLINE_LIMIT_S = 0.005


class BlockFile:
    """Blocks 0, 1, 2, ... in one append-only file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._starts = array("Q")
        self._recent: dict[int, bytes] = {}
        self._dirty = False
        self._end = 0
        self.cut_bytes = self._scan()

    @property
    def height(self) -> int:
        """How many blocks there are."""
        return len(self._starts)

    def append(self, content: bytes) -> None:
        """Write the next block; durable against a crash of the process, of the machine only after `sync`.

        Raises OSError, and then keeps nothing of it.
        """
        record = _HEAD.pack(len(content), zlib.crc32(content)) + content
        view = memoryview(record)
        offset = self._end
        try:
            while view:
                written = os.pwrite(self._descriptor, view, offset)
                view, offset = view[written:], offset + written
        except OSError:
            os.ftruncate(self._descriptor, self._end)
            raise
        number = len(self._starts)
        self._starts.append(self._end)
        self._end = offset
        self._dirty = True
        self._recent[number] = content
        self._recent.pop(number - RECENT_BLOCKS, None)

    def drop_last(self) -> None:
        """Take the last block back: it was written, and what belongs to it could not be."""
        self._end = self._starts.pop()
        self._recent.pop(len(self._starts), None)
        os.ftruncate(self._descriptor, self._end)

    def sync(self) -> None:
        """Bring everything appended so far to the disk."""
        if self._dirty:
            self._dirty = False
            os.fdatasync(self._descriptor)

    def read(self, number: int) -> bytes:
        """The bytes of block `number`. Raises IndexError if there is none, OSError if it was damaged."""
        recent = self._recent.get(number)
        if recent is not None:
            return recent
        if not 0 <= number < len(self._starts):
            raise IndexError(f"there is no block {number}")
        start = self._starts[number]
        length, crc = _HEAD.unpack(os.pread(self._descriptor, _HEAD.size, start))
        content = os.pread(self._descriptor, length, start + _HEAD.size)
        if zlib.crc32(content) != crc:
            raise OSError(f"block {number} was damaged on the disk: its checksum differs")
        return content

    def block(self, number: int) -> common_pb2.Block:
        """Block `number`, parsed. Raises as `read` does."""
        return common_pb2.Block.FromString(self.read(number))

    def close(self) -> None:
        """Sync and close."""
        self.sync()
        os.close(self._descriptor)

    def _scan(self) -> int:
        size = os.fstat(self._descriptor).st_size
        position = 0
        while position + _HEAD.size <= size:
            length, crc = _HEAD.unpack(os.pread(self._descriptor, _HEAD.size, position))
            end = position + _HEAD.size + length
            if length == 0 or end > size:
                break
            if zlib.crc32(os.pread(self._descriptor, length, position + _HEAD.size)) != crc:
                break
            self._starts.append(position)
            position = end
        self._end = position
        if position < size:
            os.ftruncate(self._descriptor, position)
            os.fsync(self._descriptor)
        return size - position


def fsync_is_slow(folder: Path) -> bool:
    """Whether this disk takes so long to sync that a thread should do it; 20 trials."""
    path = folder / "fsync.trial"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    taken = []
    try:
        for _ in range(FSYNC_TRIALS):
            os.write(descriptor, b"\0" * 4096)
            begun = time.perf_counter()
            os.fdatasync(descriptor)
            taken.append(time.perf_counter() - begun)
    finally:
        os.close(descriptor)
        path.unlink()
    return sorted(taken)[FSYNC_TRIALS // 2] > FSYNC_INLINE_LIMIT_S

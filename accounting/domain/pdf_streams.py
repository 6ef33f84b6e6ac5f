"""What a PDF's object streams hold, for a search of it: looked through whole, or said to be opaque. Pure.

Readers forgive much (a wrong checksum, a padded dictionary, a bare carriage return); whoever hides a script
uses just that. So nothing here is passed over in silence, and the work is bounded whatever the file says.
"""

import re
import zlib
from collections.abc import Iterator

# A name's letters may be written as their numbers.
_OBJSTM = b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in b"ObjStm")
_NAMED = re.compile(rb"/" + _OBJSTM + rb"(?![A-Za-z])")
_BEGINS = re.compile(rb"stream(?:\r\n|\n|\r)")
# A dictionary is some hundred bytes; a document of a thousand pages has some hundred object streams.
DICTIONARY_MAX, STREAMS_MAX = 64 * 1024, 20_000
INFLATED_EACH, INFLATED_ALL = 4 * 1024 * 1024, 32 * 1024 * 1024
_PIECE = 64 * 1024


def plain_names(part: bytes) -> bytes:
    """A part of a PDF with its names' letters in place of their numbers."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), part)


def object_streams(content: bytes) -> Iterator[bytes | None]:
    """The content of each object stream packed by Flate; None for one that cannot be looked through whole:
    another filter, a torn one, more than the bounds. What is not packed stands in the file itself.
    """
    left = INFLATED_ALL
    for number, name in enumerate(_NAMED.finditer(content)):
        begins = _BEGINS.search(content, name.end(), name.end() + DICTIONARY_MAX)
        if begins is None or number >= STREAMS_MAX:
            yield None
            return
        if not _is_deflated(content, begins.end()):
            if _is_filtered(content, name.start(), begins.end()):
                yield None
            continue
        data, whole = _inflated(content, begins.end() + 2, min(left, INFLATED_EACH))
        left -= len(data)
        yield data
        if not whole:
            yield None
        if left <= 0:
            return


def _is_deflated(content: bytes, start: int) -> bool:
    """Whether the two bytes of a zlib header stand there (RFC 1950, 2.2), without a preset dictionary."""
    head = content[start : start + 2]
    return len(head) == 2 and head[0] & 0x0F == 8 and int.from_bytes(head) % 31 == 0 and not head[1] & 0x20


def _is_filtered(content: bytes, name: int, begins: int) -> bool:
    opened = content.rfind(b"obj", max(0, name - DICTIONARY_MAX), name)
    return b"/Filter" in plain_names(content[max(0, opened) : begins])


def _inflated(content: bytes, start: int, limit: int) -> tuple[bytes, bool]:
    """At most `limit` bytes of a raw deflate stream, and whether that is all of it.

    The checksum behind it is not asked: readers do not, either. A file that ends in the stream has no more.
    """
    inflater, found, given = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), memoryview(content)[start:]
    try:
        for at in range(0, len(given), _PIECE):
            found += inflater.decompress(given[at : at + _PIECE], limit + 1 - len(found))
            if len(found) > limit:
                return bytes(found[:limit]), False
            if inflater.eof:
                break
    except zlib.error:
        return bytes(found), False
    return bytes(found), True

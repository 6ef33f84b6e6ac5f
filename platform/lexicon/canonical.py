"""Canonical JSON: the subset of RFC 8785 with ASCII keys and whole numbers for what is signed.

Owns the bytes. Does not own what an intent or a record means.
Source of the rules: RFC 8785; keys are restricted so that code point order and UTF-16 order agree.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]

# Any key that both a JavaScript and a Python sort put in the same place, and that can never be `__proto__`.
KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
# The largest whole number that JavaScript's number holds exactly.
SAFE_INTEGER = 2**53 - 1
# An intent of 200 inputs has about 12 KiB; what is larger or deeper is an attack on the parser.
SIZE_MAX = 256 * 1024
DEPTH_MAX = 32

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
# A chaincode that waits for state reads the same call two or three times.
READ_AGAIN = 32
KEPT_KEY = 64
KEPT_KEYS = 4096


class NotCanonical(ValueError):
    """Bytes or a value outside the subset; `reason` is a stable word such as not_integer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encode(value: object) -> bytes:
    """Canonical bytes of a JSON value; a Decimal is text. Raises NotCanonical (any float)."""
    return encode_text(value).encode("utf-8")


def encode_text(value: object) -> str:
    """Canonical text of a JSON value. Raises NotCanonical."""
    return _ENCODER.encode(_checked(value, 0))


def decode(received: bytes) -> Json:
    """The value of canonical bytes, only if they are exactly the bytes we would write. Raises NotCanonical.

    One comparison refuses duplicate keys, -0, white space, unsorted keys, other escapes and a BOM.
    """
    value: Json = json.loads(_canonical_text(received))
    return value


@lru_cache(maxsize=READ_AGAIN)
def _canonical_text(received: bytes) -> str:
    if len(received) > SIZE_MAX:
        raise NotCanonical("too_large")
    try:
        text = received.decode("utf-8")
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise NotCanonical("not_utf8") from error
    except RecursionError as error:
        raise NotCanonical("too_deep") from error
    except json.JSONDecodeError as error:
        raise NotCanonical("not_json") from error
    except NotCanonical:
        raise
    except ValueError as error:  # a whole number of more digits than Python reads
        raise NotCanonical("not_integer") from error
    if encode(value) != received:
        raise NotCanonical("not_canonical")
    return text


def decode_object(received: bytes) -> dict[str, Json]:
    """As `decode`, for an object. Raises NotCanonical."""
    value = decode(received)
    if not isinstance(value, dict):
        raise NotCanonical("not_an_object")
    return value


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hex digits. Raises NotCanonical."""
    return hashlib.sha256(encode(value)).hexdigest()


def _checked(value: object, depth: int) -> object:
    if depth > DEPTH_MAX:
        raise NotCanonical("too_deep")
    # The commonest first: every write and every signed text goes through here.
    if type(value) is str and value.isascii():
        return value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return _checked_object(value, depth + 1)
    if isinstance(value, list | tuple):
        return [_checked(item, depth + 1) for item in value]
    return _checked_leaf(value)


def _checked_object(value: Mapping[Any, object], depth: int) -> dict[str, object]:
    if depth > DEPTH_MAX and value:
        raise NotCanonical("too_deep")
    # Without a call for what is commonest: a field that was seen before and a plain text.
    return {
        key if key in _known else _checked_key(key): item
        if type(item) is str and item.isascii()
        else _checked(item, depth)
        for key, item in value.items()
    }


def _checked_leaf(value: object) -> object:
    if isinstance(value, str):
        return _checked_text(value)
    if isinstance(value, int):
        return _checked_integer(value)
    if isinstance(value, Decimal):
        return _checked_decimal(value)
    raise NotCanonical("not_integer" if isinstance(value, float) else "bad_type")


def _checked_text(value: str) -> str:
    # An enum that is a string is written as its plain text.
    text = str.__str__(value)
    if not text.isascii() and any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise NotCanonical("lone_surrogate")
    return text


def _checked_integer(value: int) -> int:
    if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        raise NotCanonical("not_integer")
    return int(value)


def _checked_decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise NotCanonical("not_integer")
    return format(value, "f")


# The names of fields are few and short; what is longer is no name of ours and is not kept.
_known: set[str] = set()


def _checked_key(key: object) -> str:
    if not isinstance(key, str) or not KEY.match(key):
        raise NotCanonical("bad_key")
    text = str.__str__(key)
    if len(text) <= KEPT_KEY and len(_known) < KEPT_KEYS:
        _known.add(text)
    return text


def _refuse_number(_: str) -> NoReturn:
    raise NotCanonical("not_integer")


# Made once: `json.loads` makes one for each text, which takes longer than reading a call's arguments.
_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)

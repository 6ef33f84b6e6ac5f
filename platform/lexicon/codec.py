"""Frozen dataclasses to JSON objects and back, by the rules written in their field types. Owns no field.

Whole numbers that count things (versions, positions, years) are JSON numbers; amounts and serials are text,
because a page must never make a JavaScript number of them.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from lexicon.canonical import SAFE_INTEGER, Json
from lexicon.refusals import Refusal, Refused

T = TypeVar("T")
Reader = Callable[[object, str], object]

# 4000 elements hold a year of daily anchors of ten plants; the ledger sets its own, smaller limits.
LIST_MAX = 4000
WHOLE_TEXT = re.compile(r"(0|[1-9][0-9]{0,15})\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Matches:
    """Text that matches a pattern from start to end."""

    pattern: str


@dataclasses.dataclass(frozen=True, slots=True)
class Whole:
    """A JSON whole number from `least` to `most`."""

    least: int = 0
    most: int = SAFE_INTEGER


@dataclasses.dataclass(frozen=True, slots=True)
class WholeText:
    """A whole number from `least` to `most`, written as text without leading zeros."""

    least: int = 0
    most: int = SAFE_INTEGER


Id = Annotated[str, Matches(r"[a-z0-9][a-z0-9_-]{1,39}")]
Name = Annotated[str, Matches(r"[a-z][a-z0-9_]{1,39}")]
Hash = Annotated[str, Matches(r"[0-9a-f]{64}")]
Nonce = Annotated[str, Matches(r"[0-9a-f]{64}")]
Salt = Annotated[str, Matches(r"[0-9a-f]{32}")]
Base64Url = Annotated[str, Matches(r"[A-Za-z0-9_-]{1,4096}")]
ShortText = Annotated[str, Matches(r"[^\x00-\x1f\x7f]{1,64}")]
Sentence = Annotated[str, Matches(r"[^\x00-\x1f\x7f]{1,300}")]
LongText = Annotated[str, Matches(r"(?s:.{1,8192})")]
DecimalText = Annotated[str, Matches(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")]
Period = Annotated[str, Matches(r"20[0-9]{2}(-(0[1-9]|1[0-2]))?")]
Month = Annotated[str, Matches(r"20[0-9]{2}-(0[1-9]|1[0-2])")]
Day = Annotated[str, Matches(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")]
Instant = Annotated[str, Matches(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")]
Year = Annotated[int, Whole(2000, 2099)]
Count = Annotated[int, Whole()]
Ordinal = Annotated[int, Whole(1, 999_999)]
# Keys of the ledger pad whole numbers to 12 digits, so nothing that stands in a key may be longer.
Amount = Annotated[int, WholeText(1, 999_999_999_999)]
Total = Annotated[int, WholeText(0, SAFE_INTEGER)]
Object = Mapping[str, Json]


def from_json(kind: type[T], value: object, field: str = "args") -> T:
    """The dataclass `kind` from a JSON object; unknown and missing fields are refused. Raises Refused."""
    return cast("T", _reader(cast("Any", kind))(value, field))


def to_json(record: object, *, sparse: bool = False) -> dict[str, Json]:
    """JSON object of a dataclass; `sparse` leaves out fields that hold their default."""
    written: dict[str, Json] = {}
    for name, default, hint, is_text in _fields(cast("Any", type(record))):
        value = getattr(record, name)
        if sparse and default is not dataclasses.MISSING and value == default:
            continue
        # The commonest first: text, no value, and a whole number that is written as text or as it is.
        kind = type(value)
        if kind is str or value is None:
            written[name] = value
        elif kind is int:
            written[name] = str(value) if is_text else value
        else:
            written[name] = _written(value, hint, sparse)
    return written


@cache
def _fields(kind: type) -> tuple[tuple[str, Any, Any, bool], ...]:
    """Of each field of a dataclass: name, default, type, whether it is a whole number written as text."""
    hints = _hints(kind)
    return tuple(
        (field.name, field.default, hints[field.name], _is_text_number(hints[field.name]))
        for field in dataclasses.fields(kind)
    )


def _written(value: Any, hint: Any, sparse: bool) -> Json:
    if dataclasses.is_dataclass(value):
        return to_json(value, sparse=sparse)
    if isinstance(value, tuple):
        inner = get_args(_bare(hint))[0]
        return [_written(item, inner, sparse) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and _is_text_number(hint):
        return str(value)
    return str(value) if isinstance(value, StrEnum) else cast("Json", value)


def _bare(hint: Any) -> Any:
    """The hint without `| None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(option for option in get_args(hint) if option is not type(None))
    return hint


def _is_text_number(hint: Any) -> bool:
    return any(isinstance(rule, WholeText) for rule in getattr(_bare(hint), "__metadata__", ()))


@cache
def _hints(kind: type) -> dict[str, Any]:
    # Json names itself, so a record of another module cannot resolve it alone.
    return get_type_hints(kind, localns={"Json": Json}, include_extras=True)


@cache
def _reader(hint: Any) -> Reader:
    """A function that reads one value of that type, or refuses naming its field."""
    if hint is not _bare(hint):
        inner = _reader(_bare(hint))
        return lambda value, field: None if value is None else inner(value, field)
    if get_origin(hint) is Annotated:
        return _ruled(get_args(hint)[1])
    if get_origin(hint) is tuple:
        return _tuple_reader(_reader(get_args(hint)[0]))
    if get_origin(hint) is Mapping:
        return _object
    if dataclasses.is_dataclass(hint):
        return _dataclass_reader(cast("type", hint))
    return _boolean if hint is bool else _enum_reader(hint)


def _ruled(rule: Any) -> Reader:
    if isinstance(rule, Matches):
        return _text_reader(rule)
    return _whole_reader(rule) if isinstance(rule, Whole) else _whole_text_reader(rule)


def _text_reader(rule: Matches) -> Reader:
    pattern = re.compile(rule.pattern + r"\Z")

    def read(value: object, field: str) -> str:
        if not isinstance(value, str) or not pattern.match(value):
            raise _bad(field)
        return value

    return read


def _whole_reader(rule: Whole) -> Reader:
    def read(value: object, field: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not rule.least <= value <= rule.most:
            raise _bad(field)
        return value

    return read


def _whole_text_reader(rule: WholeText) -> Reader:
    def read(value: object, field: str) -> int:
        if not isinstance(value, str) or not WHOLE_TEXT.match(value):
            raise _bad(field)
        number = int(value)
        if not rule.least <= number <= rule.most:
            raise _bad(field)
        return number

    return read


def _tuple_reader(inner: Reader) -> Reader:
    def read(value: object, field: str) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) > LIST_MAX:
            raise _bad(field)
        return tuple(inner(item, f"{field}.{place}") for place, item in enumerate(value))

    return read


def _dataclass_reader(kind: type) -> Reader:
    readers = {name: _reader(hint) for name, hint in _hints(kind).items()}
    needed = [field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING]
    whole = readers.keys()

    def read(value: object, field: str) -> object:
        if not isinstance(value, Mapping):
            raise _bad(field)
        # A record of the state has all its fields: nothing to look for.
        if value.keys() != whole:
            for name in (*(name for name in needed if name not in value), *sorted(set(value) - whole)):
                raise _bad(f"{field}.{name}")
        return kind(**{name: readers[name](item, f"{field}.{name}") for name, item in value.items()})

    return read


def _enum_reader(kind: type[StrEnum]) -> Reader:
    members = {str(member): member for member in kind}

    def read(value: object, field: str) -> StrEnum:
        if not isinstance(value, str) or value not in members:
            raise _bad(field)
        return members[value]

    return read


def _boolean(value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise _bad(field)
    return value


def _object(value: object, field: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _bad(field)
    return value


def _bad(field: str) -> Refused:
    return Refused(Refusal.BAD_ARGUMENT, field=field)

"""Keys and values of the ledger's state, and the draft in which a transaction reads and writes.

Owns composite keys, canonical values and what must still be fetched. Owns no rule.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from lexicon.canonical import Json, decode_object
from lexicon.codec import from_json, to_json
from lexicon.events import KeyPart, Write
from lexicon.intents import instant_text
from lexicon.records import OBJECTS, PARAMETERS
from lexicon.refusals import Refusal, Refused

T = TypeVar("T")

# Fabric's composite key: NUL, object type, NUL, then each attribute followed by NUL. No id holds NUL.
SEPARATOR = "\x00"
# Whole numbers in keys sort as text; 12 digits hold every serial, version and session.
DIGITS = 12

_NAMES = {kind: name for name, kind in OBJECTS.items()}
_GROUPS = {kind: name for name, kind in PARAMETERS.items()}
_GUARDED = ("supply", "issue", "params", "factors")


@dataclass(frozen=True, slots=True)
class Name:
    """One object: its type and the parts of its key."""

    object: str
    parts: tuple[KeyPart, ...]

    @property
    def key(self) -> str:
        """The composite key."""
        return prefix(self.object, *self.parts)


def name(kind: type, *parts: KeyPart) -> Name:
    """The name of an object of a record type; parameters are named by their type alone."""
    return Name("params", (_GROUPS[kind],)) if kind in _GROUPS else Name(_NAMES[kind], parts)


# Keys of one call are asked for in every round; 65536 of them take some 10 MB.
@lru_cache(maxsize=65536)
def prefix(object_type: str, *parts: KeyPart) -> str:
    """Composite key of an object, or of all objects whose keys begin with these parts."""
    texts = [f"{part:0{DIGITS}d}" if isinstance(part, int) else str(part) for part in parts]
    return SEPARATOR + SEPARATOR.join([object_type, *texts]) + SEPARATOR


@dataclass(frozen=True, slots=True)
class Version:
    """One past value of a key: transaction, time (UTC text) and value (None: deleted)."""

    tx: str
    at: str
    value: Mapping[str, Json] | None


class NotLoaded(Exception):
    """The draft needs these before it can decide; the runtime fetches them and decides again."""

    def __init__(
        self, *, keys: tuple[str, ...] = (), ranges: tuple[str, ...] = (), histories: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self.keys = keys
        self.ranges = ranges
        self.histories = histories


@dataclass(slots=True)
class Loaded:
    """What was fetched from the peer so far: values by key, rows by prefix, histories by key."""

    values: dict[str, bytes | None] = field(default_factory=dict)
    ranges: dict[str, tuple[tuple[str, bytes], ...]] = field(default_factory=dict)
    histories: dict[str, tuple[tuple[str, str, bytes | None], ...]] = field(default_factory=dict)
    # What was read once: a rule runs again for each thing it lacked, and reading costs more than deciding.
    records: dict[str, object] = field(default_factory=dict)
    # Likewise what was made of the call's own bytes.
    made: dict[object, object] = field(default_factory=dict)


class Draft:
    """The state as one transaction sees it: committed values under what it has written itself.

    Committed values never change here; nothing leaves it before everything is decided.
    """

    def __init__(self, loaded: Loaded, *, tx: str, now: datetime) -> None:
        """`now` is the transaction's timestamp, aware: the client's clock, up to 15 minutes off."""
        self._loaded = loaded
        self._written: dict[Name, object | None] = {}
        self._fresh: set[Name] = set()
        self._outputs = 0
        self.tx = tx
        self.now = now

    @property
    def at(self) -> str:
        """The transaction's time as text."""
        return instant_text(self.now)

    def once(self, what: object, make: Callable[[], T]) -> T:
        """What `make` gives of the call's own bytes, made once however often the rule runs again for what it
        lacked. Raises what `make` raises."""
        if what not in self._loaded.made:
            self._loaded.made[what] = make()
        return cast("T", self._loaded.made[what])

    def want(self, *names: Name) -> None:
        """Asks for all of these at once, so that they cost one round trip. Raises NotLoaded."""
        missing = tuple(dict.fromkeys(item.key for item in names if item.key not in self._loaded.values))
        if missing:
            raise NotLoaded(keys=missing)

    def find(self, kind: type[T], *parts: KeyPart) -> T | None:
        """The object, or None. Raises NotLoaded."""
        named = name(kind, *parts)
        if named in self._written:
            return cast("T | None", self._written[named])
        return self._committed(kind, named)

    def need(self, kind: type[T], *parts: KeyPart, refusal: Refusal, **facts: object) -> T:
        """The object. Raises Refused with `refusal` when there is none, NotLoaded."""
        found = self.find(kind, *parts)
        if found is None:
            raise Refused(refusal, **facts)
        return found

    def parameters(self, kind: type[T]) -> T:
        """A group of parameters. Raises Refused: not_initialised."""
        return self.need(kind, refusal=Refusal.NOT_INITIALISED)

    def put(self, record: object, *parts: KeyPart) -> None:
        """Writes an object."""
        self._written[name(type(record), *parts)] = record

    def put_fresh(self, record: object, *parts: KeyPart) -> None:
        """Writes an object that cannot exist yet: named by this transaction, or inside what it rewrites.

        Such a key is not read, which saves a round trip and a reason for a conflict.
        """
        self._fresh.add(name(type(record), *parts))
        self.put(record, *parts)

    def delete(self, kind: type, *parts: KeyPart) -> None:
        """Removes an object."""
        self._written[name(kind, *parts)] = None

    def next_output(self) -> int:
        """The number of the next coin output of this transaction, from 0."""
        self._outputs += 1
        return self._outputs - 1

    def scan(self, kind: type[T], *parts: KeyPart, begins: str = "") -> list[T]:
        """Committed objects whose keys begin with these parts, in key order; `begins`: and whose next part
        begins so. Raises NotLoaded.
        """
        start = prefix(_NAMES[kind], *parts) + begins
        if start not in self._loaded.ranges:
            raise NotLoaded(ranges=(start,))
        return [_record(kind, value) for _, value in self._loaded.ranges[start]]

    def rows(self, start: str) -> tuple[tuple[str, bytes], ...]:
        """Committed rows whose keys begin with this text, unread. Raises NotLoaded."""
        if start not in self._loaded.ranges:
            raise NotLoaded(ranges=(start,))
        return self._loaded.ranges[start]

    def history(self, kind: type, *parts: KeyPart) -> list[Version]:
        """Past values of an object, newest first. Raises NotLoaded."""
        key = name(kind, *parts).key
        if key not in self._loaded.histories:
            raise NotLoaded(histories=(key,))
        return [
            Version(tx, at, decode_object(value) if value else None)
            for tx, at, value in self._loaded.histories[key]
        ]

    def changes(self) -> Iterator[tuple[Name, object | None, object | None]]:
        """(name, committed value, new value) of every object written, in their order. Raises NotLoaded."""
        self.want(*(named for named in self._written if named not in self._fresh))
        for named, after in self._written.items():
            before = None if named in self._fresh else self._committed(_kind_of(named), named)
            yield named, before, after

    def writes(self) -> tuple[Write, ...]:
        """Every write as an event carries it."""
        return tuple(
            Write(object=named.object, key=named.parts, value=None if record is None else to_json(record))
            for named, record in self._written.items()
        )

    def _committed(self, kind: type[T], named: Name) -> T | None:
        key = named.key
        if key not in self._loaded.values:
            raise NotLoaded(keys=(key,))
        value = self._loaded.values[key]
        if not value:
            return None
        if key not in self._loaded.records:
            self._loaded.records[key] = _record(kind, value)
        return cast("T", self._loaded.records[key])


def guarded(named: Name, record: object | None) -> bool:
    """Whether a key needs the regulator's endorsement: supplies, issues, parameters, published factors,
    regulators' persons."""
    return named.object in _GUARDED or (
        named.object == "person" and getattr(record, "role", "") == "regulator"
    )


def _kind_of(named: Name) -> type[Any]:
    return PARAMETERS[str(named.parts[0])] if named.object == "params" else OBJECTS[named.object]


def _record(kind: type[T], value: bytes) -> T:
    return cast("T", _read(cast("Any", kind), value))


# Rules, session, accounts and persons are the same bytes from call to call; what is read never changes.
@lru_cache(maxsize=1024)
def _read(kind: Any, value: bytes) -> object:
    # Only this chaincode writes here, always canonically: it is not compared again, as a caller's text is.
    return from_json(kind, json.loads(value), kind.__name__)

"""The one event that every changing transaction leaves behind, and its reading back.

An event names every object that was written, with its whole new value (null: gone), so that a read model
never asks the ledger. Objects and their keys are those of `lexicon.records`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lexicon.canonical import Json, decode_object, encode

VERSION = 1

# A key part is text, or a whole number that the ledger pads; a reader gets back what the writer gave.
KeyPart = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One object written: its type, key and new value (None: deleted)."""

    object: str
    key: tuple[KeyPart, ...]
    value: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """A transaction's effect. `at`: the client's clock, not an order. A service has no intent."""

    name: str
    tx: str
    at: str
    intent: str | None
    account: str | None
    person: str | None
    writes: tuple[Write, ...]

    def written(self, kind: str) -> tuple[Write, ...]:
        """The writes of one type of object, in order."""
        return tuple(write for write in self.writes if write.object == kind)


def to_payload(event: LedgerEvent) -> bytes:
    """Canonical bytes of an event."""
    return joined_payload(event, [value_bytes(write) for write in event.writes])


def value_bytes(write: Write) -> bytes | None:
    """The canonical bytes of a written value (None: deleted)."""
    return None if write.value is None else encode(write.value)


def joined_payload(event: LedgerEvent, values: Sequence[bytes | None]) -> bytes:
    """As `to_payload`, of written values whose bytes the caller has already, in the order of the writes.

    The ledger writes each value and tells it in its event: to encode it twice was a third of a take.
    """
    head = encode(
        {
            "v": VERSION,
            "name": event.name,
            "tx": event.tx,
            "at": event.at,
            "intent": event.intent,
            "account": event.account,
            "person": event.person,
        }
    )
    writes = (_joined_write(write, value) for write, value in zip(event.writes, values, strict=True))
    # Canonical order: `writes` comes after all other fields, `value` after `key` and `object`.
    return head[:-1] + b',"writes":[' + b",".join(writes) + b"]}"


def _joined_write(write: Write, value: bytes | None) -> bytes:
    named = encode({"object": write.object, "key": list(write.key)})
    return named[:-1] + b',"value":' + (b"null" if value is None else value) + b"}"


def from_payload(payload: bytes) -> LedgerEvent:
    """The event of its bytes. Raises NotCanonical, ValueError for another version."""
    value = decode_object(payload)
    if value.get("v") != VERSION:
        raise ValueError(f"event version {value.get('v')!r}")
    return LedgerEvent(
        name=_text(value["name"]),
        tx=_text(value["tx"]),
        at=_text(value["at"]),
        intent=_optional(value["intent"]),
        account=_optional(value["account"]),
        person=_optional(value["person"]),
        writes=tuple(_write(item) for item in _items(value["writes"])),
    )


def _write(item: Json) -> Write:
    if not isinstance(item, Mapping):
        raise TypeError("write")
    value = item["value"]
    if value is not None and not isinstance(value, Mapping):
        raise TypeError("value")
    parts = tuple(part for part in _items(item["key"]) if isinstance(part, str | int))
    return Write(object=_text(item["object"]), key=parts, value=value)


def _items(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("list expected")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _optional(value: Json) -> str | None:
    return None if value is None else _text(value)

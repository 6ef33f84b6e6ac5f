"""A state's rows as records, each type read once; rows that cannot be read are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar, cast

from lexicon import records
from lexicon.canonical import Json
from lexicon.refusals import Refused

from operations.chain.state import Key, State

T = TypeVar("T")

_NAMES = {record: name for name, record in records.OBJECTS.items()}
_GROUPS = {record: name for name, record in records.PARAMETERS.items()}


class Rows:
    """The records of a state. `unreadable`: a sentence for each row of a type asked for that is no record."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.unreadable: list[str] = []
        self._of: dict[type, dict[Key, Any]] = {}

    def of(self, kind: type[T]) -> dict[Key, T]:
        """All records of a type by their keys; one that cannot be read is left out and named."""
        if kind not in self._of:
            read = ((key, self._read(kind, key, value)) for key, value in self.state.of(_NAMES[kind]))
            self._of[kind] = {key: record for key, record in read if record is not None}
        return cast("dict[Key, T]", self._of[kind])

    def parameters(self, kind: type[T]) -> T | None:
        """A group of parameters as it is now, if it is there."""
        key = ("params", _GROUPS[kind])
        value = self.state.objects.get(key)
        return None if value is None else self._read(kind, key, value)

    def before(self, kind: type[T], key: Key, deed: Key) -> T | None:
        """The record under `key` that the transaction which wrote `deed` last had read."""
        value = self.state.before(key, deed)
        return None if value is None else self._read(kind, key, value)

    def rules_before(self, kind: type[T], deed: Key) -> T | None:
        """A group of parameters as the transaction which wrote `deed` last had read it."""
        return self.before(kind, ("params", _GROUPS[kind]), deed)

    @cached_property
    def people(self) -> dict[str, records.Person]:
        """Persons by their names."""
        return {person.person: person for person in self.of(records.Person).values()}

    @cached_property
    def lots(self) -> dict[tuple[str, int, int], records.Lot]:
        """Lots by unit, vintage and first serial."""
        return {(lot.unit, lot.vintage, lot.serial_from): lot for lot in self.of(records.Lot).values()}

    def _read(self, kind: type[T], key: Key, value: dict[str, Json]) -> T | None:
        try:
            return records.record(kind, value)
        except (Refused, TypeError, ValueError):
            self.unreadable.append(f"{named(key)}: no {key[0]} can be read from this row")
            return None


Rule = Callable[[Rows], Iterator[str]]


def named(key: Key) -> str:
    """A key as it is told to people."""
    return "~".join(key)

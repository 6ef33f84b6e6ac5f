"""From an input object (the schema of `tanheng compute`) to typed streams. Says all that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from lexicon.units import NotANumber

from accounting.domain.conversions import parameter_in_base, quantity_in_base
from accounting.domain.exact import number
from accounting.domain.registry import Guideline, StreamType
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import SOURCES, Parameter, Quantity, SourceStream

_STREAM_FIELDS = {"id", "kind", "item", "variant", "period", "quantity", "balance", "parameters"}
_QUANTITY_FIELDS = {"value", "unit", "source", "evidence"}
_PARAMETER_FIELDS = {"value", "unit", "source", "from", "evidence"}


@dataclass(slots=True)
class Reader:
    """Reads one stream and collects remarks under its id."""

    stream: str
    remarks: list[Remark] = field(default_factory=list)

    def say(self, name: Name, **facts: str) -> None:
        self.remarks.append(Remark(name, self.stream, facts))

    def known_fields(self, given: Mapping[str, object], allowed: set[str]) -> None:
        for extra in sorted(set(given) - allowed, key=str):
            self.say(Name.unknown_field, field=str(extra))

    def value(self, name: str, given: object) -> Fraction | None:
        """A number written as text, or None after saying what is wrong with it."""
        if isinstance(given, (int, float)):
            self.say(Name.number_not_text, field=name)
            return None
        try:
            return number(given)
        except NotANumber:
            self.say(Name.bad_number, field=name, given=str(given)[:40])
            return None

    def unit(self, name: str, given: object, allowed: Sequence[str]) -> str | None:
        if isinstance(given, str) and given in allowed:
            return given
        self.say(Name.wrong_unit, field=name, given=str(given)[:40], allowed=", ".join(allowed))
        return None


def read_stream(
    guideline: Guideline, given: object, position: int
) -> tuple[SourceStream | None, list[Remark]]:
    """One stream of the input and the remarks about it; None when unusable. position counts from 1."""
    if not isinstance(given, Mapping) or not isinstance(given.get("id"), str) or not given["id"]:
        return None, [Remark(Name.malformed_input, "", {"problem": f"streams[{position}]: id"})]
    reader = Reader(given["id"])
    reader.known_fields(given, _STREAM_FIELDS)
    kind, item = given.get("kind"), given.get("item")
    found = (
        guideline.stream_type(kind=kind, item=item)
        if isinstance(kind, str) and isinstance(item, str)
        else None
    )
    if found is None:
        reader.say(Name.unknown_stream, kind=str(kind)[:40], item=str(item)[:40])
        return None, reader.remarks
    quantity = _quantity(reader, found, given)
    parameters, residues = _parameters(reader, found, given.get("parameters", {}))
    if quantity is None or any(remark.blocks for remark in reader.remarks):
        return None, reader.remarks
    stream = SourceStream(
        id=reader.stream,
        kind=found.kind,
        item=str(item),
        variant=str(given.get("variant", "")),
        period=str(given.get("period", "")),
        quantity=quantity,
        parameters=parameters,
        residues=residues,
    )
    return stream, reader.remarks


def _quantity(reader: Reader, kind: StreamType, given: Mapping[str, object]) -> Quantity | None:
    if "quantity" in given and "balance" in given:
        reader.say(Name.quantity_and_balance)
        return None
    if "balance" in given:
        return _balance(reader, kind, given["balance"])
    table = given.get("quantity")
    if kind.balance_only or not isinstance(table, Mapping):
        reader.say(Name.balance_required if kind.balance_only else Name.quantity_missing)
        return None
    reader.known_fields(table, _QUANTITY_FIELDS)
    value = reader.value("quantity", table.get("value"))
    unit = reader.unit("quantity", table.get("unit"), kind.quantity_units)
    if value is None or unit is None:
        return None
    if value < 0:
        reader.say(Name.negative_quantity, field="quantity")
        return None
    base, base_unit = quantity_in_base(value, unit)
    return Quantity(unit=base_unit, value=base, given=str(table["value"]), given_unit=unit)


def _balance(reader: Reader, kind: StreamType, table: object) -> Quantity | None:
    if not kind.balance:
        reader.say(Name.balance_not_allowed)
        return None
    if not isinstance(table, Mapping) or set(table) <= {"unit"}:
        reader.say(Name.quantity_missing)
        return None
    unit = reader.unit("balance", table.get("unit"), kind.quantity_units)
    fields: dict[str, Fraction] = {}
    for name, text in table.items():
        if name == "unit":
            continue
        if name not in kind.balance:
            reader.say(Name.unknown_balance_field, field=str(name))
            continue
        value = reader.value(name, text)
        if value is not None and value < 0:
            reader.say(Name.negative_quantity, field=name)
        elif value is not None:
            fields[name] = value
    if unit is None:
        return None
    base = {name: quantity_in_base(fields.get(name, Fraction(0)), unit)[0] for name in kind.balance}
    return Quantity(unit=quantity_in_base(Fraction(0), unit)[1], value=None, balance=base, given_unit=unit)


def _parameters(
    reader: Reader, kind: StreamType, given: object
) -> tuple[dict[str, Parameter], tuple[str, ...]]:
    if not isinstance(given, Mapping):
        reader.say(Name.malformed_input, problem="parameters")
        return {}, ()
    read: dict[str, Parameter] = {}
    residues: tuple[str, ...] = ()
    for name, table in given.items():
        if name not in kind.parameters:
            reader.say(Name.unknown_parameter, field=str(name)[:40])
        elif not isinstance(table, Mapping):
            reader.say(Name.malformed_input, problem=f"parameters.{name}")
        elif "from" in table:
            residues = _residues(reader, name, table)
        elif (parameter := _parameter(reader, kind, name, table)) is not None:
            read[name] = parameter
    return read, residues


def _parameter(reader: Reader, kind: StreamType, name: str, table: Mapping[str, object]) -> Parameter | None:
    reader.known_fields(table, _PARAMETER_FIELDS)
    value = reader.value(name, table.get("value"))
    unit = reader.unit(name, table.get("unit"), kind.parameters[name].units)
    source = table.get("source")
    if source not in SOURCES:
        reader.say(Name.bad_source, field=name, given=str(source)[:40])
        return None
    if value is None or unit is None:
        return None
    base, base_unit = parameter_in_base(name, value, unit)
    return Parameter(
        name=name,
        value=base,
        unit=base_unit,
        source=str(source),
        given=str(table["value"]),
        given_unit=unit,
    )


def _residues(reader: Reader, name: str, table: Mapping[str, object]) -> tuple[str, ...]:
    """Ids of the residues an oxidation is calculated from."""
    ids = table["from"]
    reader.known_fields(table, _PARAMETER_FIELDS)
    if name != "oxidation" or "value" in table or table.get("source") != "calculated":
        reader.say(Name.malformed_input, problem=f"parameters.{name}.from")
        return ()
    if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
        reader.say(Name.malformed_input, problem=f"parameters.{name}.from")
        return ()
    return tuple(ids)

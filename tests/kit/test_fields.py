"""Quantities: exact, in one unit, never silently rounded, never a float."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from kit.fields import QuantityField

FIELD = QuantityField(unit="t", quantum="0.001")


def test_the_quantum_gives_the_decimal_places_and_survives_a_migration() -> None:
    name, path, args, kwargs = FIELD.deconstruct()
    again = QuantityField(*args, **kwargs)
    assert (path, FIELD.decimal_places, again.decimal_places, again.unit) == (
        "kit.fields.QuantityField",
        3,
        3,
        "t",
    )
    assert isinstance(again, models.DecimalField)
    assert name is None or isinstance(name, str)


@pytest.mark.parametrize("value", ["1.2345", "0.0001", "-1.0009"])
def test_a_value_finer_than_the_quantum_is_refused_not_rounded(value: str) -> None:
    with pytest.raises(ValidationError, match="finer"):
        FIELD.get_db_prep_save(Decimal(value), connection)


@pytest.mark.parametrize("call", ["to_python", "get_db_prep_save"])
def test_a_float_is_refused_at_every_door(call: str) -> None:
    arguments = (1.5,) if call == "to_python" else (1.5, connection)
    with pytest.raises(ValidationError, match="float"):
        getattr(FIELD, call)(*arguments)


def test_a_multiple_of_the_quantum_passes_unchanged() -> None:
    assert FIELD.to_python("48213.417") == Decimal("48213.417")

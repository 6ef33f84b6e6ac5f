"""Model fields that carry a quantity: exact decimals with the unit beside them."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class QuantityField(models.DecimalField):  # type: ignore[type-arg]
    """An exact decimal in one unit, rounded to its quantum by no one but the writer.

    unit: the lexicon's name of the unit, for people and the API. quantum: the smallest step as text, e.g.
    "0.001"; a value that is no multiple of it is refused instead of silently rounded by the database.
    """

    def __init__(self, *args: Any, unit: str, quantum: str, digits: int = 24, **kwargs: Any) -> None:
        self.unit = unit
        self.quantum = Decimal(quantum)
        exponent = self.quantum.as_tuple().exponent
        kwargs["max_digits"] = digits
        kwargs["decimal_places"] = max(0, -int(exponent))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        digits = kwargs.pop("max_digits")
        kwargs.pop("decimal_places")
        return (
            str(name),
            path,
            list(args),
            {**kwargs, "unit": self.unit, "quantum": str(self.quantum), "digits": digits},
        )

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, float):
            raise ValidationError("A quantity is never a float.", code="float")
        result: Decimal | None = super().to_python(value)
        return result

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, float):
            raise ValidationError("A quantity is never a float.", code="float")
        if isinstance(value, Decimal) and value % self.quantum:
            raise ValidationError(f"{value} {self.unit} is finer than {self.quantum}.", code="quantum")
        return super().get_db_prep_save(value, connection)

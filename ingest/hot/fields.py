"""A model field for sets of sequence numbers: PostgreSQL's int8multirange, ingest's SequenceSet."""

from typing import TYPE_CHECKING, Any

from django.db import models

from ingest.sequences import SequenceSet

if TYPE_CHECKING:
    Base = models.Field[SequenceSet, SequenceSet]
else:
    Base = models.Field  # only the stubs know it as generic


class SequenceField(Base):
    """Few ranges in one column, instead of a row for each number."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> SequenceSet | None:
        return None if value is None else SequenceSet.parse(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else value.text()

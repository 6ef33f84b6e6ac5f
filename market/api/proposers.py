"""Who proposed what waits for a second person, by name: she confirms for a colleague, not for an id."""

from typing import Any

from rest_framework import serializers
from rest_framework.generics import ListAPIView

from tenants import selectors


class ProposerName(serializers.CharField):
    """The name of the person in the row's `proposed_by`; empty where the view looked none up."""

    def __init__(self) -> None:
        super().__init__(source="proposed_by", read_only=True)

    def to_representation(self, value: Any) -> str:
        """The person's name."""
        found = self.context.get("proposers", {}).get(value)
        return found.name if found else ""


class Proposed(ListAPIView[Any]):
    """A list whose rows get the names of their proposers, in one query."""

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """The serializer with this page's proposers."""
        rows = args[0] if args and kwargs.get("many") else []
        proposers = selectors.people(sorted({row.proposed_by for row in rows}))
        context = {**self.get_serializer_context(), "proposers": proposers}
        return self.get_serializer_class()(*args, **{**kwargs, "context": context})

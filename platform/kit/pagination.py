"""Pages by cursor: `{"results": [...], "next": cursor or null}`; the next page is `?cursor=` with it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

PAGE_SIZE_MAX = 200


class Pages(CursorPagination):
    """Newest first by default; a view sets `ordering` on a subclass. `?limit=` up to 200."""

    page_size = 50
    max_page_size = PAGE_SIZE_MAX
    page_size_query_param = "limit"
    cursor_query_param = "cursor"
    ordering: Any = "-created_at"
    # The problem's handler knows a bad cursor by these words, so they are not translated.
    invalid_cursor_message = "Invalid cursor"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """A page. Raises NotFound for a cursor that we never gave: its place is no value of the order."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError, OverflowError, ValidationError, DataError) as error:
            if not request.query_params.get(self.cursor_query_param):
                raise
            raise NotFound(self.invalid_cursor_message) from error

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        link = self.get_next_link()
        cursor = parse_qs(urlsplit(link).query)["cursor"][0] if link else None
        return Response({"results": data, "next": cursor})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": {"type": "string", "nullable": True}},
        }

"""Routes of a verification report's third chapter: what it states now, and the verifiers' own notes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api import shapes
from accounting.api.cases import Lead, SeesCases
from accounting.services import matter_notes, verification
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class Matters(APIView):
    """The matters of a case."""

    def get_permissions(self) -> list[Any]:
        return [SeesCases()] if self.request.method == "GET" else [Lead()]

    @extend_schema(responses=shapes.Matters)
    def get(self, request: Request, case_id: str) -> Response:
        """Each matter as the report would state it now, with its note."""
        with enter_case(viewer_in(request), case_id):
            return Response(shapes.Matters(matter_notes.shown(verification.case_of(case_id))).data)

    @extend_schema(request=shapes.MatterNotes, responses=shapes.Matters)
    def put(self, request: Request, case_id: str) -> Response:
        """Keep notes, until the technical review is recorded."""
        viewer, notes = viewer_in(request), shapes.read(shapes.MatterNotes, request)["notes"]
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            matter_notes.keep(viewer, case, notes)
            return Response(shapes.Matters(matter_notes.shown(case)).data)

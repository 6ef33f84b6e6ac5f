"""Routes of a verification report's third chapter: what it states now, and the verifiers' own notes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import StrictSerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api.cases import Lead, SeesCases
from accounting.api.shapes import Out, read
from accounting.services import matter_notes, verification
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class MatterNotes(StrictSerializer):
    """Notes by matter; an empty text takes one away, matters that are not named keep theirs."""

    notes = serializers.DictField(child=serializers.CharField(max_length=4000, allow_blank=True))


class Matter(Out):
    """A matter of the third chapter in words of both languages, with the verifiers' note and its author."""

    matter = serializers.CharField()
    name = serializers.DictField()
    mark = serializers.DictField()
    found = serializers.DictField()
    note = serializers.CharField()
    person = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class Matters(Out):
    """The chapter as it stands now; `open`: notes may still change; `most`: characters of one."""

    open = serializers.BooleanField()
    most = serializers.IntegerField()
    matters = Matter(many=True)


class CaseMatters(APIView):
    """The matters of a case."""

    def get_permissions(self) -> list[Any]:
        return [SeesCases()] if self.request.method == "GET" else [Lead()]

    @extend_schema(responses=Matters)
    def get(self, request: Request, case_id: str) -> Response:
        """Each matter as the report would state it now, with its note."""
        with enter_case(viewer_in(request), case_id):
            return Response(Matters(matter_notes.shown(verification.case_of(case_id))).data)

    @extend_schema(request=MatterNotes, responses=Matters)
    def put(self, request: Request, case_id: str) -> Response:
        """Keep notes, until the technical review is recorded."""
        viewer, notes = viewer_in(request), read(MatterNotes, request)["notes"]
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            matter_notes.keep(viewer, case, notes)
            return Response(Matters(matter_notes.shown(case)).data)

"""Routes of what is recorded on site: place, seals, photographs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import StrictSerializer
from lexicon.refusals import Refusal, refuse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api.cases import Lead, SeesCases
from accounting.api.shapes import Out, read
from accounting.services import evidence, verification, visits
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class VisitDraft(StrictSerializer):
    """What was written on site. captured_at: when, by the device; seals: by meter, as read off it."""

    place = serializers.CharField(max_length=400)
    captured_at = serializers.DateTimeField()
    seals = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True), required=False, default=dict
    )


class NewPhoto(StrictSerializer):
    """A photograph with when it was taken."""

    file = serializers.FileField(allow_empty_file=True, max_length=200)
    title = serializers.CharField(max_length=120)
    captured_at = serializers.DateTimeField()


class Seal(Out):
    """A meter's seals. outcome: same, differs, unregistered, unseen."""

    meter = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    registered = serializers.CharField()
    seen = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["same", "differs", "unregistered", "unseen"])


class Photo(Out):
    """A photograph of the visit; its bytes are evidence of the case."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    sha256 = serializers.CharField()
    captured_at = serializers.DateTimeField()
    person = serializers.CharField()


class OnSite(Out):
    """The record; captured_at: on site, at: when it came here; `open`: it may still change."""

    open = serializers.BooleanField()
    place = serializers.CharField()
    captured_at = serializers.DateTimeField(allow_null=True)
    person = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    seals = Seal(many=True)
    photos = Photo(many=True)


class VisitOnSite(APIView):
    """The record of a case's site visit."""

    def get_permissions(self) -> list[Any]:
        return [SeesCases()] if self.request.method == "GET" else [Lead()]

    @extend_schema(responses=OnSite)
    def get(self, request: Request, case_id: str) -> Response:
        """Place, each meter's seals as registered and as seen, photographs."""
        with enter_case(viewer_in(request), case_id):
            return Response(OnSite(visits.shown(verification.case_of(case_id))).data)

    @extend_schema(request=VisitDraft, responses=OnSite)
    def put(self, request: Request, case_id: str) -> Response:
        """Keep place and seals, until the visit's step is recorded."""
        viewer, data = viewer_in(request), read(VisitDraft, request)
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            visits.keep(viewer, case, **data)
            return Response(OnSite(visits.shown(case)).data)


class VisitPhotos(APIView):
    """Photographs of a site visit."""

    permission_classes = [Lead]
    parser_classes = [MultiPartParser]

    @extend_schema(request=NewPhoto, responses={201: OnSite})
    def post(self, request: Request, case_id: str) -> Response:
        """Keep one, encrypted, until the visit's step is recorded."""
        viewer, data = viewer_in(request), read(NewPhoto, request)
        file = data.pop("file")
        if file.size > evidence.SIZE_MAX:
            refuse(Refusal.FILE_TOO_LARGE, file=file.name[:80], limit=evidence.SIZE_MAX_MB)
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            visits.add_photo(viewer, case, name=file.name, content=file.read(), **data)
            return Response(OnSite(visits.shown(case)).data, status=201)

"""What a figure rests on, from a month's days down to a signed reading with its way to the ledger.

Three doors lead to the same answers: the enterprise's own here, the auditor's of an open case here, the
regulator's with a stated purpose in `market.api.behind`.
"""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api import shapes
from ingest.api.watching import day_in
from ingest.calendar import instant_of_hour, month_hours
from ingest.selectors import basis
from ingest.series import chosen
from ingest.services.proofs import reading_proof
from tenants.assignment import Entry, enter_case
from tenants.permissions import in_tenant_with, viewer_in, with_right

Out = serializers.Serializer[Any]
Seeing = in_tenant_with(Right.SEE_ENTERPRISE)
SeesCases = with_right(Right.SEE_CASES)
MONTH = OpenApiParameter("month", required=True)
PARAMETERS = [MONTH, OpenApiParameter("day")]
AT = [OpenApiParameter("at", required=True)]
FILE: dict[Any, Any] = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class AnchorBehind(Out):
    """A root over the signed readings of a plant's day, with the transaction that brought it."""

    n = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment]  # the framework has a property of that name
    tx_id = serializers.CharField()


class DayBehind(Out):
    """readings, signed: how many; estimated, ambiguous: of its hours."""

    day = serializers.DateField()
    quantity = serializers.CharField()
    hours = serializers.IntegerField()
    readings = serializers.IntegerField()
    signed = serializers.IntegerField()
    estimated = serializers.IntegerField()
    ambiguous = serializers.IntegerField()
    anchors = AnchorBehind(many=True)


class MeterBehind(Out):
    """A meter of a plant with what it counted in a month; null where it has no hour in it."""

    meter = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    quantity = serializers.CharField(allow_null=True)
    readings = serializers.IntegerField()
    signed = serializers.IntegerField()


class MetersBehind(Out):
    results = MeterBehind(many=True)


class Behind(Out):
    """A meter's month; `hours` are of the day that was asked for."""

    plant = serializers.CharField()
    meter = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    month = serializers.CharField()
    quantity = serializers.CharField()
    days = DayBehind(many=True)
    hours = shapes.Hour(many=True)


def meters_behind(request: Request, plant: str) -> Response:
    """A plant's meters, of two doors. Raises Refused not_found, field_invalid."""
    found = basis.meters_behind(plant, request.query_params.get("month", ""))
    return Response(MetersBehind({"results": found}).data)


def behind(request: Request, plant: str, meter: str) -> Response:
    """The answer of every door. Raises Refused not_found, field_invalid."""
    month, day = request.query_params.get("month", ""), day_in(request)
    found = basis.month_behind(plant, meter, month)
    if day is not None and day.isoformat()[:7] != month:
        refuse(Refusal.FIELD_INVALID, field="day", reason=month)
    hours = basis.day_behind(plant, meter, day) if day else []
    return Response(Behind(found | {"hours": hours}).data)


def proved(request: Request, plant: str, meter: str) -> HttpResponse:
    """A reading's file, of every door. Raises Refused not_found, anchors_pending, field_invalid."""
    at = shapes.instant(request, "at") or clock.now()
    found = reading_proof(basis.meter_named(plant, meter), chosen(), at=at)
    answer = HttpResponse(found.text, content_type="application/json")
    name = f"reading-{found.plant}-{found.meter}-{found.boot}-{found.seq}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class OwnMeters(APIView):
    """The meters of one's own plant."""

    permission_classes = [Seeing]

    @extend_schema(parameters=[MONTH], responses=MetersBehind)
    def get(self, request: Request, plant: str) -> Response:
        """Each with what it counted in the month."""
        return meters_behind(request, plant)


class OwnBasis(APIView):
    """What a meter's month of one's own plant rests on."""

    permission_classes = [Seeing]

    @extend_schema(parameters=PARAMETERS, responses=Behind)
    def get(self, request: Request, plant: str, meter: str) -> Response:
        """Its days with their anchors; `?day=` the hours of one of them."""
        return behind(request, plant, meter)


class OwnReading(APIView):
    """A signed reading of one's own meter."""

    permission_classes = [Seeing]

    @extend_schema(parameters=AT, responses=FILE)
    def get(self, request: Request, plant: str, meter: str) -> HttpResponse:
        """The last one at or before `at`, with its way to the ledger."""
        return proved(request, plant, meter)


class CaseBasis(APIView):
    """The same for the auditor of an open case, within the case's period."""

    permission_classes = [SeesCases]

    @extend_schema(parameters=PARAMETERS, responses=Behind)
    def get(self, request: Request, case_id: str, meter: str) -> Response:
        """The days of a meter's month; `?day=` the hours of one of them."""
        with enter_case(viewer_in(request), case_id) as entry:
            if not request.query_params.get("month", "").startswith(entry.period):
                refuse(Refusal.FIELD_INVALID, field="month", reason=entry.period)
            return behind(request, entry.plant, meter)


class CaseReading(APIView):
    """A signed reading of the case's period."""

    permission_classes = [SeesCases]

    @extend_schema(parameters=AT, responses=FILE)
    def get(self, request: Request, case_id: str, meter: str) -> HttpResponse:
        """The last one at or before `at`, with its way to the ledger."""
        with enter_case(viewer_in(request), case_id) as entry:
            at = shapes.instant(request, "at")
            if at is None or not _within(entry, at):
                refuse(Refusal.FIELD_INVALID, field="at", reason=entry.period)
            return proved(request, entry.plant, meter)


def _within(entry: Entry, at: datetime) -> bool:
    """In the case's period (Shanghai), its last instant included: there the last hour ends."""
    months = [entry.period] if "-" in entry.period else [f"{entry.period}-01", f"{entry.period}-12"]
    begins, ends = month_hours(months[0])[0], month_hours(months[-1])[1]
    return instant_of_hour(begins) <= at <= instant_of_hour(ends)

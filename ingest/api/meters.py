"""Routes of meters: nameplate, registration on the ledger, readings, hours."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import clock
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import Medium
from lexicon.transactions import to_args
from lexicon.units import Unit
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api import shapes
from ingest.api.broker import broker_address, lines_of
from ingest.api.quarantine import told
from ingest.models import Meter
from ingest.selectors import readings
from ingest.selectors.arrivals import arrival_of
from ingest.selectors.consumption import KINDS, consumption_of
from ingest.series import chosen
from ingest.services import installations, plants
from ingest.services.declarations import declare
from ingest.services.proofs import reading_proof as proof_of
from tenants.permissions import in_tenant_with, viewer_in

Seeing = in_tenant_with(Right.SEE_ENTERPRISE)
Managing = in_tenant_with(Right.MANAGE_METERS)
STRETCH = [OpenApiParameter("from", str), OpenApiParameter("to", str)]


class Meters(GenericAPIView[Any]):
    """The enterprise's meters."""

    queryset = Meter.objects.none()
    serializer_class = shapes.Meter

    def get_permissions(self) -> list[Any]:
        return [Managing() if self.request.method == "POST" else Seeing()]

    @extend_schema(parameters=[OpenApiParameter("plant", str)], responses=shapes.Meter(many=True))
    def get(self, request: Request) -> Response:
        """Newest first; `?plant=` for those of one plant."""
        rows = Meter.objects.all()
        if plant := request.query_params.get("plant"):
            rows = rows.filter(plant_id=plant)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(shapes.Meter(page, many=True).data)

    @extend_schema(request=shapes.NewMeter, responses={201: shapes.Meter})
    def post(self, request: Request) -> Response:
        """Add a meter; it can receive readings at once."""
        given = shapes.read(shapes.NewMeter, request)
        given["medium"], given["unit"] = Medium(given["medium"]), Unit(given["unit"])
        made = plants.create_meter(viewer_in(request), plants.NewMeter(**given))
        return Response(shapes.Meter(made).data, status=201)


class OneMeter(APIView):
    """One meter."""

    permission_classes = [Seeing]

    @extend_schema(responses=shapes.Meter)
    def get(self, request: Request, meter: int) -> Response:
        """Its nameplate and how far its registration is."""
        return Response(shapes.Meter(one_meter(meter)).data)


class Arrival(APIView):
    """A new meter's first reading."""

    permission_classes = [Seeing]

    @extend_schema(responses=shapes.Arrival)
    def get(self, request: Request, meter: int) -> Response:
        """The topic it is expected on, the newest that came, what its gateway sent that was not stored."""
        row = one_meter(meter)
        found = arrival_of(row, chosen())
        body = {
            "broker": broker_address(),
            "state": found.state,
            "topic": found.topic,
            "lines": lines_of(found.topic, row.unit, username=found.username, password=None),
            "connected_at": found.connected_at,
            "refused_at": found.refused_at,
            "last": found.last,
            "grade": found.grade,
            "calibrated": found.calibrated,
            "instead": told(found.instead),
        }
        return Response(shapes.Arrival(body).data)


class Signing(APIView):
    """What registering a meter says."""

    permission_classes = [Managing]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, meter: int) -> Response:
        """Name and arguments of the `register_meter`, or `replace_meter`, that the page signs."""
        name, args = installations.signing_of(viewer_in(request), one_meter(meter))
        return Response({"name": name.value, "args": to_args(args)})


class Registration(APIView):
    """A meter's way to the ledger."""

    permission_classes = [Managing]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, meter: int) -> Response:
        """Queue the signed registration."""
        signed = shapes.read(SignedBody, request)
        row = installations.register_meter(viewer_in(request), one_meter(meter), signed)
        return Response(QueuedAnswer({"intent_id": row.id, "state": row.state}).data, status=202)


class Series(APIView):
    """A meter's readings."""

    permission_classes = [Seeing]

    @extend_schema(parameters=[*STRETCH, OpenApiParameter("step", int)], responses=shapes.Series)
    def get(self, request: Request, meter: int) -> Response:
        """The last reading of each `step` seconds, at most 1,000 of them; without dates, the last day."""
        begin, end = shapes.stretch(request, default=timedelta(days=1))
        row = one_meter(meter)
        found = readings.sampled(row, chosen(), begin=begin, end=end, step_s=_step(request))
        return Response({"step_s": found.step_s, "unit": row.unit, "points": found.points})


class Proof(APIView):
    """A signed reading's way to the ledger."""

    permission_classes = [Seeing]

    @extend_schema(
        parameters=[OpenApiParameter("at", str)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, meter: int) -> HttpResponse:
        """A file for `tanheng verify --reading`: of the last signed reading at or before `at`."""
        found = proof_of(one_meter(meter), chosen(), at=shapes.instant(request, "at") or clock.now())
        name = f"reading-{found.plant}-{found.meter}-{found.boot}-{found.seq}.json"
        answer = HttpResponse(found.text, content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class Hours(APIView):
    """A meter's consumption by the hour."""

    permission_classes = [Seeing]

    @extend_schema(parameters=STRETCH, responses=shapes.Hours)
    def get(self, request: Request, meter: int) -> Response:
        """Oldest first, two months at most; without dates, the last two days."""
        begin, end = shapes.stretch(request, default=timedelta(days=2))
        return Response({"results": readings.hours(one_meter(meter), begin=begin, end=end), "next": None})


class Declarations(APIView):
    """Resets and replacements that a person declares."""

    permission_classes = [Managing]

    @extend_schema(request=shapes.Declared, responses={201: shapes.Declared})
    def post(self, request: Request, meter: int) -> Response:
        """Declare that the register was reset or replaced; its hours are computed again."""
        given = shapes.read(shapes.Declared, request)
        declare(viewer_in(request), one_meter(meter), **given)
        return Response(shapes.Declared(given).data, status=201)


class Replacement(APIView):
    """A new register in the old one's place."""

    permission_classes = [Managing]

    @extend_schema(request=shapes.Replacement, responses={201: shapes.Meter})
    def post(self, request: Request, meter: int) -> Response:
        """Declare the replacement; hours count across it; the next installation waits for its signature."""
        given = installations.Replacement(**shapes.read(shapes.Replacement, request))
        row = installations.replace_meter(viewer_in(request), one_meter(meter), given)
        return Response(shapes.Meter(row).data, status=201)


class Place(APIView):
    """Where a meter stands: its gateway and the main meter above it."""

    permission_classes = [Managing]

    @extend_schema(request=shapes.Place, responses=shapes.Meter)
    def post(self, request: Request, meter: int) -> Response:
        """Another gateway publishes for it, or another meter measures the whole of which it is a part."""
        viewer, row, given = viewer_in(request), one_meter(meter), shapes.read(shapes.Place, request)
        if given.get("gateway"):
            installations.move_meter(viewer, row, given["gateway"])
        if "main" in given:
            installations.set_main(viewer, row, one_meter(given["main"]) if given["main"] else None)
        return Response(shapes.Meter(row).data)


class Consumed(APIView):
    """A meter's consumption for charts."""

    permission_classes = [Seeing]

    @extend_schema(parameters=[*STRETCH, OpenApiParameter("by", str)], responses=shapes.Consumption)
    def get(self, request: Request, meter: int) -> Response:
        """By `hour`, `day` or `month`, oldest first, from what is computed already; without dates, a year."""
        begin, end = shapes.stretch(request, default=timedelta(days=365))
        by = request.query_params.get("by", "day")
        if by not in KINDS:
            refuse(Refusal.FIELD_INVALID, field="by", reason=", ".join(KINDS))
        row = one_meter(meter)
        found = consumption_of(row, begin=begin, end=end, by=by)
        return Response({"by": found.by, "unit": row.quantity_unit, "points": found.points})


def one_meter(meter: int) -> Meter:
    """A meter of the schema on the connection. Raises: Refused not_found."""
    row = Meter.objects.filter(pk=meter).select_related("gateway").first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return row


def _step(request: Request) -> int | None:
    text = request.query_params.get("step", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text)):
        refuse(Refusal.FIELD_INVALID, field="step", reason="1 ..")
    return int(text)

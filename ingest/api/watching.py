"""Routes of what is watched: the plant's day, gaps, alarms, adjustments of closed months."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import clock
from kit.pagination import Pages
from lexicon.refusals import Refusal, refuse
from lexicon.rights import ROLES_OF_RIGHT, Right
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api import shapes
from ingest.api import watching_shapes as told
from ingest.calendar import day_of
from ingest.hot.models import Adjustment, Alarm, Gap
from ingest.models import Plant
from ingest.selectors import watching
from ingest.selectors.plant_days import hours_of_day
from ingest.selectors.reception import standing
from ingest.services import gaps
from ingest.services.watching import handle
from tenants import selectors as tenants
from tenants.permissions import in_tenant_with, viewer_in

Seeing = in_tenant_with(Right.SEE_ENTERPRISE)
Managing = in_tenant_with(Right.MANAGE_METERS)
PLANT, OPEN = OpenApiParameter("plant", str), OpenApiParameter("open", bool)


class Taking(APIView):
    """Whether the platform takes readings: a plant must not look for a fault that is not its own."""

    permission_classes = [Seeing]

    @extend_schema(responses=told.Taking)
    def get(self, request: Request) -> Response:
        """As the worker told last, at most a few seconds ago."""
        now = standing()
        return Response({"reception": now.state.value, "since": now.since and now.since.isoformat()})


class PlantHours(APIView):
    """A plant's day, hour by hour."""

    permission_classes = [Seeing]

    @extend_schema(parameters=[OpenApiParameter("day", str)], responses=told.PlantDay)
    def get(self, request: Request, plant: str) -> Response:
        """24 hours of each meter and each main meter's balance; `?day=` for another day."""
        if not Plant.objects.filter(pk=plant).exists():
            refuse(Refusal.NOT_FOUND)
        return Response(hours_of_day(plant, day_in(request) or day_of(clock.now())))


class ByFound(Pages):
    """Newest first."""

    ordering = ("-found_at", "-id")


class Gaps(GenericAPIView[Any]):
    """Times without readings."""

    permission_classes = [Seeing]
    pagination_class = ByFound
    queryset = Gap.objects.none()
    serializer_class = told.Gap

    @extend_schema(parameters=[PLANT, OPEN, OpenApiParameter("day", str)], responses=told.Gap(many=True))
    def get(self, request: Request) -> Response:
        """Newest first; `?plant=`, `?day=` (those that touch it), `?open=true`."""
        rows = watching.gaps(
            plant=request.query_params.get("plant", ""), day=day_in(request), only_open=_is_open(request)
        )
        page: list[Gap] = self.paginate_queryset(rows) or []
        return self.get_paginated_response(_told_gaps(page))


class GapAssignment(APIView):
    """Who sees to a gap."""

    permission_classes = [Managing]

    @extend_schema(responses=told.Colleague(many=True))
    def get(self, request: Request, gap: int) -> Response:
        """Whom it can be given to: colleagues who may change meters, the asker among them."""
        _gap(gap)
        return Response([{"person": key, "name": name} for key, name in _keepers(request).items()])

    @extend_schema(request=told.Assignment, responses=told.Gap)
    def post(self, request: Request, gap: int) -> Response:
        """`owner` sees to it until a day; without one, the asker."""
        viewer, given = viewer_in(request), shapes.read(told.Assignment, request)
        found, owner = _gap(gap), given.get("owner", viewer.person)
        if owner not in _keepers(request):
            refuse(Refusal.FIELD_INVALID, field="owner", reason=Right.MANAGE_METERS.value)
        row = gaps.assign(viewer, found, owner=owner, due_on=given["due_on"])
        return Response(_told_gaps([row])[0])


class GapClosure(APIView):
    """The end of a gap whose readings will not come."""

    permission_classes = [Managing]

    @extend_schema(request=told.Reason, responses=told.Gap)
    def post(self, request: Request, gap: int) -> Response:
        """With a reason; its hours stay estimates."""
        given = shapes.read(told.Reason, request)
        return Response(_told_gaps([gaps.accept(viewer_in(request), _gap(gap), note=given["note"])])[0])


class ByRaised(Pages):
    """Newest first."""

    ordering = ("-raised_at", "-id")


class Alarms(GenericAPIView[Any]):
    """What is wrong with meters, gateways and networks."""

    permission_classes = [Seeing]
    pagination_class = ByRaised
    queryset = Alarm.objects.none()
    serializer_class = told.Alarm

    @extend_schema(parameters=[PLANT, OPEN], responses=told.Alarm(many=True))
    def get(self, request: Request) -> Response:
        """Newest first; `?plant=`, `?open=true`."""
        rows = watching.alarms(plant=request.query_params.get("plant", ""), only_open=_is_open(request))
        page: list[Alarm] = self.paginate_queryset(rows) or []
        return self.get_paginated_response(_told_alarms(page))


class AlarmHandling(APIView):
    """What a person did about an alarm."""

    permission_classes = [Managing]

    @extend_schema(request=told.Reason, responses=told.Alarm)
    def post(self, request: Request, alarm: int) -> Response:
        """With a note; without one it is refused."""
        given = shapes.read(told.Reason, request)
        row = watching.alarms().filter(pk=alarm).first()
        if row is None:
            refuse(Refusal.NOT_FOUND)
        return Response(_told_alarms([handle(viewer_in(request), row, note=given["note"])])[0])


class Adjustments(GenericAPIView[Any]):
    """Changes of months after they were submitted."""

    permission_classes = [Seeing]
    pagination_class = ByFound
    queryset = Adjustment.objects.none()
    serializer_class = told.Adjustment

    @extend_schema(parameters=[PLANT, OpenApiParameter("month", str)], responses=told.Adjustment(many=True))
    def get(self, request: Request) -> Response:
        """Newest first; `?plant=`, `?month=2026-06`."""
        rows = watching.adjustments(
            plant=request.query_params.get("plant", ""), month=request.query_params.get("month", "")
        )
        page: list[Adjustment] = self.paginate_queryset(rows) or []
        meters = watching.meters_of(row.meter_id for row in page)
        return self.get_paginated_response(
            [watching.told_adjustment(row, meters.get(row.meter_id)) for row in page]
        )


def day_in(request: Request) -> date | None:
    """`?day=2026-06-01`. Raises Refused field_invalid."""
    text = request.query_params.get("day", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse(Refusal.FIELD_INVALID, field="day", reason="2026-06-01")


def _is_open(request: Request) -> bool:
    return request.query_params.get("open", "") == "true"


def _gap(gap: int) -> Gap:
    row = watching.gaps().filter(pk=gap).first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return row


def _keepers(request: Request) -> dict[str, str]:
    """Names of the enterprise's people who may change meters."""
    roles = ROLES_OF_RIGHT[Right.MANAGE_METERS]
    rows = tenants.members(viewer_in(request).account).filter(status="active", role__in=roles)
    return {row.person_id: row.person.name for row in rows}


def _told_gaps(rows: list[Gap]) -> list[dict[str, Any]]:
    meters = watching.meters_of(row.meter_id for row in rows)
    names = _names(person for row in rows for person in (row.owner, row.person))
    return [watching.told_gap(row, meters.get(row.meter_id), names) for row in rows]


def _told_alarms(rows: list[Alarm]) -> list[dict[str, Any]]:
    meters = watching.meters_of(row.meter_id for row in rows)
    names = _names(row.person for row in rows)
    return [
        watching.told_alarm(row, meters.get(row.meter_id) if row.meter_id is not None else None, names)
        for row in rows
    ]


def _names(persons: Iterable[str]) -> dict[str, str]:
    wanted = sorted({person for person in persons if person})
    return {key: person.name for key, person in tenants.people(wanted).items()} if wanted else {}

"""Routes of the quarantine: what was set aside and why, and the end of it for a fast clock's readings."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import schema
from kit.pagination import Pages
from lexicon.refusals import Refusal, Refused, by_name, refuse, speak
from lexicon.rights import Right
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api import shapes
from ingest.hot.models import Quarantine
from ingest.models import Plant
from ingest.series import chosen
from ingest.services.quarantine import releasable_from, release, release_due
from tenants import selectors as tenants
from tenants.permissions import in_tenant_with, viewer_in

REFUSED_TOLD = 10


class Release(APIView):
    """The end of a quarantine."""

    permission_classes = [in_tenant_with(Right.RELEASE_QUARANTINE)]

    @extend_schema(request=None, responses=shapes.Quarantined)
    def post(self, request: Request, entry: int) -> Response:
        """Store a reading that was held for a clock ahead, once its time has come."""
        row = Quarantine.objects.filter(pk=entry, tenant=schema.current().schema_name).first()
        if row is None:
            refuse(Refusal.NOT_FOUND)
        return Response(told([release(viewer_in(request), row, chosen())])[0])


class Releases(APIView):
    """The end of many quarantines."""

    permission_classes = [in_tenant_with(Right.RELEASE_QUARANTINE)]

    @extend_schema(request=shapes.OfPlant, responses=shapes.Releases)
    def post(self, request: Request) -> Response:
        """Store a plant's readings that were held for a clock ahead and whose time has come, 200 at most.

        `left`: how many more may be released; `refused`: those that something speaks against, ten at most.
        """
        plant = shapes.read(shapes.OfPlant, request)["plant"]
        if not Plant.objects.filter(pk=plant).exists():
            refuse(Refusal.NOT_FOUND)
        done = release_due(
            viewer_in(request), tenant=schema.current().schema_name, plant=plant, series=chosen()
        )
        refused = [_refused(row, error) for row, error in done.refused[:REFUSED_TOLD]]
        return Response(
            {
                "released": done.released,
                "left": done.left,
                "not_released": len(done.refused),
                "refused": refused,
            }
        )


def _refused(row: Quarantine, error: Refused) -> dict[str, Any]:
    zh, en = speak(error.refusal, error.facts)
    return {
        "case": f"Q{row.pk}",
        "meter": row.meter_name,
        "refusal": error.refusal.value,
        "what": {"zh": zh.what, "en": en.what},
    }


class NewestArrival(Pages):
    """Pages of what arrived, newest first."""

    ordering = ("-received_at", "-id")


class Quarantines(GenericAPIView[Any]):
    """Messages and readings that were not stored, each with its reason."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    pagination_class = NewestArrival
    queryset = Quarantine.objects.none()
    serializer_class = shapes.Quarantined

    @extend_schema(
        parameters=[OpenApiParameter("plant", str), OpenApiParameter("reason", str)],
        responses=shapes.Quarantined(many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first; `?plant=` and `?reason=` narrow it down.

        What names no plant of the enterprise (a mistyped topic) stands in the list of each.
        """
        own = schema.current().schema_name
        # A topic that cannot be read names no enterprise: it came from the gateway that it begins with.
        rows = Quarantine.objects.filter(Q(tenant=own) | Q(tenant="", topic__startswith=f"v1/{own}."))
        if plant := request.query_params.get("plant"):
            known = list(Plant.objects.values_list("pk", flat=True))
            rows = rows.filter(Q(plant=plant) | ~Q(plant__in=known))
        if reason := request.query_params.get("reason"):
            rows = rows.filter(reason=reason)
        page: list[Quarantine] = self.paginate_queryset(rows) or []
        return self.get_paginated_response(told(page))


def told(rows: Iterable[Quarantine]) -> list[dict[str, Any]]:
    """Entries as the plant reads them (`shapes.Quarantined`), with the names of who released them."""
    rows = list(rows)
    deciders = sorted({row.decided_by for row in rows if row.decided_by})
    people = tenants.people(deciders) if deciders else {}
    names = {key: person.name for key, person in people.items()}
    return [_one(row, names) for row in rows]


def _one(row: Quarantine, names: dict[str, str]) -> dict[str, Any]:
    reason = by_name(row.reason) or Refusal.READING_MALFORMED
    zh, en = speak(reason, dict(row.facts))
    parts = {
        part: {"zh": getattr(zh, part), "en": getattr(en, part)} for part in ("what", "meaning", "action")
    }
    opens = releasable_from(row)
    return {
        "id": row.pk,
        "plant": row.plant,
        "meter": row.meter_name,
        "topic": row.topic,
        "reason": row.reason,
        "state": row.state,
        **parts,
        "case": f"Q{row.pk}",
        "payload": bytes(row.payload)[:2_000].decode(errors="replace"),
        "more": int(row.facts.get("more", 0)),
        "seq": row.seq,
        "received_at": row.received_at.isoformat(),
        "releasable_from": opens.isoformat() if opens else None,
        "decided_by": names.get(row.decided_by, ""),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
    }

"""Routes of evidence: upload with checks, list, content. The tenant's own; auditors have `cases`."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import selectors
from accounting.api import shapes
from accounting.api.periods import Keeper, Reader, found
from accounting.chain.models import EvidencePrint
from accounting.models import Evidence
from accounting.services import documents, evidence, radar
from tenants.permissions import viewer_in, with_right
from tenants.selectors import organisation_names

Regulator = with_right(Right.OPEN_CASES)
MATCHES_SHOWN = 100


def attachment(row: Evidence, content: bytes) -> HttpResponse:
    """A file as a download that no browser opens inside the site."""
    response = HttpResponse(content, content_type=row.media_type)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{row.pk}.{row.file_name.rpartition(".")[2]}"'
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


class Files(GenericAPIView[Any]):
    """The enterprise's evidence."""

    parser_classes = [MultiPartParser]
    serializer_class = shapes.ScannedEvidence

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(parameters=[OpenApiParameter("period", str)])
    def get(self, request: Request) -> Response:
        """Newest first; of one period with `?period=`."""
        period = request.query_params.get("period", "")
        rows = selectors.evidence(period_id=str(found(period).pk) if period else "")
        rows = rows.prefetch_related("signs").select_related("scan", "period")
        page = documents.attach(self.paginate_queryset(rows) or [])
        return self.get_paginated_response(shapes.ScannedEvidence(page, many=True).data)

    @extend_schema(request=shapes.NewEvidence, responses={201: shapes.Evidence})
    def post(self, request: Request) -> Response:
        """Upload one file with what it is."""
        data = shapes.read(shapes.NewEvidence, request)
        file = data.pop("file")
        period = data.pop("period", None)
        if file.size > evidence.SIZE_MAX:
            refuse(Refusal.FILE_TOO_LARGE, file=file.name[:80], limit=evidence.SIZE_MAX_MB)
        dates = {name: data.pop(name) for name in evidence.DATES if name in data}
        row = evidence.upload(
            viewer_in(request),
            found(str(period)) if period else None,
            evidence.Upload(name=file.name, content=file.read(), dates=dates, **data),
        )
        return Response(shapes.Evidence(row).data, status=201)


class Matches(APIView):
    """Files that two enterprises share."""

    permission_classes = [Regulator]

    @extend_schema(responses=shapes.EvidenceMatches)
    def get(self, request: Request) -> Response:
        """The newest first, with both places; no enterprise and no auditor sees the other side."""
        rows = radar.matches_between(MATCHES_SHOWN)
        names = organisation_names([place.account for row in rows for place in (row.one, row.other)])
        shown = [
            {
                "percent": row.percent,
                "found_at": row.found_at,
                "one": _place(row.one, names),
                "other": _place(row.other, names),
            }
            for row in rows
        ]
        return Response(shapes.EvidenceMatches({"results": shown}).data)


def _place(row: EvidencePrint, names: dict[str, str]) -> dict[str, Any]:
    return {
        "account": row.account,
        "enterprise": names.get(row.account, ""),
        "plant": row.plant,
        "period": row.period,
        "evidence": row.evidence,
        "kind": row.kind,
        "created_at": row.created_at,
    }


class Content(APIView):
    """A file's bytes."""

    permission_classes = [Reader]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, evidence_id: str) -> HttpResponse:
        """Download; each look is logged."""
        row = selectors.evidence().filter(pk=evidence_id).first()
        if row is None:
            refuse(Refusal.NOT_FOUND)
        return attachment(row, evidence.read(viewer_in(request), row))

"""Routes of sheets: templates to download, files to import."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.signed import StrictSerializer
from lexicon.refusals import Refusal, refuse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import sheet_files
from accounting.api import shapes
from accounting.api.guidelines import Public
from accounting.api.periods import Keeper, Reader, found
from accounting.domain.files import CSV, XLSX
from accounting.services import sheets
from tenants.permissions import viewer_in

_FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}
_QUERY = [OpenApiParameter("kind", str, enum=["xlsx", "csv"]), OpenApiParameter("lang", str)]
_MEDIA = {sheets.CSV: CSV.media_type, sheets.XLSX: XLSX.media_type}


class NewSheet(StrictSerializer):
    file = serializers.FileField(allow_empty_file=True, max_length=200)
    trial = serializers.BooleanField(default=False)
    evidence = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=20)


class SheetChange(shapes.Out):
    row = serializers.IntegerField()
    stream = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    unit = serializers.CharField()
    before = serializers.CharField(allow_null=True)


class SheetRemark(shapes.Out):
    row = serializers.IntegerField()
    column = serializers.CharField()
    name = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    stream = serializers.CharField(help_text="slug of the plant's stream, empty where unknown")
    field = serializers.CharField(help_text="the value's name, empty where unknown")


class SheetAnswer(shapes.Out):
    """What came of a file: with remarks nothing was kept."""

    applied = serializers.BooleanField()
    kind = serializers.CharField()
    rows = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    changes = SheetChange(many=True)
    remarks = SheetRemark(many=True)
    total_before = serializers.CharField(allow_null=True)
    total_after = serializers.CharField(allow_null=True)


def download(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """A template as a download."""
    response = HttpResponse(content, content_type=_MEDIA[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


class GuidelineTemplate(Public):
    """A guideline's template."""

    @extend_schema(parameters=_QUERY, responses=_FILE)
    def get(self, request: Request, guideline_id: str) -> HttpResponse:
        """Every value that any stream of the guideline may be given, as XLSX or CSV."""
        kind, language = _asked(request)
        content = sheets.guideline_template(guideline_id, kind=kind, language=language)
        return download(content, name=guideline_id, kind=kind)


class PeriodTemplate(APIView):
    """A period's template."""

    permission_classes = [Reader]

    @extend_schema(parameters=_QUERY, responses=_FILE)
    def get(self, request: Request, period_id: str) -> HttpResponse:
        """The streams of the plant with the values typed so far, as XLSX or CSV."""
        kind, language = _asked(request)
        row = found(period_id)
        content = sheets.period_template(row, kind=kind, language=language)
        return download(content, name=f"{row.plant}-{row.period}", kind=kind)


class SheetImport(APIView):
    """A sheet of activity data."""

    permission_classes = [Keeper]
    parser_classes = [MultiPartParser]

    @extend_schema(request=NewSheet, responses=SheetAnswer)
    def post(self, request: Request, period_id: str) -> Response:
        """Keep every value of the file or none; `trial` only says what would come of it."""
        data: dict[str, Any] = shapes.read(NewSheet, request)
        file = data["file"]
        if file.size > sheet_files.SIZE_MAX:
            refuse(Refusal.FILE_TOO_LARGE, file=file.name[:80], limit=sheet_files.SIZE_MAX_MB)
        answer = sheets.import_sheet(
            viewer_in(request),
            found(period_id),
            name=file.name,
            content=file.read(),
            evidence=[str(one) for one in data["evidence"]],
            trial=data["trial"],
        )
        fields = {name: getattr(answer, name) for name in ("applied", "kind", "rows", "unchanged", "changes")}
        totals = {"total_before": answer.total_before, "total_after": answer.total_after}
        remarks = [remark.as_json() for remark in answer.remarks]
        return Response(SheetAnswer(fields | totals | {"remarks": remarks}).data)


def _asked(request: Request) -> tuple[str, str]:
    query = request.query_params
    return query.get("kind", sheets.XLSX), query.get("lang", "zh")

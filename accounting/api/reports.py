"""Routes of reports: list, content, pages, PDFs and receipts; and the public comparison with the ledger."""

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.parsing import JsonParser
from lexicon.refusals import Refusal, refuse
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import selectors
from accounting.api import shapes
from accounting.api.guidelines import Public
from accounting.api.periods import Reader
from accounting.domain.files import XLSX
from accounting.models import RenderedFile, Report
from accounting.services import checking, files, rendering
from accounting.services.freezing import loads
from accounting.services.verification_pages import verification_html

_LANG = OpenApiParameter("lang", str, enum=list(rendering.LANGUAGES))
_PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}
_XLSX = {(200, XLSX.media_type): OpenApiTypes.BINARY}


def found(report_id: str) -> Report:
    """The tenant's report. Raises Refused: not_found, also for another enterprise's."""
    row = selectors.report(report_id)
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return row


class Reports(GenericAPIView[Any]):
    """The enterprise's signed statements."""

    permission_classes = [Reader]
    serializer_class = shapes.ReportRow

    @extend_schema(parameters=[OpenApiParameter("state", str)])
    def get(self, request: Request) -> Response:
        """Newest first; `?state=minted` for reports."""
        rows = selectors.reports(state=request.query_params.get("state", ""))
        return self.get_paginated_response(shapes.ReportRow(self.paginate_queryset(rows), many=True).data)


class OneReport(APIView):
    """One signed statement."""

    permission_classes = [Reader]

    @extend_schema(responses=shapes.Report)
    def get(self, request: Request, report_id: str) -> Response:
        """Content, verification and the files made of it."""
        row = found(report_id)
        case = getattr(row, "case", None)
        made = RenderedFile.objects.filter(report=row).order_by("kind", "language")
        return Response(
            dict(shapes.ReportRow(row).data)
            | {
                "files": [
                    {
                        "kind": one.kind,
                        "language": one.language,
                        "ready": one.made_at is not None,
                        "sha256": one.sha256,
                        "size_bytes": one.size_bytes,
                    }
                    for one in made
                ],
                "statement": loads(row.content),
                "verification": json.loads(case.verification) if case and case.verification else None,
            }
        )


class Json(APIView):
    """The canonical JSON whose digest the ledger has."""

    permission_classes = [Reader]

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.BINARY})
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """The exact bytes."""
        row = found(report_id)
        return download(row, row.content.encode(), "application/json", "json")


class Html(APIView):
    """The report's pages."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses={(200, "text/html"): OpenApiTypes.STR})
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """As one HTML page."""
        return page(rendering.html_of(found(report_id), language(request)))


class Pdf(APIView):
    """The report's PDF, made once."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses=_PDF)
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """The stored file; the same bytes at every download."""
        row = found(report_id)
        _, content = files.stored(row, RenderedFile.Kind.PDF, language(request))
        return download(row, content, "application/pdf", "pdf")


class Receipt(APIView):
    """The receipt page made after minting."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses=_PDF)
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """Block, transaction, endorsers, auditor."""
        row = found(report_id)
        _, content = files.stored(row, RenderedFile.Kind.RECEIPT, language(request))
        return download(row, content, "application/pdf", "receipt.pdf")


class Xlsx(APIView):
    """The report as a workbook, made once."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses=_XLSX)
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """The stored file, with the report's JSON inside."""
        row = found(report_id)
        _, content = files.stored(row, RenderedFile.Kind.XLSX, language(request))
        return download(row, content, XLSX.media_type, "xlsx")


class Verification(APIView):
    """The verification report whose digest stands in the approval."""

    permission_classes = [Reader]

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.BINARY})
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """The exact bytes of its canonical JSON."""
        row = found(report_id)
        return download(row, verified(row).encode(), "application/json", "verification.json")


class VerificationHtml(APIView):
    """The verification report's pages."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses={(200, "text/html"): OpenApiTypes.STR})
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """As one HTML page."""
        row = found(report_id)
        approved = files.approved_of(row)
        return page(verification_html(verified(row), language(request), approved=approved))


class VerificationPdf(APIView):
    """The verification report's PDF, made once."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses=_PDF)
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """The stored file; the same bytes at every download."""
        row = found(report_id)
        verified(row)
        _, content = files.stored(row, RenderedFile.Kind.VERIFICATION_PDF, language(request))
        return download(row, content, "application/pdf", "verification.pdf")


class VerificationXlsx(APIView):
    """The verification report as a workbook, made once."""

    permission_classes = [Reader]

    @extend_schema(parameters=[_LANG], responses=_XLSX)
    def get(self, request: Request, report_id: str) -> HttpResponse:
        """The stored file, with the report's JSON inside."""
        row = found(report_id)
        verified(row)
        _, content = files.stored(row, RenderedFile.Kind.VERIFICATION_XLSX, language(request))
        return download(row, content, XLSX.media_type, "verification.xlsx")


class Verify(Public):
    """A report compared with the ledger, without an account."""

    parser_classes = [MultiPartParser, JsonParser]

    @extend_schema(
        parameters=[OpenApiParameter("digest", str, required=True), OpenApiParameter("file", str)],
        responses=shapes.Verified,
    )
    def get(self, request: Request) -> Response:
        """By digest of the JSON of a report or its verification; `file`: of the PDF or workbook around it."""
        digest, file = (request.query_params.get(name, "").strip().lower() for name in ("digest", "file"))
        return Response(checking.as_json(checking.check_digest(digest, file)))

    @extend_schema(
        request={"multipart/form-data": shapes.ReportFile},
        responses=shapes.Verified,
    )
    def post(self, request: Request) -> Response:
        """By the PDF, workbook or JSON of a report or its verification: a file, or `{"digest"}`."""
        file = request.FILES.get("file")
        if file is None:
            digest = request.data.get("digest", "") if hasattr(request.data, "get") else ""
            return Response(checking.as_json(checking.check_digest(str(digest).strip().lower())))
        if file.size is not None and file.size > checking.UPLOAD_MAX:
            refuse(Refusal.FILE_TOO_LARGE, file=str(file.name)[:80], limit=checking.UPLOAD_MAX_MB)
        return Response(checking.as_json(checking.check_file(str(file.name), file.read())))


def verified(row: Report) -> str:
    """The verification report of a minted report. Raises Refused: step_not_ready before it is minted."""
    case = getattr(row, "case", None)
    if row.minted_at is None or case is None or not case.verification:
        refuse(Refusal.STEP_NOT_READY, step="verification")
    text: str = case.verification
    return text


def page(html: str) -> HttpResponse:
    """A report's page: nothing in it may run or load, even when a browser opens it by itself."""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    return response


def language(request: Request) -> str:
    """`?lang=`, Chinese where nothing is said. Raises Refused: field_invalid."""
    asked = request.query_params.get("lang", "zh")
    if asked not in rendering.LANGUAGES:
        refuse(Refusal.FIELD_INVALID, field="lang", reason=", ".join(rendering.LANGUAGES))
    return asked


def download(row: Report, content: bytes, media_type: str, ending: str) -> HttpResponse:
    """A report's file under a name that says what it is."""
    response = HttpResponse(content, content_type=media_type)
    name = f"{row.period.plant}-{row.period.period}-v{row.version}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

"""Routes of verification: the regulator opens cases, the assigned auditor works through them.

An auditor enters the enterprise's schema through `tenants.assignment` only, for one case, while it is open.
"""

import json
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import AccountKind
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import selectors
from accounting.api import shapes
from accounting.api.evidence import attachment
from accounting.chain.models import ChainCase, ChainReport
from accounting.models import Evidence, FindingMessage, VerificationCase
from accounting.services import (
    documents,
    evidence,
    findings,
    openings,
    sampled,
    verdicts,
    verification,
    witnessing,
    worklog,
)
from accounting.services.freezing import loads
from accounting.services.gathering import with_months
from accounting.services.submission import Signing
from tenants.access import Viewer
from tenants.assignment import enter_case
from tenants.permissions import viewer_in, with_right
from tenants.selectors import organisation_names

SeesCases = with_right(Right.SEE_CASES)
Regulator = with_right(Right.OPEN_CASES)
Lead = with_right(Right.LEAD_VERIFICATION)
Approver = with_right(Right.APPROVE_REPORT)


def rows_of(rows: list[ChainCase | ChainReport]) -> list[dict[str, Any]]:
    """Cases, or submissions without one, with the names of enterprise and auditor."""
    records = [selectors.record_of(row) for row in rows]
    accounts = [record["account"] for record in records]
    auditors = [record["auditor"] for record in records if record.get("auditor")]
    names = organisation_names([*accounts, *auditors])
    return [_row(row, record, names) for row, record in zip(rows, records, strict=True)]


def _row(row: ChainCase | ChainReport, record: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    auditor = record.get("auditor") or ""
    waiting = isinstance(row, ChainReport)
    report = row if isinstance(row, ChainReport) else ChainReport.objects.filter(pk=row.pk).first()
    done = {step["step"] for step in record.get("steps", ())}
    return {
        "id": row.pk,
        "account": row.account,
        "enterprise": names.get(row.account, ""),
        "plant": row.plant,
        "period": row.period,
        "version": row.version,
        "state": report.state if report else "",
        "auditor": auditor,
        "auditor_name": names.get(auditor, ""),
        "open": bool(isinstance(row, ChainCase) and row.open),
        "submitted_at": report.submitted_at if report else None,
        "opened_at": row.opened_at if isinstance(row, ChainCase) else None,
        "next_step": None
        if waiting
        else next((step for step in worklog.order_of(row.period) if step not in done), None),
        "record": record,
        **selectors.clocks_of(row.tenant, row.plant, row.period),
    }


class OldestFirst(Pages):
    """The one that waits longest comes first."""

    ordering = ("submitted_at", "id")


class NewestFirst(Pages):
    """The newest case first."""

    ordering = ("-opened_at", "id")


class Cases(GenericAPIView[Any]):
    """An auditor's cases; the regulator's, or the submissions that wait for one."""

    permission_classes = [SeesCases]
    serializer_class = shapes.CaseRow

    @property
    def pagination_class(self) -> type[Pages]:  # type: ignore[override]
        return OldestFirst if self.request.query_params.get("state") == "unopened" else NewestFirst

    @extend_schema(parameters=[OpenApiParameter("state", str, enum=["unopened"])])
    def get(self, request: Request) -> Response:
        """`?state=unopened` (regulator): submissions without a case, the longest waiting first."""
        viewer = viewer_in(request)
        rows: Any = selectors.cases_of_auditor(viewer.account)
        if viewer.kind != AccountKind.AUDITOR:
            unopened = request.query_params.get("state") == "unopened"
            rows = selectors.unopened() if unopened else selectors.all_cases()
        elif request.query_params.get("state") == "unopened":
            refuse(Refusal.NO_PERMISSION, allowed=Right.OPEN_CASES)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(shapes.CaseRow(rows_of(list(page)), many=True).data)


class OneCase(APIView):
    """One case."""

    permission_classes = [SeesCases]

    @extend_schema(responses=shapes.Case)
    def get(self, request: Request, case_id: str) -> Response:
        """The auditor sees the frozen statement and her work; the regulator what the ledger has."""
        viewer = viewer_in(request)
        row: ChainCase | ChainReport | None = ChainCase.objects.filter(pk=case_id).first()
        row = row or ChainReport.objects.filter(pk=case_id).first()
        if row is None or (viewer.kind == AccountKind.AUDITOR and not _is_auditor(viewer, row)):
            refuse(Refusal.NOT_ASSIGNED)
        head = rows_of([row])[0]
        if viewer.kind != AccountKind.AUDITOR or not head["open"]:
            return Response(shapes.Case(head | _CLOSED).data)
        with enter_case(viewer, case_id):
            return Response(shapes.Case(head | work_of(verification.case_of(case_id))).data)


_CLOSED: dict[str, Any] = {
    "statement": None,
    "plan": None,
    "seed": "",
    "log": [],
    "findings": [],
    "evidence": [],
    "witnesses": [],
}


def _is_auditor(viewer: Viewer, row: ChainCase | ChainReport) -> bool:
    return isinstance(row, ChainCase) and row.auditor == viewer.account


def work_of(case: VerificationCase) -> dict[str, Any]:
    """What the assigned auditor sees of a case."""
    return {
        "statement": loads(case.report.content),
        "plan": case.plan,
        "seed": case.seed,
        "log": [
            {
                "step": entry.step,
                "content": json.loads(entry.content),
                "digest": entry.digest,
                "previous": entry.previous,
                "person": entry.person,
                "at": entry.at,
                "tx_id": entry.tx_id,
            }
            for entry in worklog.seen(case)
        ],
        "findings": findings.seen_in(case),
        "evidence": documents.attach(
            evidence_of(case)
            .prefetch_related("signs")
            .select_related("scan", "period")
            .order_by("created_at"),
            frozen=case.report,
        ),
        "witnesses": witnessing.shown(case.report.period),
    }


def evidence_of(case: VerificationCase) -> QuerySet[Evidence]:
    """The files of a case: of its period and, in a year, of the year's months; those of its threads; its
    photographs."""
    of_period = Q(period__in=with_months(case.report.period))
    of_thread = Q(pk__in=FindingMessage.objects.filter(finding__in=findings.seen_in(case)).values("evidence"))
    return Evidence.objects.filter(of_period | of_thread | Q(photo_of__case=case))


class Opening(APIView):
    """The regulator opens a case; the ledger assigns the auditor whom the period's draw gives."""

    permission_classes = [Regulator]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, case_id: str) -> Response:
        """What is signed: the case, and the commitment to the regulator's nonce for the sample."""
        return Response(openings.prepare(case_id))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Open the case."""
        return shapes.accepted(
            openings.open_case(viewer_in(request), case_id, shapes.read(SignedBody, request))
        )


class Plan(APIView):
    """The sampling plan, committed before the sample can be seen."""

    permission_classes = [Lead]

    @extend_schema(
        parameters=[
            OpenApiParameter("materiality_percent", str),
            OpenApiParameter("sample_size", int),
            OpenApiParameter("reason", str, description="of a further version"),
        ],
        responses=shapes.Signing,
    )
    def get(self, request: Request, case_id: str) -> Response:
        """A proposed plan with its digest."""
        query = request.query_params
        size = query.get("sample_size", "")
        if size and not (size.isascii() and size.isdigit() and len(size) < 9):
            refuse(Refusal.FIELD_INVALID, field="sample_size", reason="0, 1, 2 ...")
        with enter_case(viewer_in(request), case_id):
            shown = verification.plan_of(
                verification.case_of(case_id),
                materiality_percent=query.get("materiality_percent", ""),
                sample_size=int(size) if size else None,
                reason=query.get("reason", ""),
            )
        return Response(shown)

    @extend_schema(request=shapes.PlanBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Commit the plan."""
        viewer, data = viewer_in(request), shapes.read(shapes.PlanBody, request)
        with enter_case(viewer, case_id):
            row = verification.commit_plan(
                viewer,
                verification.case_of(case_id),
                shapes.signed_in(data),
                materiality_percent=data["materiality_percent"],
                sample_size=data["sample_size"],
                reason=data["reason"],
            )
        return shapes.accepted(row)


class Sample(APIView):
    """The regulator opens her nonce; the auditor sees what the seed drew."""

    def get_permissions(self) -> list[Any]:
        return [SeesCases()] if self.request.method == "GET" else [Regulator()]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, case_id: str) -> Response:
        """Regulator: what is signed. Auditor: seed, items, and what each is called."""
        viewer = viewer_in(request)
        if viewer.kind != AccountKind.AUDITOR:
            return Response(openings.nonce_of(case_id))
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            items = worklog.sample_of(case)
            named = sampled.named(case, items)
            return Response({"seed": case.seed, "items": items, "named": named})

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Open the regulator's nonce."""
        return shapes.accepted(
            openings.open_nonce(viewer_in(request), case_id, shapes.read(SignedBody, request))
        )


class Steps(APIView):
    """The work log."""

    permission_classes = [SeesCases]

    @extend_schema(request=shapes.StepBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Record the next step."""
        viewer, data = viewer_in(request), shapes.read(shapes.StepBody, request)
        with enter_case(viewer, case_id):
            row = verification.record_step(
                viewer,
                verification.case_of(case_id),
                shapes.signed_in(data),
                step=data["step"],
                note=data["note"],
            )
        return shapes.accepted(row)


class StepSigning(APIView):
    """One step before it is signed."""

    permission_classes = [SeesCases]

    @extend_schema(parameters=[OpenApiParameter("note", str)], responses=shapes.Signing)
    def get(self, request: Request, case_id: str, step: str) -> Response:
        """Content, digest and what is signed."""
        viewer, note = viewer_in(request), request.query_params.get("note", "")
        with enter_case(viewer, case_id):
            return Response(verification.step_of(viewer, verification.case_of(case_id), step, note=note))


class Visit(APIView):
    """The second inspector's word for the site visit."""

    permission_classes = [SeesCases]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, case_id: str) -> Response:
        """The recorded visit and what is signed."""
        viewer = viewer_in(request)
        with enter_case(viewer, case_id):
            return Response(verification.visit_of(viewer, verification.case_of(case_id)))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Attest the visit."""
        viewer, signed = viewer_in(request), shapes.read(SignedBody, request)
        with enter_case(viewer, case_id):
            row = verification.attest_visit(viewer, verification.case_of(case_id), signed)
        return shapes.accepted(row)


class Findings(APIView):
    """Findings of a case."""

    permission_classes = [Lead]

    @extend_schema(parameters=[shapes.FindingDraft], responses=shapes.Signing)
    def get(self, request: Request, case_id: str) -> Response:
        """The finding with its number, the day its answer is due, and what is signed."""
        given = shapes.FindingDraft(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        with enter_case(viewer_in(request), case_id):
            case = verification.case_of(case_id)
            draft = findings.Draft(**given.validated_data)
            verdicts.require_item(case, draft.item)
            return Response(findings.raising_of(case, draft))

    @extend_schema(request=shapes.NewFinding, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Raise a finding; the enterprise sees it once the ledger has it."""
        viewer, data = viewer_in(request), shapes.read(shapes.NewFinding, request)
        signed = shapes.signed_in(data)
        draft = findings.Draft(**{name: value for name, value in data.items() if name not in signed})
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            verdicts.require_item(case, draft.item)
            row = findings.raise_finding(viewer, case, signed, draft)
        return shapes.accepted(row)


class FindingClosure(APIView):
    """The end of a finding."""

    permission_classes = [Lead]

    @extend_schema(parameters=[OpenApiParameter("outcome", str, required=True)], responses=shapes.Signing)
    def get(self, request: Request, case_id: str, number: int) -> Response:
        """Thread and outcome with their digest, and what is signed."""
        outcome = request.query_params.get("outcome", "")
        with enter_case(viewer_in(request), case_id):
            return Response(findings.closing_of(verification.case_of(case_id), number, outcome=outcome))

    @extend_schema(request=shapes.Outcome, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str, number: int) -> Response:
        """Close a finding with what came of it."""
        viewer, data = viewer_in(request), shapes.read(shapes.Outcome, request)
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            row = findings.close(viewer, case, shapes.signed_in(data), number, outcome=data["outcome"])
        return shapes.accepted(row)


class FindingMessages(APIView):
    """The auditor's part of a thread."""

    permission_classes = [Lead]

    @extend_schema(request=shapes.MessageText, responses={201: shapes.Finding})
    def post(self, request: Request, case_id: str, number: int) -> Response:
        """Say more; the enterprise's clock runs again."""
        viewer, text = viewer_in(request), shapes.read(shapes.MessageText, request)["text"]
        with enter_case(viewer, case_id):
            row = findings.ask(viewer, verification.case_of(case_id), number, text=text)
            return Response(shapes.Finding(row).data, status=201)


class Return(APIView):
    """A statement sent back."""

    permission_classes = [Lead]

    @extend_schema(parameters=[OpenApiParameter("reason", str, required=True)], responses=shapes.Signing)
    def get(self, request: Request, case_id: str) -> Response:
        """What is signed, for a reason."""
        with enter_case(viewer_in(request), case_id):
            case = verification.case_of(case_id)
            return Response(verification.return_of(case, reason=request.query_params.get("reason", "")))

    @extend_schema(request=shapes.ReasonBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Send it back."""
        viewer, data = viewer_in(request), shapes.read(shapes.ReasonBody, request)
        with enter_case(viewer, case_id):
            row = verification.return_statement(
                viewer, verification.case_of(case_id), shapes.signed_in(data), reason=data["reason"]
            )
        return shapes.accepted(row)


class Approval(APIView):
    """The approver's word; the ledger mints."""

    permission_classes = [Approver]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, case_id: str) -> Response:
        """The verification report and what is signed."""
        return Response(_approval(viewer_in(request), case_id))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, case_id: str) -> Response:
        """Approve."""
        viewer, signed = viewer_in(request), shapes.read(SignedBody, request)
        with enter_case(viewer, case_id):
            return shapes.accepted(verification.approve(viewer, verification.case_of(case_id), signed))


def _approval(viewer: Viewer, case_id: str) -> Signing:
    with enter_case(viewer, case_id):
        return verification.approval_of(viewer, verification.case_of(case_id))


class CaseEvidence(APIView):
    """A file of the case's period, or the twin that the radar found of one, for its auditor."""

    permission_classes = [SeesCases]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, case_id: str, evidence_id: str) -> HttpResponse:
        """Download; each look is logged."""
        viewer = viewer_in(request)
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            mine = evidence_of(case)
            may_see = Q(pk__in=mine) | Q(twin_signs__evidence__in=mine)
            row = Evidence.objects.filter(may_see, pk=evidence_id).distinct().first()
            if row is None:
                refuse(Refusal.NOT_FOUND)
            return attachment(row, evidence.read(viewer, row, case=case_id))

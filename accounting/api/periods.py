"""Routes of periods: how a plant is accounted, a month's values and remarks, signature and submission."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import PeriodState
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import metered, selectors
from accounting.api import shapes
from accounting.models import PlantModel, ReportingPeriod, SourceStream
from accounting.services import clocks, findings, periods, plant_models, states, submission
from accounting.services.calculation import calculate_period, refresh
from accounting.services.gathering import streams_in
from tenants.permissions import in_tenant_with, viewer_in

Reader = in_tenant_with(Right.SEE_ENTERPRISE)
Keeper = in_tenant_with(Right.KEEP_PERIODS)
Head = in_tenant_with(Right.SUBMIT_STATEMENT)


def found(period_id: str) -> ReportingPeriod:
    """The tenant's period. Raises Refused: not_found, also for another enterprise's."""
    row = selectors.period(period_id)
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return row


def shown(row: ReportingPeriod) -> dict[str, Any]:
    """A period as its page shows it; an open one is calculated anew, a closed one says what moved since."""
    submission.settle_refused(row)
    if row.state in states.OPEN:
        refresh(row)
    result = row.result or {}
    plant = metered.plant(row.plant)
    return dict(
        shapes.Period(
            {
                "id": row.pk,
                **{name: getattr(row, name) for name in _PLAIN},
                "total_tco2": selectors.total_tco2(row),
                "plant_name": {"zh": plant.name_zh, "en": plant.name_en} if plant else {},
                **{name: result.get(name, []) for name in ("subtotals", "indicators", "grades")},
                "total_g": result.get("total_g"),
                "lines": result.get("lines", []),
                "year": result.get("year"),
                "remarks": selectors.remarks(row),
                "streams": selectors.streams(row, streams_in(row)),
                "history": periods.history(row),
                "findings": selectors.findings(row),
                "submission": selectors.submission_of(row),
                "adjustment_g": adjustment(row),
                **clocks.summary(row),
            }
        ).data
    )


def adjustment(row: ReportingPeriod) -> str | None:
    """By how many grams today's data would change what was submitted; None while the period is open."""
    sent = selectors.submission_of(row)
    if row.state in states.OPEN or sent is None:
        return None
    today = calculate_period(row).statement
    return None if today.blocked else str(today.grams - int(sent["total_g"]))


_PLAIN = (
    "plant",
    "period",
    "state",
    "version",
    "guideline",
    "rule_version",
    "factor_sets",
    "region",
    "computed_at",
)


def row_of(row: ReportingPeriod) -> dict[str, Any]:
    """A period in a list."""
    fields = {
        name: getattr(row, name)
        for name in ("plant", "period", "state", "version", "guideline", "computed_at")
    }
    more = {"id": row.pk, "total_tco2": selectors.total_tco2(row), **clocks.summary(row)}
    return dict(shapes.PeriodRow(more | fields).data)


class ByMonth(Pages):
    """Newest month first."""

    ordering = ("-period", "plant", "id")


def spec_of(data: dict[str, Any]) -> plant_models.ModelSpec:
    """A model as a request gives it."""
    return plant_models.ModelSpec(
        guideline=data["guideline"],
        region=data["region"],
        sets=data["factor_sets"],
        streams=[plant_models.StreamSpec(**stream) for stream in data["streams"]],
    )


class Models(APIView):
    """How a plant is accounted."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=shapes.Model)
    def get(self, request: Request, plant: str) -> Response:
        """Guideline, factor sets, region and streams."""
        model = PlantModel.objects.filter(pk=plant).first()
        if model is None:
            refuse(Refusal.NOT_FOUND)
        streams = SourceStream.objects.filter(model=model)
        return Response(
            shapes.Model(
                {
                    "guideline": model.guideline,
                    "region": model.region,
                    "factor_sets": model.factor_sets,
                    "streams": list(streams),
                }
            ).data
        )

    @extend_schema(request=shapes.Model, responses=shapes.Model)
    def put(self, request: Request, plant: str) -> Response:
        """Set guideline, region and streams; open periods follow."""
        data = shapes.read(shapes.Model, request)
        plant_models.set_model(viewer_in(request), plant, spec_of(data))
        return self.get(request, plant)


class Periods(GenericAPIView[Any]):
    """The enterprise's periods."""

    serializer_class = shapes.PeriodRow
    pagination_class = ByMonth

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(parameters=[OpenApiParameter("plant", str), OpenApiParameter("state", str)])
    def get(self, request: Request) -> Response:
        """Newest month first."""
        query = request.query_params
        rows = selectors.periods(plant=query.get("plant", ""), state=query.get("state", ""))
        return self.get_paginated_response([row_of(row) for row in self.paginate_queryset(rows) or []])

    @extend_schema(request=shapes.NewPeriod, responses={201: shapes.Period})
    def post(self, request: Request) -> Response:
        """Open a month of a plant."""
        data = shapes.read(shapes.NewPeriod, request)
        return Response(shown(periods.open_period(viewer_in(request), **data)), status=201)


class OnePeriod(APIView):
    """One period."""

    permission_classes = [Reader]

    @extend_schema(responses=shapes.Period)
    def get(self, request: Request, period_id: str) -> Response:
        """Lines, totals, remarks, grades, typed values, history."""
        return Response(shown(found(period_id)))


class Activity(APIView):
    """Typed values of a period."""

    permission_classes = [Keeper]

    @extend_schema(request=shapes.Values, responses=shapes.Period)
    def post(self, request: Request, period_id: str) -> Response:
        """Keep values; the period is calculated anew."""
        data = shapes.read(shapes.Values, request)
        row = found(period_id)
        values = [
            periods.Value(**one | {"evidence": [str(file) for file in one["evidence"]]})
            for one in data["values"]
        ]
        periods.set_values(viewer_in(request), row, values)
        return Response(shown(row))

    @extend_schema(request=shapes.ValueName, responses=shapes.Period)
    def delete(self, request: Request, period_id: str) -> Response:
        """Take a value back."""
        row = found(period_id)
        periods.remove_value(viewer_in(request), row, **shapes.read(shapes.ValueName, request))
        return Response(shown(row))


class Answers(APIView):
    """Words to remarks."""

    permission_classes = [Keeper]

    @extend_schema(request=shapes.Answer, responses=shapes.Period)
    def post(self, request: Request, period_id: str) -> Response:
        """Answer a remark."""
        row = found(period_id)
        periods.answer_remark(viewer_in(request), row, **shapes.read(shapes.Answer, request))
        return Response(shown(row))


class Readiness(APIView):
    """The pre-check."""

    permission_classes = [Keeper]

    @extend_schema(request=None, responses=shapes.Period)
    def post(self, request: Request, period_id: str) -> Response:
        """Everything checked that would stop a submission; then the period is ready."""
        row = found(period_id)
        periods.make_ready(viewer_in(request), row)
        return Response(shown(row))


class PeriodSigning(APIView):
    """What the head signs to submit."""

    permission_classes = [Head]

    @extend_schema(parameters=[OpenApiParameter("reason", str)], responses=shapes.Signing)
    def get(self, request: Request, period_id: str) -> Response:
        """Name and args; the same until a figure changes. A correction gives its reason."""
        reason = request.query_params.get("reason", "")[:500]
        return Response(submission.prepare(viewer_in(request), found(period_id), reason=reason))


class Submission(APIView):
    """The signed statement."""

    permission_classes = [Head]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, period_id: str) -> Response:
        """Submit; the ledger has it when the intent is committed."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(submission.submit(viewer_in(request), found(period_id), signed))


class Withdrawal(APIView):
    """A submission taken back."""

    permission_classes = [Head]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, period_id: str) -> Response:
        """What is signed."""
        return Response(submission.withdrawal_of(found(period_id)))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, period_id: str) -> Response:
        """Take it back."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(submission.withdraw(viewer_in(request), found(period_id), signed))


class SampleNonce(APIView):
    """The enterprise's nonce for the sample."""

    permission_classes = [Head]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, period_id: str) -> Response:
        """What is signed."""
        return Response(submission.nonce_opening_of(viewer_in(request), found(period_id)))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, period_id: str) -> Response:
        """Open the nonce."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(submission.open_nonce(viewer_in(request), found(period_id), signed))


class Correction(APIView):
    """A minted period opened for a superseding version."""

    permission_classes = [Head]

    @extend_schema(request=shapes.Reason, responses=shapes.Period)
    def post(self, request: Request, period_id: str) -> Response:
        """Begin a correction; the minted report counts until the new one is minted."""
        reason = shapes.read(shapes.Reason, request)["reason"]
        row = submission.start_correction(viewer_in(request), found(period_id), reason=reason)
        return Response(shown(row))


class FindingReply(APIView):
    """The enterprise's answer to a finding."""

    permission_classes = [Keeper]

    @extend_schema(request=shapes.ReplyText, responses=shapes.Finding)
    @transaction.atomic
    def post(self, request: Request, period_id: str, number: int) -> Response:
        """Reply; the auditor closes it."""
        row = found(period_id)
        states.need(row, PeriodState.IN_VERIFICATION, PeriodState.RETURNED)
        data = shapes.read(shapes.ReplyText, request)
        files = [str(one) for one in data["evidence"]]
        said = findings.reply(viewer_in(request), row, number, text=data["text"], evidence=files)
        return Response(shapes.Finding(said).data)

"""Routes of the model builder: trial, data quality plan, calibration register."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.signed import QueuedAnswer, SignedBody, StrictSerializer
from lexicon.terms import Origin
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api import shapes
from accounting.api.periods import Keeper, Reader, spec_of
from accounting.models import Calibration
from accounting.services import calibrations, plans, trial
from tenants.permissions import viewer_in


class TrialValue(StrictSerializer):
    stream = serializers.RegexField(shapes.STREAM)
    name = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=40)
    unit = serializers.CharField(max_length=20)
    origin = serializers.ChoiceField(Origin.choices())


class TrialBody(shapes.Model):
    """A model, a month, and values to try."""

    period = serializers.CharField(max_length=7)
    values = TrialValue(many=True, default=list)


class TrialAnswer(shapes.Out):
    """What the model gives for the month; nothing of it is kept."""

    period = serializers.CharField()
    lines = serializers.ListField(child=serializers.DictField())
    total_tco2 = serializers.CharField(allow_null=True)
    subtotals = serializers.ListField(child=serializers.DictField())
    remarks = serializers.ListField(child=serializers.DictField())
    missing = serializers.ListField(child=serializers.DictField())
    factors = serializers.ListField(child=serializers.DictField())
    sets = serializers.ListField(child=serializers.DictField())


class NewCalibration(StrictSerializer):
    plant = serializers.RegexField(shapes.ID)
    meter = serializers.RegexField(shapes.ID)
    certificate = serializers.CharField(max_length=80)
    serial = serializers.CharField(max_length=80, allow_blank=True, default="")
    laboratory = serializers.CharField(max_length=120, allow_blank=True, default="")
    calibrated_on = serializers.DateField()
    valid_until = serializers.DateField()
    required_percent = serializers.DecimalField(6, 3, allow_null=True, default=None)
    found_percent = serializers.DecimalField(6, 3, allow_null=True, default=None)
    evidence = serializers.UUIDField(allow_null=True, default=None)


class CalibrationRow(shapes.Out):
    id = serializers.UUIDField()
    plant = serializers.CharField()
    meter = serializers.CharField()
    certificate = serializers.CharField()
    serial = serializers.CharField()
    laboratory = serializers.CharField()
    calibrated_on = serializers.DateField()
    valid_until = serializers.DateField()
    required_percent = serializers.CharField(allow_null=True)
    found_percent = serializers.CharField(allow_null=True)
    evidence = serializers.UUIDField(source="evidence_id", allow_null=True)
    person = serializers.CharField()
    entered_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class CalibrationRows(shapes.Out):
    results = CalibrationRow(many=True)
    next = serializers.CharField(allow_null=True)


class PlanRow(shapes.Out):
    version = serializers.IntegerField()
    digest = serializers.CharField()
    plan = serializers.DictField()
    person = serializers.CharField()
    created_at = serializers.DateTimeField()
    filed_tx = serializers.CharField()
    filed_at = serializers.DateTimeField(allow_null=True)
    intent_id = serializers.CharField(allow_null=True)


class Plans(shapes.Out):
    """Versions of a plant's plan; `current`: the one in force says what the model does now."""

    results = PlanRow(many=True)
    current = serializers.BooleanField()


class Trial(APIView):
    """A trial run."""

    permission_classes = [Keeper]

    @extend_schema(request=TrialBody, responses=TrialAnswer)
    def post(self, request: Request, plant: str) -> Response:
        """Lines, total, missing data, and what each choice of factor comes to in tonnes; nothing is kept."""
        data = shapes.read(TrialBody, request)
        answer = trial.try_model(plant, spec_of(data), month=data["period"], values=data["values"])
        return Response(TrialAnswer(answer).data)


class Plan(APIView):
    """A plant's data quality plan."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=Plans)
    def get(self, request: Request, plant: str) -> Response:
        """All versions, newest first, and whether the one in force still says what the model does."""
        shown = {
            "results": plans.filed(plant),
            "current": plans.in_force(viewer_in(request).account, plant)[1],
        }
        return Response(Plans(shown).data)

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, plant: str) -> Response:
        """File it; it is in force when the ledger has it."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(plans.file(viewer_in(request), plant, signed))


class PlanSigning(APIView):
    """What is signed to file the plan."""

    permission_classes = [Keeper]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, plant: str) -> Response:
        """The plan that model and registers make now, its digest, name and args."""
        return Response(plans.signing_of(viewer_in(request), plant))


class Calibrations(APIView):
    """The calibration register."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(
        parameters=[OpenApiParameter("plant", str), OpenApiParameter("meter", str)],
        responses=CalibrationRows,
    )
    def get(self, request: Request) -> Response:
        """Certificates, newest first, withdrawn ones too."""
        rows = Calibration.objects.order_by("-calibrated_on", "-entered_at")
        for name in ("plant", "meter"):
            if asked := request.query_params.get(name, ""):
                rows = rows.filter(**{name: asked})
        return Response(CalibrationRows({"results": rows[:500], "next": None}).data)

    @extend_schema(request=NewCalibration, responses={201: CalibrationRow})
    def post(self, request: Request) -> Response:
        """Enter a certificate; open periods are calculated with it."""
        data = shapes.read(NewCalibration, request)
        data["evidence"] = str(data["evidence"]) if data["evidence"] else None
        row = calibrations.enter(viewer_in(request), calibrations.NewCalibration(**data))
        return Response(CalibrationRow(row).data, status=201)


class OneCalibration(APIView):
    """One certificate."""

    permission_classes = [Keeper]

    @extend_schema(request=None, responses=CalibrationRow)
    def delete(self, request: Request, calibration_id: str) -> Response:
        """Withdraw it: it counts no more and stays in the register."""
        return Response(CalibrationRow(calibrations.withdraw(viewer_in(request), calibration_id)).data)

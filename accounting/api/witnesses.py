"""Routes of a plant's physics witnesses: which meters must agree with which."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import StrictSerializer
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import metered
from accounting.api import shapes
from accounting.api.periods import Keeper, Reader
from accounting.domain.witnesses import LawKind
from accounting.services import declaring, verification, witnessing
from tenants.assignment import enter_case
from tenants.permissions import viewer_in, with_right

Out = serializers.Serializer[Any]
SeesCases = with_right(Right.SEE_CASES)


class WitnessLaw(StrictSerializer):
    """A law: the meters of its left side are tied to those of its right."""

    slug = serializers.RegexField(shapes.ID)
    kind = serializers.ChoiceField([one.name.lower() for one in LawKind])
    left = serializers.ListField(child=serializers.RegexField(shapes.ID), min_length=1, max_length=20)
    right = serializers.ListField(child=serializers.RegexField(shapes.ID), min_length=1, max_length=20)


class WitnessLaws(StrictSerializer):
    """All laws of a plant; an empty list brings the usual ones back."""

    laws = WitnessLaw(many=True)

    def validate_laws(self, laws: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Few enough, and no two of one name."""
        if len(laws) > witnessing.WITNESSES_MAX or len({law["slug"] for law in laws}) < len(laws):
            raise serializers.ValidationError(f"0..{witnessing.WITNESSES_MAX}")
        return laws


class Kind(Out):
    """A kind of law that may be declared: names, what it compares in words, tolerance in percent."""

    kind = serializers.CharField()
    words = serializers.DictField()
    formula = serializers.DictField()
    tolerance_percent = serializers.CharField()


class LawInUse(Out):
    """A law in use, with the meters of its sides; `usual`: it follows from meters and streams."""

    slug = serializers.CharField()
    usual = serializers.BooleanField()
    kind = serializers.CharField()
    left = serializers.ListField(child=serializers.CharField())
    right = serializers.ListField(child=serializers.CharField())


class LawsInUse(Out):
    """A plant's laws: the usual ones, and those that the enterprise declared; `declared`: there are some."""

    laws = LawInUse(many=True)
    declared = serializers.BooleanField()
    kinds = Kind(many=True)


class PlantWitnesses(APIView):
    """A plant's witnesses."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=LawsInUse)
    def get(self, request: Request, plant: str) -> Response:
        """The laws in use: the usual ones of the plant's meters and streams, and those declared besides."""
        return Response(LawsInUse(declaring.in_use(plant)).data)

    @extend_schema(request=WitnessLaws, responses=LawsInUse)
    def put(self, request: Request, plant: str) -> Response:
        """Declare the laws anew."""
        declaring.declare(viewer_in(request), plant, shapes.read(WitnessLaws, request)["laws"])
        return self.get(request, plant)


class WitnessTrialBody(WitnessLaws):
    """Laws to try on a month."""

    period = serializers.CharField(max_length=7)


class TriedResidual(Out):
    """What a law would say of a month; nothing of it is kept. `in_heat`: found and expected are GJ."""

    slug = serializers.CharField()
    period = serializers.CharField()
    kind = serializers.CharField()
    kind_words = serializers.DictField()
    verdict = serializers.CharField()
    alarms = serializers.BooleanField()
    words = serializers.DictField()
    left = serializers.DictField()
    right = serializers.DictField()
    in_heat = serializers.BooleanField()
    found = serializers.CharField()
    expected = serializers.CharField(allow_null=True)
    deviation_percent = serializers.CharField(allow_null=True)
    tolerance_percent = serializers.CharField()


class TriedResiduals(Out):
    """The laws of a trial in their order."""

    results = TriedResidual(many=True)


class WitnessTrial(APIView):
    """A trial of laws that are not declared yet."""

    permission_classes = [Keeper]

    @extend_schema(request=WitnessTrialBody, responses=TriedResiduals)
    def post(self, request: Request, plant: str) -> Response:
        """What each law says of the month against the plant's own past."""
        data = shapes.read(WitnessTrialBody, request)
        return Response(
            TriedResiduals({"results": declaring.attempt(plant, data["period"], data["laws"])}).data
        )


class KeptResidual(Out):
    """What a law said of a month, as it was stored."""

    period = serializers.CharField()
    verdict = serializers.CharField()
    alarms = serializers.BooleanField()
    words = serializers.DictField()
    in_heat = serializers.BooleanField()
    found = serializers.CharField()
    expected = serializers.CharField(allow_null=True)
    deviation_percent = serializers.CharField(allow_null=True)
    tolerance_percent = serializers.CharField()
    kept_at = serializers.DateTimeField()


class LawHistory(Out):
    """A law with its formula in words, its meters (slug, names, unit), and its residuals month by month;
    `usual`: it follows from meters and streams, else the enterprise declared it."""

    slug = serializers.CharField()
    usual = serializers.BooleanField()
    kind = serializers.CharField()
    kind_words = serializers.DictField()
    formula = serializers.DictField()
    tolerance_percent = serializers.CharField()
    left = serializers.ListField(child=serializers.DictField())
    right = serializers.ListField(child=serializers.DictField())
    months = KeptResidual(many=True)


class LawHistories(Out):
    """All laws of a plant."""

    laws = LawHistory(many=True)


class PlantResiduals(APIView):
    """The enterprise's own residuals."""

    permission_classes = [Reader]

    @extend_schema(responses=LawHistories)
    def get(self, request: Request, plant: str) -> Response:
        """Every law of the plant with its residuals of up to 24 months."""
        if metered.plant(plant) is None:
            refuse(Refusal.NOT_FOUND)
        return Response(LawHistories({"laws": witnessing.history(plant)}).data)


class CaseResiduals(APIView):
    """The same, for the auditor of a case."""

    permission_classes = [SeesCases]

    @extend_schema(responses=LawHistories)
    def get(self, request: Request, case_id: str) -> Response:
        """Every law of the case's plant, with its residuals up to the case's period."""
        with enter_case(viewer_in(request), case_id):
            period = verification.case_of(case_id).report.period
            until = period.period if "-" in period.period else f"{period.period}-12"
            return Response(LawHistories({"laws": witnessing.history(period.plant, until=until)}).data)

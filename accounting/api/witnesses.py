"""Routes of a plant's physics witnesses: which meters must agree with which."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import StrictSerializer
from lexicon.refusals import Refusal, refuse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import metered
from accounting.api import shapes
from accounting.api.periods import Keeper, Reader
from accounting.domain.witnesses import LawKind
from accounting.services import witnessing
from tenants.permissions import viewer_in


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


class PlantWitnesses(APIView):
    """A plant's witnesses."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=WitnessLaws)
    def get(self, request: Request, plant: str) -> Response:
        """The laws in use: declared ones, else the usual ones of the plant's meters and streams."""
        if metered.plant(plant) is None:
            refuse(Refusal.NOT_FOUND)
        laws = [
            {
                "slug": one.law.slug,
                "kind": one.law.kind.name.lower(),
                "left": list(one.left),
                "right": list(one.right),
            }
            for one in witnessing.laws_of(plant)
        ]
        return Response({"laws": laws})

    @extend_schema(request=WitnessLaws, responses=WitnessLaws)
    def put(self, request: Request, plant: str) -> Response:
        """Declare the laws anew."""
        witnessing.declare(viewer_in(request), plant, shapes.read(WitnessLaws, request)["laws"])
        return self.get(request, plant)

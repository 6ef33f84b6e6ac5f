"""Routes of what an enterprise says of itself in reports, and of a year's supplementary data table."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import StrictSerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api import shapes
from accounting.api.periods import Keeper, Reader, found
from accounting.services import entity, equipment, supplementary
from tenants.permissions import viewer_in


class EntityPlant(shapes.Out):
    id = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class EquipmentFieldRow(shapes.Out):
    """A fact with its label; demanded names the templates that ask for it."""

    name = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    most = serializers.IntegerField()
    demanded = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class EntityFieldRow(EquipmentFieldRow):
    """The same of the enterprise, or of a plant; plant is empty for the enterprise's."""

    plant = serializers.CharField()
    changed_at = serializers.DateTimeField(allow_null=True)


class EntityAnswer(shapes.Out):
    plants = EntityPlant(many=True)
    facts = EntityFieldRow(many=True)


class EntityBody(StrictSerializer):
    """Facts by name; an empty text takes one away. plant: empty for the enterprise's own."""

    plant = serializers.RegexField(shapes.ID, allow_blank=True, default="")
    facts = serializers.DictField(child=serializers.CharField(max_length=400, allow_blank=True))


class EquipmentOwner(shapes.Out):
    """The plant, a stream of its model, or a meter, with its facts."""

    of = serializers.CharField()
    owner = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    facts = EquipmentFieldRow(many=True)


class EquipmentAnswer(shapes.Out):
    owners = EquipmentOwner(many=True)


class EquipmentBody(StrictSerializer):
    """Facts of one owner by name; an empty text takes one away. owner: empty for the plant itself."""

    of = serializers.ChoiceField(choices=["plant", "stream", "meter"])
    owner = serializers.RegexField(shapes.ID, allow_blank=True, default="")
    facts = serializers.DictField(child=serializers.CharField(max_length=400, allow_blank=True))


class SupplementaryAnswer(shapes.Out):
    """A year's table; without one, `none` says why no table is asked for (null for a month)."""

    table = serializers.DictField(allow_null=True)
    none = serializers.DictField(allow_null=True)
    open = serializers.BooleanField()


class SupplementaryBody(StrictSerializer):
    """Entered rows by id; an empty text takes one away."""

    values = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True))


class Entity(APIView):
    """The first chapter's facts."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=EntityAnswer)
    def get(self, request: Request) -> Response:
        """Every fact of the enterprise and of its plants, given or not."""
        return Response(EntityAnswer(entity.everything()).data)

    @extend_schema(request=EntityBody, responses=EntityAnswer)
    def put(self, request: Request) -> Response:
        """Keep some; reports that were signed keep what they say."""
        data = shapes.read(EntityBody, request)
        entity.keep(viewer_in(request), plant=data["plant"], facts=data["facts"])
        return Response(EntityAnswer(entity.everything()).data)


class Equipment(APIView):
    """Equipment of a plant's streams, its measuring devices, and who is responsible for the data."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=EquipmentAnswer)
    def get(self, request: Request, plant: str) -> Response:
        """The plant, its streams and its meters, each with its facts, given or not."""
        return Response(EquipmentAnswer(equipment.everything(plant)).data)

    @extend_schema(request=EquipmentBody, responses=EquipmentAnswer)
    def put(self, request: Request, plant: str) -> Response:
        """Keep some of one owner; reports and plans that were signed keep what they say."""
        data = shapes.read(EquipmentBody, request)
        viewer = viewer_in(request)
        equipment.keep(viewer, plant, of=data["of"], owner=data["owner"], facts=data["facts"])
        return Response(EquipmentAnswer(equipment.everything(plant)).data)


class Supplementary(APIView):
    """A year's supplementary data table."""

    def get_permissions(self) -> list[Any]:
        return [Reader()] if self.request.method == "GET" else [Keeper()]

    @extend_schema(responses=SupplementaryAnswer)
    def get(self, request: Request, period_id: str) -> Response:
        """The table with what is entered and what follows from the year's figures."""
        return Response(SupplementaryAnswer(supplementary.shown(found(period_id))).data)

    @extend_schema(request=SupplementaryBody, responses=SupplementaryAnswer)
    def put(self, request: Request, period_id: str) -> Response:
        """Keep entered rows."""
        row = found(period_id)
        data = shapes.read(SupplementaryBody, request)
        supplementary.enter(viewer_in(request), row, data["values"])
        return Response(SupplementaryAnswer(supplementary.shown(row)).data)

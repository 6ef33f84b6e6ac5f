"""Routes of plants, gateways and the plant's day."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import clock
from kit.idempotency import shown_once
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from proof.batches import GatewayKey
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api import shapes, watching_shapes
from ingest.api.broker import broker_address, lines_of
from ingest.api.watching import day_in
from ingest.calendar import day_of
from ingest.models import Gateway, Meter, Plant
from ingest.selectors.storage import storage_of
from ingest.selectors.today import today
from ingest.series import chosen
from ingest.services import plants
from tenants.permissions import in_tenant_with, viewer_in

Seeing = in_tenant_with(Right.SEE_ENTERPRISE)
Managing = in_tenant_with(Right.MANAGE_METERS)


class Plants(GenericAPIView[Any]):
    """The enterprise's plants."""

    queryset = Plant.objects.none()
    serializer_class = shapes.Plant

    def get_permissions(self) -> list[Any]:
        return [Managing() if self.request.method == "POST" else Seeing()]

    @extend_schema(responses=shapes.Plant(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        page = self.paginate_queryset(Plant.objects.all()) or []
        return self.get_paginated_response(shapes.Plant(page, many=True).data)

    @extend_schema(request=shapes.NewPlant, responses={201: shapes.Plant})
    def post(self, request: Request) -> Response:
        """Add a plant."""
        given = shapes.read(shapes.NewPlant, request)
        made = plants.create_plant(viewer_in(request), plant=given.pop("id"), **given)
        return Response(shapes.Plant(made).data, status=201)


class Today(APIView):
    """A plant's day."""

    permission_classes = [Seeing]

    @extend_schema(parameters=[OpenApiParameter("day", str)], responses=shapes.Today)
    def get(self, request: Request, plant: str) -> Response:
        """What was issued and what became of it, and each meter's newest reading; `?day=` for another day."""
        if not Plant.objects.filter(pk=plant).exists():
            refuse(Refusal.NOT_FOUND)
        now = clock.now()
        day = day_in(request) or day_of(now)
        return Response(today(plant, chosen(), day=day, now_ms=int(now.timestamp() * 1000)))


class Storage(APIView):
    """A plant's readings on the platform's disk."""

    permission_classes = [Seeing]

    @extend_schema(responses=watching_shapes.Storage)
    def get(self, request: Request, plant: str) -> Response:
        """How many there are, what each takes, and how long the disk will last at the last day's rate."""
        if not Plant.objects.filter(pk=plant).exists():
            refuse(Refusal.NOT_FOUND)
        return Response(watching_shapes.Storage(storage_of(plant)).data)


class Gateways(GenericAPIView[Any]):
    """The enterprise's gateways."""

    queryset = Gateway.objects.none()
    serializer_class = shapes.Gateway

    def get_permissions(self) -> list[Any]:
        return [Managing() if self.request.method == "POST" else Seeing()]

    @extend_schema(responses=shapes.Gateway(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        page = self.paginate_queryset(Gateway.objects.all()) or []
        return self.get_paginated_response(shapes.Gateway(page, many=True).data)

    @extend_schema(request=shapes.NewGateway, responses={201: shapes.Credentials})
    def post(self, request: Request) -> Response:
        """Add a gateway; its password is in this answer and never shown again."""
        given = shapes.read(shapes.NewGateway, request)
        key = None
        if "spki" in given:
            key = GatewayKey(algorithm=given.get("algorithm", "ed25519"), spki=bytes.fromhex(given["spki"]))
        made = plants.create_gateway(viewer_in(request), gateway=given["id"], name=given["name"], key=key)
        return shown_once(Response(_credentials(made), status=201))


class GatewayPassword(APIView):
    """A gateway's sign-in."""

    permission_classes = [Managing]

    @extend_schema(request=None, responses={201: shapes.Credentials})
    def post(self, request: Request, gateway: str) -> Response:
        """A new password; the old one ends within seconds."""
        made = plants.renew_password(viewer_in(request), gateway_named(gateway))
        return shown_once(Response(_credentials(made), status=201))


class GatewayRevocation(APIView):
    """The end of a gateway."""

    permission_classes = [Managing]

    @extend_schema(request=None, responses=shapes.Gateway)
    def post(self, request: Request, gateway: str) -> Response:
        """It may neither sign in nor sign from now on."""
        row = plants.revoke_gateway(viewer_in(request), gateway_named(gateway))
        return Response(shapes.Gateway(row).data)


def gateway_named(gateway: str) -> Gateway:
    """A gateway of the enterprise. Raises Refused unknown_gateway."""
    row = Gateway.objects.filter(pk=gateway).first()
    if row is None:
        refuse(Refusal.UNKNOWN_GATEWAY, gateway=gateway)
    return row


def place_of(gateway: Gateway) -> tuple[str, str]:
    """Plant, meter and unit of a gateway's first meter for its ready lines, or words to fill in."""
    first = Meter.objects.filter(gateway=gateway).order_by("pk").first()
    return (f"{first.plant_id}/{first.slug}", first.unit) if first else ("PLANT/METER", "t")


def _credentials(made: plants.Credentials) -> dict[str, Any]:
    place, unit = place_of(made.gateway)
    return {
        "broker": broker_address(),
        "gateway": shapes.Gateway(made.gateway).data,
        "username": made.username,
        "password": made.password,
        "topic": f"v1/{made.username}/PLANT/METER/b",
        "receipts": f"ack/{made.username}/#",
        "lines": lines_of(
            f"v1/{made.username}/{place}/r", unit, username=made.username, password=made.password
        ),
    }

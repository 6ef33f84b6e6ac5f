"""How the ingest worker stands: for whoever oversees the network. It names no plant and no reading."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.figures import read
from tenants.permissions import with_right


class WorkerFigures(serializers.Serializer[Any]):
    """Counts since the worker's start; lag_s: arrival to durable write; reasons: of what was held."""

    running = serializers.BooleanField()
    connected = serializers.BooleanField()
    store_away = serializers.BooleanField()
    rate_per_s = serializers.FloatField()
    lag_s = serializers.FloatField()
    waiting = serializers.IntegerField()
    spool_bytes = serializers.IntegerField()
    readings = serializers.IntegerField()
    repeats = serializers.IntegerField()
    held = serializers.IntegerField()
    reasons = serializers.DictField(child=serializers.IntegerField())


class Worker(APIView):
    """The worker's figures."""

    permission_classes = [with_right(Right.SEE_NETWORK)]

    @extend_schema(responses=WorkerFigures)
    def get(self, request: Request) -> Response:
        """As it wrote them last, at most a few seconds ago; `running` is false where they are older."""
        return Response(shown(read(settings.TANHENG.home / "run" / "ingest.json") or {}))


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """The figures of the file as the answer has them; zeros where there is none yet."""
    numbers = ("rate_per_s", "lag_s", "waiting", "spool_bytes", "readings", "repeats", "held")
    return {
        "running": bool(told.get("fresh")),
        "connected": bool(told.get("fresh") and told.get("connected")),
        "store_away": bool(told.get("away")),
        **{name: told.get(name, 0) for name in numbers},
        "reasons": told.get("reasons", {}),
    }

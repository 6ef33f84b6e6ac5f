"""Routes of a meter's key on the ledger."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import QueuedAnswer, SignedBody
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api import shapes
from ingest.api.meters import Managing, one_meter
from ingest.services import key_revocations
from tenants.permissions import viewer_in
from tenants.services.reasons import WORDS_MAX


class KeyStanding(serializers.Serializer[Any]):
    """Of the meter's gateway: its key's fingerprint ("" where it has none), and whether the key is ended."""

    fingerprint = serializers.CharField()
    revoked = serializers.BooleanField(allow_null=True)


class Revocation(SignedBody):
    """A signed `revoke_meter_key`, with the reason's words whose digest it carries."""

    reason = serializers.CharField(max_length=WORDS_MAX)


class KeyRevocation(APIView):
    """The key by which a meter's gateway signs."""

    permission_classes = [Managing]

    @extend_schema(responses=KeyStanding)
    def get(self, request: Request, meter: int) -> Response:
        """Which key it is, and whether it is ended."""
        row = one_meter(meter)
        ended = key_revocations.revoked(viewer_in(request), row)
        return Response(KeyStanding({"fingerprint": row.gateway.fingerprint, "revoked": ended}).data)

    @extend_schema(request=Revocation, responses={202: QueuedAnswer})
    def post(self, request: Request, meter: int) -> Response:
        """Queue the signed end of the key."""
        found = one_meter(meter)
        given = shapes.read(Revocation, request)
        reason = str(given.pop("reason"))
        row = key_revocations.revoke(viewer_in(request), found, given, reason=reason)
        return Response(QueuedAnswer({"intent_id": row.id, "state": row.state}).data, status=202)

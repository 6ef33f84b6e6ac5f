"""Routes of the certificates with which gateways sign in at the broker."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit import clock
from kit.idempotency import shown_once
from kit.signed import StrictSerializer
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api.broker import certificate_address, lines_of
from ingest.api.plants import gateway_named, place_of
from ingest.api.shapes import Broker, Lines, Out, read
from ingest.hot.models import BrokerCertificate
from ingest.services import certificates
from tenants.permissions import in_tenant_with, viewer_in

Seeing = in_tenant_with(Right.SEE_ENTERPRISE)
Managing = in_tenant_with(Right.MANAGE_METERS)


class OneCertificate(Out):
    """`state`: active, expired or revoked."""

    serial = serializers.CharField()
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    state = serializers.SerializerMethodField()

    def get_state(self, row: BrokerCertificate) -> str:
        if row.revoked_at is not None:
            return "revoked"
        return "expired" if row.expires_at <= clock.now() else "active"


class Held(Out):
    """`broker`: where a certificate signs in; null where the broker has no TLS of ours. No key is in here."""

    broker = Broker(allow_null=True)
    authority = serializers.CharField()
    results = OneCertificate(many=True)


class NewCertificate(StrictSerializer):
    """`replace`: those issued before end at once; else they go on until they are revoked or expire."""

    replace = serializers.BooleanField(default=False)


class IssuedOnce(Out):
    """PEM texts; the key is in this answer and nowhere else. `stem`: of the files that the lines name."""

    broker = Broker()
    username = serializers.CharField()
    stem = serializers.CharField()
    row = OneCertificate()
    certificate = serializers.CharField()
    key = serializers.CharField()
    authority = serializers.CharField()
    lines = Lines()


class Certificates(APIView):
    """A gateway's certificates."""

    def get_permissions(self) -> list[Any]:
        return [Managing() if self.request.method == "POST" else Seeing()]

    @extend_schema(responses=Held)
    def get(self, request: Request, gateway: str) -> Response:
        """Newest first, and the authority by which gateways know the broker."""
        rows = certificates.listed(viewer_in(request), gateway_named(gateway))
        address = certificate_address()
        found = {
            "broker": address,
            "authority": certificates.authority_text() if address else "",
            "results": OneCertificate(rows, many=True).data,
        }
        return Response(found)

    @extend_schema(request=NewCertificate, responses={201: IssuedOnce})
    def post(self, request: Request, gateway: str) -> Response:
        """A new certificate with its key, which is in this answer and never shown again."""
        given = read(NewCertificate, request)
        row = gateway_named(gateway)
        made = certificates.issue(viewer_in(request), row, replace=given["replace"])
        place, unit = place_of(row)
        username = made.row.username
        answer = {
            "broker": certificate_address(),
            "username": username,
            "stem": row.id,
            "row": OneCertificate(made.row).data,
            "certificate": made.pair.certificate_pem.decode(),
            "key": made.pair.key_pem.decode(),
            "authority": made.authority,
            "lines": lines_of(f"v1/{username}/{place}/r", unit, username=username, certificate=row.id),
        }
        return shown_once(Response(answer, status=201))


class CertificateRevocation(APIView):
    """The end of a certificate."""

    permission_classes = [Managing]

    @extend_schema(request=None, responses=Held)
    def post(self, request: Request, gateway: str, serial: str) -> Response:
        """It signs in nobody any more; who is connected by it is put out within seconds."""
        certificates.revoke(viewer_in(request), gateway_named(gateway), serial=serial)
        return Certificates().get(request, gateway)

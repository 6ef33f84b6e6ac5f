"""Routes of an auditor's independence: for whom its body compiled a report, to whom it was tied."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import Role
from lexicon.ties import AuditorTie
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market.api import shapes
from market.api.agreeing import CounterpartyName
from market.api.trading import signed
from market.services import compilations
from tenants.permissions import viewer_in, with_right

DECLARERS = (Role.LEAD_AUDITOR, Role.APPROVER)


class Compilation(serializers.Serializer[Any]):
    account = serializers.CharField()
    organisation = serializers.CharField()
    year = serializers.IntegerField()
    tie = serializers.ChoiceField(list(AuditorTie))
    at = serializers.DateTimeField(allow_null=True)
    tx_id = serializers.CharField()


class CompilationList(serializers.Serializer[Any]):
    """What was declared, and the enterprises that can be named."""

    results = Compilation(many=True)
    next = serializers.CharField(allow_null=True)
    enterprises = CounterpartyName(many=True)


class Compilations(APIView):
    """Enterprises for which the own body compiled a report, or to which it was tied."""

    permission_classes = [with_right(Right.SEE_CASES)]

    @extend_schema(responses=CompilationList)
    def get(self, request: Request) -> Response:
        """Newest first."""
        names = compilations.enterprises()
        rows = compilations.declared(viewer_in(request).account)
        body = {
            "results": [{**row, "organisation": names.get(row["account"], "")} for row in rows],
            "next": None,
            "enterprises": [
                {"account": account, "organisation": name}
                for account, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
            ],
        }
        return Response(CompilationList(body).data)

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed `declare_compilation`."""
        viewer = viewer_in(request)
        if viewer.role not in DECLARERS:
            refuse(Refusal.NO_PERMISSION, allowed="、".join(role.zh for role in DECLARERS))
        return shapes.accepted(compilations.declare(viewer, signed(request)))

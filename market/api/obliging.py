"""Routes of a regulator who sets obligations: which reports are due, what she signs, her proposal."""

import secrets
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market.api import shapes
from market.api.trading import signed
from market.models import MintedReport
from market.services import obligations
from tenants import selectors as people
from tenants.permissions import viewer_in, with_right
from tenants.services import actions

Setting = with_right(Right.SET_OBLIGATION)
_PLACE = [OpenApiParameter(name, str, required=True) for name in ("account", "plant", "period", "version")]


class DueReport(serializers.Serializer[Any]):
    account = serializers.CharField()
    organisation = serializers.CharField()
    plant = serializers.CharField()
    period = serializers.CharField()
    version = serializers.IntegerField()
    statement_digest = serializers.CharField()
    minted_at = serializers.DateTimeField(allow_null=True)
    action = serializers.CharField()
    proposed_by = serializers.CharField()
    may_confirm = serializers.BooleanField()


class DueReports(serializers.Serializer[Any]):
    results = DueReport(many=True)
    next = serializers.CharField(allow_null=True)


class Box(serializers.Serializer[Any]):
    fingerprint = serializers.CharField()
    box = serializers.CharField()


class ObligationDraft(serializers.Serializer[Any]):
    """What is signed, and what the page holds it against: the ledger's root and the boxes sealed to the
    regulator's own key under `context`."""

    name = serializers.CharField()
    args = serializers.DictField()
    figures_root = serializers.CharField()
    figures_count = serializers.IntegerField()
    context = serializers.CharField()  # type: ignore[assignment]
    boxes = Box(many=True)


class DueObligations(APIView):
    """Minted yearly reports without an obligation."""

    permission_classes = [Setting]

    @extend_schema(responses=DueReports)
    def get(self, request: Request) -> Response:
        """Oldest first; `action` names the proposal that waits for a second regulator."""
        rows, waiting, viewer = obligations.due(), obligations.proposed(), viewer_in(request)
        names = people.organisation_names([row.account for row in rows])
        told = []
        for row in rows:
            action = waiting.get((row.account, int(row.period)))
            told.append(
                {
                    **{field: getattr(row, field) for field in _FIELDS},
                    "organisation": names.get(row.account, ""),
                    "action": action.id if action else "",
                    "proposed_by": action.proposed_by if action else "",
                    "may_confirm": bool(action and actions.may_confirm(viewer, action)),
                }
            )
        return Response(DueReports({"results": told, "next": None}).data)


class ObligationDrafts(APIView):
    """An obligation made ready."""

    permission_classes = [Setting]

    @extend_schema(parameters=_PLACE, responses=ObligationDraft)
    def get(self, request: Request) -> Response:
        """The opened total and its path, to be checked against the ledger's root and signed."""
        row, viewer = _report(request), viewer_in(request)
        made = obligations.prepare(viewer, row, action=f"act_{secrets.token_hex(8)}")
        return Response(
            ObligationDraft(
                {
                    **made,
                    "figures_root": row.figures_root,
                    "figures_count": row.record["figures_count"],
                    "context": f"report~{row.account}~{row.plant}~{row.period}~{row.version}",
                    "boxes": obligations.box_of(viewer, row),
                }
            ).data
        )


class ObligationProposals(APIView):
    """A regulator's proposal; another regulator confirms it as any act of two persons."""

    permission_classes = [Setting]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue the signed proposal."""
        return shapes.accepted(obligations.propose(viewer_in(request), signed(request)))


def _report(request: Request) -> MintedReport:
    given = {name: request.query_params.get(name, "") for name in ("account", "plant", "period", "version")}
    version = given.pop("version")
    if not (version.isascii() and version.isdigit() and 0 < len(version) < 6) or "\x00" in "".join(
        given.values()
    ):
        refuse(Refusal.FIELD_INVALID, field="version", reason="1 ..")
    return obligations.report_of(**given, version=int(version))


_FIELDS = ("account", "plant", "period", "version", "statement_digest", "minted_at")

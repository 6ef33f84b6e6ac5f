"""Routes of acts of two persons: what waits, what it says, the second person's confirmation."""

import json
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import selectors
from tenants.access import Viewer
from tenants.api import shapes
from tenants.models import TwoStepAction
from tenants.permissions import viewer_in, with_right
from tenants.services import actions

Overseer = with_right(Right.CONFIRM_ACTIONS)


class Actions(GenericAPIView[Any]):
    """Acts of two persons."""

    permission_classes = [Overseer]
    serializer_class = shapes.Action

    @extend_schema(parameters=[OpenApiParameter("state", str)], responses=shapes.Action(many=True))
    def get(self, request: Request) -> Response:
        """Newest first; `?state=proposed` for those that wait for a second person."""
        viewer = viewer_in(request)
        rows = selectors.actions_for(viewer)
        if state := request.query_params.get("state"):
            rows = rows.filter(state=state)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(shown(viewer, list(page)))


class OneAction(APIView):
    """One act of two persons."""

    permission_classes = [Overseer]

    @extend_schema(responses=shapes.Action)
    def get(self, request: Request, action_id: str) -> Response:
        """What it does, who proposed it, and what the second person signs."""
        row = selectors.actions_for(viewer_in(request)).filter(pk=action_id).first()
        if row is None:
            refuse(Refusal.ACTION_UNKNOWN, action=action_id)
        return Response(shown(viewer_in(request), [row])[0])


class Confirmation(APIView):
    """The second person's word."""

    permission_classes = [Overseer]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, action_id: str) -> Response:
        """Confirm: `confirm_action`, signed by another person than who proposed it."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(actions.confirm(viewer_in(request), action_id, signed))


def shown(viewer: Viewer, rows: list[TwoStepAction]) -> list[dict[str, Any]]:
    """Acts with names for people and organisations, in two queries whatever their number."""
    people = selectors.people([row.proposed_by for row in rows])
    names = selectors.organisation_names([row.account for row in rows])
    return [
        dict(
            shapes.Action(
                {
                    **{field: getattr(row, field) for field in _PLAIN},
                    "act_args": json.loads(row.act_args),
                    "organisation": names.get(row.account, ""),
                    "proposed_by_name": people[row.proposed_by].name if row.proposed_by in people else "",
                    "may_confirm": actions.may_confirm(viewer, row),
                    "signing": actions.signing_of(row),
                }
            ).data
        )
        for row in rows
    ]


_PLAIN = ("id", "act", "digest", "account", "proposed_by", "confirmed_by", "state", "not_after", "created_at")

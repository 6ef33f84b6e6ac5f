"""Routes of acts of two persons: proposing, what waits and says what, confirming, withdrawing, executing."""

import json
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import selectors
from tenants.access import Viewer
from tenants.api import shapes
from tenants.models import Person, TwoStepAction
from tenants.permissions import Member, viewer_in
from tenants.services import actions, proposals


class Actions(GenericAPIView[Any]):
    """Acts of two persons."""

    permission_classes = [Member]
    serializer_class = shapes.Action

    @extend_schema(
        parameters=[OpenApiParameter("state", str), OpenApiParameter("act", str)],
        responses=shapes.Action(many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first, an organisation's own, all for overseers; `?state=proposed`: waits for a second."""
        viewer = viewer_in(request)
        rows = selectors.actions_for(viewer)
        for field in ("state", "act"):
            if wanted := request.query_params.get(field, "").replace("\x00", ""):
                rows = rows.filter(**{field: wanted})
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(shown(viewer, list(page)))

    @extend_schema(request=shapes.Proposal, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed proposal; the roles that may are the act's."""
        given = shapes.read(shapes.Proposal, request)
        reason = str(given.pop("reason"))
        return shapes.accepted(proposals.propose(viewer_in(request), given, reason=reason))


class OneAction(APIView):
    """One act of two persons."""

    permission_classes = [Member]

    @extend_schema(responses=shapes.Action)
    def get(self, request: Request, action_id: str) -> Response:
        """What it does, who proposed it, and what the second person signs."""
        row = selectors.actions_for(viewer_in(request)).filter(pk=action_id).first()
        if row is None:
            refuse(Refusal.ACTION_UNKNOWN, action=action_id)
        return Response(shown(viewer_in(request), [row])[0])


class Confirmation(APIView):
    """The second person's word."""

    permission_classes = [Member]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, action_id: str) -> Response:
        """Confirm: `confirm_action`, signed by another person than who proposed it."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(actions.confirm(viewer_in(request), action_id, signed))


class Withdrawal(APIView):
    """Taking an act back before it is carried out."""

    permission_classes = [Member]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, action_id: str) -> Response:
        """`withdraw_action`: by either role of the act; while it waits also by the account it touches."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(actions.withdraw(viewer_in(request), action_id, signed))


class Execution(APIView):
    """Carrying a confirmed act out after its delay."""

    permission_classes = [Member]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, action_id: str) -> Response:
        """`execute_action`: by either role of the act."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(actions.execute(viewer_in(request), action_id, signed))


def shown(viewer: Viewer, rows: list[TwoStepAction]) -> list[dict[str, Any]]:
    """Acts with names and reasons, in three queries whatever their number."""
    given = {row.id: json.loads(row.act_args) for row in rows}
    meant = [str(args.get(name, "")) for args in given.values() for name in ("person", "counterparty")]
    people = selectors.people([who for row in rows for who in (row.proposed_by, row.confirmed_by)] + meant)
    names = selectors.organisation_names([row.account for row in rows] + meant)
    reasons = selectors.reasons([str(args.get("reason_digest", "")) for args in given.values()])
    return [
        dict(
            shapes.Action(
                {
                    **{field: getattr(row, field) for field in _PLAIN},
                    "act_args": given[row.id],
                    "reason": reasons.get(str(given[row.id].get("reason_digest", "")), ""),
                    "organisation": names.get(row.account, ""),
                    "proposed_by_name": _name(people, row.proposed_by),
                    "confirmed_by_name": _name(people, row.confirmed_by),
                    "person_name": _name(people, given[row.id].get("person")),
                    "counterparty_name": names.get(str(given[row.id].get("counterparty", "")), ""),
                    "may_withdraw": actions.may_withdraw(viewer, row),
                    "may_execute": actions.may_execute(viewer, row),
                    "may_confirm": actions.may_confirm(viewer, row),
                    "signing": actions.signing_of(row),
                }
            ).data
        )
        for row in rows
    ]


def _name(people: Mapping[str, Person], person: object) -> str:
    found = people.get(str(person))
    return found.name if found else ""


_PLAIN = (
    "id", "act", "digest", "account", "proposed_by", "confirmed_by", "state", "not_before", "not_after",
    "created_at",
)  # fmt: skip

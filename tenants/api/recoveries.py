"""Routes of people who lost their keys: asking for new ones, and what helpers sign."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import selectors
from tenants.access import Viewer
from tenants.api import shapes
from tenants.permissions import Member, viewer_in
from tenants.recovery_models import KeyRecovery
from tenants.services import recovery

REQUESTS_SHOWN = 200


class Recoveries(APIView):
    """Requests for new keys."""

    permission_classes = [Member]

    @extend_schema(responses=shapes.Recoveries)
    def get(self, request: Request) -> Response:
        """One's account's, all for overseers, newest first; `act`: how the viewer can begin to help."""
        viewer = viewer_in(request)
        rows = selectors.recoveries(viewer)[:REQUESTS_SHOWN]
        return Response(shapes.Recoveries({"results": shown(viewer, list(rows)), "next": None}).data)

    @extend_schema(request=shapes.RecoveryRequest, responses={201: shapes.Recovery})
    def post(self, request: Request) -> Response:
        """Ask for new keys: made and proved in one's own browser, bound when two others have acted."""
        viewer = viewer_in(request)
        row = recovery.ask(viewer, **shapes.read(shapes.RecoveryRequest, request))
        return Response(shapes.Recovery(shown(viewer, [row])[0]).data, status=201)


class OneRecovery(APIView):
    """One request of mine."""

    permission_classes = [Member]

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, recovery_id: str) -> Response:
        """Take it back, while nobody acts on it."""
        recovery.withdraw(viewer_in(request), recovery_id)
        return Response(status=204)


def shown(viewer: Viewer, rows: list[KeyRecovery]) -> list[Any]:
    """Requests as a viewer sees them."""
    names = selectors.organisation_names([row.account for row in rows])
    return [_shown(viewer, row, names.get(row.account, "")) for row in rows]


def _shown(viewer: Viewer, row: KeyRecovery, organisation: str) -> Any:
    action = recovery.live_action(row)
    for name, value in (
        ("organisation", organisation),
        ("own", viewer.person == row.person_id),
        ("act", recovery.act_for(viewer, row) or ""),
        ("act_args", json.loads(row.act_args)),
        ("action", action.id if action else ""),
        ("action_state", action.state if action else ""),
        ("not_before", action.not_before if action else ""),
    ):
        setattr(row, name, value)
    return row

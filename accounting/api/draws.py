"""Routes of the draw of auditors: administrator and regulator commit, and open."""

from drf_spectacular.utils import extend_schema
from kit.signed import QueuedAnswer, SignedBody
from lexicon.rights import Right
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api import shapes
from accounting.services import draws
from tenants.permissions import viewer_in, with_right

KeepsDraws = with_right(Right.KEEP_DRAWS)


class Draws(APIView):
    """What the viewer's side has to commit to or to open."""

    permission_classes = [KeepsDraws]

    @extend_schema(responses=shapes.Draws)
    def get(self, request: Request) -> Response:
        """Periods without the viewer's commitment, and draws that statements wait for."""
        return Response(shapes.Draws(draws.rows(viewer_in(request))).data)


class Commitments(APIView):
    """The viewer's commitments to the draws of the coming periods."""

    permission_classes = [KeepsDraws]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request) -> Response:
        """What is signed."""
        return Response(draws.commitments_of(viewer_in(request)))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Commit."""
        return shapes.accepted(draws.commit(viewer_in(request), shapes.read(SignedBody, request)))


class DrawOpening(APIView):
    """The viewer's side of one period's draw."""

    permission_classes = [KeepsDraws]

    @extend_schema(responses=shapes.Signing)
    def get(self, request: Request, period: str) -> Response:
        """What is signed."""
        return Response(draws.opening_of(viewer_in(request), period))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, period: str) -> Response:
        """Open the nonce."""
        signed = shapes.read(SignedBody, request)
        return shapes.accepted(draws.open_draw(viewer_in(request), period, signed))

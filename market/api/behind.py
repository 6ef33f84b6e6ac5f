"""The regulator's door to what a figure rests on: an enterprise's days, hours and signed readings.

Every look is written into the log that the enterprise reads, with its purpose.
"""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from lexicon.rights import Right
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ingest.api.basis import (
    AT,
    FILE,
    MONTH,
    PARAMETERS,
    Behind,
    MetersBehind,
    behind,
    meters_behind,
    proved,
)
from market import oversight
from market.api.overseeing import asked
from tenants.permissions import viewer_in, with_right

PURPOSE = OpenApiParameter("purpose", required=True)


class EnterpriseMeters(APIView):
    """The meters of a plant of an enterprise, for a stated purpose."""

    permission_classes = [with_right(Right.LOOK_INTO_TENANT)]

    @extend_schema(parameters=[PURPOSE, MONTH], responses=MetersBehind)
    def get(self, request: Request, account: str, plant: str) -> Response:
        """Each with what it counted in the month."""
        with oversight.opened(viewer_in(request), account, purpose=asked(request, "purpose")):
            return meters_behind(request, plant)


class EnterpriseBasis(APIView):
    """What a meter's month of an enterprise rests on, for a stated purpose."""

    permission_classes = [with_right(Right.LOOK_INTO_TENANT)]

    @extend_schema(parameters=[PURPOSE, *PARAMETERS], responses=Behind)
    def get(self, request: Request, account: str, plant: str, meter: str) -> Response:
        """Its days with their anchors; `?day=` the hours of one of them."""
        with oversight.opened(viewer_in(request), account, purpose=asked(request, "purpose")):
            return behind(request, plant, meter)


class EnterpriseReading(APIView):
    """A signed reading of an enterprise, for a stated purpose."""

    permission_classes = [with_right(Right.LOOK_INTO_TENANT)]

    @extend_schema(parameters=[PURPOSE, *AT], responses=FILE)
    def get(self, request: Request, account: str, plant: str, meter: str) -> HttpResponse:
        """The last one at or before `at`, with its way to the ledger."""
        with oversight.opened(viewer_in(request), account, purpose=asked(request, "purpose")):
            return proved(request, plant, meter)

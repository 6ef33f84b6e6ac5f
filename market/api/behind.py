"""The regulator's door to what a figure rests on: signed readings, and a period as it was known on any day.

Every look is written into the log that the enterprise reads, with its purpose.
"""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import selectors
from accounting.api.known import Known, KnownDays, known_days, known_on
from accounting.models import ReportingPeriod
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


class EnterpriseKnownDays(APIView):
    """The days on which a period of an enterprise changed, for a stated purpose."""

    permission_classes = [with_right(Right.LOOK_INTO_TENANT)]

    @extend_schema(parameters=[PURPOSE], responses=KnownDays)
    def get(self, request: Request, account: str, plant: str, period: str) -> Response:
        """Oldest first, each with its state and total."""
        with oversight.opened(viewer_in(request), account, purpose=asked(request, "purpose")):
            return known_days(_period(plant, period))


class EnterpriseKnown(APIView):
    """A period of an enterprise as it was known on a day, for a stated purpose."""

    permission_classes = [with_right(Right.LOOK_INTO_TENANT)]

    @extend_schema(parameters=[PURPOSE], responses=Known)
    def get(self, request: Request, account: str, plant: str, period: str, day: str) -> Response:
        """Lines, factors and total at the end of that day."""
        with oversight.opened(viewer_in(request), account, purpose=asked(request, "purpose")):
            return known_on(_period(plant, period), day)


def _period(plant: str, period: str) -> ReportingPeriod:
    row = selectors.periods(plant=plant).filter(period=period).first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return row

"""The market's hours: when the session opens and closes, when bids of auctions are taken and revealed."""

from drf_spectacular.utils import extend_schema
from kit import clock
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import timetable
from market.api.shapes import Shape
from tenants.permissions import with_right


class DayHours(Shape):
    """A trading day's instants; bids are taken and revealed only where the session has an auction."""

    day = serializers.DateField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    blocks_at = serializers.DateTimeField()
    bids_at = serializers.DateTimeField()
    bids_until = serializers.DateTimeField()
    reveals_until = serializers.DateTimeField()
    next_opens_at = serializers.DateTimeField()


class MarketHours(Shape):
    """now: the server's clock, from which a page counts down."""

    now = serializers.DateTimeField()
    timetable = DayHours(allow_null=True)


class Hours(APIView):
    """The trading day under way, or the next."""

    permission_classes = [with_right(Right.SEE_MARKET)]

    @extend_schema(responses=MarketHours)
    def get(self, request: Request) -> Response:
        """Its hours, by the calendar on the ledger; null where no trading day is ahead."""
        now = clock.now()
        return Response(MarketHours({"now": now, "timetable": timetable.current(now=now)}).data)

"""Routes of a plant's place among its peers: percentiles and means, and never whose figures they are of."""

from drf_spectacular.utils import extend_schema
from lexicon.refusals import Refusal, refuse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import metered
from accounting.api.cases import SeesCases
from accounting.api.periods import Reader
from accounting.api.shapes import Out
from accounting.services import peers, verification
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class PeerPlace(Out):
    """A measure of a period: the plant's own figure, the mean of `peers` other enterprises over their sums,
    the share of them below it in percent. Null while there are fewer than five (`made_at` is null, too), and
    while the plant's own figure is newer than the group of `made_at`. edge: beyond all of them."""

    period = serializers.CharField()
    measure = serializers.CharField()
    words = serializers.DictField()
    unit = serializers.CharField()
    own = serializers.CharField()
    peers = serializers.IntegerField(allow_null=True)
    mean = serializers.CharField(allow_null=True)
    percentile = serializers.CharField(allow_null=True)
    deviation_percent = serializers.CharField(allow_null=True)
    edge = serializers.ChoiceField(["lowest", "highest", ""])
    made_at = serializers.DateTimeField(allow_null=True)


class PeerPlaces(Out):
    """A plant's places, newest period first."""

    results = PeerPlace(many=True)


class PlantPeers(APIView):
    """The enterprise's own plant among its peers."""

    permission_classes = [Reader]

    @extend_schema(responses=PeerPlaces)
    def get(self, request: Request, plant: str) -> Response:
        """Each measure of the plant's signed statements, with its place among other enterprises."""
        if metered.plant(plant) is None:
            refuse(Refusal.NOT_FOUND)
        return Response(PeerPlaces({"results": peers.of_plant(plant)}).data)


class CasePeers(APIView):
    """The same, for the auditor of a case."""

    permission_classes = [SeesCases]

    @extend_schema(responses=PeerPlaces)
    def get(self, request: Request, case_id: str) -> Response:
        """The places of the case's plant up to the case's period."""
        with enter_case(viewer_in(request), case_id):
            period = verification.case_of(case_id).report.period
            until = period.period if "-" in period.period else f"{period.period}-12"
            return Response(PeerPlaces({"results": peers.of_plant(period.plant, until=until)}).data)

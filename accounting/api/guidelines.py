"""Public routes: the guidelines, and a calculation that keeps nothing."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from lexicon.refusals import Refusal, refuse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounting.domain.compute import guideline_json, guidelines_json, result_json, statement_of
from accounting.domain.detail import detail_json
from accounting.domain.factors import read_published
from accounting.domain.registry import guidelines
from accounting.services import factor_versions
from tenants.permissions import Anyone


class Public(APIView):
    """Open to everybody, at a limited rate."""

    permission_classes = [Anyone]
    authentication_classes = []
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "public"


class Guidelines(Public):
    """All guidelines."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Id, names, sector and regime of each."""
        return Response({"results": guidelines_json(), "next": None})


class OneGuideline(Public):
    """One guideline."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, guideline_id: str) -> Response:
        """Its input schema, defaults with their sources, and its published trees."""
        known = guidelines().get(guideline_id)
        later = [read_published(text) for _, text in factor_versions.texts_for(known)] if known else []
        found = guideline_json(guideline_id, later)
        if found is None:
            refuse(Refusal.GUIDELINE_UNKNOWN, guideline=guideline_id[:40])
        return Response(found)


class Compute(Public):
    """A calculation of an input object, as `tanheng compute`; nothing is kept."""

    throttle_scope = "compute"

    @extend_schema(
        parameters=[
            OpenApiParameter("detail", str, description="1: also each line's formula, factors, sources")
        ],
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        """Lines, subtotals, total and remarks; with a blocking remark there is no total."""
        statement = statement_of(request.data)
        result = result_json(statement)
        if request.query_params.get("detail") == "1":
            result["detail"] = detail_json(statement)
        return Response(result)

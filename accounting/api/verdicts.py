"""Routes of the verdicts on a sample: given one by one, or for all whose automatic check is good."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.signed import StrictSerializer
from lexicon.terms import ItemVerdict
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api.cases import Lead, SeesCases
from accounting.api.shapes import Out, read
from accounting.services import item_checks, verdicts, verification, worklog
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class GivenVerdicts(StrictSerializer):
    """Verdicts by item; an empty one takes it away, items that are not named keep theirs."""

    verdicts = serializers.DictField(child=serializers.ChoiceField(ItemVerdict.choices(), allow_blank=True))


class NoBody(StrictSerializer):
    """Nothing is said besides the act itself."""


class SampledItem(Out):
    """An item of the sample. kind: day, value, evidence; stream: its line in the report, or empty;
    by_check: passed together with all whose check was good; findings: numbers of those on it."""

    item = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    kind = serializers.CharField()
    stream = serializers.CharField()
    verdict = serializers.CharField()
    by_check = serializers.BooleanField()
    person = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    findings = serializers.ListField(child=serializers.IntegerField())


class Verdicts(Out):
    """The sample with its verdicts; `open`: they may change; `counts`: by verdict; `missing`: without one."""

    open = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    missing = serializers.IntegerField()
    items = SampledItem(many=True)


class ItemCheck(Out):
    """The automatic check of an item in words; `good`: signature and proof, or digest and radar, hold."""

    item = serializers.CharField()
    good = serializers.BooleanField()
    zh = serializers.CharField()
    en = serializers.CharField()


class ItemChecks(Out):
    results = ItemCheck(many=True)


class CaseVerdicts(APIView):
    """The verdicts of a case."""

    def get_permissions(self) -> list[Any]:
        return [SeesCases()] if self.request.method == "GET" else [Lead()]

    @extend_schema(responses=Verdicts)
    def get(self, request: Request, case_id: str) -> Response:
        """Every item that the seed drew, with its verdict."""
        with enter_case(viewer_in(request), case_id):
            return Response(Verdicts(verdicts.shown(verification.case_of(case_id))).data)

    @extend_schema(request=GivenVerdicts, responses=Verdicts)
    def put(self, request: Request, case_id: str) -> Response:
        """Keep verdicts, until the technical review is recorded."""
        viewer, given = viewer_in(request), read(GivenVerdicts, request)["verdicts"]
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            verdicts.keep(viewer, case, given)
            return Response(Verdicts(verdicts.shown(case)).data)


class CaseItemChecks(APIView):
    """The automatic checks of a sample."""

    def get_permissions(self) -> list[Any]:
        return [SeesCases()] if self.request.method == "GET" else [Lead()]

    @extend_schema(responses=ItemChecks)
    def get(self, request: Request, case_id: str) -> Response:
        """Signatures, roots and files of the items, read and verified again."""
        with enter_case(viewer_in(request), case_id):
            case = verification.case_of(case_id)
            found = item_checks.checks_of(case, worklog.items_of(case))
            return Response(ItemChecks({"results": [one.as_json() for one in found]}).data)

    @extend_schema(request=NoBody, responses=Verdicts)
    def post(self, request: Request, case_id: str) -> Response:
        """Pass every item without a verdict whose check is good now."""
        viewer = viewer_in(request)
        read(NoBody, request)
        with enter_case(viewer, case_id):
            case = verification.case_of(case_id)
            verdicts.pass_checked(viewer, case)
            return Response(Verdicts(verdicts.shown(case)).data)

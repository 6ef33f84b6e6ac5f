"""Routes that look at a period from outside its form: checks, the time machine, comparison."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from lexicon.refusals import Refusal, refuse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.api.cases import SeesCases
from accounting.api.periods import Reader, found
from accounting.api.shapes import Out
from accounting.models import ReportingPeriod
from accounting.services import comparing, known, prechecks, verification
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class CheckRow(Out):
    check = serializers.CharField()
    verdict = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    streams = serializers.ListField(child=serializers.CharField())
    found = serializers.ListField(child=serializers.DictField())


class Checks(Out):
    """The auditor's automatic checks and how many passed, warn and failed."""

    checks = CheckRow(many=True)
    passed = serializers.IntegerField()
    warned = serializers.IntegerField()
    failed = serializers.IntegerField()


class KnownDay(Out):
    day = serializers.DateField()
    known_at = serializers.DateTimeField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    total_g = serializers.CharField(allow_null=True)
    digest = serializers.CharField()


class KnownDays(Out):
    results = KnownDay(many=True)
    next = serializers.CharField(allow_null=True)


class Known(KnownDay):
    """A period as it was known at the end of a day; `day` is the day on which that was found out."""

    guideline = serializers.CharField()
    rule_version = serializers.CharField()
    region = serializers.CharField()
    factor_sets = serializers.DictField()
    total_tco2 = serializers.CharField(allow_null=True)
    lines = serializers.ListField(child=serializers.DictField())
    subtotals = serializers.ListField(child=serializers.DictField())
    grades = serializers.ListField(child=serializers.DictField())
    remarks = serializers.ListField(child=serializers.DictField())


class Comparison(Out):
    """Two sides and every stream of either."""

    before = serializers.DictField()
    after = serializers.DictField()
    streams = serializers.ListField(child=serializers.DictField())
    change_tco2e = serializers.CharField()
    activity_tco2e = serializers.CharField()
    factor_tco2e = serializers.CharField()


class PeriodChecks(APIView):
    """The pre-check."""

    permission_classes = [Reader]

    @extend_schema(responses=Checks)
    def get(self, request: Request, period_id: str) -> Response:
        """What the auditor's machine would say of the last calculation, before anybody signs it."""
        return Response(Checks(prechecks.of_period(viewer_in(request).account, found(period_id))).data)


class CaseChecks(APIView):
    """The same checks of a frozen statement."""

    permission_classes = [SeesCases]

    @extend_schema(responses=Checks)
    def get(self, request: Request, case_id: str) -> Response:
        """For the auditor of the case."""
        with enter_case(viewer_in(request), case_id):
            return Response(Checks(prechecks.of_report(verification.case_of(case_id).report)).data)


class PeriodKnownDays(APIView):
    """The time machine's days."""

    permission_classes = [Reader]

    @extend_schema(responses=KnownDays)
    def get(self, request: Request, period_id: str) -> Response:
        """The days on which anything of the period changed, oldest first."""
        return known_days(found(period_id))


class PeriodKnown(APIView):
    """The time machine."""

    permission_classes = [Reader]

    @extend_schema(responses=Known)
    def get(self, request: Request, period_id: str, day: str) -> Response:
        """The period as it was known at the end of a day: lines, factors and total of then."""
        return known_on(found(period_id), day)


class CaseKnownDays(APIView):
    """The days of the period of a case."""

    permission_classes = [SeesCases]

    @extend_schema(responses=KnownDays)
    def get(self, request: Request, case_id: str) -> Response:
        """For the auditor of the case, while it is open."""
        with enter_case(viewer_in(request), case_id):
            return known_days(verification.case_of(case_id).report.period)


class CaseKnown(APIView):
    """The time machine of the period of a case."""

    permission_classes = [SeesCases]

    @extend_schema(responses=Known)
    def get(self, request: Request, case_id: str, day: str) -> Response:
        """The period as it was known at the end of a day, for the auditor of the case while it is open."""
        with enter_case(viewer_in(request), case_id):
            return known_on(verification.case_of(case_id).report.period, day)


def known_days(period: ReportingPeriod) -> Response:
    """The days on which anything of a period changed, oldest first, in the schema on the connection."""
    return Response(KnownDays({"results": known.days_of(period), "next": None}).data)


def known_on(period: ReportingPeriod, day: str) -> Response:
    """A period as known at the end of a day, `2026-07-03`. Raises Refused: field_invalid, not_found."""
    row = known.on(period, _day(day))
    if row is None:
        refuse(Refusal.NOT_FOUND)
    given = row.result.get("input", {})
    shown = {
        **{name: getattr(row, name) for name in ("day", "known_at", "state", "version", "digest")},
        **{name: given.get(name, "") for name in ("guideline", "rule_version", "region")},
        **{name: row.result.get(name, []) for name in ("lines", "subtotals", "grades", "remarks")},
        "factor_sets": given.get("factor_sets", {}),
        "total_g": row.result.get("total_g"),
        "total_tco2": row.result.get("total_tco2e"),
    }
    return Response(Known(shown).data)


class PeriodComparison(APIView):
    """Two periods side by side."""

    permission_classes = [Reader]

    @extend_schema(
        parameters=[
            OpenApiParameter("with", str, required=True, description="id of the period to compare with"),
            OpenApiParameter("day", str, description="this one as known at the end of a day"),
            OpenApiParameter("with_day", str, description="the other one as known at the end of a day"),
        ],
        responses=Comparison,
    )
    def get(self, request: Request, period_id: str) -> Response:
        """What changed since the other period, and by which cause; the same period with another day, too."""
        query = request.query_params
        other = self._side(found(_uuid(query.get("with", ""))), query.get("with_day", ""))
        mine = self._side(found(period_id), query.get("day", ""))
        return Response(Comparison(comparing.compare(other, mine)).data)

    def _side(self, row: ReportingPeriod, day: str) -> dict[str, Any]:
        return comparing.side_of(row, _day(day) if day else None)


def _day(text: str) -> date:
    """A day as `2026-07-03`. Raises Refused: field_invalid."""
    try:
        return date.fromisoformat(text if len(text) == len("2026-07-03") else "")
    except ValueError:
        refuse(Refusal.FIELD_INVALID, field="day", reason="YYYY-MM-DD")


def _uuid(text: str) -> str:
    try:
        return str(serializers.UUIDField().to_internal_value(text))
    except serializers.ValidationError:
        refuse(Refusal.FIELD_INVALID, field="with", reason="UUID")

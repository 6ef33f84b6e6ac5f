"""Routes across enterprises: issues, oversight, trace, search, explorer, and the public figures."""

import re
from typing import Any

from django.db.models import Count, Sum
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit import clock
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import ReportState, TradeKind
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import business, explorer, oversight, search, selectors, trace
from market.api import shapes, wide
from market.api.trading import Newest, require, signed
from market.domain.amounts import tonnes
from market.models import MintedReport, Obligation, Supply, Trade
from market.services import issues
from tenants import selectors as people
from tenants.permissions import Anyone, Member, viewer_in, with_right

YEAR = re.compile(r"20[0-9]{2}\Z")


class NewestIssue(Pages):
    """Pages of issues."""

    ordering = "-proposed_at"


class NewestReport(Pages):
    """Pages of reports."""

    ordering = "-submitted_at"


class NewestAct(Pages):
    """Pages of acts of business."""

    ordering = ("-block_number", "tx_id")


class NewestBlock(Pages):
    """Pages of blocks."""

    ordering = "-number"


def asked(request: Request, name: str) -> str:
    """A parameter of the query, "" when it is not there. Raises: Refused field_invalid for NUL."""
    value = request.query_params.get(name, "")
    if "\x00" in value:
        refuse(Refusal.FIELD_INVALID, field=name, reason="NUL")
    return value


class Named(ListAPIView[Any]):
    """A list whose rows get the names of the accounts they speak of."""

    accounts: tuple[str, ...] = ("account",)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """The serializer with the names of this page's accounts."""
        rows = args[0] if args and kwargs.get("many") else []
        ids = {getattr(row, field) for row in rows for field in self.accounts}
        given = kwargs.pop("context", None) or self.get_serializer_context()
        context = {**given, "names": people.organisation_names(sorted(ids - {""}))}
        return self.get_serializer_class()(*args, context=context, **kwargs)


class Issues(Named):
    """Issues of coin and allowances, and proposing one."""

    permission_classes = [with_right(Right.OVERSEE)]
    serializer_class = shapes.Issue
    pagination_class = NewestIssue

    def get_queryset(self) -> Any:
        """All issues; `?state=proposed` those that wait for the regulator."""
        rows = selectors.issues()
        state = asked(self.request, "state")
        return rows.filter(state=state) if state else rows

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed proposal."""
        require(request, Right.PROPOSE_ISSUE)
        return shapes.accepted(issues.propose(viewer_in(request), signed(request)))


class IssueSigning(APIView):
    """What a regulator signs to endorse an issue."""

    permission_classes = [with_right(Right.ENDORSE_ISSUE)]

    @extend_schema(responses=wide.Intent)
    def get(self, request: Request, issue: str) -> Response:
        """Name and arguments, from the ledger's own record."""
        return Response(issues.to_endorse(issue))


class IssueEndorsement(APIView):
    """The regulator's word on an issue."""

    permission_classes = [with_right(Right.ENDORSE_ISSUE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, issue: str) -> Response:
        """Queue a signed endorsement."""
        return shapes.accepted(issues.endorse(viewer_in(request), issue, signed(request)))


class Supplies(APIView):
    """How much of each token may be issued and was."""

    permission_classes = [with_right(Right.OVERSEE)]

    @extend_schema(responses=wide.Supplies)
    def get(self, request: Request) -> Response:
        """Caps and sums."""
        rows = Supply.objects.order_by("token")
        return Response(wide.Supplies({"results": rows}).data)


class Overview(APIView):
    """The wall's figures."""

    permission_classes = [with_right(Right.OVERSEE)]

    @extend_schema(responses=wide.Overview)
    def get(self, request: Request) -> Response:
        """Sums over all enterprises."""
        return Response(wide.Overview(oversight.overview(viewer_in(request))).data)


class Enterprises(APIView):
    """All enterprises with their sums."""

    permission_classes = [with_right(Right.OVERSEE)]

    @extend_schema(responses=wide.Enterprises)
    def get(self, request: Request) -> Response:
        """By name."""
        rows = oversight.enterprises(viewer_in(request))
        return Response(wide.Enterprises({"results": rows, "next": None}).data)


class OneEnterprise(APIView):
    """One enterprise's profile, for a stated purpose."""

    permission_classes = [with_right(Right.OVERSEE)]

    @extend_schema(parameters=[OpenApiParameter("purpose", required=True)], responses=wide.Profile)
    def get(self, request: Request, account: str) -> Response:
        """Holdings, obligations, reports, trades."""
        profile = oversight.enterprise(viewer_in(request), account, purpose=asked(request, "purpose"))
        return Response(wide.Profile(profile).data)


class EnterpriseWitnesses(APIView):
    """The laws of physics of one enterprise's plants, for a stated purpose."""

    permission_classes = [with_right(Right.LOOK_INTO_TENANT)]

    @extend_schema(parameters=[OpenApiParameter("purpose", required=True)], responses=wide.PlantLaws)
    def get(self, request: Request, account: str) -> Response:
        """Each plant with its laws, their meters, and their residuals of up to 24 months; to read only."""
        found = oversight.witnesses(viewer_in(request), account, purpose=asked(request, "purpose"))
        return Response(wide.PlantLaws({"results": found}).data)


class AllTrades(Named):
    """All trades, with both sides' names."""

    permission_classes = [with_right(Right.OVERSEE)]
    serializer_class = wide.NamedTrade
    pagination_class = Newest
    accounts = ("seller", "buyer")

    def get_queryset(self) -> Any:
        """Filters: account, unit and vintage."""
        vintage = asked(self.request, "vintage")
        return oversight.trades(
            viewer_in(self.request),
            account=asked(self.request, "account"),
            unit=asked(self.request, "unit"),
            vintage=int(vintage) if YEAR.match(vintage) else 0,
        )


class OldestDuty(Pages):
    """Pages of obligations: what is still owed first, the oldest year at the head."""

    ordering = ("-state", "year", "account")  # "open" after "met"


class AllObligations(Named):
    """Every obligation that was set: owed, met, late."""

    permission_classes = [with_right(Right.OVERSEE)]
    serializer_class = wide.NamedObligation
    pagination_class = OldestDuty

    def get_queryset(self) -> Any:
        """All of them, with the last day to surrender."""
        return oversight.obligations(viewer_in(self.request))


class AllReports(Named):
    """All reports on the ledger."""

    permission_classes = [with_right(Right.OVERSEE)]
    serializer_class = wide.Report
    pagination_class = NewestReport
    accounts = ("account", "auditor")

    def get_queryset(self) -> Any:
        """Filter: state."""
        return oversight.reports(viewer_in(self.request), state=asked(self.request, "state"))


class AllAssets(Named):
    """All lots."""

    permission_classes = [with_right(Right.OVERSEE)]
    serializer_class = wide.NamedLot
    pagination_class = Newest
    accounts = ("owner",)

    def get_queryset(self) -> Any:
        """Filter: account."""
        account = asked(self.request, "account")
        return oversight.lots(viewer_in(self.request), account=account)


class Trace(APIView):
    """Where a token came from and went."""

    permission_classes = [Member]

    @extend_schema(responses=wide.Trace)
    def get(self, request: Request, token: str) -> Response:
        """A graph of allowances or coin, or the steps of a report."""
        return Response(trace.trace(viewer_in(request), token))


class Search(APIView):
    """One box for everything the role may find."""

    permission_classes = [Member]

    @extend_schema(
        parameters=[
            OpenApiParameter("q"),
            OpenApiParameter("kind", enum=list(search.KINDS)),
            OpenApiParameter("purpose"),
        ],
        responses=wide.Hits,
    )
    def get(self, request: Request) -> Response:
        """Hits by kind; an overseer states a purpose, which is logged."""
        found = search.search(
            viewer_in(request),
            words=asked(request, "q"),
            kind=asked(request, "kind"),
            purpose=asked(request, "purpose"),
        )
        return Response({"results": found})


class ExplorerStatus(APIView):
    """Height and confirmation times."""

    permission_classes = [Member]

    @extend_schema(responses=wide.ChainStatus)
    def get(self, request: Request) -> Response:
        """As our follower saw it."""
        return Response(wide.ChainStatus(explorer.status(now=clock.now())).data)


class Business(ListAPIView[Any]):
    """Reports, issues, trades and duties on the ledger, newest first."""

    permission_classes = [Member]
    serializer_class = wide.BusinessAct
    pagination_class = NewestAct

    def get_queryset(self) -> Any:
        """`?kind=report` those of one kind."""
        return business.acts(asked(self.request, "kind"))

    @extend_schema(parameters=[OpenApiParameter("kind", enum=list(business.KINDS))])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With what the viewer may know of each."""
        page = self.paginate_queryset(self.get_queryset()) or []
        rows = business.described(viewer_in(request), page)
        return self.get_paginated_response(wide.BusinessAct(rows, many=True).data)


class Blocks(ListAPIView[Any]):
    """Blocks, newest first."""

    permission_classes = [Member]
    serializer_class = wide.Block
    pagination_class = NewestBlock

    def get_queryset(self) -> Any:
        """All blocks."""
        return explorer.blocks()


class OneBlock(APIView):
    """A block with its transactions."""

    permission_classes = [Member]

    @extend_schema(responses=wide.BlockContent)
    def get(self, request: Request, number: int) -> Response:
        """Its place in the hash chain, and each transaction's verdict."""
        block, rows = explorer.block(number)
        return Response({**wide.Block(block).data, "content": wide.ChainTransaction(rows, many=True).data})


class OneTransaction(APIView):
    """A transaction of the ledger."""

    permission_classes = [Member]

    @extend_schema(responses=wide.ChainTransactionDetail)
    def get(self, request: Request, tx_id: str) -> Response:
        """Block, endorsements, and the objects it wrote."""
        return Response(wide.ChainTransactionDetail(explorer.transaction(viewer_in(request), tx_id)).data)


class Public(APIView):
    """Three figures for the front page, known to everybody."""

    permission_classes = [Anyone]
    authentication_classes: list[Any] = []

    @extend_schema(responses=wide.Public)
    def get(self, request: Request) -> Response:
        """Reports on the ledger, verified tonnes of yearly obligations, the last price of listed trades."""
        minted = MintedReport.objects.filter(state=ReportState.MINTED).aggregate(n=Count("id"))
        verified = Obligation.objects.aggregate(g=Sum("verified_g"))["g"] or 0
        last = Trade.objects.filter(kind=TradeKind.LISTED).order_by("-block_number", "-i").first()
        body = {
            "reports": minted["n"],
            "verified_tco2": tonnes(verified),
            "last_price_cents": last.price_cents if last else None,
        }
        return Response(wide.Public(body).data)

"""Routes of auctions: all of them, opening one, bids, their revelation, the close."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.rights import Right
from lexicon.terms import AllowanceUnit, Side
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import selectors
from market.api import shapes
from market.api.trading import AMOUNT, require, signed
from market.services import auctions
from market.services.orders import Wish
from tenants import selectors as people
from tenants.permissions import in_tenant_with, viewer_in, with_right


class NewestAuction(Pages):
    """Pages of auctions."""

    ordering = ("-opened_at", "auction")


class NewestBid(Pages):
    """Pages of bids."""

    ordering = ("-bid_at", "auction", "n")


class AuctionWish(serializers.Serializer[Any]):
    """What is to be auctioned, in t; the price in 0.01 coin is a sale's floor or a purchase's ceiling."""

    side = serializers.ChoiceField(choices=[str(side) for side in Side])
    unit = serializers.ChoiceField(choices=[str(unit) for unit in AllowanceUnit])
    vintage = serializers.IntegerField(min_value=2000, max_value=2099)
    quantity = serializers.RegexField(AMOUNT)
    price_cents = serializers.RegexField(AMOUNT)


class BidWish(serializers.Serializer[Any]):
    """A sealed bid's digest, and the most that it may cost (0.01 coin) or, in a purchase, deliver (t)."""

    digest = serializers.RegexField(r"\A[0-9a-f]{64}\Z")
    most = serializers.RegexField(AMOUNT)


class AuctionRow(serializers.Serializer[Any]):
    """An auction; `stage`: announced, bidding, revealing, over, closed."""

    auction = serializers.CharField()
    own = serializers.BooleanField()
    organisation = serializers.CharField()
    side = serializers.CharField()
    unit = serializers.CharField()
    vintage = shapes.Amount()
    quantity = shapes.Amount()
    floor_cents = shapes.Amount(allow_null=True)
    ceiling_cents = shapes.Amount(allow_null=True)
    session = serializers.IntegerField()
    bids = serializers.IntegerField()
    state = serializers.CharField()
    stage = serializers.CharField()
    may_close = serializers.BooleanField()
    price_cents = shapes.Amount(allow_null=True)
    sold_t = shapes.Amount()
    opened_at = serializers.DateTimeField()
    tx_id = serializers.CharField()


class BidRow(serializers.Serializer[Any]):
    """An own bid, with whose auction it is in and where that stands; 0 t and 0 coin until it is revealed."""

    auction = serializers.CharField()
    organisation = serializers.CharField()
    side = serializers.CharField()
    unit = serializers.CharField()
    vintage = serializers.IntegerField()
    stage = serializers.CharField()
    n = serializers.IntegerField()
    digest = serializers.CharField()
    maximum_cents = shapes.Amount(allow_null=True)
    locked_t = shapes.Amount()
    state = serializers.CharField()
    quantity = shapes.Amount()
    price_cents = shapes.Amount()
    filled_t = shapes.Amount()
    bid_at = serializers.DateTimeField()
    tx_id = serializers.CharField()


class Auctions(ListAPIView[Any]):
    """All auctions, and opening one."""

    permission_classes = [with_right(Right.SEE_MARKET)]
    serializer_class = AuctionRow
    pagination_class = NewestAuction

    def get_queryset(self) -> Any:
        """Everybody who sees the market sees every auction: it is a public notice."""
        return selectors.auctions()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, with where each stands."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(_shown(viewer_in(request).account, page))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed auction."""
        require(request, Right.TRADE)
        return shapes.accepted(auctions.open_(viewer_in(request), signed(request)))


class AuctionInputs(APIView):
    """An auction made ready to sign."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(parameters=[AuctionWish], responses=shapes.ToSign)
    def get(self, request: Request) -> Response:
        """Name and arguments, with the lots or coin that it will lock."""
        given = AuctionWish(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        wish = Wish(
            side=Side(asked["side"]),
            unit=AllowanceUnit(asked["unit"]),
            vintage=asked["vintage"],
            quantity=int(asked["quantity"]),
            price_cents=int(asked["price_cents"]),
        )
        return Response(shapes.ToSign(auctions.to_open(viewer_in(request).account, wish)).data)


class AuctionBids(APIView):
    """Bidding: what is said stays sealed."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(parameters=[BidWish], responses=shapes.ToSign)
    def get(self, request: Request, auction: str) -> Response:
        """A bid made ready to sign, with the coin or lots that it will lock."""
        given = BidWish(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        draft = auctions.to_bid(
            viewer_in(request).account, auction, digest=asked["digest"], most=int(asked["most"])
        )
        return Response(shapes.ToSign(draft).data)

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, auction: str) -> Response:
        """Queue the signed bid."""
        return shapes.accepted(auctions.bid(viewer_in(request), auction, signed(request)))


class BidRevelation(APIView):
    """Saying what a bid was."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, auction: str) -> Response:
        """Queue the signed `reveal_bid`."""
        return shapes.accepted(auctions.reveal(viewer_in(request), auction, signed(request)))


class AuctionClosing(APIView):
    """Giving lots and coin to whom they belong now."""

    permission_classes = [with_right(Right.CLOSE_AUCTIONS)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, auction: str) -> Response:
        """Queue the signed `close_auction`."""
        return shapes.accepted(auctions.close(viewer_in(request), auction, signed(request)))


class Bids(ListAPIView[Any]):
    """Own bids."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    serializer_class = BidRow
    pagination_class = NewestBid

    def get_queryset(self) -> Any:
        """The own account's, newest first; others' stay sealed."""
        return selectors.own_bids(viewer_in(self.request).account)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, each with its auction: what can be revealed hangs on no other list's first page."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(_bids_shown(page))


def _shown(account: str, rows: list[Any]) -> list[Any]:
    state = selectors.market_state()
    names = people.organisation_names(sorted({row.account for row in rows}))
    told = [
        {
            **{field: getattr(row, field) for field in _PLAIN},
            "own": row.account == account,
            "organisation": names.get(row.account, ""),
            "stage": selectors.stage_of(row, state),
            "may_close": selectors.closable(row, state, account) and not state.halted,
        }
        for row in rows
    ]
    return list(AuctionRow(told, many=True).data)


def _bids_shown(rows: list[Any]) -> list[Any]:
    state = selectors.market_state()
    notices = {row.auction: row for row in selectors.auctions().filter(pk__in={row.auction for row in rows})}
    names = people.organisation_names(sorted({row.account for row in notices.values()}))
    told = [
        {
            **{field: getattr(row, field) for field in _OF_BID},
            **{field: getattr(notices[row.auction], field) for field in ("side", "unit", "vintage")},
            "organisation": names.get(notices[row.auction].account, ""),
            "stage": selectors.stage_of(notices[row.auction], state),
        }
        for row in rows
    ]
    return list(BidRow(told, many=True).data)


_OF_BID = (
    "auction", "n", "digest", "maximum_cents", "locked_t", "state", "quantity", "price_cents", "filled_t",
    "bid_at", "tx_id",
)  # fmt: skip
_PLAIN = (
    "auction", "side", "unit", "vintage", "quantity", "floor_cents", "ceiling_cents", "session", "bids",
    "state", "price_cents", "sold_t", "opened_at", "tx_id",
)  # fmt: skip

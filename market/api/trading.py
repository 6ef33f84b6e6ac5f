"""Routes of an enterprise's trading: assets, inputs, quotes, listings, trades, surrenders."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from lexicon.terms import AllowanceUnit, Side
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import duties, selectors
from market.api import shapes
from market.api.proposers import Proposed
from market.domain.candles import STEPS
from market.services import coins, listings, orders, second_word, surrender, trades
from market.services.second_word import SURRENDER
from tenants.permissions import Member, in_tenant_with, viewer_in, with_right

AMOUNT = r"\A[1-9][0-9]{0,11}\Z"
LOTS_SHOWN = 200


def signed(request: Request) -> dict[str, str]:
    """The signed body of a write. Raises the framework's ValidationError and Refused field_not_accepted."""
    body = SignedBody(data=request.data)
    body.is_valid(raise_exception=True)
    data: dict[str, str] = body.validated_data
    return data


class Newest(Pages):
    """Pages, newest first."""

    ordering: Any = ("-block_number", "-pk")


class NewestListing(Pages):
    """Pages of listings."""

    ordering = "-listed_at"


class NewestSurrender(Pages):
    """Pages of surrenders."""

    ordering = "-proposed_at"


class Assets(APIView):
    """What the own account holds."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]

    @extend_schema(responses=shapes.Assets)
    def get(self, request: Request) -> Response:
        """Balances by instrument, coin, and the newest lots."""
        account = viewer_in(request).account
        body = {
            "account": account,
            "limits": selectors.own_limits(account),
            "holdings": selectors.holdings(account),
            "coin": selectors.coin_balance(account),
            "lots": selectors.lots_of(account)[:LOTS_SHOWN],
        }
        return Response(shapes.Assets(body).data)


class Wish(serializers.Serializer[Any]):
    """What a person wants to do: list, take, surrender or split; quantities in t, prices in 0.01 coin."""

    action = serializers.ChoiceField(choices=["list", "take", "surrender", "split"], default="list")
    side = serializers.ChoiceField(choices=[str(side) for side in Side], required=False)
    unit = serializers.ChoiceField(choices=[str(unit) for unit in AllowanceUnit], required=False)
    vintage = serializers.IntegerField(min_value=2000, max_value=2099, required=False)
    year = serializers.IntegerField(min_value=2000, max_value=2099, required=False)
    quantity = serializers.RegexField(AMOUNT, required=False)
    price_cents = serializers.RegexField(AMOUNT, required=False)


NEEDED = {
    "list": ("side", "unit", "vintage", "quantity", "price_cents"),
    "take": ("side", "unit", "vintage", "quantity", "price_cents"),
    "surrender": ("year", "quantity"),
    "split": (),
}


class Inputs(APIView):
    """An order made ready to sign."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(parameters=[Wish], responses=shapes.ToSign)
    def get(self, request: Request) -> Response:
        """Name and arguments, with the lots or coin that the order will name."""
        wish = Wish(data=request.query_params)
        wish.is_valid(raise_exception=True)
        draft = draft_of(viewer_in(request).account, wish.validated_data)
        return Response(shapes.ToSign(draft).data)


def draft_of(account: str, wish: dict[str, Any]) -> orders.Draft:
    """The order behind a wish. Raises: Refused field_invalid for what is missing, and the order's own."""
    action = wish["action"]
    for field in NEEDED[action]:
        if field not in wish:
            refuse(Refusal.FIELD_INVALID, field=field, reason="missing")
    if action == "split":
        return orders.to_split(account)
    if action == "surrender":
        return orders.to_surrender(account, year=wish["year"], quantity=int(wish["quantity"]))
    make = orders.to_list if action == "list" else orders.to_take
    return make(
        account,
        orders.Wish(
            side=Side(wish["side"]),
            unit=AllowanceUnit(wish["unit"]),
            vintage=wish["vintage"],
            quantity=int(wish["quantity"]),
            price_cents=int(wish["price_cents"]),
        ),
    )


class Split(APIView):
    """Splitting coin into outputs of useful size."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed split."""
        return shapes.accepted(coins.split(viewer_in(request), signed(request)))


class Instruments(APIView):
    """What is traded."""

    permission_classes = [with_right(Right.SEE_MARKET)]

    @extend_schema(responses=shapes.Instruments)
    def get(self, request: Request) -> Response:
        """Session and instruments with their reference prices."""
        body = {"session": selectors.market_state(), "results": selectors.traded()}
        return Response(shapes.Instruments(body).data)


class Quote(APIView):
    """One instrument now."""

    permission_classes = [with_right(Right.SEE_MARKET)]

    @extend_schema(responses=shapes.Quote)
    def get(self, request: Request, instrument: tuple[str, int]) -> Response:
        """Session, band, book with own offers marked, tape."""
        unit, vintage = instrument
        known_instrument(unit, vintage)
        return Response(quote_body(unit, vintage, viewer=viewer_in(request).account))


def known_instrument(unit: str, vintage: int) -> None:
    """Raises: Refused instrument_not_traded."""
    if all((row["unit"], row["vintage"]) != (unit, vintage) for row in selectors.traded()):
        refuse(Refusal.INSTRUMENT_NOT_TRADED, unit=unit, vintage=vintage)


def quote_body(unit: str, vintage: int, *, viewer: str = "") -> dict[str, Any]:
    """The JSON of a quote."""
    quote = selectors.quote(unit, vintage, viewer=viewer)
    parameters = selectors.market_parameters()
    _, block_low, block_high = selectors.price_band(unit, vintage, parameters=parameters, blocks=True)
    body = {
        **{name: getattr(quote, name) for name in quote.__slots__},
        "session": selectors.market_state(),
        "tick_cents": parameters.tick_cents if parameters else 1,
        "lot_t": parameters.lot_t if parameters else 1,
        "order_max_t": parameters.order_max_t if parameters else 0,
        "block_min_t": parameters.block_min_t if parameters else None,
        "block_low_cents": block_low,
        "block_high_cents": block_high,
    }
    data: dict[str, Any] = shapes.Quote(body).data
    return data


class Candles(APIView):
    """Candles of one instrument."""

    permission_classes = [with_right(Right.SEE_MARKET)]

    @extend_schema(
        parameters=[OpenApiParameter("step", enum=list(STEPS), default="1h")], responses=shapes.Candles
    )
    def get(self, request: Request, instrument: tuple[str, int]) -> Response:
        """Candles of a step, oldest first, from the trades of the ledger."""
        unit, vintage = instrument
        known_instrument(unit, vintage)
        step = request.query_params.get("step", "1h")
        if step not in STEPS:
            refuse(Refusal.FIELD_INVALID, field="step", reason=", ".join(STEPS))
        rows = [asdict(candle) for candle in selectors.price_candles(unit, vintage, STEPS[step])]
        return Response(shapes.Candles({"step": step, "results": rows}).data)


class Listings(ListAPIView[Any]):
    """Own listings, and placing one."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    serializer_class = shapes.Listing
    pagination_class = NewestListing

    def get_queryset(self) -> Any:
        """The own account's listings; `?state=open` only those that stand."""
        rows = selectors.own_listings(viewer_in(self.request).account)
        wanted = self.request.query_params.get("state", "")
        return rows.filter(quantity_open__gt=0, state__in=listings.OPEN) if wanted == "open" else rows

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed listing."""
        require(request, Right.TRADE)
        return shapes.accepted(listings.place(viewer_in(request), signed(request)))


class ListingCancellation(APIView):
    """Withdrawing a listing."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, listing: str) -> Response:
        """Queue a signed withdrawal."""
        return shapes.accepted(listings.withdraw(viewer_in(request), listing, signed(request)))


class Trades(ListAPIView[Any]):
    """Own trades, and taking offers."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    serializer_class = shapes.OwnTrade
    pagination_class = Newest

    def get_queryset(self) -> Any:
        """Trades of the own account."""
        return selectors.own_trades(viewer_in(self.request).account)

    def get_serializer_context(self) -> dict[str, Any]:
        """The own account decides the side that is shown."""
        return {**super().get_serializer_context(), "account": viewer_in(self.request).account}

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed take."""
        require(request, Right.TRADE)
        return shapes.accepted(trades.take(viewer_in(request), signed(request)))


class Obligations(APIView):
    """Own obligations."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]

    @extend_schema(responses=shapes.Obligation(many=True))
    def get(self, request: Request) -> Response:
        """Every year's obligation and what was surrendered."""
        rows = duties.own_obligations(viewer_in(request).account)
        return Response({"results": shapes.Obligation(rows, many=True).data, "next": None})


class Surrenders(Proposed):
    """Own surrenders, and proposing one."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    serializer_class = shapes.Surrender
    pagination_class = NewestSurrender

    def get_queryset(self) -> Any:
        """Surrenders of the own account."""
        return duties.own_surrenders(viewer_in(self.request).account)

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed surrender."""
        require(request, Right.SURRENDER)
        return shapes.accepted(surrender.propose(viewer_in(request), signed(request)))


class SurrenderConfirmation(APIView):
    """The second person's word on a surrender."""

    permission_classes = [in_tenant_with(Right.SURRENDER)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, surrender_id: str) -> Response:
        """Queue a signed confirmation."""
        return shapes.accepted(
            second_word.confirm(SURRENDER, viewer_in(request), surrender_id, signed(request))
        )


class SurrenderWithdrawal(APIView):
    """Taking a pending surrender back."""

    permission_classes = [in_tenant_with(Right.SURRENDER)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, surrender_id: str) -> Response:
        """Queue a signed withdrawal."""
        return shapes.accepted(
            second_word.withdraw(SURRENDER, viewer_in(request), surrender_id, signed(request))
        )


def require(request: Request, right: Right) -> None:
    """A right that only this method of a view needs. Raises the framework's PermissionDenied."""
    permission: Member = with_right(right)()
    permission.has_permission(request, None)  # type: ignore[arg-type]

"""Routes of block agreements: whom one may offer, one's own, proposing, accepting, declining."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.rights import Right
from lexicon.terms import AllowanceUnit, BlockState, Side
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import selectors
from market.api import shapes
from market.api.trading import AMOUNT, require, signed
from market.services import blocks, trust
from market.services.orders import Wish
from tenants import selectors as people
from tenants.permissions import in_tenant_with, viewer_in

ACCOUNT = r"\A[a-z0-9][a-z0-9_-]{1,39}\Z"
OTHER = {Side.SELL: Side.BUY, Side.BUY: Side.SELL}


class NewestBlock(Pages):
    """Pages of block agreements."""

    ordering = ("-proposed_at", "block")


class CounterpartyName(serializers.Serializer[Any]):
    account = serializers.CharField()
    organisation = serializers.CharField()


class Counterparty(CounterpartyName):
    """Another enterprise, and since when the own account trusts it."""

    trusted_since = serializers.DateTimeField(allow_null=True)


class CounterpartyList(serializers.Serializer[Any]):
    """`limit_t`: the most of a block with one that is not trusted; none: as much as one likes."""

    results = Counterparty(many=True)
    next = serializers.CharField(allow_null=True)
    limit_t = shapes.Amount(allow_null=True)
    delay_hours = serializers.IntegerField()


class BlockWish(serializers.Serializer[Any]):
    """What is to be proposed, to whom; quantity in t, price in 0.01 coin."""

    counterparty = serializers.RegexField(ACCOUNT)
    side = serializers.ChoiceField(choices=[str(side) for side in Side])
    unit = serializers.ChoiceField(choices=[str(unit) for unit in AllowanceUnit])
    vintage = serializers.IntegerField(min_value=2000, max_value=2099)
    quantity = serializers.RegexField(AMOUNT)
    price_cents = serializers.RegexField(AMOUNT)


class BlockDeal(serializers.Serializer[Any]):
    """A block agreement as one of its sides sees it: `side` is hers, `stands`: it can be answered."""

    block = serializers.CharField()
    proposed_by_us = serializers.BooleanField()
    other = serializers.CharField()
    organisation = serializers.CharField()
    side = serializers.CharField()
    unit = serializers.CharField()
    vintage = shapes.Amount()
    quantity = shapes.Amount()
    price_cents = shapes.Amount()
    amount_cents = shapes.Amount()
    session = serializers.IntegerField()
    state = serializers.CharField()
    stands = serializers.BooleanField()
    answered_by_us = serializers.BooleanField()
    proposed_at = serializers.DateTimeField()
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField()


class Counterparties(APIView):
    """Whom a block may be offered."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]

    @extend_schema(responses=CounterpartyList)
    def get(self, request: Request) -> Response:
        """Every other active enterprise, by name, with the own account's trust in it."""
        own = viewer_in(request).account
        names = people.organisation_names(selectors.counterparties(own))
        trusted, parameters = selectors.trusted(own), selectors.market_parameters()
        body = {
            "results": [
                {"account": account, "organisation": name, "trusted_since": trusted.get(account)}
                for account, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
            ],
            "next": None,
            "limit_t": trust.limit_of(own, parameters),
            "delay_hours": parameters.trust_delay_hours if parameters else 0,
        }
        return Response(CounterpartyList(body).data)


class Blocks(ListAPIView[Any]):
    """Own block agreements, and proposing one."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    serializer_class = BlockDeal
    pagination_class = NewestBlock

    def get_queryset(self) -> Any:
        """Those the account proposed, and those that were proposed to it."""
        return selectors.own_blocks(viewer_in(self.request).account)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, each as the viewer's account sees it."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(_shown(viewer_in(request).account, page))

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed proposal."""
        require(request, Right.AGREE_BLOCKS)
        return shapes.accepted(blocks.propose(viewer_in(request), signed(request)))


class BlockInputs(APIView):
    """A block made ready to sign."""

    permission_classes = [in_tenant_with(Right.AGREE_BLOCKS)]

    @extend_schema(parameters=[BlockWish], responses=shapes.ToSign)
    def get(self, request: Request) -> Response:
        """Name and arguments, with the lots or coin that it will lock."""
        given = BlockWish(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        wish = Wish(
            side=Side(asked["side"]),
            unit=AllowanceUnit(asked["unit"]),
            vintage=asked["vintage"],
            quantity=int(asked["quantity"]),
            price_cents=int(asked["price_cents"]),
        )
        draft = blocks.to_propose(viewer_in(request).account, wish, counterparty=asked["counterparty"])
        return Response(shapes.ToSign(draft).data)


class BlockAcceptance(APIView):
    """The counterparty's yes."""

    permission_classes = [in_tenant_with(Right.AGREE_BLOCKS)]

    @extend_schema(responses=shapes.ToSign)
    def get(self, request: Request, block: str) -> Response:
        """Name and arguments, with the coin or lots that the counterparty gives."""
        return Response(shapes.ToSign(blocks.to_accept(viewer_in(request).account, block)).data)

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, block: str) -> Response:
        """Queue the signed acceptance."""
        return shapes.accepted(blocks.accept(viewer_in(request), block, signed(request)))


class BlockRefusal(APIView):
    """The counterparty's no, or the proposer's withdrawal."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, block: str) -> Response:
        """Queue the signed `decline_block`."""
        return shapes.accepted(blocks.decline(viewer_in(request), block, signed(request)))


def _shown(account: str, rows: list[Any]) -> list[Any]:
    state = selectors.market_state()
    others = {row.block: row.counterparty if row.account == account else row.account for row in rows}
    names = people.organisation_names(sorted(set(others.values())))
    told = [
        {
            **{field: getattr(row, field) for field in _PLAIN},
            "proposed_by_us": row.account == account,
            "other": others[row.block],
            "organisation": names.get(others[row.block], ""),
            "side": row.side if row.account == account else OTHER[Side(row.side)],
            "amount_cents": row.quantity * row.price_cents,
            "stands": row.state == BlockState.PROPOSED and selectors.stands(row.session, state),
            "answered_by_us": row.answered_account == account,
        }
        for row in rows
    ]
    return list(BlockDeal(told, many=True).data)


_PLAIN = (
    "block", "unit", "vintage", "quantity", "price_cents", "session", "state", "proposed_at", "tx_id",
    "block_number",
)  # fmt: skip

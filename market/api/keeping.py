"""Routes of what an account keeps and how: coin outputs, merging, redemption, trust; and the parameters."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import selectors
from market.api import shapes
from market.api.overseeing import Named
from market.api.trading import AMOUNT, require, signed
from market.services import coins, merging, parameters, trust
from tenants import selectors as people
from tenants.permissions import in_tenant_with, viewer_in, with_right
from tenants.services.reasons import WORDS_MAX

OUTPUTS_SHOWN = 200


class NewestRedemption(Pages):
    """Pages of redemptions."""

    ordering = ("-block_number", "redemption")


class RedemptionWish(serializers.Serializer[Any]):
    """How much coin, in 0.01, is to be paid out, and the digest of the words for the bank."""

    amount_cents = serializers.RegexField(AMOUNT)
    payout_digest = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class RedemptionBody(SignedBody):
    """A signed `redeem_coin`, with the words for the bank whose digest it carries."""

    payout = serializers.CharField(max_length=WORDS_MAX)


class Output(serializers.Serializer[Any]):
    """An unspent output of coin."""

    tx = serializers.CharField()
    n = serializers.IntegerField()
    amount_cents = shapes.Amount()
    locked = serializers.BooleanField()
    created_name = serializers.CharField()
    created_at = serializers.DateTimeField()


class OutputList(serializers.Serializer[Any]):
    results = Output(many=True)
    next = serializers.CharField(allow_null=True)


class RedemptionRow(serializers.Serializer[Any]):
    """Coin that was paid out; `payout` are the words for the bank, "" where they are not known here."""

    redemption = serializers.CharField()
    account = serializers.CharField()
    organisation = serializers.SerializerMethodField()
    amount_cents = shapes.Amount()
    payout_digest = serializers.CharField()
    payout = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    tx_id = serializers.CharField()

    def get_organisation(self, row: Any) -> str:
        """The account's name."""
        return str(self.context["names"].get(row.account, ""))

    def get_payout(self, row: Any) -> str:
        """The words behind the digest."""
        return str(self.context["words"].get(row.payout_digest, ""))


class ParameterGroup(serializers.Serializer[Any]):
    group = serializers.CharField()
    values = serializers.DictField()
    at = serializers.DateTimeField()
    tx_id = serializers.CharField()


class CarryBasisRow(serializers.Serializer[Any]):
    account = serializers.CharField()
    organisation = serializers.SerializerMethodField()
    to_vintage = serializers.IntegerField()
    sold_t = shapes.Amount()
    bought_t = shapes.Amount()
    limit_t = shapes.Amount()
    carried_t = shapes.Amount()

    def get_organisation(self, row: Any) -> str:
        """The account's name."""
        return str(self.context["names"].get(row.account, ""))


class ParametersInForce(serializers.Serializer[Any]):
    groups = ParameterGroup(many=True)
    supplies = shapes.Supply(many=True)
    carry_over = CarryBasisRow(many=True)


class Outputs(APIView):
    """Own coin, output by output."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]

    @extend_schema(responses=OutputList)
    def get(self, request: Request) -> Response:
        """The largest first, at most 200; `locked`: an offer or a bid holds it."""
        rows = selectors.coin_outputs(viewer_in(request).account)[:OUTPUTS_SHOWN]
        return Response(OutputList({"results": rows, "next": None}).data)


class CoinMerging(APIView):
    """Making several outputs of coin one."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed `merge_coin`."""
        return shapes.accepted(coins.merge(viewer_in(request), signed(request)))


class LotMerging(APIView):
    """Making neighbouring lots one."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed `merge_lots`."""
        return shapes.accepted(merging.merge(viewer_in(request), signed(request)))


class RedemptionList(Named):
    """Redemptions with their words for the bank."""

    serializer_class = RedemptionRow
    pagination_class = NewestRedemption

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """The serializer with this page's names and words."""
        rows = args[0] if args and kwargs.get("many") else []
        words = people.reasons([row.payout_digest for row in rows])
        kwargs["context"] = {**self.get_serializer_context(), "words": words}
        return super().get_serializer(*args, **kwargs)


class Redemptions(RedemptionList):
    """Own redemptions, and paying coin out."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]

    def get_queryset(self) -> Any:
        """The own account's."""
        return selectors.redemptions(viewer_in(self.request).account)

    @extend_schema(request=RedemptionBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed `redeem_coin`."""
        require(request, Right.REDEEM_COIN)
        body = RedemptionBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        payout = str(given.pop("payout"))
        return shapes.accepted(coins.redeem(viewer_in(request), given, payout=payout))


class RedemptionInputs(APIView):
    """A redemption made ready to sign."""

    permission_classes = [in_tenant_with(Right.REDEEM_COIN)]

    @extend_schema(parameters=[RedemptionWish], responses=shapes.ToSign)
    def get(self, request: Request) -> Response:
        """Name and arguments, with the outputs that it spends."""
        given = RedemptionWish(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        draft = coins.to_redeem(
            viewer_in(request).account,
            amount_cents=int(asked["amount_cents"]),
            payout_digest=asked["payout_digest"],
        )
        return Response(shapes.ToSign(draft).data)


class AllRedemptions(RedemptionList):
    """Every redemption: what is to be paid."""

    permission_classes = [with_right(Right.OVERSEE)]

    def get_queryset(self) -> Any:
        """All accounts'."""
        return selectors.redemptions()


class Distrust(APIView):
    """The end of trust in a counterparty."""

    permission_classes = [in_tenant_with(Right.TRADE)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, account: str) -> Response:
        """Queue a signed `distrust_counterparty`; trust begins by `actions/`."""
        return shapes.accepted(trust.distrust(viewer_in(request), account, signed(request)))


class ParametersNow(APIView):
    """The ledger's parameters as they are."""

    permission_classes = [with_right(Right.OVERSEE)]

    @extend_schema(responses=ParametersInForce)
    def get(self, request: Request) -> Response:
        """By group, with caps and carry-over limits; new ones are proposed by `actions/`."""
        found = parameters.standing()
        names = people.organisation_names([row.account for row in found["carry_over"]])
        return Response(ParametersInForce(found, context={"names": names}).data)

"""Routes of allowances that leave their vintage: voluntary cancellation, carry-over."""

from typing import Any

from drf_spectacular.utils import extend_schema
from kit.pagination import Pages
from kit.signed import QueuedAnswer, SignedBody
from lexicon.rights import Right
from lexicon.terms import AllowanceUnit
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from market import duties
from market.api import shapes
from market.api.proposers import Proposed, ProposerName
from market.api.trading import AMOUNT, require, signed
from market.services import cancellations, second_word
from market.services.second_word import CANCELLATION
from tenants.permissions import in_tenant_with, viewer_in
from tenants.services.reasons import WORDS_MAX


class NewestCancellation(Pages):
    """Pages of cancellations."""

    ordering = ("-proposed_at", "cancellation")


class CancellationWish(serializers.Serializer[Any]):
    """What is to be cancelled, in t, and the digest of the reason's words."""

    unit = serializers.ChoiceField(choices=[str(unit) for unit in AllowanceUnit])
    vintage = serializers.IntegerField(min_value=2000, max_value=2099)
    quantity = serializers.RegexField(AMOUNT)
    reason_digest = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class CancellationBody(SignedBody):
    """A signed `cancel_allowances`, with the reason's words whose digest it carries, where they are told."""

    reason = serializers.CharField(max_length=WORDS_MAX, required=False, allow_blank=True, default="")


class CarryWish(serializers.Serializer[Any]):
    """What is to be carried over, in t."""

    vintage = serializers.IntegerField(min_value=2000, max_value=2099)
    to_vintage = serializers.IntegerField(min_value=2000, max_value=2099)
    quantity = serializers.RegexField(AMOUNT)


class CancellationRow(serializers.Serializer[Any]):
    cancellation = serializers.CharField()
    quantity = shapes.Amount()
    lots = serializers.ListField(child=serializers.DictField())
    state = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_by_name = ProposerName()
    proposed_at = serializers.DateTimeField()
    confirmed_by = serializers.CharField()
    tx_id = serializers.CharField()


class CarryLimitRow(serializers.Serializer[Any]):
    """What an account may carry over into a vintage, and has carried, in t."""

    to_vintage = serializers.IntegerField()
    sold_t = shapes.Amount()
    bought_t = shapes.Amount()
    limit_t = shapes.Amount()
    carried_t = shapes.Amount()


class CarriedRow(serializers.Serializer[Any]):
    carry = serializers.CharField()
    unit = serializers.CharField()
    to_vintage = serializers.IntegerField()
    lots = serializers.ListField(child=serializers.DictField())
    quantity = shapes.Amount()
    serial_from = shapes.Amount()
    at = serializers.DateTimeField()
    tx_id = serializers.CharField()


class CarryStanding(serializers.Serializer[Any]):
    limits = CarryLimitRow(many=True)
    results = CarriedRow(many=True)
    next = serializers.CharField(allow_null=True)


class Cancellations(Proposed):
    """Own cancellations, and making one."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]
    serializer_class = CancellationRow
    pagination_class = NewestCancellation

    def get_queryset(self) -> Any:
        """The own account's, newest first."""
        return duties.own_cancellations(viewer_in(self.request).account)

    @extend_schema(request=CancellationBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed cancellation."""
        require(request, Right.SURRENDER)
        body = CancellationBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        reason = str(given.pop("reason"))
        return shapes.accepted(cancellations.cancel(viewer_in(request), given, reason=reason))


class CancellationInputs(APIView):
    """A cancellation made ready to sign."""

    permission_classes = [in_tenant_with(Right.SURRENDER)]

    @extend_schema(parameters=[CancellationWish], responses=shapes.ToSign)
    def get(self, request: Request) -> Response:
        """Name and arguments, with the lots that it names."""
        given = CancellationWish(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data | {"quantity": int(given.validated_data["quantity"])}
        return Response(shapes.ToSign(cancellations.to_cancel(viewer_in(request).account, **asked)).data)


class CancellationConfirmation(APIView):
    """The second person's word on a cancellation."""

    permission_classes = [in_tenant_with(Right.SURRENDER)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, cancellation: str) -> Response:
        """Queue a signed confirmation."""
        return shapes.accepted(
            second_word.confirm(CANCELLATION, viewer_in(request), cancellation, signed(request))
        )


class CancellationWithdrawal(APIView):
    """Taking a pending cancellation back."""

    permission_classes = [in_tenant_with(Right.SURRENDER)]

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request, cancellation: str) -> Response:
        """Queue a signed withdrawal."""
        return shapes.accepted(
            second_word.withdraw(CANCELLATION, viewer_in(request), cancellation, signed(request))
        )


class Carrying(APIView):
    """Own carry-over: limits, what was carried, and carrying."""

    permission_classes = [in_tenant_with(Right.SEE_ENTERPRISE)]

    @extend_schema(responses=CarryStanding)
    def get(self, request: Request) -> Response:
        """Limits by vintage, and every carry-over, newest first."""
        limits, rows = duties.own_carrying(viewer_in(request).account)
        return Response(CarryStanding({"limits": limits, "results": rows, "next": None}).data)

    @extend_schema(request=SignedBody, responses={202: QueuedAnswer})
    def post(self, request: Request) -> Response:
        """Queue a signed carry-over."""
        require(request, Right.SURRENDER)
        return shapes.accepted(cancellations.carry(viewer_in(request), signed(request)))


class CarryInputs(APIView):
    """A carry-over made ready to sign."""

    permission_classes = [in_tenant_with(Right.SURRENDER)]

    @extend_schema(parameters=[CarryWish], responses=shapes.ToSign)
    def get(self, request: Request) -> Response:
        """Name and arguments, with the lots that it names."""
        given = CarryWish(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data | {"quantity": int(given.validated_data["quantity"])}
        return Response(shapes.ToSign(cancellations.to_carry(viewer_in(request).account, **asked)).data)

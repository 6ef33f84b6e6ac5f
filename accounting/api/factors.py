"""Routes of factor sets: those there are, for everybody; proposals of new ones, for overseers."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from kit.signed import StrictSerializer
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import factor_selectors
from accounting.api import shapes
from accounting.api.guidelines import Public
from accounting.chain.factor_models import FactorProposal
from accounting.domain.succession import NAME_MAX, ROWS_MAX
from accounting.services import factor_proposals
from tenants.permissions import viewer_in, with_right

Reads = with_right(Right.OVERSEE)
Proposes = with_right(Right.PROPOSE_FACTORS)
# A table of 2,000 rows has less.
FILE_MAX = 2_000_000


class Wish(StrictSerializer):
    """A set that succeeds another. rows: changed factors, or the whole table; text: a file's, instead."""

    succeeds = serializers.RegexField(shapes.ID)
    since = serializers.CharField(max_length=7, allow_blank=True, default="")
    zh = serializers.CharField(max_length=NAME_MAX, allow_blank=True, default="")
    en = serializers.CharField(max_length=NAME_MAX, allow_blank=True, default="")
    rows = serializers.ListField(child=serializers.JSONField(), default=list, max_length=ROWS_MAX)
    text = serializers.CharField(max_length=FILE_MAX, allow_blank=True, trim_whitespace=False, default="")


class FactorValue(shapes.Out):
    value = serializers.CharField()
    unit = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    clause = serializers.CharField()
    verified = serializers.BooleanField()


class FactorChange(shapes.Out):
    """A factor before and after; `before` is null where no value was in force."""

    item = serializers.CharField()
    parameter = serializers.CharField()
    variant = serializers.CharField()
    valid_from = serializers.CharField()
    before = FactorValue(allow_null=True)
    after = FactorValue()


class DraftRemark(shapes.Out):
    """row: from 1, 0 for the set as a whole; column: the field it is about."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    name = serializers.CharField()
    blocks = serializers.BooleanField()
    zh = serializers.CharField()
    en = serializers.CharField()


class Examined(shapes.Out):
    """What came of a set that was asked for; `proposal` is null where nothing was kept."""

    proposal = serializers.UUIDField(allow_null=True)
    since = serializers.CharField()
    unchanged = serializers.IntegerField()
    changes = FactorChange(many=True)
    remarks = DraftRemark(many=True)


class GuidelineName(shapes.Out):
    id = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class FactorSetRow(shapes.Out):
    """A factor set. succeeds, since, tx_id, at: of a published one, else empty; latest: may be succeeded."""

    id = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    first = serializers.CharField()
    digest = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField()
    guidelines = GuidelineName(many=True)
    items = GuidelineName(many=True, help_text="what those guidelines call the set's items")
    succeeds = serializers.CharField()
    since = serializers.CharField()
    tx_id = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    latest = serializers.BooleanField()


class FactorSetList(shapes.Out):
    results = FactorSetRow(many=True)
    next = serializers.CharField(allow_null=True)


class ProposalRow(shapes.Out):
    """A proposal in a list. state: drafted, simulating, simulated, signed, published, overtaken,
    withdrawn."""

    id = serializers.UUIDField()
    factor_set = serializers.CharField()
    succeeds = serializers.CharField()
    since = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    digest = serializers.CharField()
    state = serializers.CharField()
    person_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    factors = serializers.IntegerField(help_text="how many factors change")


class ProposalList(shapes.Out):
    results = ProposalRow(many=True)
    next = serializers.CharField(allow_null=True)


class FactorSum(shapes.Out):
    place = serializers.IntegerField(help_text="position among the changes, from 0")
    effect_g = serializers.CharField()


class AccountSum(shapes.Out):
    """An enterprise's months: open ones would change, frozen ones of the last year do not."""

    account = serializers.CharField()
    organisation = serializers.CharField()
    open = serializers.IntegerField()
    open_g = serializers.CharField()
    frozen = serializers.IntegerField()
    frozen_g = serializers.CharField()
    without_total = serializers.IntegerField(help_text="months whose total is not known before or after")


class Simulated(shapes.Out):
    """done, of: enterprises that are counted. With `at` it is whole, and `digest` is what persons sign."""

    asked_at = serializers.DateTimeField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    done = serializers.IntegerField()
    of = serializers.IntegerField()
    digest = serializers.CharField()
    open_g = serializers.CharField()
    frozen_g = serializers.CharField()
    by_factor = FactorSum(many=True)
    by_account = AccountSum(many=True)


class PublishedAt(shapes.Out):
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField()
    at = serializers.DateTimeField()


class Proposal(ProposalRow):
    """A proposal with its changes and simulation. values: of the parameters' group `factors`, to be signed by
    `propose_action`; null before a simulation. action: the act that waits for its second person, or empty."""

    changes = FactorChange(many=True)
    simulation = Simulated()
    values = serializers.DictField(allow_null=True)
    action = serializers.CharField()
    published = PublishedAt(allow_null=True)


class EffectRow(shapes.Out):
    """A period. kind: open, year (open, of months that count already) or frozen, which does not change."""

    plant = serializers.CharField()
    period = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    effect_g = serializers.CharField(allow_null=True)
    by_factor = FactorSum(many=True)


class EffectList(shapes.Out):
    results = EffectRow(many=True)
    next = serializers.CharField(allow_null=True)


class FactorSets(Public):
    """The factor sets."""

    @extend_schema(responses=FactorSetList)
    def get(self, request: Request) -> Response:
        """All of the programs' and all published ones, line by line."""
        return Response(FactorSetList({"results": factor_selectors.factor_set_rows(), "next": None}).data)


class OneFactorSet(Public):
    """One factor set."""

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, factor_set: str) -> HttpResponse:
        """Its rows; of a published set the very text whose digest the ledger has."""
        text = factor_selectors.factor_set_text(factor_set)
        if text is None:
            refuse(Refusal.FACTOR_SET_UNKNOWN, factor_set=factor_set[:40])
        response = HttpResponse(text, content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{factor_set}.json"'
        return response


class Proposals(APIView):
    """Proposals of factor sets."""

    def get_permissions(self) -> list[Any]:
        return [Reads()] if self.request.method == "GET" else [Proposes()]

    @extend_schema(responses=ProposalList)
    def get(self, request: Request) -> Response:
        """The newest first."""
        return Response(
            ProposalList({"results": factor_selectors.factor_proposals_shown(), "next": None}).data
        )

    @extend_schema(request=Wish, responses={201: Examined, 200: Examined})
    def post(self, request: Request) -> Response:
        """Keep a draft; with a remark that blocks nothing is kept (200)."""
        row, found = factor_proposals.propose(viewer_in(request), _asked(request))
        shown = factor_selectors.examined(found) | {"proposal": row.pk if row else None}
        return Response(Examined(shown).data, status=201 if row else 200)


class ProposalChecks(APIView):
    """A set looked at before it is kept."""

    permission_classes = [Proposes]

    @extend_schema(request=Wish, responses=Examined)
    def post(self, request: Request) -> Response:
        """What changes, and what is wrong row by row; keeps nothing."""
        found = factor_proposals.examine(_asked(request))
        return Response(Examined(factor_selectors.examined(found) | {"proposal": None}).data)


class OneProposal(APIView):
    """One proposal."""

    permission_classes = [Reads]

    @extend_schema(responses=Proposal)
    def get(self, request: Request, proposal_id: str) -> Response:
        """Changes, simulation by enterprise, and what is signed."""
        return _answer(_found(proposal_id))


class ProposalSimulation(APIView):
    """A proposal's simulation."""

    permission_classes = [Proposes]

    @extend_schema(request=None, responses=Proposal)
    def post(self, request: Request, proposal_id: str) -> Response:
        """Ask for one; the task worker makes it, enterprise by enterprise."""
        return _answer(factor_proposals.simulate(viewer_in(request), _found(proposal_id)))


class ProposalWithdrawal(APIView):
    """The end of a draft."""

    permission_classes = [Proposes]

    @extend_schema(request=None, responses=Proposal)
    def post(self, request: Request, proposal_id: str) -> Response:
        """Take it back; it stays readable."""
        return _answer(factor_proposals.withdraw(viewer_in(request), _found(proposal_id)))


class ProposalEffects(APIView):
    """A proposal's effect on one enterprise."""

    permission_classes = [Reads]

    @extend_schema(
        parameters=[OpenApiParameter("account", str, required=True, description="the enterprise's account")],
        responses=EffectList,
    )
    def get(self, request: Request, proposal_id: str) -> Response:
        """Period by period: differences only, never a total."""
        rows = factor_selectors.factor_effects(
            _found(proposal_id), str(request.query_params.get("account", ""))
        )
        return Response(EffectList({"results": rows, "next": None}).data)


def _asked(request: Request) -> factor_proposals.Asked:
    return factor_proposals.Asked(**shapes.read(Wish, request))


def _found(proposal_id: str) -> FactorProposal:
    row = FactorProposal.objects.filter(pk=proposal_id).first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    return row


def _answer(row: FactorProposal) -> Response:
    return Response(Proposal(factor_selectors.factor_proposal(row)).data)

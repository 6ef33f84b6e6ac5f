"""Routes for whoever calculates a report again herself: the engine's own files, and a case's figures."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from lexicon.refusals import Refusal, refuse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting import selectors
from accounting.api.cases import SeesCases
from accounting.api.guidelines import Public
from accounting.api.shapes import Out
from accounting.chain.models import ChainReport
from accounting.domain.recompute import recompute
from accounting.domain.registry import guidelines
from accounting.engine import engine_of
from accounting.services import factor_versions, verification
from tenants.assignment import enter_case
from tenants.permissions import viewer_in


class CommittedFigures(Out):
    """What the ledger has of a statement's figures: the root of their tree, and where it stands."""

    digest = serializers.CharField()
    figures_root = serializers.CharField()
    figures_count = serializers.IntegerField()
    tx_id = serializers.CharField()
    block_number = serializers.IntegerField()


class Recomputed(Out):
    """A case's report to the byte, this server's calculation of it now, and the ledger's commitment."""

    content = serializers.CharField()
    platform = serializers.DictField()
    ledger = CommittedFigures()


class Engine(Public):
    """The code and data a guideline's calculation consists of."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, guideline_id: str) -> Response:
        """The very files this server calculates with, for a browser to run itself."""
        if guideline_id not in guidelines():
            refuse(Refusal.GUIDELINE_UNKNOWN, guideline=guideline_id[:40])
        published = factor_versions.texts_for(guidelines()[guideline_id])
        return Response(engine_of(guideline_id, published))


class Recomputation(APIView):
    """A case's figures for its auditor's own calculation."""

    permission_classes = [SeesCases]

    @extend_schema(responses=Recomputed)
    def get(self, request: Request, case_id: str) -> Response:
        """The frozen report, the server's figures of this moment, and the root on the ledger."""
        with enter_case(viewer_in(request), case_id):
            content = verification.case_of(case_id).report.content
        row = ChainReport.objects.get(pk=case_id)
        record = selectors.record_of(row)
        ledger = {
            "digest": row.digest,
            "figures_root": record["figures_root"],
            "figures_count": record["figures_count"],
            "tx_id": row.submitted_tx,
            "block_number": row.submitted_block,
        }
        shown = {"content": content, "platform": recompute(content), "ledger": ledger}
        return Response(Recomputed(shown).data)

"""Routes about intents that are stuck: one's own organisation's; everybody's for who sees the network."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from kit import audit, clock, outbox_stuck
from kit.outbox import OutboxRow
from kit.outbox_stuck import Stuck
from kit.signed import QueuedAnswer
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right, may
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import selectors
from tenants.access import Viewer
from tenants.api.shapes import accepted
from tenants.permissions import Member, viewer_in


class Words(serializers.Serializer[Any]):
    zh = serializers.CharField()
    en = serializers.CharField()


class StuckIntent(serializers.Serializer[Any]):
    """What is stuck, since when, why, what to do. `nodes`: their own words, for who sees the network."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    subject = serializers.CharField()
    account = serializers.CharField()
    organisation = serializers.CharField()
    person = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    not_after = serializers.DateTimeField(allow_null=True)
    tx_id = serializers.CharField()
    trouble = serializers.CharField()
    why = Words()
    remedy = serializers.CharField()
    action = Words()
    nodes = serializers.CharField()


class StuckIntents(serializers.Serializer[Any]):
    results = StuckIntent(many=True)


class StuckList(APIView):
    """Intents that should have been on the ledger by now, oldest first."""

    permission_classes = [Member]

    @extend_schema(responses=StuckIntents)
    def get(self, request: Request) -> Response:
        """With reason and remedy in both languages."""
        viewer = viewer_in(request)
        sees_all = may(viewer.role, Right.SEE_NETWORK)
        found = outbox_stuck.stuck(now=clock.now(), account=None if sees_all else viewer.account)
        accounts = {one.row.account for one in found} - {""}
        names = selectors.organisation_names(sorted(accounts))
        return Response({"results": [_shown(one, names, sees_all=sees_all) for one in found]})


class Retry(APIView):
    """Trying a stuck intent now."""

    permission_classes = [Member]

    @extend_schema(request=None, responses={202: QueuedAnswer})
    def post(self, request: Request, intent_id: str) -> Response:
        """The relay takes it at once; one whose story has ended stays as it is. Never takes effect twice."""
        viewer = viewer_in(request)
        row = _row(viewer, intent_id)
        with transaction.atomic():
            if outbox_stuck.retry(row.pk):
                audit.record(
                    "retry_intent",
                    person=viewer.person,
                    account=viewer.account,
                    subject=row.subject,
                    intent=str(row.pk),
                )
        row.refresh_from_db()
        return accepted(row)


def _row(viewer: Viewer, intent_id: str) -> OutboxRow:
    rows = OutboxRow.objects.all() if may(viewer.role, Right.SEE_NETWORK) else selectors.intents(viewer)
    found: OutboxRow | None = rows.filter(pk=intent_id).first()
    if found is None:
        refuse(Refusal.INTENT_UNKNOWN)
    return found


def _shown(one: Stuck, names: dict[str, str], *, sees_all: bool) -> dict[str, Any]:
    row = one.row
    data = StuckIntent(
        {
            **{
                name: getattr(row, name)
                for name in ("id", "name", "subject", "account", "person", "state", "attempts", "next_at")
            },
            "not_after": row.not_after,
            "tx_id": row.tx_id,
            "organisation": names.get(row.account, ""),
            "since": row.created_at,
            "trouble": one.trouble,
            "why": {"zh": one.trouble.zh, "en": one.trouble.en},
            "remedy": one.remedy,
            "action": {"zh": one.remedy.zh, "en": one.remedy.en},
            "nodes": row.trouble_text if sees_all else "",
        }
    ).data
    return dict(data)

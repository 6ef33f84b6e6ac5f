"""An auditor's body declares for whom it compiled a report and to whom it was tied: the ledger then does not
draw it for them.

Source: 碳排放权交易管理暂行条例 art. 13 (who compiled does not verify); 企业温室气体排放报告核查指南（试行）
(advice, shared assets and managers within three years).
"""

import json
from collections.abc import Mapping
from typing import Any

from kit.outbox import OutboxRow
from lexicon.evidence_arguments import DeclareCompilation
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AccountKind, OutboxState
from lexicon.ties import AuditorTie
from lexicon.transactions import Transaction

from market.models import Account
from market.services import signed
from tenants import selectors as people
from tenants.access import Viewer


def declared(account: str) -> list[dict[str, Any]]:
    """What the body declared and the ledger took, newest first: by its own signed texts."""
    rows = OutboxRow.objects.filter(
        account=account, name=Transaction.DECLARE_COMPILATION, state=OutboxState.COMMITTED
    )
    return [
        {"tie": AuditorTie.COMPILED}
        | json.loads(row.intent_text)["args"]
        | {"at": row.committed_at, "tx_id": row.tx_id}
        for row in rows.order_by("-committed_at", "id")
    ]


def enterprises() -> dict[str, str]:
    """Names of those for whom a report can have been compiled."""
    rows = Account.objects.filter(kind=AccountKind.ENTERPRISE).values_list("account", flat=True)
    return people.organisation_names(list(rows))


def declare(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed declaration. Raises: Refused account_unknown, holder_not_allowed, compilation_exists."""
    return signed.queue_checked(
        viewer,
        body,
        name=Transaction.DECLARE_COMPILATION,
        kind=DeclareCompilation,
        check=lambda given: _check(viewer, given),
    )


def _check(viewer: Viewer, given: DeclareCompilation) -> str:
    row = Account.objects.filter(pk=given.account).first()
    if row is None:
        refuse(Refusal.ACCOUNT_UNKNOWN, account=given.account)
    if row.kind != AccountKind.ENTERPRISE:
        refuse(Refusal.HOLDER_NOT_ALLOWED, account=given.account, kind=row.kind)
    known = {(one["account"], one["year"], one["tie"]) for one in declared(viewer.account)}
    if (given.account, given.year, given.tie) in known:
        refuse(Refusal.COMPILATION_EXISTS, year=given.year)
    return f"compilation:{given.account}:{given.year}:{given.tie}"

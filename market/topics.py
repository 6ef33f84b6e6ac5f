"""The market's live topics: who may listen, and the state they begin with."""

from collections.abc import Mapping
from typing import Any

from kit import clock, live
from kit.outbox import OutboxRow
from lexicon.refusals import Refusal, refuse
from lexicon.rights import Right, may

from market import explorer, selectors
from market.models import ChainEvent
from market.services import feed
from tenants import selectors as people

RECENT = 50


def register() -> None:
    """Own `market`, `account`, `oversight` and `chain`."""
    live.register("market", permit=_sees_market, snapshot=_quote)
    live.register("account", permit=_is_own, snapshot=_account)
    live.register("oversight", permit=_oversees, snapshot=_recent)
    live.register("chain", permit=_is_member, snapshot=_chain)


def _sees_market(viewer: Any, topic: str) -> bool:
    return may(viewer.role, Right.SEE_MARKET) and _instrument(topic) is not None


def _is_own(viewer: Any, topic: str) -> bool:
    return bool(topic == f"account.{viewer.account}")


def _oversees(viewer: Any, topic: str) -> bool:
    return topic == "oversight" and may(viewer.role, Right.OVERSEE)


def _is_member(_viewer: Any, topic: str) -> bool:
    return topic == "chain"


def _instrument(topic: str) -> tuple[str, int] | None:
    """Unit and vintage of `market.CEA-2026`, if it is traded."""
    name = topic.partition(".")[2]
    for row in selectors.traded():
        if name == f"{row['unit']}-{row['vintage']}":
            return row["unit"], row["vintage"]
    return None


def _quote(topic: str) -> Mapping[str, Any]:
    found = _instrument(topic)
    if found is None:
        refuse(Refusal.NOT_FOUND)
    return feed.quote_frame(*found)


def _account(topic: str) -> Mapping[str, Any]:
    account = topic.partition(".")[2]
    rows = OutboxRow.objects.filter(account=account).order_by("-created_at")[:RECENT]
    intents = [
        {"id": str(row.id), "name": row.name, "subject": row.subject, "state": row.state} for row in rows
    ]
    return {**feed.account_frame(account, ""), "intents": intents}


def _recent(_topic: str) -> Mapping[str, Any]:
    """The last events, newest first, in the form of the feed."""
    rows = list(ChainEvent.objects.order_by("-block_number", "-at")[:RECENT])
    names = people.organisation_names(sorted({row.account for row in rows} - {""}))
    return {
        "events": [
            {
                "name": row.name,
                "tx_id": row.tx_id,
                "block_number": row.block_number,
                "at": row.at.isoformat(),
                "account": row.account,
                "names": {row.account: names[row.account]} if row.account in names else {},
                "objects": row.objects_written[:20],
            }
            for row in rows
        ]
    }


def _chain(_topic: str) -> Mapping[str, Any]:
    status = explorer.status(now=clock.now())
    return {
        "height": status.height,
        "waiting": status.waiting,
        "committed_ms": {"p50": status.committed_ms.p50, "p95": status.committed_ms.p95},
        "readable_ms": {"p50": status.readable_ms.p50, "p95": status.readable_ms.p95},
    }

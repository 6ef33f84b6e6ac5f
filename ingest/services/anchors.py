"""The daily Merkle roots over a plant's signed batches, on their way to the ledger."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from kit import clock, outbox
from lexicon.arguments import AnchorDay
from lexicon.transactions import Transaction, to_args
from proof.merkle import leaf_hash, root

from ingest.calendar import day_of
from ingest.hot.models import Anchor, SignedBatch

# A day is closed at 00:10 of the next: gateways that were late a little are still in its first tree.
CLOSED_AFTER = timedelta(minutes=10)
# A refill that still runs is waited for, else each of its batches would become its own anchor.
QUIET = timedelta(seconds=5)


def close_days(*, now: datetime | None = None) -> list[Anchor]:
    """Makes anchors for closed days that have new batches, and queues `anchor_day` for each.

    A day's later batches go to n = 1, 2, ... over the new leaves only. A batch is under
    one anchor, so calling again does no harm. The clock process calls this.
    """
    instant = now or clock.now()
    last = day_of(instant - CLOSED_AFTER) - timedelta(days=1)
    rows = SignedBatch.objects.filter(anchor=None, day__lte=last)
    places = (
        rows.values("day", "meter__tenant", "meter__plant", "meter__account")
        .annotate(newest=Max("received_at"))
        .filter(newest__lte=instant - QUIET)
        .values_list("day", "meter__tenant", "meter__plant", "meter__account")
    )
    return [_close(*place) for place in sorted(places)]


def leaves_of(batches: Sequence[SignedBatch]) -> list[bytes]:
    """Leaf hashes of batches in tree order; a leaf's content is the SHA-256 of the signed body."""
    return [leaf_hash(bytes.fromhex(batch.digest)) for batch in batches]


def in_tree_order(batches: Any) -> list[SignedBatch]:
    """Batches as they stand in a tree: by meter, boot and sequence."""
    return list(batches.select_related("meter").order_by("meter__meter", "boot", "seq0", "digest"))


@transaction.atomic
def _close(day: date, tenant: str, plant: str, account: str) -> Anchor:
    new = SignedBatch.objects.select_for_update(of=("self",)).filter(
        anchor=None, day=day, meter__tenant=tenant, meter__plant=plant
    )
    batches = in_tree_order(new)
    before = Anchor.objects.filter(tenant=tenant, plant=plant, day=day).order_by("-n").first()
    previous = (
        before or Anchor.objects.filter(tenant=tenant, plant=plant, day=day - timedelta(days=1), n=0).first()
    )
    anchor = Anchor.objects.create(
        tenant=tenant,
        account=account,
        plant=plant,
        day=day,
        n=before.n + 1 if before else 0,
        root=root(leaves_of(batches)).hex(),
        leaf_count=len(batches),
        previous_root=previous.root if previous else "",
        made_at=clock.now(),
    )
    SignedBatch.objects.filter(pk__in=[batch.pk for batch in batches]).update(anchor=anchor)
    anchor.intent = _enqueue(anchor)
    anchor.save(update_fields=["intent"])
    return anchor


def _enqueue(anchor: Anchor) -> Any:
    args = AnchorDay(
        account=anchor.account,
        plant=anchor.plant,
        day=anchor.day.isoformat(),
        n=anchor.n,
        root=anchor.root,
        leaf_count=anchor.leaf_count,
        previous_root=anchor.previous_root or None,
    )
    # One subject a plant: the ledger wants each root after the one it names, so they go up in order.
    row = outbox.enqueue(
        intent=outbox.ServiceCall(name=Transaction.ANCHOR_DAY, args=to_args(args)),
        organisation="regulator",
        subject=f"anchor:{anchor.tenant}:{anchor.plant}",
        tenant=anchor.tenant,
    )
    return row.id

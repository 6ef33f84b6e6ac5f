"""Daily anchors: one tree a plant and day, later batches in trees of their own, each batch provable."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from kit import clock
from kit.outbox import OutboxRow
from ledger.events import LedgerEvent
from lexicon import canonical
from lexicon.events import Write
from proof.merkle import inclusion, leaf_hash, verify_inclusion

from ingest import selectors
from ingest.hot.models import Anchor, SignedBatch
from ingest.models import Meter
from ingest.selectors.months import AnchorRef
from ingest.services import ledger
from ingest.services.anchors import close_days, in_tree_order, leaves_of
from ingest.services.hours import recompute
from tenants.access import within
from tests.ingest.conftest import NOW_MS, Device
from tests.ingest.made import made_meter

pytestmark = pytest.mark.db
DAY = date(2026, 7, 14)
START_MS = int(datetime(2026, 7, 13, 16, tzinfo=UTC).timestamp() * 1000)
# 00:10 in Shanghai on the day after, and a moment later.
CLOSING = datetime(2026, 7, 14, 16, 10, 30, tzinfo=UTC)


def later(store: Any, *messages: Any, at: datetime = CLOSING - timedelta(minutes=5)) -> None:
    store.store(list(messages), now_ms=int(at.timestamp() * 1000))


def event(tx: str, kind: str, value: dict[str, Any]) -> LedgerEvent:
    return LedgerEvent(
        block_number=7,
        tx_id=tx,
        name="x",
        at=CLOSING,
        intent="",
        account="",
        person="",
        writes=(Write(object=kind, key=(), value=value),),
    )


def named(row: OutboxRow) -> Any:
    """The root that a call to the ledger names as the one before its own."""
    return canonical.decode_object(row.intent_text.encode()).get("previous_root")


def test_a_day_is_closed_ten_minutes_after_midnight_and_once(store: Any, device: Device) -> None:
    later(store, *(device.batch([str(n)], ts_ms=START_MS + n * 900_000) for n in range(5)))
    assert close_days(now=CLOSING - timedelta(minutes=1)) == []
    (anchor,) = close_days(now=CLOSING)
    assert (anchor.day, anchor.n, anchor.leaf_count, anchor.previous_root) == (DAY, 0, 5, "")
    assert close_days(now=CLOSING) == []
    row = OutboxRow.objects.get()
    args = canonical.decode_object(row.intent_text.encode())
    assert row.name == "anchor_day"
    assert row.organisation == "regulator"
    assert (args["plant"], args["day"], args["n"], args["root"]) == ("plant-1", "2026-07-14", 0, anchor.root)


def test_every_batch_is_provable_under_its_anchor(store: Any, device: Device) -> None:
    later(store, *(device.batch([str(n)], ts_ms=START_MS + n * 900_000) for n in range(7)))
    (anchor,) = close_days(now=CLOSING)
    batches = in_tree_order(SignedBatch.objects.filter(anchor=anchor))
    leaves = leaves_of(batches)
    for index, batch in enumerate(batches):
        leaf = leaf_hash(bytes.fromhex(batch.digest))
        proof = inclusion(leaves, index)
        verify_inclusion(leaf=leaf, proof=proof, expected_root=bytes.fromhex(anchor.root))


def test_late_batches_go_to_the_next_number_over_the_new_leaves_only(store: Any, device: Device) -> None:
    first, second, third = (device.batch([str(n)], ts_ms=START_MS + n * 900_000) for n in range(3))
    later(store, first, third)
    (closed,) = close_days(now=CLOSING)
    later(store, second, at=CLOSING + timedelta(hours=1))
    assert close_days(now=CLOSING + timedelta(hours=1, seconds=1)) == [], "a refill that still runs"
    (added,) = close_days(now=CLOSING + timedelta(hours=1, seconds=10))
    assert (added.n, added.leaf_count, added.previous_root) == (1, 1, closed.root)
    assert [named(row) for row in OutboxRow.objects.order_by("created_at")] == [None, closed.root]


def test_days_are_chained(store: Any, device: Device) -> None:
    day_ms = 86_400_000
    later(store, *(device.batch(["1"], ts_ms=START_MS - n * day_ms) for n in (2, 1, 0)))
    first, second, third = close_days(now=CLOSING)
    assert [one.previous_root for one in (first, second, third)] == ["", first.root, second.root]
    rows = OutboxRow.objects.order_by("created_at")
    assert [named(row) for row in rows] == [None, first.root, second.root], "what the ledger is asked to keep"


def test_unsigned_readings_are_under_no_anchor(store: Any, device: Device) -> None:
    later(store, device.single("1.00", ts_ms=START_MS))
    assert close_days(now=CLOSING) == []


def test_the_ledger_s_word_marks_anchors_and_meters_and_accounting_sees_it(
    store: Any, viewer: Any, tenant: Any, frozen_clock: Any
) -> None:
    head = viewer("alpha_head")
    clock.tick(timedelta(days=-1, hours=-4))
    with within(tenant("alpha")):
        made_meter(head)
    device = Device()
    later(store, device.batch(["1", "3"], ts_ms=START_MS))
    recompute(directory=store.directory, series=store.series)
    (anchor,) = close_days(now=CLOSING)
    account = head.account
    with within(tenant("alpha")):
        (month,) = selectors.months("plant-1", "2026-07")
        assert (month.meter, str(month.quantity), month.unit, month.signed) == (
            "coal-1",
            "2.00",
            "t",
            2,
        )
        assert selectors.days("plant-1", "coal-1", "2026-07") == [(DAY, month.quantity)]
        assert selectors.anchors("plant-1", "2026-07") == ([], [DAY])
    written = {"account": account, "plant": "plant-1", "day": DAY.isoformat(), "n": 0, "root": anchor.root}
    for _ in range(2):
        ledger.apply(event("ab" * 32, "anchor", written))
        ledger.apply(
            event("cd" * 32, "meter", {"account": account, "plant": "plant-1", "meter": "coal-1", "n": 0})
        )
    ledger.apply(event("ee" * 32, "anchor", written | {"root": "0" * 64, "n": 1}))
    assert Anchor.objects.get().tx_id == "ab" * 32
    with within(tenant("alpha")):
        assert Meter.objects.get().chain == "registered"
        assert selectors.anchors("plant-1", "2026-07") == ([AnchorRef(DAY, 0, anchor.root)], [])
    with within(tenant("beta")):
        assert selectors.months("plant-1", "2026-07") == []
        assert selectors.anchors("plant-1", "2026-07") == ([], [])


def test_a_fork_is_told_to_accounting(store: Any, viewer: Any, tenant: Any, frozen_clock: Any) -> None:
    with within(tenant("alpha")):
        made_meter(viewer("alpha_head"))
    device = Device()
    store.store([device.single("1", seq=1), device.single("2", seq=1)], now_ms=NOW_MS)
    recompute(directory=store.directory, series=store.series)
    with within(tenant("alpha")):
        assert selectors.months("plant-1", "2026-07")[0].forks == 1

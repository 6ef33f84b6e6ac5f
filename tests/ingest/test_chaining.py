"""Chains of signed batches: a broken link is found in whatever order it arrives, and a whole one never."""

import random
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lexicon.refusals import Refusal

from ingest.hot.models import Quarantine, SignedBatch
from tests.ingest.conftest import NOW_MS, QUARTER_MS, Device

pytestmark = pytest.mark.db
START_MS = NOW_MS - 24 * 3_600_000


def batches(device: Device, count: int, *, broken_at: int | None = None) -> list[Any]:
    """Batches of two readings; the one numbered `broken_at` names a batch that never was."""
    made = []
    for n in range(count):
        if n == broken_at:
            device.previous = "e" * 64
        made.append(device.batch([f"{n}.1", f"{n}.2"], ts_ms=START_MS + n * 2 * QUARTER_MS))
    return made


def signed(store: Any, device: Device) -> list[bool]:
    points = store.series.range(device.index, from_ns=0, to_ns=2 * NOW_MS * 1_000_000)
    return [point.signed for point in points]


def test_a_broken_link_is_evidence_and_its_readings_are_stored_as_grade_b(store: Any, device: Device) -> None:
    first, second, third = batches(device, 3, broken_at=1)
    stored = store.store([first], now_ms=NOW_MS)
    stored = store.store([second], now_ms=NOW_MS)
    assert (stored.readings, stored.held) == (2, 1)
    assert stored.receipts[0].to == 4
    assert store.store([third], now_ms=NOW_MS).held == 0
    assert signed(store, device) == [True, True, False, False, True, True]
    row = Quarantine.objects.get()
    assert (row.reason, row.state, row.seq) == (Refusal.BATCH_CHAIN_BROKEN, "evidence", 3)
    before, after = SignedBatch.objects.order_by("seq0").values_list("digest", flat=True)[:2]
    assert row.facts == {"boot": "1", "seq0": "3", "prev": "e" * 64, "before": before}
    assert after in bytes(row.payload).decode()


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_broken_link_is_found_once_in_any_order_of_arrival(
    new_store: Any, device: Device, order: tuple[int, ...], restarts: bool
) -> None:
    made, store = batches(device, 3, broken_at=2), new_store()
    for n in order:
        store = new_store() if restarts else store
        store.store([made[n]], now_ms=NOW_MS)
    new_store().store(made, now_ms=NOW_MS)
    (row,) = Quarantine.objects.all()
    assert (row.reason, row.seq) == (Refusal.BATCH_CHAIN_BROKEN, 5)
    # Of the two batches at the break, the one that came second.
    weaker = max(1, 2, key=order.index)
    assert signed(store, device) == [n != weaker for n in range(3) for _ in range(2)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_broken_link_within_one_flush_is_found(store: Any, device: Device, order: tuple[int, ...]) -> None:
    made = batches(device, 3, broken_at=2)
    store.store([made[n] for n in order], now_ms=NOW_MS)
    assert Quarantine.objects.get().seq == 5
    weaker = max(1, 2, key=order.index)
    assert signed(store, device) == [n != weaker for n in range(3) for _ in range(2)]


def test_whole_chains_in_any_order_over_restarts_find_nothing(new_store: Any, device: Device) -> None:
    made, chance = batches(device, 20), random.Random(11)  # noqa: S311
    chance.shuffle(made)
    store = new_store()
    while made:
        flush, made = made[: chance.randint(1, 4)], made[chance.randint(0, 3) :]
        store.store(flush, now_ms=NOW_MS)
        store = new_store() if chance.random() < 0.4 else store
    assert Quarantine.objects.count() == 0
    assert all(signed(store, device))


def test_a_batch_whose_neighbour_is_missing_is_not_judged(store: Any, device: Device) -> None:
    made = batches(device, 3, broken_at=2)
    store.store([made[0], made[2]], now_ms=NOW_MS)
    assert Quarantine.objects.count() == 0
    assert all(signed(store, device))


def test_a_new_boot_begins_a_new_chain(store: Any, device: Device) -> None:
    store.store(batches(device, 2), now_ms=NOW_MS)
    again = replace(device, boot=2, seq=1, previous="0" * 64)
    store.store([again.batch(["9"], ts_ms=NOW_MS - QUARTER_MS)], now_ms=NOW_MS)
    assert Quarantine.objects.count() == 0


def test_a_second_batch_at_the_same_place_does_not_break_the_first_one_s_chain(
    new_store: Any, device: Device
) -> None:
    first, second = batches(device, 2)
    twin = Device(index=device.index).batch(["0.1", "0.3"], ts_ms=START_MS)
    store = new_store()
    store.store([first], now_ms=NOW_MS)
    new_store().store([twin, second], now_ms=NOW_MS)
    assert list(Quarantine.objects.values_list("reason", flat=True)) == [Refusal.SEQUENCE_FORK]


def test_a_gateway_that_sends_in_order_costs_no_query(store: Any, device: Device) -> None:
    made = batches(device, 6)
    store.store(made[:2], now_ms=NOW_MS)
    with CaptureQueriesContext(connection) as asked:
        store.store(made[2:], now_ms=NOW_MS)
    assert not [query for query in asked if "hot_signedbatch b" in query["sql"]]


def test_the_day_s_page_and_the_quarantine_tell_of_it(
    new_store: Any, viewer: Any, client_of: Any, frozen_clock: Any
) -> None:
    from tenants.access import within
    from tests.ingest.made import KEY, made_meter

    with within(viewer("alpha_head").tenant):
        made_meter(viewer("alpha_head"))
    device = Device(key=KEY, tenant=viewer("alpha_head").tenant.schema_name)
    new_store().store(batches(device, 2, broken_at=1), now_ms=NOW_MS)
    client = client_of("alpha_operator")
    (row,) = client.get("/api/v1/quarantine/?reason=batch_chain_broken").json()["results"]
    assert (row["state"], row["meter"], row["seq"]) == ("evidence", "coal-1", 3)
    assert row["what"]["zh"]
    assert row["what"]["en"]
    url = "/api/v1/plants/plant-1/today/"
    assert client.get(f"{url}?day=2026-07-14").json()["chain_breaks"] == 1
    today = client.get(f"{url}?day=2026-07-15").json()
    assert (today["chain_breaks"], today["quarantined"]) == (0, 0)
    refused = client.post(f"/api/v1/quarantine/{row['id']}/release/")
    assert refused.json()["refusal"] == "quarantine_not_releasable"

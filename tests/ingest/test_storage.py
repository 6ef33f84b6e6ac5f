"""What readings take on the disk, measured by a service for all and told to a plant for itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from kit import schema

from ingest.selectors.directory import Directory
from ingest.selectors.storage import PATH, storage_of
from ingest.services.hours import recompute
from ingest.services.storage import measure
from tenants.models import Tenant
from tests.ingest.conftest import NOON, NOW_MS, QUARTER_MS, Device, add_meter

pytestmark = pytest.mark.db


@pytest.fixture
def filled(store: Any, device: Device, tmp_path: Path, frozen_clock: Any) -> Path:
    """Eight readings of one enterprise and four of another in the last hours, computed; a home to measure."""
    other = add_meter(Device(tenant="t_000002", key=Ed25519PrivateKey.from_private_bytes(bytes([3] * 32))))
    start = NOW_MS - 10 * QUARTER_MS
    store.store(
        [
            device.batch([f"{n}" for n in range(8)], ts_ms=start),
            other.batch([f"{n}" for n in range(4)], ts_ms=start),
        ],
        now_ms=NOW_MS,
    )
    while recompute(directory=Directory(), series=store.series):
        pass
    return tmp_path


def test_a_plant_is_told_its_own_readings_and_what_all_take_each(filled: Path) -> None:
    told = measure(filled, now=NOON.timestamp())
    with connection.cursor() as cursor:
        cursor.execute("select count(*), (select sum(length) from hot_signedbatch) from hot_point")
        points, bodies = cursor.fetchone()
    assert (told["readings"], told["readings_day"], told["body_bytes"]) == (points, points, bodies)
    assert json.loads((filled / PATH).read_text()) == told
    schema.enter(Tenant.objects.get(schema_name="t_000001"))
    found = storage_of("plant-1", home=filled)
    assert (found.store, found.readings, found.readings_day) == ("embedded", 8, 8)
    each = (told["raw_bytes"] + bodies) / points
    assert found.bytes_per_reading == f"{each:.1f}"
    assert found.bytes_day == int(each * 8)
    assert 0 < found.body_bytes < bodies


def test_days_left_are_those_of_the_whole_machine_and_none_beyond_ten_years(filled: Path) -> None:
    told = measure(filled, now=NOON.timestamp())
    grows = (told["raw_bytes"] + told["body_bytes"]) / told["readings"] * told["readings_day"]
    schema.enter(Tenant.objects.get(schema_name="t_000001"))
    for free, days in ((int(grows * 40.5), 40), (int(grows * 5_000), None), (0, 0)):
        (filled / PATH).write_text(json.dumps(told | {"free_bytes": free}))
        assert storage_of("plant-1", home=filled).days_left == days


def test_before_the_first_measurement_and_for_a_store_elsewhere_nothing_is_claimed(filled: Path) -> None:
    schema.enter(Tenant.objects.get(schema_name="t_000001"))
    found = storage_of("plant-1", home=filled)
    assert (found.store, found.bytes_per_reading, found.days_left, found.readings) == (
        "unknown",
        None,
        None,
        8,
    )
    told = measure(filled, now=NOON.timestamp()) | {"store": "elsewhere", "raw_bytes": None}
    (filled / PATH).write_text(json.dumps(told))
    found = storage_of("plant-1", home=filled)
    assert (found.store, found.bytes_per_reading, found.days_left) == ("elsewhere", None, None)

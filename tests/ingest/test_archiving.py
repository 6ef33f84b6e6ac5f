"""Old raw readings go to files: no hour changes by it, nothing that may still be needed goes, proofs stay."""

import csv
import dataclasses
import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from kit.models import AuditEntry
from lexicon.refusals import Refused
from tanheng.env import Environment, EnvironmentError_

from ingest.hot.models import Hour
from ingest.selectors.directory import Directory
from ingest.series import EmbeddedSeries
from ingest.services import archiving
from ingest.services.hours import recompute
from tests.ingest.conftest import NOW_MS, Device, add_meter
from tests.ingest.test_api_proof import (
    test_a_reading_s_file_holds_against_the_anchor_and_the_key_alone as proves,
)
from tests.ingest.test_api_proof import url as proof_url

pytestmark = pytest.mark.db
proof = proof_url


def ms(month: int, day: int) -> int:
    return int(datetime(2026, month, day, 3, tzinfo=UTC).timestamp()) * 1000


@pytest.fixture
def limit(settings: Any, frozen_clock: datetime) -> Callable[[int], None]:
    """Sets after how many days readings are put away; the tests' store has no year to wait."""

    def set_(days: int) -> None:
        settings.TANHENG = dataclasses.replace(settings.TANHENG, readings_days=days)

    return set_


@pytest.fixture
def months(new_store: Callable[[], Any], device: Device) -> tuple[Device, Device]:
    """A meter with readings from February to April; another one that is silent after February."""
    silent = add_meter(Device(meter="coal-9", key=device.key, boot=9))
    store = new_store()
    for one, last in ((device, 4), (silent, 2)):
        for month in range(2, last + 1):
            values = [f"{month}{n:02}.00" for n in range(20)]
            store.store([one.batch(values, ts_ms=ms(month, 20))], now_ms=NOW_MS)
    compute()
    return device, silent


def compute() -> list[tuple[Any, ...]]:
    while recompute(directory=Directory(), series=EmbeddedSeries()):
        pass
    names = ("meter_id", "hour", "count", "n", "slots", "signed", "estimated", "ambiguous")
    return list(Hour.objects.order_by("meter_id", "hour").values_list(*names))


def rows_of(meter: Device) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("select t, count, boot, seq from hot_point where meter = %s order by t", [meter.index])
        return list(cursor.fetchall())


def test_a_month_goes_to_a_file_of_its_plant_and_is_told(
    months: tuple[Device, Device], limit: Any, tmp_path: Path
) -> None:
    followed, silent = months
    before = rows_of(followed), rows_of(silent)
    limit(100)
    (made,) = archiving.put_away(tmp_path)
    assert made.path == tmp_path / "archive" / "t_000001" / "plant-1" / "2026-02.csv.gz"
    assert made.path.stat().st_mode & 0o077 == 0
    with gzip.open(made.path, "rt") as file:
        lines = list(csv.DictReader(file))
    assert [(line["meter"], line["value"], line["unit"], line["seq"]) for line in lines] == [
        ("coal-1", f"2{n:02}.00", "t", str(n + 1)) for n in range(20)
    ]
    assert (rows_of(followed), rows_of(silent)) == (before[0][20:], before[1]), "the silent meter's stay"
    entry = AuditEntry.objects.get(act="readings.archive")
    assert hashlib.sha256(made.path.read_bytes()).hexdigest() == made.sha256
    assert made.sha256 in entry.facts
    assert archiving.put_away(tmp_path) == []


def test_a_late_reading_makes_the_same_hours_with_and_without_what_was_put_away(
    months: tuple[Device, Device], limit: Any, new_store: Callable[[], Any], tmp_path: Path
) -> None:
    followed, silent = months

    def late() -> list[tuple[Any, ...]]:
        for one in (dataclasses.replace(followed), dataclasses.replace(silent)):
            new_store().store([one.batch(["450.50"], ts_ms=ms(4, 1))], now_ms=NOW_MS)
        return compute()

    with transaction.atomic():
        expected = late()
        transaction.set_rollback(True)
    limit(100)
    assert len(archiving.put_away(tmp_path)) == 1
    assert late() == expected


def test_nothing_goes_for_ever_by_default_nor_before_the_month_after_is_old_enough(
    months: tuple[Device, Device], limit: Any, tmp_path: Path
) -> None:
    before = rows_of(months[0])
    for days in (0, 400, 110):
        limit(days)
        assert archiving.put_away(tmp_path) == []
    assert rows_of(months[0]) == before


def test_a_month_without_rows_left_is_gone_and_comes_again_by_itself(
    months: tuple[Device, Device], limit: Any, tmp_path: Path
) -> None:
    _, silent = months
    with connection.cursor() as cursor:
        cursor.execute("delete from hot_point where meter = %s", [silent.index])
        limit(100)
        assert len(archiving.put_away(tmp_path)) == 1
        cursor.execute("select to_regclass('hot_point_2026_02')")
        assert cursor.fetchone() == (None,)
        cursor.execute("select hot_make_month('2026-02-01')")


def test_killed_after_the_file_the_readings_are_still_there_and_go_the_next_time(
    months: tuple[Device, Device], limit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    limit(100)
    before = rows_of(months[0])
    with monkeypatch.context() as patched:
        patched.setattr("ingest.services.archiving.audit.record", killed)
        with pytest.raises(KeyboardInterrupt):
            archiving.put_away(tmp_path)
    assert rows_of(months[0]) == before
    (made,) = archiving.put_away(tmp_path)
    assert made.readings == 20
    assert len(rows_of(months[0])) == 40


def test_a_reading_that_was_put_away_is_proved_by_its_body(client_of: Any, proof: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from hot_point")
    proves(client_of, proof)


def test_no_declaration_reaches_hours_whose_readings_may_be_gone(
    months: tuple[Device, Device], limit: Any, viewer: Any, frozen_clock: datetime
) -> None:
    from ingest.models import Meter
    from ingest.services.declarations import declare

    limit(100)
    meter = Meter(plant_id="plant-1", slug="coal-1", index=months[0].index, digits=8, least_count="0.01")
    with pytest.raises(Refused) as refused:
        declare(
            viewer("alpha_operator"), meter, change="reset", at=frozen_clock - timedelta(days=101),
            old_end=None, new_start="0", note="",
        )  # fmt: skip
    assert "2026-04-06" in str(refused.value.facts)


def test_fewer_days_than_a_reading_may_come_late_are_refused(tmp_path: Path) -> None:
    given = {"TANHENG_HOME": str(tmp_path)}
    for text, days in (("0", 0), ("400", 400), ("1825", 1825)):
        assert Environment.read(given | {"TANHENG_READINGS_DAYS": text}).readings_days == days
    with pytest.raises(EnvironmentError_, match="takes 0, or 400 and more"):
        Environment.read(given | {"TANHENG_READINGS_DAYS": "90"})


def test_the_limit_of_the_setting_is_that_of_late_readings() -> None:
    from tanheng.env import READINGS_DAYS_MIN

    from ingest.intake import AGE_MS_MAX

    assert READINGS_DAYS_MIN * 86_400_000 == AGE_MS_MAX

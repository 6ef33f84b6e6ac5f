"""What a new meter's readings are worth by its calibration: its plate, then the register of accounting."""

from datetime import date, timedelta
from typing import Any

import pytest
from kit import clock

from accounting.services.equipment import devices_of
from ingest.models import Meter
from ingest.selectors import calibrated
from tenants.access import within
from tests.ingest.conftest import NOW_MS, Device
from tests.ingest.made import KEY
from tests.ingest.test_api import API, provision
from tests.ingest.test_api_watching import alpha

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("frozen_clock")]
# The tests' clock says 15 July 2026.
CERTIFICATE = {
    "plant": "plant-1", "meter": "coal-1", "certificate": "JD-2026-7", "calibrated_on": "2026-01-05",
    "valid_until": "2027-01-04",
}  # fmt: skip


def worth(operator: Any, meter: int) -> tuple[str | None, bool]:
    told = operator.get(f"{API}/meters/{meter}/arrival/").json()
    return told["grade"], told["calibrated"]


def test_signed_readings_are_c_until_a_certificate_is_registered_and_then_a(
    client_of: Any, store: Any
) -> None:
    operator = client_of("alpha_operator")
    meter = provision(operator).json()["id"]
    assert worth(operator, meter) == (None, False), "told before the first reading"
    store.store([Device(key=KEY).batch(["1.00"], ts_ms=NOW_MS)], now_ms=NOW_MS)
    assert worth(operator, meter) == ("C", False)
    for dates in (("2025-01-05", "2026-07-14"), ("2026-01-05", "2026-07-15")):
        given = CERTIFICATE | {"certificate": dates[1], "calibrated_on": dates[0], "valid_until": dates[1]}
        made = operator.post(f"{API}/calibrations/", given, format="json")
        assert made.status_code == 201
        holds = dates[1] == "2026-07-15"
        assert worth(operator, meter) == ("A" if holds else "C", holds)
    client_of("alpha_manager").delete(f"{API}/calibrations/{made.json()['id']}/")
    assert worth(operator, meter) == ("C", False)


@pytest.mark.parametrize(("until", "grade"), [("2026-07-14", "C"), ("2026-07-15", "B"), ("2027-06-30", "B")])
def test_the_plate_s_date_counts_to_its_end_and_unsigned_readings_are_b(
    client_of: Any, store: Any, until: str, grade: str
) -> None:
    operator = client_of("alpha_operator")
    meter = provision(operator, calibration="JD-1", calibrated_until=until).json()["id"]
    store.store([Device(key=KEY).single("1.00")], now_ms=NOW_MS)
    assert worth(operator, meter) == (grade, grade != "C")


def test_what_an_exchanged_meter_was_set_up_with_is_kept_for_its_days(client_of: Any) -> None:
    operator = client_of("alpha_operator")
    meter = provision(operator, calibration="JD-1", calibrated_until="2026-12-31").json()["id"]
    given = {"old_end": "10", "new_start": "0", "seal": "F-1", "note": "换表"}
    for at in ("2026-07-02T00:00:00+08:00", "2026-07-09T12:00:00+08:00"):
        answer = operator.post(f"{API}/meters/{meter}/replacement/", given | {"at": at}, format="json")
        assert answer.status_code == 201, answer.json()
    with within(alpha()):
        row = Meter.objects.get(pk=meter)
        assert not calibrated.is_calibrated(row, date(2026, 7, 15))
    assert row.exchanged == [
        {"on": "2026-07-02", "calibrated_until": "2026-12-31"},
        {"on": "2026-07-09", "calibrated_until": ""},
    ]


def test_a_registered_certificate_stays_with_the_meter_that_was_exchanged(client_of: Any, store: Any) -> None:
    operator = client_of("alpha_operator")
    meter = provision(operator).json()["id"]
    assert operator.post(f"{API}/calibrations/", CERTIFICATE, format="json").status_code == 201
    clock.tick(timedelta(days=2))
    given = {
        "old_end": "10",
        "new_start": "0",
        "seal": "F-1",
        "note": "换表",
        "at": "2026-07-16T12:00:00+08:00",
    }
    answer = operator.post(f"{API}/meters/{meter}/replacement/", given, format="json")
    assert answer.status_code == 201, answer.json()
    assert worth(operator, meter)[1] is False
    with within(alpha()):
        row = Meter.objects.get(pk=meter)
        assert calibrated.is_calibrated(row, date(2026, 7, 16))
        assert not calibrated.is_calibrated(row, date(2026, 7, 17))
        assert devices_of("plant-1", {})["coal-1"]["certificate"] == ""
    new = CERTIFICATE | {"certificate": "JD-2026-8"}
    assert operator.post(f"{API}/calibrations/", new, format="json").status_code == 201
    assert worth(operator, meter)[1] is True
    with within(alpha()):
        assert devices_of("plant-1", {})["coal-1"]["certificate"] == "JD-2026-8"

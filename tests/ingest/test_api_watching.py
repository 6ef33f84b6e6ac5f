"""Routes of what is watched: the plant's day, gaps, alarms, adjustments, charts, replacement, first words."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kit import clock
from proof.batches import public_key

from ingest.hot.models import Adjustment, BrokerLogin, BrokerSighting, Gap, MeterIndex
from ingest.models import Meter
from ingest.services.closing import close_month
from ingest.services.hours import recompute
from ingest.services.watching import Watch
from tenants.access import within
from tests import world
from tests.ingest.conftest import NOON, NOW_MS, QUARTER_MS, Device
from tests.ingest.made import KEY
from tests.ingest.test_api import API, provision

pytestmark = pytest.mark.db
HOUR_MS = 3_600_000


@pytest.fixture(autouse=True)
def _noon(frozen_clock: Any, settings: Any, tmp_path: Path) -> None:
    settings.TANHENG = replace(settings.TANHENG, home=tmp_path)
    assert frozen_clock == NOON


@pytest.fixture
def operator(client_of: Any) -> Any:
    return client_of("alpha_operator")


def compute(store: Any) -> None:
    while recompute(directory=store.directory, series=store.series):
        pass


def test_a_gap_is_shown_taken_and_closed_by_its_refill(operator: Any, store: Any, client_of: Any) -> None:
    provision(operator)
    device = Device(key=KEY)
    first, lost, last = (device.batch(["1", "2", "3", "4"], ts_ms=NOW_MS - n * HOUR_MS) for n in (6, 5, 4))
    store.store([first, last], now_ms=NOW_MS)
    compute(store)
    (gap,) = operator.get(f"{API}/gaps/?plant=plant-1&day=2026-07-15&open=true").json()["results"]
    assert (gap["from"], gap["to"], gap["expected"]) == (
        "2026-07-14T22:45:00.000Z",
        "2026-07-15T00:00:00.000Z",
        4,
    )
    assert (gap["meter"]["name_zh"], gap["owner"], gap["due_on"]) == ("原煤皮带秤", "", "2026-07-18")
    taken = operator.post(
        f"{API}/gaps/{gap['id']}/assignment/", {"due_on": "2026-07-16"}, format="json"
    ).json()
    assert (taken["owner"], taken["due_on"]) == (world.person_id("alpha_operator"), "2026-07-16")
    assert taken["owner_name"]
    url = f"{API}/gaps/{gap['id']}/assignment/"
    colleagues = {one["person"]: one["name"] for one in operator.get(url).json()}
    head, trader = world.person_id("alpha_head"), world.person_id("alpha_trader")
    assert {world.person_id("alpha_operator"), head} <= colleagues.keys()
    assert trader not in colleagues
    given = operator.post(url, {"due_on": "2026-07-17", "owner": head}, format="json").json()
    assert (given["owner"], given["owner_name"]) == (head, colleagues[head])
    for stranger in (trader, world.person_id("beta_operator"), "per_nobody"):
        refused = operator.post(url, {"due_on": "2026-07-17", "owner": stranger}, format="json")
        assert refused.json()["refusal"] == "field_invalid"
    empty = operator.post(f"{API}/gaps/{gap['id']}/closure/", {"note": " "}, format="json")
    assert empty.json()["refusal"] == "reason_required"
    store.store([lost], now_ms=NOW_MS)
    compute(store)
    (gap,) = operator.get(f"{API}/gaps/").json()["results"]
    assert (gap["how"], gap["closed_at"] is None) == ("refilled", False)
    assert operator.get(f"{API}/gaps/?open=true").json()["results"] == []
    late = operator.post(f"{API}/gaps/{gap['id']}/closure/", {"note": "x"}, format="json")
    assert (late.status_code, late.json()["refusal"]) == (409, "gap_closed")
    assert client_of("beta_operator").get(f"{API}/gaps/").json()["results"] == []
    assert operator.get(f"{API}/gaps/?day=yesterday").json()["refusal"] == "field_invalid"


def test_alarms_are_shown_and_handled_with_a_word(operator: Any, store: Any, client_of: Any) -> None:
    provision(operator)
    store.store([Device(key=KEY).batch(["1"], ts_ms=NOW_MS - 4 * HOUR_MS)], now_ms=NOW_MS)
    Watch().look()
    (alarm,) = operator.get(f"{API}/alarms/?plant=plant-1&open=true").json()["results"]
    assert (alarm["kind"], alarm["meter"]["slug"], alarm["since"]) == (
        "silent",
        "coal-1",
        "2026-07-15T00:00:00Z",
    )
    url = f"{API}/alarms/{alarm['id']}/handling/"
    assert operator.post(url, {"note": ""}, format="json").json()["refusal"] == "reason_required"
    assert operator.post(url, {"note": "已派单"}, format="json").json()["note"] == "已派单"
    assert client_of("beta_operator").get(f"{API}/alarms/").json()["results"] == []
    assert client_of("beta_operator").post(url, {"note": "x"}, format="json").status_code == 404


def test_the_day_has_24_hours_and_weighs_main_against_sub_meters(operator: Any, store: Any) -> None:
    ids = {}
    for slug in ("main", "sub-a", "sub-b"):
        ids[slug] = provision(operator, slug=slug).json()["id"]
    for slug in ("sub-a", "sub-b"):
        placed = operator.post(f"{API}/meters/{ids[slug]}/place/", {"main": int(ids["main"])}, format="json")
        assert placed.json()["main"] == ids["main"]
    circle = operator.post(f"{API}/meters/{ids['main']}/place/", {"main": int(ids["sub-a"])}, format="json")
    assert circle.json()["refusal"] == "field_invalid"
    for slug, step in (("main", 100), ("sub-a", 40), ("sub-b", 61)):
        device = Device(key=KEY, meter=slug)
        values = [str(n * step) for n in range(9)]
        store.store([device.batch(values, ts_ms=NOW_MS - 12 * HOUR_MS)], now_ms=NOW_MS)
    day = operator.get(f"{API}/plants/plant-1/hours/?day=2026-07-15").json()
    assert day["waiting"] == 9
    compute(store)
    day = operator.get(f"{API}/plants/plant-1/hours/?day=2026-07-15").json()
    (balance,) = day["balances"]
    assert (balance["main"], balance["sum"], balance["difference"]) == ("800.0000", "808.0000", "8.0000")
    assert (balance["percent"], balance["within"], day["waiting"]) == ("1.00", True, 0)
    main = next(row for row in day["meters"] if row["slug"] == "main")
    assert len(main["hours"]) == 24
    assert main["hours"][0]["quantity"] == "400.00"
    assert main["hours"][5] is None
    assert day["begins"] == "2026-07-14T16:00:00+00:00"


def test_a_balance_is_exact_across_units_of_one_thing(operator: Any, store: Any) -> None:
    main = provision(operator, slug="main", unit="MWh", medium="electricity", least_count="0.001").json()[
        "id"
    ]
    sub = provision(operator, slug="sub-a", unit="kWh", medium="electricity", least_count="1").json()["id"]
    coal = provision(operator, slug="coal-1").json()["id"]
    assert operator.post(f"{API}/meters/{sub}/place/", {"main": int(main)}, format="json").status_code == 200
    wrong = operator.post(f"{API}/meters/{coal}/place/", {"main": int(main)}, format="json")
    assert wrong.json()["refusal"] == "field_invalid"
    for slug, unit, values in (("main", "MWh", ["0", "1.5"]), ("sub-a", "kWh", ["0", "1530"])):
        device = Device(key=KEY, meter=slug)
        readings = [
            {"ts": NOW_MS - (5 - n) * QUARTER_MS, "value": value, "unit": unit}
            for n, value in enumerate(values)
        ]
        store.store([device.batch(values, ts_ms=0, readings=readings)], now_ms=NOW_MS)
    compute(store)
    (balance,) = operator.get(f"{API}/plants/plant-1/hours/").json()["balances"]
    assert (balance["sum"], balance["difference"], balance["percent"]) == ("1.5300", "0.0300", "2.00")


def test_a_closed_month_s_late_reading_is_an_adjustment_on_the_page(
    operator: Any, store: Any, tenant: Any, client_of: Any
) -> None:
    provision(operator)
    device = Device(key=KEY)
    june = NOW_MS - 20 * 24 * HOUR_MS
    store.store([device.batch(["1", "2"], ts_ms=june, step_ms=HOUR_MS)], now_ms=NOW_MS)
    compute(store)
    with within(tenant("alpha")):
        close_month("plant-1", "2026-06")
    store.store([device.batch(["5"], ts_ms=june + 2 * HOUR_MS)], now_ms=NOW_MS)
    compute(store)
    (row,) = operator.get(f"{API}/adjustments/?plant=plant-1&month=2026-06").json()["results"]
    assert (row["before"], row["after"], row["change"], row["unit"]) == ("1.00", "4.00", "3.00", "t")
    assert operator.get(f"{API}/adjustments/?month=2026-07").json()["results"] == []
    assert client_of("beta_operator").get(f"{API}/adjustments/").json()["results"] == []
    assert Adjustment.objects.count() == 1


def test_consumption_is_told_by_hour_day_and_month_and_never_by_too_many(operator: Any, store: Any) -> None:
    meter = provision(operator).json()["id"]
    device = Device(key=KEY)
    start = NOW_MS - 60 * 24 * HOUR_MS
    values = [str(n) for n in range(60 * 4 + 1)]
    store.store([device.batch(values, ts_ms=start, step_ms=6 * HOUR_MS)], now_ms=NOW_MS)
    compute(store)
    year = operator.get(f"{API}/meters/{meter}/consumption/").json()
    assert (year["by"], year["unit"]) == ("day", "t")
    assert sum(float(one["quantity"]) for one in year["points"]) == len(values) - 1
    months = operator.get(f"{API}/meters/{meter}/consumption/?by=month").json()
    assert [one["at"][:7] for one in months["points"]] == ["2026-04", "2026-05", "2026-06"]
    hours = operator.get(f"{API}/meters/{meter}/consumption/?by=hour&from=2026-07-01T00:00:00Z").json()
    assert hours["by"] == "hour"
    assert operator.get(f"{API}/meters/{meter}/consumption/?by=hour").json()["by"] == "day"
    assert operator.get(f"{API}/meters/{meter}/consumption/?by=week").json()["refusal"] == "field_invalid"


def test_a_rate_meter_s_hours_are_in_what_an_hour_makes(operator: Any, store: Any) -> None:
    made = provision(operator, unit="kW", medium="electricity", least_count="0.1").json()
    assert made["quantity_unit"] == "kWh"
    device = Device(key=KEY)
    readings = [{"ts": NOW_MS - n * QUARTER_MS, "value": "50", "unit": "kW"} for n in range(9, -1, -1)]
    store.store([device.batch([""] * 10, ts_ms=0, readings=readings)], now_ms=NOW_MS)
    compute(store)
    rows = operator.get(f"{API}/meters/{made['id']}/hours/").json()["results"]
    assert [(row["quantity"], row["unit"]) for row in rows][1] == ("50.0000", "kWh")


def test_a_rate_meter_is_replaced_too_and_its_hours_stay_areas_between_readings(
    operator: Any, store: Any
) -> None:
    made = provision(
        operator, unit="kW", medium="electricity", least_count="0.1", calibration="JD-1",
        calibrated_until="2027-06-30",
    ).json()  # fmt: skip
    readings = [
        {"ts": NOW_MS - n * QUARTER_MS, "value": "50" if n > 4 else "40", "unit": "kW"}
        for n in range(9, -1, -1)
    ]
    store.store([Device(key=KEY).batch([""] * 10, ts_ms=0, readings=readings)], now_ms=NOW_MS)
    compute(store)
    before = operator.get(f"{API}/meters/{made['id']}/hours/").json()["results"]
    at = (NOON - timedelta(milliseconds=4.5 * QUARTER_MS)).isoformat()
    given = {"at": at, "old_end": "50", "new_start": "40", "seal": "F-9", "note": "换表"}
    row = operator.post(f"{API}/meters/{made['id']}/replacement/", given, format="json").json()
    assert row["calibration"] == ""
    assert datetime.fromisoformat(row["installed_at"]) == datetime.fromisoformat(at)
    compute(store)
    after = operator.get(f"{API}/meters/{made['id']}/hours/").json()["results"]
    told = ("hour", "quantity", "estimated", "ambiguous")
    assert [[one[name] for name in told] for one in after] == [[one[name] for name in told] for one in before]
    assert not any(one["ambiguous"] for one in after)


def test_a_replaced_meter_counts_across_and_its_next_installation_is_signed(
    operator: Any, store: Any, settings: Any
) -> None:
    settings.LEDGER_NETWORK = world.NETWORK
    made = provision(operator, calibration="JD-1", calibrated_until="2027-06-30").json()
    assert (made["calibration"], made["calibrated_until"]) == ("JD-1", "2027-06-30")
    key = public_key(KEY)
    operator.post(f"{API}/gateways/", {"id": "gw-2", "name": "x", "spki": key.spki.hex()}, format="json")
    # The ledger's part; everything else of the meter came by the API.
    with within(alpha()):
        Meter.objects.filter(pk=made["id"]).update(chain="registered")
    device = Device(key=KEY)
    start = NOW_MS - 24 * QUARTER_MS
    store.store([device.batch(["100", "110", "1", "3"], ts_ms=start)], now_ms=NOW_MS)
    at = (NOON - timedelta(milliseconds=22.5 * QUARTER_MS)).isoformat()
    given = {
        "at": at,
        "old_end": "112.50",
        "new_start": "0.50",
        "seal": "F-88",
        "note": "换表",
        "gateway": "gw-2",
    }
    row = operator.post(f"{API}/meters/{made['id']}/replacement/", given, format="json").json()
    assert (row["installation"], row["chain"], row["gateway"], row["calibration"]) == (
        1,
        "unregistered",
        "gw-2",
        "",
    )
    assert MeterIndex.objects.get().gateway == "gw-2"
    compute(store)
    (hour, *_) = operator.get(f"{API}/meters/{made['id']}/hours/").json()["results"]
    assert (hour["quantity"], hour["ambiguous"]) == ("15.00", False)
    signing = operator.get(f"{API}/meters/{made['id']}/signing/").json()
    assert signing["name"] == "replace_meter"
    assert (signing["args"]["final_value"], signing["args"]["start_value"]) == ("112.50", "0.50")
    assert signing["args"]["installation"]["n"] == 1
    signed = world.signed_intent("alpha_operator", signing["name"], signing["args"], now=clock.now())
    answer = operator.post(f"{API}/meters/{made['id']}/registration/", signed, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    early = operator.post(
        f"{API}/meters/{made['id']}/replacement/", given | {"at": "2020-01-01T00:00:00Z"}, format="json"
    )
    assert early.json()["refusal"] == "field_invalid"


def alpha() -> Any:
    from tenants.models import Tenant

    return Tenant.objects.get(schema_name="t_000001")


def test_the_first_reading_check_names_what_is_wrong(operator: Any, store: Any) -> None:
    meter = provision(operator).json()["id"]
    url = f"{API}/meters/{meter}/arrival/"

    def state() -> str:
        return str(operator.get(url).json()["state"])

    assert state() == "waiting"
    BrokerSighting.objects.create(username="-", refused_at=clock.now())
    assert state() == "refused"
    clock.tick(timedelta(minutes=11))
    assert state() == "waiting"
    BrokerSighting.objects.create(username="t_000001.gw-1", connected_at=clock.now())
    assert state() == "connected"
    clock.tick(timedelta(seconds=1))
    operator.post(f"{API}/gateways/gw-1/password/")
    assert state() == "waiting"
    store.store([Device(key=KEY).single("1.00", unit="kg", seq=1)], now_ms=NOW_MS)
    assert state() == "held"
    store.store([Device(key=KEY).single("1.00", seq=2)], now_ms=NOW_MS)
    assert state() == "arrived"


def test_a_revoked_gateway_s_meter_says_so(operator: Any) -> None:
    meter = provision(operator).json()["id"]
    operator.post(f"{API}/gateways/gw-1/revocation/")
    assert operator.get(f"{API}/meters/{meter}/arrival/").json()["state"] == "revoked"
    assert BrokerLogin.objects.get().revoked_at


def test_gaps_of_another_enterprise_are_not_found(operator: Any, client_of: Any) -> None:
    provision(operator)
    gap = Gap.objects.create(
        meter=MeterIndex.objects.get(), from_ns=0, to_ns=1, found_from_ns=0, found_to_ns=1,
        found_at=NOON, due_on=NOON.date(),
    )  # fmt: skip
    url = f"{API}/gaps/{gap.pk}/assignment/"
    assert client_of("beta_operator").post(url, {"due_on": "2026-07-20"}, format="json").status_code == 404
    assert client_of("alpha_trader").post(url, {"due_on": "2026-07-20"}, format="json").status_code == 403
    assert client_of("beta_operator").get(url).status_code == 404
    assert client_of("alpha_trader").get(url).status_code == 403


def test_a_submitted_month_is_closed_and_one_taken_back_is_open(tenant: Any, frozen_clock: Any) -> None:
    from accounting.models import ReportingPeriod
    from accounting.services import standing, states
    from ingest.hot.models import Closing

    assert standing.OPEN == states.OPEN
    with within(tenant("alpha")):
        period = ReportingPeriod.objects.create(
            plant="plant-1",
            period="2026-06",
            guideline="mee_2022_power",
            state="ready",
            created_at=frozen_clock,
        )
        states.move(period, states.PeriodState.SUBMITTED, act="submitted")
        assert Closing.objects.get().month == "2026-06"
        states.move(period, states.PeriodState.READY, act="withdrawn")
        assert not Closing.objects.exists()

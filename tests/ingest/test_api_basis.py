"""From a month's figure down to its signed readings, by two doors; the third is `tests/market`'s."""

import dataclasses
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from proof.batches import public_key
from proof.readings import check_proof, read_proof

from ingest.hot.models import Anchor
from ingest.services import hours
from ingest.services.anchors import close_days
from tenants.models import CaseAssignment
from tests import world
from tests.ingest.conftest import NOON, NOW_MS, QUARTER_MS, Device
from tests.ingest.made import KEY
from tests.ingest.test_api import API, provision

pytestmark = pytest.mark.db
START_MS = NOW_MS - 24 * 3_600_000
TX = "ab" * 32
BASIS = f"{API}/basis/plant-1/coal-1/"


@pytest.fixture
def measured(client_of: Any, store: Any, settings: Any, frozen_clock: Any) -> Any:
    """A plant whose meter has two hours of signed readings, anchored and summed."""
    assert frozen_clock == NOON
    home = Path(store.segments.home).parent
    settings.TANHENG = dataclasses.replace(settings.TANHENG, home=home)
    operator = client_of("alpha_operator")
    provision(operator)
    device = Device(key=KEY)
    for n in range(9):
        store.store([device.batch([f"{n}.25"], ts_ms=START_MS + n * QUARTER_MS)], now_ms=NOW_MS)
    while hours.recompute(directory=store.directory, series=store.series):
        pass
    close_days(now=NOON + timedelta(days=1))
    Anchor.objects.update(anchored_at=NOON, tx_id=TX)
    return operator


@pytest.fixture
def case(measured: Any) -> str:
    """The auditor's open case of the plant's month."""
    account = world.HOUSES["alpha"].account
    name = f"{account}~plant-1~2026-07~1"
    CaseAssignment.objects.create(
        case=name,
        auditor=world.HOUSES["audit"].account,
        account=account,
        period="2026-07",
        opened_tx=TX,
    )
    return f"{API}/cases/{name}/basis/coal-1/"


def check_whole_way(client: Any, url: str) -> None:
    """A month is the sum of its days, a day of its hours; an hour ends in a reading that proves itself."""
    month = client.get(url, {"month": "2026-07"}).json()
    assert (month["quantity"], month["unit"]) == ("8.00", "t")
    assert [(day["day"], day["quantity"], day["signed"]) for day in month["days"]] == [
        ("2026-07-14", "8.00", 9)
    ]
    day = client.get(url, {"month": "2026-07", "day": "2026-07-14"}).json()
    assert [(hour["hour"], hour["quantity"]) for hour in day["hours"]] == [
        ("2026-07-14T04:00:00+00:00", "4.00"),
        ("2026-07-14T05:00:00+00:00", "4.00"),
        ("2026-07-14T06:00:00+00:00", "0.00"),
    ]
    file = client.get(f"{url}proof/", {"at": "2026-07-14T05:00:00Z"})
    anchor = month["days"][0]["anchors"][0]
    assert anchor["tx_id"] == TX
    roots = {("plant-1", "2026-07-14", anchor["n"], anchor["root"])}
    checks, found = check_proof(read_proof(file.content), roots=roots, keys={public_key(KEY).fingerprint})
    assert all(check.holds for check in checks), checks
    assert found is not None
    assert found["value"] == "4.25"


def test_an_enterprise_opens_its_tonnes_down_to_signed_readings(measured: Any) -> None:
    listed = measured.get(f"{API}/basis/plant-1/", {"month": "2026-07"}).json()["results"]
    assert [(row["meter"], row["quantity"], row["signed"]) for row in listed] == [("coal-1", "8.00", 9)]
    check_whole_way(measured, BASIS)


def test_a_month_without_readings_is_empty_and_a_wrong_one_refused(measured: Any) -> None:
    empty = measured.get(BASIS, {"month": "2026-06"}).json()
    assert (empty["days"], empty["hours"], empty["quantity"]) == ([], [], "0.00")
    for asked in ({"month": "2026"}, {"month": "2026-07", "day": "2026-06-14"}, {}):
        assert measured.get(BASIS, asked).json()["refusal"] == "field_invalid"
    assert measured.get(f"{API}/basis/plant-1/coal-9/", {"month": "2026-07"}).status_code == 404


def test_the_auditor_of_an_open_case_goes_the_same_way_and_stays_in_its_month(
    client_of: Any, case: str
) -> None:
    auditor = client_of("lead_auditor")
    check_whole_way(auditor, case)
    assert auditor.get(case, {"month": "2026-06"}).json()["refusal"] == "field_invalid"
    for instant in ("2026-06-30T15:59:59Z", "2026-07-31T16:00:01Z", ""):
        assert auditor.get(f"{case}proof/", {"at": instant}).json()["refusal"] == "field_invalid"


def test_nobody_else_passes_the_auditor_s_door(client_of: Any, case: str) -> None:
    asked = {"month": "2026-07"}
    assert client_of("regulator_1").get(case, asked).json()["refusal"] == "not_assigned"
    assert client_of("alpha_head").get(case, asked).status_code == 403
    CaseAssignment.objects.update(open=False)
    assert client_of("lead_auditor").get(case, asked).json()["refusal"] == "not_assigned"


def test_another_enterprise_finds_nothing(client_of: Any, measured: Any) -> None:
    beta = client_of("beta_operator")
    assert beta.get(BASIS, {"month": "2026-07"}).status_code == 404
    assert beta.get(f"{API}/basis/plant-1/", {"month": "2026-07"}).status_code == 404
    assert measured.get(BASIS, {"month": "2026-07"}).status_code == 200


def test_a_regulator_says_why_and_the_look_is_logged(client_of: Any, measured: Any) -> None:
    url = f"{API}/oversight/enterprises/{world.HOUSES['alpha'].account}/basis/plant-1/"
    regulator = client_of("regulator_1")
    asked = {"month": "2026-07", "purpose": "举报核实"}
    assert regulator.get(url, {"month": "2026-07"}).json()["refusal"] == "purpose_required"
    assert regulator.get(url, asked).json()["results"][0]["quantity"] == "8.00"
    assert regulator.get(f"{url}coal-1/", asked).json()["days"][0]["quantity"] == "8.00"
    proof = regulator.get(f"{url}coal-1/proof/", {"at": "2026-07-14T05:00:00Z", "purpose": "举报核实"})
    assert read_proof(proof.content).meter == "coal-1"
    assert client_of("administrator_1").get(url, asked).status_code == 403
    logged = client_of("alpha_head").get(f"{API}/audit/").json()["results"]
    looks = [json.loads(row["facts"])["purpose"] for row in logged if row["act"] == "open_tenant"]
    assert looks == ["举报核实"] * 3

"""The routes of ingest: provisioning, readings, hours, the day's equation, quarantine, the stranger."""

from datetime import timedelta
from typing import Any

import pytest
from kit import clock
from proof.batches import public_key

from ingest.hot.models import BrokerLogin, GatewayKey, MeterIndex
from ingest.services.hours import recompute
from tests import world
from tests.ingest.conftest import NOON, NOW_MS, QUARTER_MS, Device
from tests.ingest.made import KEY

pytestmark = pytest.mark.db
API = "/api/v1"
METER = {
    "plant": "plant-1",
    "slug": "coal-1",
    "name_zh": "原煤皮带秤",
    "name_en": "Coal belt scale",
    "medium": "coal",
    "unit": "t",
    "least_count": "0.01",
    "digits": 8,
    "stream": "fuel:coal",
    "gateway": "gw-1",
    "valid_from": "2025-10-01T00:00:00Z",
}


@pytest.fixture(autouse=True)
def _noon(frozen_clock: Any) -> None:
    assert frozen_clock == NOON


@pytest.fixture
def operator(client_of: Any) -> Any:
    return client_of("alpha_operator")


def provision(client: Any, **changed: Any) -> Any:
    """Plant, gateway and meter through the API; the meter's answer."""
    client.post(f"{API}/plants/", {"id": "plant-1", "name_zh": "厂", "name_en": "Plant"}, format="json")
    key = public_key(KEY)
    gateway = {"id": "gw-1", "name": "网关", "algorithm": "ed25519", "spki": key.spki.hex()}
    client.post(f"{API}/gateways/", gateway, format="json")
    return client.post(f"{API}/meters/", METER | changed, format="json")


def test_a_meter_is_provisioned_and_can_receive_at_once(operator: Any, store: Any) -> None:
    meter = provision(operator)
    assert meter.status_code == 201, meter.content
    assert meter.json()["least_count"] == "0.01"
    device = Device(key=KEY)
    assert store.store([device.batch(["1.00"], ts_ms=NOW_MS)], now_ms=NOW_MS).readings == 1
    assert operator.get(f"{API}/meters/?plant=plant-1").json()["results"][0]["slug"] == "coal-1"


def test_a_gateway_s_password_is_shown_once_and_kept_as_a_hash(operator: Any) -> None:
    made = operator.post(f"{API}/gateways/", {"id": "gw-9", "name": "x"}, format="json").json()
    assert made["username"] == "t_000001.gw-9"
    row = BrokerLogin.objects.get()
    assert made["password"] not in row.password_hash
    assert row.password_hash.startswith("$7$")
    assert "password" not in str(operator.get(f"{API}/gateways/").json())
    again = operator.post(f"{API}/gateways/gw-9/password/").json()
    assert again["password"] != made["password"]


def test_a_revoked_gateway_can_neither_sign_in_nor_sign(operator: Any) -> None:
    provision(operator)
    assert operator.post(f"{API}/gateways/gw-1/revocation/").json()["revoked_at"]
    assert BrokerLogin.objects.get().revoked_at is not None
    assert GatewayKey.objects.get().revoked_at is not None
    refused = operator.post(f"{API}/meters/", METER | {"slug": "coal-2"}, format="json")
    assert refused.json()["refusal"] == "unknown_gateway"


@pytest.mark.parametrize(
    ("changed", "refusal", "status"),
    [
        ({"slug": "Kohle 1"}, "field_invalid", 400),
        ({"plant": "nowhere"}, "not_found", 404),
        ({"gateway": "gw-9"}, "unknown_gateway", 404),
        ({"unit": "furlong"}, "field_invalid", 400),
        ({"least_count": "0"}, "field_invalid", 400),
        ({"digits": 40}, "field_invalid", 400),
        ({"account": "acc_betaaaaaaaaa"}, "field_not_accepted", 400),
    ],
)
def test_a_meter_that_cannot_be_is_refused_in_four_parts(
    operator: Any, changed: dict[str, Any], refusal: str, status: int
) -> None:
    answer = provision(operator, **changed)
    body = answer.json()
    assert (answer.status_code, body["refusal"]) == (status, refusal)
    assert all(body[part]["zh"] and body[part]["en"] for part in ("what", "meaning", "action"))
    assert body["case"]
    assert MeterIndex.objects.count() == 0


def test_names_are_used_once(operator: Any) -> None:
    provision(operator)
    again = operator.post(f"{API}/plants/", {"id": "plant-1", "name_zh": "x", "name_en": "x"}, format="json")
    assert again.json()["refusal"] == "plant_exists"
    assert operator.post(f"{API}/meters/", METER, format="json").json()["refusal"] == "meter_exists"
    gateway = operator.post(f"{API}/gateways/", {"id": "gw-1", "name": "x"}, format="json")
    assert gateway.json()["refusal"] == "gateway_exists"


def test_a_key_that_is_no_key_is_refused(operator: Any) -> None:
    given = {"id": "gw-9", "name": "x", "spki": "00ff"}
    assert operator.post(f"{API}/gateways/", given, format="json").json()["refusal"] == "field_invalid"


def test_a_meter_is_registered_by_a_signed_intent(operator: Any, settings: Any) -> None:
    settings.LEDGER_NETWORK = world.NETWORK
    meter = provision(operator).json()
    signing = operator.get(f"{API}/meters/{meter['id']}/signing/").json()
    assert signing["name"] == "register_meter"
    assert signing["args"]["gateway_key"]["fingerprint"] == public_key(KEY).fingerprint
    signed = world.signed_intent("alpha_operator", signing["name"], signing["args"], now=clock.now())
    answer = operator.post(f"{API}/meters/{meter['id']}/registration/", signed, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert operator.get(f"{API}/meters/{meter['id']}/").json()["chain"] == "pending"
    other = signing["args"] | {"least_count": "1"}
    changed = world.signed_intent("alpha_operator", signing["name"], other, now=clock.now())
    refused = operator.post(f"{API}/meters/{meter['id']}/registration/", changed, format="json")
    assert refused.json()["refusal"] == "intent_not_as_shown"


def test_series_and_hours_answer_in_text_and_within_limits(operator: Any, store: Any) -> None:
    meter = provision(operator).json()["id"]
    device = Device(key=KEY)
    start = NOW_MS - 96 * QUARTER_MS
    store.store([device.batch([f"{n}.5" for n in range(96)], ts_ms=start)], now_ms=NOW_MS)
    recompute(directory=store.directory, series=store.series)
    series = operator.get(f"{API}/meters/{meter}/series/").json()
    assert len(series["points"]) == 96
    assert series["points"][0] == {
        "at": "2026-07-14T04:00:00.000Z",
        "value": "0.50",
        "quality": "good",
        "signed": True,
    }
    coarse = operator.get(f"{API}/meters/{meter}/series/?step=3600").json()
    assert (len(coarse["points"]), coarse["step_s"]) == (24, 3600)
    year = operator.get(f"{API}/meters/{meter}/series/?from=2026-01-01T00:00:00Z&step=1").json()
    assert year["step_s"] > 10_000
    hours = operator.get(f"{API}/meters/{meter}/hours/").json()["results"]
    assert len(hours) == 24
    assert (hours[0]["quantity"], hours[0]["complete"], hours[0]["expected"]) == ("4.00", 4, 4)


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-07-16T00:00:00Z", "step=0", "step=x", "from=2000-01-01"]
)
def test_a_stretch_that_is_none_is_refused(operator: Any, query: str) -> None:
    meter = provision(operator).json()["id"]
    answer = operator.get(f"{API}/meters/{meter}/series/?{query}")
    assert (answer.status_code, answer.json()["refusal"]) == (400, "field_invalid")


def test_the_day_s_equation_holds(operator: Any, store: Any) -> None:
    provision(operator)
    device = Device(key=KEY)
    good, lost, bad = (
        device.batch(values, ts_ms=NOW_MS - (12 - n) * QUARTER_MS)
        for n, values in ((0, ["1", "2"]), (4, ["3"]), (8, ["4", "NaN"]))
    )
    store.store([good, bad], now_ms=NOW_MS)
    today = operator.get(f"{API}/plants/plant-1/today/").json()
    parts = {name: today[name] for name in ("issued", "stored", "quarantined", "refused", "missing")}
    assert parts == {"issued": 5, "stored": 3, "quarantined": 1, "refused": 0, "missing": 1}
    assert today["meters"][0]["gaps"] == [[3, 3]]
    store.store([lost], now_ms=NOW_MS)
    today = operator.get(f"{API}/plants/plant-1/today/").json()
    assert (today["issued"], today["stored"], today["missing"]) == (5, 4, 0)
    assert today["meters"][0]["last"]["value"] == "4.00"
    assert today["meters"][0]["age_s"] == 3600


def test_the_issued_number_of_a_device_without_sequence_is_unknown(operator: Any, store: Any) -> None:
    provision(operator)
    store.store([Device(key=KEY).single("1.00")], now_ms=NOW_MS)
    today = operator.get(f"{API}/plants/plant-1/today/").json()
    assert (today["issued"], today["missing"], today["stored"]) == (None, None, 1)


def test_quarantine_tells_what_happened_and_only_to_its_owner(
    operator: Any, store: Any, client_of: Any
) -> None:
    provision(operator)
    store.store([Device(key=KEY).single("1.00", unit="kg", seq=1)], now_ms=NOW_MS)
    (row,) = operator.get(f"{API}/quarantine/?plant=plant-1").json()["results"]
    assert row["reason"] == "unit_mismatch"
    assert "kg" in row["what"]["zh"]
    assert "t" in row["what"]["en"]
    assert row["case"].startswith("Q")
    assert client_of("beta_operator").get(f"{API}/quarantine/").json()["results"] == []


def test_a_stranger_finds_no_meter_of_another_enterprise(operator: Any, client_of: Any) -> None:
    meter = provision(operator).json()["id"]
    for route in (
        f"meters/{meter}/",
        f"meters/{meter}/series/",
        f"meters/{meter}/hours/",
        "plants/plant-1/today/",
    ):
        assert client_of("beta_operator").get(f"{API}/{route}").status_code == 404
        assert client_of("").get(f"{API}/{route}").status_code == 401
        assert client_of("regulator_1").get(f"{API}/{route}").status_code == 403
    trader = client_of("alpha_trader").post(f"{API}/meters/", METER | {"slug": "x-1"}, format="json")
    assert (trader.status_code, trader.json()["refusal"]) == (403, "no_permission")


def test_a_declared_replacement_is_counted_and_logged(operator: Any, store: Any) -> None:
    meter = provision(operator).json()["id"]
    device = Device(key=KEY)
    start = NOW_MS - 24 * QUARTER_MS
    store.store([device.batch(["100", "110", "1", "3"], ts_ms=start)], now_ms=NOW_MS)
    recompute(directory=store.directory, series=store.series)
    before = operator.get(f"{API}/meters/{meter}/hours/").json()["results"]
    assert before[0]["ambiguous"]
    at = (NOON - timedelta(milliseconds=22.5 * QUARTER_MS)).isoformat()
    given = {"change": "replaced", "at": at, "old_end": "112.50", "new_start": "0.50", "note": "换表"}
    assert operator.post(f"{API}/meters/{meter}/declarations/", given, format="json").status_code == 201
    recompute(directory=store.directory, series=store.series)
    (after, *_) = operator.get(f"{API}/meters/{meter}/hours/").json()["results"]
    assert (after["quantity"], after["ambiguous"]) == ("15.00", False)
    bad = operator.post(f"{API}/meters/{meter}/declarations/", given | {"new_start": "x"}, format="json")
    assert bad.json()["refusal"] == "field_invalid"


def test_a_reading_of_a_fast_clock_is_released_by_a_person_when_its_time_has_come(
    operator: Any, store: Any, client_of: Any
) -> None:
    meter = provision(operator).json()["id"]
    ahead_ms = NOW_MS + 7 * 60_000
    store.store([Device(key=KEY).single("1.00", ts_ms=ahead_ms, seq=1)], now_ms=NOW_MS)
    (row,) = operator.get(f"{API}/quarantine/").json()["results"]
    assert "420" in row["what"]["zh"]
    url = f"{API}/quarantine/{row['id']}/release/"
    assert operator.post(url).json()["refusal"] == "reading_in_future"
    assert client_of("beta_operator").post(url).status_code == 404
    assert client_of("alpha_trader").post(url).json()["refusal"] == "no_permission"
    clock.tick(timedelta(minutes=8))
    for _ in range(2):
        assert operator.post(url).json()["state"] == "released"
    today = operator.get(f"{API}/plants/plant-1/today/").json()
    assert (today["issued"], today["stored"], today["quarantined"]) == (1, 1, 0)
    points = operator.get(f"{API}/meters/{meter}/series/").json()["points"]
    assert [(one["value"], one["signed"]) for one in points] == [("1.00", False)]


def test_a_release_that_died_after_the_store_had_the_reading_is_done_again(operator: Any, store: Any) -> None:
    from ingest.hot.models import Quarantine
    from ingest.services import quarantine

    meter = provision(operator).json()["id"]
    store.store([Device(key=KEY).single("1.00", ts_ms=NOW_MS + 7 * 60_000, seq=1)], now_ms=NOW_MS)
    clock.tick(timedelta(minutes=8))
    row = Quarantine.objects.get()
    store.series.write([quarantine._point(row, MeterIndex.objects.get())])
    assert operator.post(f"{API}/quarantine/{row.pk}/release/").json()["state"] == "released"
    assert len(operator.get(f"{API}/meters/{meter}/series/").json()["points"]) == 1


def test_all_readings_of_a_fast_clock_are_released_together_each_for_itself(
    operator: Any, store: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.services import quarantine

    monkeypatch.setattr(quarantine, "RELEASED_AT_ONCE", 3)
    provision(operator)
    device = Device(key=KEY)
    ahead = [device.single(f"{n}.00", ts_ms=NOW_MS + 420_000 + n * 60_000, seq=n) for n in range(1, 6)]
    store.store(ahead, now_ms=NOW_MS)
    url, wanted = f"{API}/quarantine/releases/", {"plant": "plant-1"}
    nothing = {"released": 0, "left": 0, "not_released": 0, "refused": []}
    assert operator.post(url, wanted, format="json").json() == nothing
    clock.tick(timedelta(minutes=10))
    # At the first one's instant stands another reading by now.
    taken = device.single("0.50", ts_ms=NOW_MS + 480_000, seq=1_000_001)
    store.store([taken], now_ms=NOW_MS + 600_000)
    assert client_of("beta_operator").post(url, wanted, format="json").json()["refusal"] == "not_found"
    assert client_of("alpha_trader").post(url, wanted, format="json").json()["refusal"] == "no_permission"
    first, second = (operator.post(url, wanted, format="json").json() for _ in range(2))
    assert (first["released"], first["left"], first["not_released"]) == (3, 1, 1)
    assert first["refused"][0]["refusal"] == "reading_time_taken"
    assert first["refused"][0]["meter"] == device.meter
    assert (second["released"], second["left"], second["not_released"]) == (1, 0, 1)
    points = store.series.range(MeterIndex.objects.get().pk, from_ns=0, to_ns=2**62)
    assert [one.count for one in points] == [50, 200, 300, 400, 500]
    today = operator.get(f"{API}/plants/plant-1/today/").json()
    assert (today["stored"], today["quarantined"]) == (5, 1)


def test_other_entries_of_the_quarantine_are_not_released(operator: Any, store: Any) -> None:
    provision(operator)
    store.store([Device(key=KEY).single("1.00", unit="kg", seq=1)], now_ms=NOW_MS)
    (row,) = operator.get(f"{API}/quarantine/").json()["results"]
    refused = operator.post(f"{API}/quarantine/{row['id']}/release/")
    assert (refused.status_code, refused.json()["refusal"]) == (409, "quarantine_not_releasable")


def test_while_the_time_series_store_is_away_the_day_is_told_and_readings_say_why_not(
    operator: Any, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.series import EmbeddedSeries, SeriesUnavailable

    meter = provision(operator).json()["id"]

    def away(*_: Any, **__: Any) -> None:
        raise SeriesUnavailable("503")

    for question in ("last", "sampled"):
        monkeypatch.setattr(EmbeddedSeries, question, away)
    day = operator.get(f"{API}/plants/plant-1/today/")
    assert (day.status_code, day.json()["reception"]) == (200, "store")
    answer = operator.get(f"{API}/meters/{meter}/series/")
    told = answer.json()
    assert (answer.status_code, told["refusal"]) == (503, "series_unavailable")
    assert all(told[part]["zh"] and told[part]["en"] for part in ("what", "meaning", "action"))


def test_a_new_meter_waits_for_its_first_reading_and_says_what_came_instead(
    operator: Any, store: Any, client_of: Any
) -> None:
    meter = provision(operator).json()["id"]
    url = f"{API}/meters/{meter}/arrival/"
    before = operator.get(url).json()
    assert before["broker"]["host"] == "127.0.0.1"
    assert (before["state"], before["last"], before["instead"]) == ("waiting", None, [])
    assert before["topic"] == "v1/t_000001.gw-1/plant-1/coal-1/r"
    assert f"-t {before['topic']} " in before["lines"]["mosquitto_pub"]
    wrong = Device(key=KEY, meter="coal-2")
    store.store([wrong.single("1.00"), Device(key=KEY).single("1.00", unit="kg")], now_ms=NOW_MS)
    instead = operator.get(url).json()["instead"]
    assert {row["reason"] for row in instead} == {"unknown_meter", "unit_mismatch"}
    assert all(row["what"]["zh"] and row["action"]["en"] for row in instead)
    store.store([Device(key=KEY).single("2.00", seq=2)], now_ms=NOW_MS)
    assert operator.get(url).json()["last"]["value"] == "2.00"
    assert client_of("beta_operator").get(url).status_code == 404
    assert client_of("lead_auditor").get(url).status_code == 403


def test_credentials_name_the_broker_that_devices_reach(operator: Any, settings: Any) -> None:
    from dataclasses import replace

    made = operator.post(f"{API}/gateways/", {"id": "gw-2", "name": "x"}, format="json").json()
    assert made["broker"] == {"host": "127.0.0.1", "port": settings.TANHENG.mqtt_port, "tls": False}
    settings.TANHENG = replace(settings.TANHENG, mqtt_url="mqtts://ingest:secret@broker.example")
    again = operator.post(f"{API}/gateways/gw-2/password/").json()
    assert again["broker"] == {"host": "broker.example", "port": 8883, "tls": True}
    assert "secret" not in str(again)


@pytest.mark.parametrize("who", ["alpha_trader", "beta_operator", "lead_auditor", "regulator_1", ""])
def test_who_manages_no_meters_here_makes_none(who: str, operator: Any, client_of: Any) -> None:
    provision(operator)
    client = client_of(who)
    answers = [
        client.post(f"{API}/gateways/gw-1/password/"),
        client.post(f"{API}/gateways/gw-1/revocation/"),
        client.post(f"{API}/meters/", METER | {"slug": "coal-9"}, format="json"),
    ]
    expected = {"beta_operator": 404, "": 401}.get(who, 403)
    assert [answer.status_code for answer in answers] == [expected] * 3
    assert BrokerLogin.objects.get().revoked_at is None

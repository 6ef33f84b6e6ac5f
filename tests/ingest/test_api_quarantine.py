"""Each kind of bad input, as the plant finds it: the reason, what it means, what to do, a case number."""

from datetime import timedelta
from typing import Any

import pytest
from proof.batches import public_key

from ingest.hot.models import GatewayKey, MeterIndex, Quarantine
from ingest.message import Arrived
from tests.ingest.bad_words import REVOKED, Made, words
from tests.ingest.conftest import NOON, NOW_MS, Device, add_meter
from tests.ingest.made import KEY
from tests.ingest.test_api import API, provision

pytestmark = pytest.mark.db
# Ten megabytes come by somebody else's broker only: ours does not take them.
WORDS: dict[str, tuple[Made, str]] = words(NOW_MS) | {
    "10 MB": (lambda device: [device.raw(b"1" * 10_000_000)], "message_too_large"),
    "a will": (lambda device: [device.raw(b"offline")], "reading_torn"),
}


def revoke_a_key(device: Device) -> None:
    key = public_key(REVOKED)
    GatewayKey.objects.create(
        tenant=device.tenant,
        gateway=device.gateway,
        fingerprint=key.fingerprint,
        algorithm=key.algorithm,
        spki=key.spki,
        valid_from=NOON - timedelta(days=9),
        revoked_at=NOON - timedelta(days=1),
    )


def test_the_plant_sees_of_each_what_came_why_it_does_not_count_and_what_to_do(
    client_of: Any, store: Any, frozen_clock: Any
) -> None:
    assert frozen_clock == NOON
    operator = client_of("alpha_operator")
    provision(operator)
    neighbour, messages = Device(key=KEY), list[Arrived]()
    revoke_a_key(neighbour)
    for number, (made, _) in enumerate(WORDS.values()):
        messages += made(add_meter(Device(meter=f"bad-{number}", key=KEY)))
        messages.append(neighbour.single(f"{number}.00", seq=number + 1, ts_ms=NOW_MS + number))
    store.store(messages, now_ms=NOW_MS)
    stored = store.series.range(MeterIndex.objects.get(meter=neighbour.meter).pk, from_ns=0, to_ns=2**62)
    assert len(stored) == len(WORDS), "the stream of others goes on"
    rows = operator.get(f"{API}/quarantine/?plant=plant-1&limit=200").json()["results"]
    found = {
        word: [row for row in rows if row["meter"] == f"bad-{number}"] for number, word in enumerate(WORDS)
    }
    assert {word: {row["reason"] for row in rows} for word, rows in found.items()} == {
        word: {reason} for word, (_, reason) in WORDS.items()
    }
    for row in (row for rows in found.values() for row in rows):
        assert row["case"].startswith("Q")
        parts = [row[part][language] for part in ("what", "meaning", "action") for language in ("zh", "en")]
        assert all(parts)
        assert "{" not in "".join(parts)
    assert client_of("beta_operator").get(f"{API}/quarantine/").json()["results"] == []


def test_what_names_no_plant_of_the_enterprise_stands_in_the_list_of_each(
    client_of: Any, store: Any, frozen_clock: Any
) -> None:
    """Four topics that nobody can read, a mistyped plant, and another enterprise's."""
    operator = client_of("alpha_operator")
    provision(operator)
    device = Device(key=KEY)
    torn = [
        device.raw(b"{}")._replace(topic=f"v1/t_000001.gw-1/{rest}")
        for rest in ("plant-1", "plant-1/coal-1/x", "Plant 1/coal-1/r", "plant-1/coal-1/r/r")
    ]
    mistyped = device.single("1.00", seq=1)._replace(topic="v1/t_000001.gw-1/plant-l/coal-1/r")
    foreign = device.raw(b"{}")._replace(topic="v1/t_000002.gw-1/plant-1")
    store.store([*torn, mistyped, foreign], now_ms=NOW_MS)
    for query in ("", "?plant=plant-1"):
        rows = operator.get(f"{API}/quarantine/{query}").json()["results"]
        assert {one["topic"] for one in rows} == {one.topic for one in (*torn, mistyped)}, query
    others = client_of("beta_operator").get(f"{API}/quarantine/").json()["results"]
    assert [one["topic"] for one in others] == [foreign.topic]


def test_a_flood_is_shown_as_a_number_and_a_message_that_the_broker_refused_where_a_reading_is_awaited(
    client_of: Any, store: Any, frozen_clock: Any
) -> None:
    from ingest.services.sightings import note

    operator = client_of("alpha_operator")
    meter = provision(operator).json()["id"]
    device = Device(key=KEY)
    for n in range(2):
        flood = [device.single("1.00", unit="kg", seq=700 * n + m, ts_ms=NOW_MS + m) for m in range(700)]
        store.store(flood, now_ms=NOW_MS)
    counted, *listed = operator.get(f"{API}/quarantine/?plant=plant-1&limit=200").json()["results"]
    assert counted["more"] + Quarantine.objects.count() - 1 == 1_400
    assert {row["more"] for row in listed} == {0}
    assert "kg" in counted["what"]["zh"]
    note({}, {}, {"t_000001.gw-1": frozen_clock + timedelta(seconds=1)}, {})
    instead = operator.get(f"{API}/meters/{meter}/arrival/").json()["instead"]
    assert instead[0]["reason"] == "message_too_large"
    assert "256 KiB" in instead[0]["action"]["zh"]

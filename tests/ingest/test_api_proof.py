"""The file by which a signed reading is proved: it holds by itself, and says why where there is none yet."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from proof.batches import public_key
from proof.readings import check_proof, read_proof

from ingest.hot.models import Anchor
from ingest.services.anchors import close_days
from tests.ingest.conftest import NOON, NOW_MS, QUARTER_MS, Device
from tests.ingest.made import KEY
from tests.ingest.test_api import API, provision

pytestmark = pytest.mark.db
START_MS = NOW_MS - 24 * 3_600_000
AT = (NOON - timedelta(hours=23)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def url(client_of: Any, store: Any, settings: Any, frozen_clock: Any) -> str:
    """The route of a meter with a day of signed readings, and its segments where the product looks."""
    assert frozen_clock == NOON
    home = Path(store.segments.home).parent
    settings.TANHENG = dataclasses.replace(settings.TANHENG, home=home)
    meter = provision(client_of("alpha_operator")).json()
    device = Device(key=KEY)
    for n in range(8):
        batch = device.batch([f"{n}.25"], ts_ms=START_MS + n * QUARTER_MS)
        assert store.store([batch], now_ms=NOW_MS).readings == 1
    return f"{API}/meters/{meter['id']}/proof/?at={AT}"


def test_a_reading_s_file_holds_against_the_anchor_and_the_key_alone(client_of: Any, url: str) -> None:
    made = close_days(now=NOON + timedelta(days=1))
    Anchor.objects.update(anchored_at=NOON)
    answer = client_of("alpha_operator").get(url)
    assert answer.status_code == 200, answer.content
    assert "attachment" in answer["Content-Disposition"]
    proof = read_proof(answer.content)
    roots = {("plant-1", anchor.day.isoformat(), anchor.n, anchor.root) for anchor in made}
    checks, found = check_proof(proof, roots=roots, keys={public_key(KEY).fingerprint})
    assert all(check.holds for check in checks), checks
    assert found is not None
    assert (found["value"], found["unit"], found["ts"]) == ("4.25", "t", START_MS + 4 * QUARTER_MS)


def test_a_day_that_is_not_on_the_ledger_yet_is_said(client_of: Any, url: str) -> None:
    close_days(now=NOON + timedelta(days=1))
    refused = client_of("alpha_operator").get(url)
    assert refused.json()["refusal"] == "anchors_pending"


def test_where_nothing_was_signed_there_is_no_proof(client_of: Any, url: str) -> None:
    early = url.replace(AT, "2025-12-01T00:00:00Z")
    assert client_of("alpha_operator").get(early).status_code == 404
    assert client_of("beta_operator").get(url).status_code == 404

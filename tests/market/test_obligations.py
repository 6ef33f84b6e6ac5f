"""Obligations through the API: the total opened against the ledger's root, two regulators, no stranger."""

import json
import secrets
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from kit.models import AuditEntry
from lexicon import canonical, commitment
from lexicon.terms import PeriodState, ReportState
from proof import merkle

from accounting.models import Report, ReportingPeriod
from market.models import Obligation
from market.services import obligations
from tenants.access import within
from tests import world
from tests.conftest import NOON
from tests.market.test_trading import refusal, send
from tests.market.town import SALT

pytestmark = pytest.mark.db
ALPHA = world.HOUSES["alpha"].account
PLACE = {"account": ALPHA, "plant": "plant_1", "period": "2026", "version": "1"}
TOTAL_G = 500_500_000


def content(figures: list[tuple[str, int]], salts: list[str]) -> str:
    rows = [
        {"name": name, "value": str(value), "salt": salt}
        for (name, value), salt in zip(figures, salts, strict=True)
    ]
    return canonical.encode_text({"commitment": {"figures": rows}})


@pytest.fixture
def year(market: Any, tenant: Any) -> Any:
    """Alpha's yearly report is minted, and its figures lie in alpha's schema."""
    market.set_up("year", lambda: market.mint("2026", total_g=TOTAL_G, steps="year"))
    with within(tenant("alpha")):
        period = ReportingPeriod.objects.create(
            plant="plant_1", period="2026", guideline="ndrc-2013-power", state=PeriodState.MINTED,
            version=1, factor_sets={}, created_at=NOON,
        )  # fmt: skip
        Report.objects.create(
            period=period, version=1, state=ReportState.MINTED, content=content([("total", TOTAL_G)], [SALT]),
            digest="0" * 64, figures_digest="0" * 64, total_g=TOTAL_G, args={}, nonce="", created_at=NOON,
        )  # fmt: skip
    return market


def draft(client: Any, **changed: str) -> Any:
    return client.get("/api/v1/obligations/drafts/", PLACE | changed)


def test_two_regulators_set_the_obligation_of_a_minted_year(year: Any, client_of: Any) -> None:
    first, second = client_of("regulator_1"), client_of("regulator_2")
    [row] = first.get("/api/v1/obligations/due/").json()["results"]
    assert (row["organisation"], row["action"]) == (world.HOUSES["alpha"].name, "")
    made = draft(first).json()
    opening = made["args"]["act_args"]["opening"]
    assert opening == {"salt": SALT, "value": str(TOTAL_G), "index": 0, "path": []}
    leaf = commitment.leaf_hash(salt=bytes.fromhex(SALT), name="total", value=TOTAL_G)
    assert made["figures_root"] == leaf.hex()
    answer = send(first, "regulator_1", "/api/v1/obligations/proposals/", made["args"], made["name"])
    assert answer.status_code == 202, answer.json()
    year.settle()
    [row] = second.get("/api/v1/obligations/due/").json()["results"]
    assert (row["action"], row["may_confirm"]) == (made["args"]["action"], True)
    assert first.get("/api/v1/obligations/due/").json()["results"][0]["may_confirm"] is False
    signing = second.get(f"/api/v1/actions/{row['action']}/").json()["signing"]
    path = f"/api/v1/actions/{row['action']}/confirmation/"
    assert send(second, "regulator_2", path, signing["args"], signing["name"]).status_code == 202
    year.settle()
    obligation = Obligation.objects.get()
    assert (obligation.year, obligation.version, obligation.due_t) == (2026, 1, 501), (
        "half up, to whole tonnes"
    )
    assert first.get("/api/v1/obligations/due/").json()["results"] == []
    [own] = client_of("alpha_head").get("/api/v1/obligations/").json()["results"]
    assert (own["due_t"], own["state"]) == ("501", "open")
    assert AuditEntry.objects.filter(act="open_tenant", account=ALPHA).exists(), "the enterprise can read why"


def test_a_total_that_was_not_minted_cannot_be_proposed(year: Any, client_of: Any, tenant: Any) -> None:
    client = client_of("regulator_1")
    made = draft(client).json()
    lower = json.loads(json.dumps(made["args"]))
    lower["act_args"]["opening"]["value"] = "1"
    answer = send(client, "regulator_1", "/api/v1/obligations/proposals/", lower, made["name"])
    assert refusal(answer) == "intent_not_as_shown"
    with within(tenant("alpha")), connection.cursor() as cursor:
        # Who owns the server can switch its guards off; the root on the ledger still finds the change.
        cursor.execute("set local session_replication_role = replica")
        Report.objects.update(content=content([("total", 1)], [SALT]))
        cursor.execute("set local session_replication_role = origin")
    assert refusal(draft(client)) == "opening_mismatch"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"period": "2025"}, "report_unknown"),
        ({"account": world.HOUSES["beta"].account}, "report_unknown"),
        ({"version": "2"}, "report_unknown"),
        ({"version": "-1"}, "field_invalid"),
        ({"version": ""}, "field_invalid"),
    ],
)
def test_a_place_without_a_minted_report_has_no_draft(
    changed: dict[str, str], expected: str, year: Any, client_of: Any
) -> None:
    assert refusal(draft(client_of("regulator_1"), **changed)) == expected


@pytest.mark.parametrize("who", ["alpha_head", "beta_head", "approver", "administrator_1", ""])
def test_nobody_but_a_regulator_sees_or_proposes(who: str, year: Any, client_of: Any) -> None:
    client = client_of(who)
    made = draft(client_of("regulator_1")).json()
    expected = 403 if who else 401
    assert client.get("/api/v1/obligations/due/").status_code == expected
    assert draft(client).status_code == expected
    answer = send(client, who or "stranger", "/api/v1/obligations/proposals/", made["args"], made["name"])
    assert answer.status_code == expected


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_the_path_leads_from_the_total_to_the_root_as_the_chaincode_walks_it(count: int) -> None:
    figures = [("total", 7), *((f"line:{n}", n) for n in range(count - 1))]
    salts = [secrets.token_hex(16) for _ in figures]
    opened = obligations.opening_of(content(figures, salts))
    node = commitment.leaf_hash(salt=bytes.fromhex(salts[0]), name="total", value=7)
    for sibling in opened["path"]:
        node = sha256(b"\x01" + node + bytes.fromhex(sibling)).digest()
    assert node.hex() == opened["root"]
    assert len(opened["path"]) == (count - 1).bit_length()
    assert (
        opened["root"]
        == merkle.root(
            [
                commitment.leaf_hash(salt=bytes.fromhex(salt), name=name, value=value)
                for (name, value), salt in zip(figures, salts, strict=True)
            ]
        ).hex()
    )

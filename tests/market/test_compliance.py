"""Reports, obligations, surrender by two persons, issues endorsed by the regulator."""

from datetime import datetime

import pytest
from kit import clock
from kit.outbox import OutboxRow
from lexicon.canonical import digest
from lexicon.terms import OutboxState

from market import duties, selectors
from market.models import Issue, Lot, MintedReport, Obligation, Surrender
from tenants.models import Person
from tests import world
from tests.market.test_trading import draft, refusal, send

pytestmark = pytest.mark.db
ALPHA = world.HOUSES["alpha"].account


@pytest.fixture
def obliged(market):
    """Alpha has 1,000 t and owes 500 t for 2026."""
    market.oblige()
    return market


def test_a_minted_report_and_its_obligation_can_be_read(obliged, client_of) -> None:
    report = MintedReport.objects.get()
    assert (report.period, report.state, report.auditor) == ("2026", "minted", world.HOUSES["audit"].account)
    assert report.minted_tx != report.submitted_tx
    [row] = client_of("alpha_operator").get("/api/v1/obligations/").json()["results"]
    assert (row["due_t"], row["surrendered_t"], row["state"]) == ("500", "0", "open")
    assert row["verified_g"] == "500000000"
    assert client_of("beta_head").get("/api/v1/obligations/").json()["results"] == []


def test_overseers_read_what_is_owed_until_when_and_what_is_late(obliged, client_of) -> None:
    asked = client_of("regulator_1").get
    [row] = asked("/api/v1/oversight/obligations/").json()["results"]
    assert (row["organisation"], row["due_t"], row["surrendered_t"]) == ("甲发电有限公司", "500", "0")
    assert (row["state"], row["surrender_by"], row["late"]) == ("open", "2027-12-31", False)
    for now, late in (("2027-12-31T15:59:59Z", False), ("2027-12-31T16:00:00Z", True)):
        assert duties.is_late(Obligation.objects.get(), now=datetime.fromisoformat(now)) is late
    assert client_of("alpha_head").get("/api/v1/oversight/obligations/").status_code == 403


def test_a_surrender_needs_another_person_and_meets_the_obligation(obliged, client_of) -> None:
    trader, head = client_of("alpha_trader"), client_of("alpha_head")
    made = draft(trader, {"action": "surrender", "year": 2026, "quantity": "500"})
    answer = send(trader, "alpha_trader", "/api/v1/surrenders/", made["args"], made["name"])
    assert answer.status_code == 202, answer.json()
    obliged.settle()
    [row] = trader.get("/api/v1/surrenders/").json()["results"]
    assert (row["state"], row["quantity"]) == ("pending", "500")
    assert row["proposed_by_name"] == Person.objects.get(pk=row["proposed_by"]).name != ""
    assert selectors.holdings(ALPHA)[0].pending_surrender == 500
    path = f"/api/v1/surrenders/{row['surrender']}/confirmation/"
    args = {"surrender": row["surrender"]}
    assert refusal(send(trader, "alpha_trader", path, args, "confirm_surrender")) == "same_person"
    answer = send(head, "alpha_head", path, args, "confirm_surrender")
    assert answer.status_code == 202, answer.json()
    obliged.settle()
    obligation = Obligation.objects.get()
    assert (obligation.surrendered_t, obligation.state) == (500, "met")
    assert Surrender.objects.get().confirmed_by == world.person_id("alpha_head")
    assert sum(lot.quantity for lot in Lot.objects.filter(state="surrendered")) == 500
    assert refusal(send(head, "alpha_head", path, args, "confirm_surrender")) == "surrender_not_pending"


def test_lots_that_follow_each_other_are_used_together(obliged, client_of) -> None:
    """The second lot begins where the first one, used whole, ends."""
    Lot.objects.filter(owner=ALPHA).update(serial_to=100)
    whole = Lot.objects.get(owner=ALPHA)
    Lot.objects.create(
        unit=whole.unit, vintage=whole.vintage, serial_from=101, serial_to=1000, owner=ALPHA,
        state=whole.state, tx_id=whole.tx_id, block_number=whole.block_number, at=whole.at,
    )  # fmt: skip
    trader = client_of("alpha_trader")
    made = draft(trader, {"action": "surrender", "year": 2026, "quantity": "150"})
    assert [(lot["serial_from"], lot["quantity"]) for lot in made["args"]["lots"]] == [
        ("1", "100"),
        ("101", "50"),
    ]
    answer = send(trader, "alpha_trader", "/api/v1/surrenders/", made["args"], made["name"])
    assert answer.status_code == 202, answer.json()


def test_a_pending_surrender_can_be_taken_back(obliged, client_of) -> None:
    trader = client_of("alpha_trader")
    made = draft(trader, {"action": "surrender", "year": 2026, "quantity": "100"})
    send(trader, "alpha_trader", "/api/v1/surrenders/", made["args"], made["name"])
    obliged.settle()
    surrender = Surrender.objects.get().pk
    path = f"/api/v1/surrenders/{surrender}/withdrawal/"
    assert (
        send(trader, "alpha_trader", path, {"surrender": surrender}, "withdraw_surrender").status_code == 202
    )
    obliged.settle()
    assert selectors.holdings(ALPHA)[0].free == 1000


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"quantity": "501"}, "surrender_above_obligation"),
        ({"year": 2027, "quantity": "1"}, "obligation_unknown"),
        ({"quantity": "1001"}, "holding_too_small"),
    ],
)
def test_a_surrender_that_cannot_be_is_refused(obliged, client_of, change, expected) -> None:
    trader = client_of("alpha_trader")
    wish = {"action": "surrender", "year": 2026, "quantity": "500", **change}
    answer = trader.get("/api/v1/assets/inputs/", wish)
    if answer.status_code == 200:
        made = answer.json()
        answer = send(trader, "alpha_trader", "/api/v1/surrenders/", made["args"], made["name"])
    assert refusal(answer) == expected
    assert not OutboxRow.objects.filter(name="surrender").exists()


@pytest.mark.parametrize("who", ["beta_head", "regulator_1", "lead_auditor", "alpha_operator"])
def test_nobody_else_confirms_a_surrender(obliged, client_of, who: str) -> None:
    trader = client_of("alpha_trader")
    made = draft(trader, {"action": "surrender", "year": 2026, "quantity": "500"})
    send(trader, "alpha_trader", "/api/v1/surrenders/", made["args"], made["name"])
    obliged.settle()
    surrender = Surrender.objects.get().pk
    path = f"/api/v1/surrenders/{surrender}/confirmation/"
    answer = send(client_of(who), who, path, {"surrender": surrender}, "confirm_surrender")
    assert answer.status_code == (404 if who == "beta_head" else 403)


ISSUE = {
    "issue": "iss_api",
    "kind": "coin",
    "account": ALPHA,
    "amount": "500000",
    "backing_digest": digest("receipt"),
}


def test_an_issue_is_proposed_by_one_and_endorsed_by_the_regulator(ledger, client_of) -> None:
    administrator, regulator = client_of("administrator_1"), client_of("regulator_1")
    answer = send(administrator, "administrator_1", "/api/v1/issues/", ISSUE, "propose_issue")
    assert answer.status_code == 202, answer.json()
    ledger.settle()
    [row] = regulator.get("/api/v1/issues/", {"state": "proposed"}).json()["results"]
    assert (row["amount"], row["organisation"]) == ("500000", world.HOUSES["alpha"].name)
    assert selectors.coin_balance(ALPHA).free_cents == 0, "nothing is issued on one word"
    fact = regulator.get("/api/v1/issues/iss_api/signing/").json()
    path = "/api/v1/issues/iss_api/endorsement/"
    wrong = {**fact["args"], "digest": "0" * 64}
    assert refusal(send(regulator, "regulator_1", path, wrong, fact["name"])) == "intent_not_as_shown"
    assert send(regulator, "regulator_1", path, fact["args"], fact["name"]).status_code == 202
    ledger.settle()
    assert Issue.objects.get().state == "issued"
    balance = selectors.coin_balance(ALPHA)
    assert (balance.free_cents, balance.outputs) == (500_000, 8)
    [supply] = [row for row in regulator.get("/api/v1/supplies/").json()["results"] if row["token"] == "coin"]
    assert supply["issued"] == "500000"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"account": "acc_nobody"}, "account_unknown"),
        ({"account": world.HOUSES["audit"].account}, "holder_not_allowed"),
        ({"amount": "1000000001"}, "issue_above_cap"),
        ({"kind": "allowance", "unit": "CEA", "vintage": 2030}, "supply_unknown"),
        ({"amount": "-1"}, "bad_argument"),
        ({"amount": 5}, "bad_argument"),
    ],
)
def test_an_issue_that_cannot_be_is_refused(ledger, client_of, change, expected) -> None:
    args = {**ISSUE, **change}
    answer = send(client_of("administrator_1"), "administrator_1", "/api/v1/issues/", args, "propose_issue")
    assert refusal(answer) == expected


def test_a_backing_document_is_used_once(ledger, client_of) -> None:
    administrator = client_of("administrator_1")
    send(administrator, "administrator_1", "/api/v1/issues/", ISSUE, "propose_issue")
    ledger.settle()
    again = {**ISSUE, "issue": "iss_again"}
    answer = send(administrator, "administrator_1", "/api/v1/issues/", again, "propose_issue")
    assert refusal(answer) == "backing_used"


@pytest.mark.parametrize("who", ["alpha_head", "lead_auditor", "regulator_1", "stranger", ""])
def test_only_an_administrator_proposes_an_issue(ledger, client_of, who: str) -> None:
    answer = send(client_of(who), who or "stranger", "/api/v1/issues/", ISSUE, "propose_issue")
    assert answer.status_code == (401 if not who else 403)
    assert not OutboxRow.objects.filter(state=OutboxState.WAITING).exists()
    assert clock.now()

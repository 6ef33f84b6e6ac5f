"""Across enterprises: oversight, trace, search, explorer, public figures; and what strangers never see."""

import json

import pytest
from kit.models import AuditEntry
from tanheng import follower

from market.models import Listing, Lot, MintedReport, Trade
from tests import world
from tests.market.test_trading import BUY, SELL, draft, order, refusal, send

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
OVERSEERS = ("regulator_1", "administrator_1")
OTHERS = ("alpha_head", "beta_trader", "lead_auditor", "suspended", "stranger", "")
WALL = ("oversight/overview/", "oversight/enterprises/", "oversight/trades/", "oversight/reports/",
        "oversight/assets/", "supplies/", "issues/")  # fmt: skip


@pytest.fixture
def traded(market, client_of):
    """Alpha sold 120 t to beta, and has a report of May."""

    def trade() -> None:
        order(client_of("alpha_trader"), "alpha_trader", SELL, "/api/v1/listings/")
        market.settle()
        order(client_of("beta_trader"), "beta_trader", BUY, "/api/v1/trades/")
        market.settle()
        market.mint("2026-05")

    market.set_up("traded", trade)
    return market


@pytest.mark.parametrize("who", OVERSEERS)
def test_overseers_see_all_enterprises_with_names_and_sums(traded, client_of, who: str) -> None:
    client = client_of(who)
    rows = client.get("/api/v1/oversight/enterprises/").json()["results"]
    by_account = {row["account"]: row for row in rows}
    assert by_account[ALPHA]["name"] == world.HOUSES["alpha"].name
    assert (by_account[ALPHA]["allowances_t"], by_account[BETA]["allowances_t"]) == ("880", "120")
    assert by_account[ALPHA]["coin_cents"] == str(120 * 7050)
    assert by_account[ALPHA]["reports"] == 1
    wall = client.get("/api/v1/oversight/overview/").json()
    assert (wall["traded_t"], wall["turnover_cents"], wall["reports"]) == (
        "120",
        str(120 * 7050),
        {"minted": 1},
    )
    trades = client.get("/api/v1/oversight/trades/").json()["results"]
    assert {(row["seller_name"], row["buyer_name"]) for row in trades} == {
        (world.HOUSES["alpha"].name, world.HOUSES["beta"].name)
    }
    [report] = client.get("/api/v1/oversight/reports/").json()["results"]
    assert (report["organisation"], report["auditor_name"]) == (
        world.HOUSES["alpha"].name,
        world.HOUSES["audit"].name,
    )
    lots = client.get("/api/v1/oversight/assets/", {"account": BETA}).json()["results"]
    assert sum(int(row["quantity"]) for row in lots) == 120


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("route", WALL)
def test_nobody_else_sees_the_wall(db, client_of, who: str, route: str) -> None:
    assert client_of(who).get(f"/api/v1/{route}").status_code == (401 if not who else 403)


def test_an_enterprises_profile_needs_a_purpose_that_is_logged_where_it_sees_it(traded, client_of) -> None:
    client = client_of("regulator_1")
    path = f"/api/v1/oversight/enterprises/{ALPHA}/"
    assert refusal(client.get(path)) == "purpose_required"
    assert refusal(client.get(path, {"purpose": "  "})) == "purpose_required"
    profile = client.get(path, {"purpose": "年度抽查"}).json()
    assert profile["enterprise"]["name"] == world.HOUSES["alpha"].name
    assert profile["coin"]["free_cents"] == str(120 * 7050)
    entry = AuditEntry.objects.get(act="view_enterprise")
    assert (entry.account, entry.person) == (ALPHA, world.person_id("regulator_1"))
    assert json.loads(entry.facts)["purpose"] == "年度抽查"
    missing = client.get("/api/v1/oversight/enterprises/acc_nobody/", {"purpose": "x"})
    assert refusal(missing) == "not_found"


def conserved(graph: dict) -> None:
    for node in graph["nodes"]:
        assert node["conserved"] is True, node
        total = int(node["amount_in"]) + int(node["born"]) - int(node["amount_out"]) - int(node["rest"])
        assert total == 0


def test_a_tonne_is_followed_from_issue_to_its_holders_and_every_node_conserves(traded, client_of) -> None:
    graph = client_of("regulator_1").get("/api/v1/trace/CEA-2026-1-1000/").json()
    conserved(graph)
    transactions = [node["label"] for node in graph["nodes"] if node["kind"] == "transaction"]
    assert transactions == ["endorse_issue", "list", "take"]
    [issue] = [node for node in graph["nodes"] if node["label"] == "endorse_issue"]
    assert issue["born"] == "1000"
    ends = {
        (node["account"], node["label"]): int(node["rest"])
        for node in graph["nodes"]
        if node["kind"] == "holding"
    }
    assert ends == {(BETA, "free"): 120, (ALPHA, "free"): 700, (ALPHA, "listed"): 180}
    single = client_of("administrator_1").get("/api/v1/trace/CEA-2026-1/").json()
    conserved(single)
    assert {edge["amount"] for edge in single["edges"]} == {"1"}


def test_coin_is_followed_both_ways_and_every_node_conserves(traded, client_of) -> None:
    graph = client_of("regulator_1").get(f"/api/v1/trace/{Trade.objects.first().tx_id}/").json()
    assert graph["kind"] == "lot", "a trade's own lots come first"
    from market.models import CoinOutput

    coin = CoinOutput.objects.filter(owner=ALPHA, spent_tx="").first()
    graph = client_of("regulator_1").get(f"/api/v1/trace/{coin.tx}:{coin.n}/").json()
    conserved(graph)
    born = [node for node in graph["nodes"] if node["born"] != "0"]
    assert [node["born"] for node in born] == ["10000000"]
    assert sum(int(node["rest"]) for node in graph["nodes"]) == 10_000_000


def test_an_enterprise_follows_its_own_and_other_accounts_stay_hidden(traded, client_of) -> None:
    lot = Lot.objects.filter(owner=BETA).first()
    token = f"CEA-2026-{lot.serial_from}-{lot.serial_to}"
    answer = client_of("beta_trader").get(f"/api/v1/trace/{token}/")
    conserved(answer.json())
    assert ALPHA not in answer.content.decode()
    assert world.HOUSES["alpha"].name not in answer.content.decode()
    untouched = "CEA-2026-900-1000"
    assert refusal(client_of("beta_trader").get(f"/api/v1/trace/{untouched}/")) == "not_found"
    for token in ("CEA-2026-999999", "nonsense", "0" * 64, f"{'0' * 64}:0", "CEA-2026-5-1"):
        assert refusal(client_of("beta_trader").get(f"/api/v1/trace/{token}/")) == "not_found"


def test_a_report_is_followed_by_its_digest(traded, client_of) -> None:
    report = MintedReport.objects.get()
    for who in ("regulator_1", "alpha_head", "lead_auditor"):
        found = client_of(who).get(f"/api/v1/trace/{report.statement_digest}/").json()
        assert [step["name"] for step in found["steps"]] == ["submit_statement", "approve_and_mint"]
    hidden = client_of("beta_head").get(f"/api/v1/trace/{report.statement_digest}/")
    assert refusal(hidden) == "not_found"


def hits(client, **query) -> dict[str, list[dict]]:
    answer = client.get("/api/v1/search/", query)
    assert answer.status_code == 200, answer.json()
    return {kind: rows for kind, rows in answer.json()["results"].items() if rows}


def test_an_overseer_searches_everything_with_a_purpose(traded, client_of) -> None:
    client = client_of("regulator_1")
    assert refusal(client.get("/api/v1/search/", {"q": "甲"})) == "purpose_required"
    found = hits(client, q="甲发电", purpose="检查")
    assert found["enterprise"][0]["title"] == world.HOUSES["alpha"].name
    assert set(found) == {"enterprise", "report", "trade", "listing", "asset", "transaction"}
    assert AuditEntry.objects.filter(act="search").count() == 1
    assert hits(client, q="CEA-2026", kind="trade", purpose="检查")["trade"][0]["seller"]
    assert "evidence" not in found
    assert "statement" not in found
    assert (
        refusal(client.get("/api/v1/search/", {"q": "x", "kind": "all", "purpose": "y"})) == "field_invalid"
    )


def test_an_enterprise_and_an_auditor_find_only_their_own(traded, client_of) -> None:
    listing, trade, report = Listing.objects.get(), Trade.objects.first(), MintedReport.objects.get()
    own = hits(client_of("alpha_trader"), q="CEA-2026")
    assert set(own) == {"trade", "listing", "asset"}
    assert own["trade"][0]["side"] == "sell"
    assert own["trade"][0]["buyer"] == ""
    assert hits(client_of("alpha_head"), q="2026-05")["report"][0]["digest"] == report.statement_digest
    assert set(hits(client_of("lead_auditor"), q="2026-05")) == {"report"}
    stranger = client_of("beta_head")
    assert hits(stranger, q="2026-05") == {}
    assert set(hits(stranger, q=listing.pk)) == {"trade"}, "what it took of it, and nothing else"
    assert hits(stranger, q=world.HOUSES["alpha"].name) == {}
    assert hits(stranger, q=ALPHA) == {}
    assert hits(stranger, q=trade.tx_id)["trade"], "it was its own trade too"


def test_the_search_box_finds_by_serial_digest_and_transaction(traded, client_of) -> None:
    """A serial alone, a range as a lot is titled, a report's digest or its beginning, a transaction."""
    overseer = client_of("regulator_1")
    report, trade = MintedReport.objects.get(), Trade.objects.order_by("tx_id").first()
    lot = Lot.objects.filter(owner=BETA, unit="CEA").order_by("serial_from").first()
    inside = (lot.serial_from + lot.serial_to) // 2
    lots = Lot.objects.filter(serial_from__lte=inside, serial_to__gte=inside).count()
    titled = f"{lot.unit}-{lot.vintage} {lot.serial_from}–{lot.serial_to}"
    for words in (str(inside), f"CEA-2026-{inside}", f"CEA-2026 {inside}", titled):
        found = hits(overseer, q=words, kind="asset", purpose="检查")["asset"]
        assert titled in {row["title"] for row in found}, words
        assert len([row for row in found if row["title"] == titled]) == 1
        own = hits(client_of("beta_trader"), q=words, kind="asset")["asset"]
        assert {row["account"] for row in own} == {BETA}, words
    assert len(hits(overseer, q=str(inside), kind="asset", purpose="检查")["asset"]) == lots
    for words in (report.statement_digest, report.statement_digest[:12].upper()):
        [hit] = hits(overseer, q=words, kind="report", purpose="检查")["report"]
        assert hit["page"] == f"/trace/{report.statement_digest}"
        assert hits(client_of("beta_head"), q=words, kind="report") == {}
    [act] = hits(overseer, q=trade.tx_id, kind="transaction", purpose="检查")["transaction"]
    assert (act["title"], act["page"]) == ("take", f"/explorer/{trade.tx_id}")
    assert hits(client_of("lead_auditor"), q=trade.tx_id) == {}


@pytest.mark.parametrize(
    "words", ["", "%", "_", "'", '"; drop table market_lot; --', "x" * 5000, "\u0000", "CEA-", "-"]
)
def test_no_words_break_the_search(traded, client_of, words: str) -> None:
    answer = client_of("alpha_trader").get("/api/v1/search/", {"q": words})
    assert answer.status_code in {200, 400}, answer.json()
    assert Lot.objects.exists()


def test_the_explorer_speaks_business_and_tells_who_acted_to_those_who_may_know(traded, client_of) -> None:
    import asyncio

    from ledger.fake import FakeGateway

    from tests.tanheng.threads import TestThread, play

    async def blocks() -> None:
        gateway = FakeGateway(traded.chain, msp="RegulatorMSP", attributes={})
        async for block in gateway.block_events():
            await TestThread().run(follower._store_block, block)
            if block.number + 1 == traded.chain.height:
                return

    play(asyncio.wait_for(blocks(), 20))
    client = client_of("beta_trader")
    [newest, *_] = client.get("/api/v1/explorer/blocks/").json()["results"]
    assert newest["number"] + 1 == traded.chain.height
    block = client.get(f"/api/v1/explorer/blocks/{newest['number']}/").json()
    assert block["content"][0]["name"] == "approve_and_mint"
    tx = Trade.objects.first().tx_id
    for who, told in (
        ("beta_trader", BETA),
        ("alpha_trader", ""),
        ("regulator_1", BETA),
        ("lead_auditor", ""),
    ):
        detail = client_of(who).get(f"/api/v1/explorer/transactions/{tx}/").json()
        assert (detail["name"], detail["code"], detail["account"]) == ("take", "VALID", told)
        assert bool(detail["keys"]) == bool(told)
    act = client_of("regulator_1").get("/api/v1/explorer/blocks/4/").json()["content"][0]
    assert act["function"] in {"register", "propose_action", "confirm_action"}
    for missing in ("blocks/9999/", f"transactions/{'0' * 64}/"):
        assert refusal(client.get(f"/api/v1/explorer/{missing}")) == "not_found"
    status = client.get("/api/v1/explorer/status/").json()
    assert status["height"] == traded.chain.height
    assert status["readable_ms"]["count"] == 2


def test_everybody_may_know_three_figures(traded, client_of) -> None:
    figures = client_of("").get("/api/v1/public/").json()
    assert figures == {"reports": 1, "verified_tco2": "0", "last_price_cents": "7050"}
    Trade.objects.update(kind="block")
    figures = client_of("").get("/api/v1/public/").json()
    assert figures["last_price_cents"] is None, "a block's price is agreed apart and makes no quote"


def test_an_auditor_never_holds_and_never_trades(market, client_of) -> None:
    auditor = client_of("lead_auditor")
    assert auditor.get("/api/v1/assets/").status_code == 403
    assert auditor.get("/api/v1/market/CEA-2026/").status_code == 403
    made = draft(client_of("alpha_trader"), SELL)
    answer = send(auditor, "lead_auditor", "/api/v1/listings/", made["args"], "list")
    assert answer.status_code == 403

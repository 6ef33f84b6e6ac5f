"""Provenance graphs: conserved where the ledger is whole, and red at the very node where something is not."""

import dataclasses

import pytest
from django.db import models as orm

from market.domain.provenance import (
    Graph,
    Holding,
    Move,
    Output,
    joined,
    trace_coin,
    trace_serials,
)
from market.models import ChainEvent, CoinOutput, Lot, MintedReport, Movement, Obligation, Trade
from tests import world
from tests.market.test_trading import BUY, SELL, order, refusal

ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
MOVES = [
    Move("t1", "endorse_issue", 1, "1", 1, 100, "", "a", "free"),
    Move("t2", "list", 2, "2", 1, 60, "a", "a", "listed"),
    Move("t3", "take", 3, "3", 1, 40, "a", "b", "free"),
]
HELD = [Holding(1, 40, "b", "free"), Holding(41, 60, "a", "listed"), Holding(61, 100, "a", "free")]


def unbalanced(graph: Graph) -> set[str]:
    return {node.id for node in graph.nodes.values() if not node.conserved}


def test_a_whole_way_conserves_at_every_node() -> None:
    graph = trace_serials(MOVES, HELD, [(1, 100)])
    assert unbalanced(graph) == set()
    assert not any(graph.broken(edge) for edge in graph.edges)
    assert graph.nodes["t1"].born == 100


def test_a_part_and_two_parts_of_it_conserve_too() -> None:
    for spans in ([(30, 50)], [(1, 5), (90, 100)]):
        graph = trace_serials(MOVES, HELD, spans)
        assert unbalanced(graph) == set()
        total = sum(last - first + 1 for first, last in spans)
        assert sum(node.rest for node in graph.nodes.values()) == total


@pytest.mark.parametrize(
    ("moves", "held", "where"),
    [
        (MOVES[1:], HELD, {"t2", "holding:a:free"}),
        ([MOVES[0], MOVES[2]], HELD, {"holding:a:free", "holding:a:listed"}),
        (MOVES, HELD[1:], {"holding:b:free"}),
        (MOVES, [*HELD[:2], Holding(61, 99, "a", "free")], {"holding:a:free"}),
        (MOVES, [*HELD, Holding(1, 40, "x", "free")], {"holding:x:free"}),
        ([*MOVES[:2], dataclasses.replace(MOVES[2], giver="x")], HELD, {"t3"}),
    ],
    ids=["issue lost", "listing lost", "lot lost", "a tonne gone", "held twice", "another giver"],
)
def test_what_is_lost_invented_or_torn_breaks_its_node_and_edges(moves, held, where) -> None:
    graph = trace_serials(moves, held, [(1, 100)])
    assert where <= unbalanced(graph)
    broken = [edge for edge in graph.edges if graph.broken(edge)]
    assert broken or where == {"holding:x:free"}, "an edge at the fault is red"


def output(tx: str, n: int, amount: int, made_by: str, spent: str = "") -> Output:
    return Output(tx, n, "a", amount, made_by, int(tx[1:]), tx, spent)


def test_coin_conserves_and_a_forged_output_breaks_its_transaction() -> None:
    outputs = [
        output("t1", 0, 100, "endorse_issue", "t2"),
        output("t2", 0, 60, "split_coin"),
        output("t2", 1, 40, "split_coin"),
    ]
    assert unbalanced(trace_coin(outputs)) == set()
    outputs[1] = dataclasses.replace(outputs[1], amount_cents=61)
    graph = trace_coin(outputs)
    assert unbalanced(graph) == {"t2"}
    assert all(graph.broken(edge) for edge in graph.edges if "t2" in (edge.source, edge.target))


def test_coin_that_ends_ends_in_a_redemption_or_is_a_fault() -> None:
    outputs = [output("t1", 0, 100, "endorse_issue", "t2")]
    assert unbalanced(trace_coin(outputs, names={"t2": "redeem_coin"})) == set()
    assert unbalanced(trace_coin(outputs, names={"t2": "take"})) == {"t2"}
    assert trace_coin(outputs, cut=True).nodes["t2"].kind == "rim"


def test_ranges_are_joined() -> None:
    assert joined([(5, 9), (1, 4), (20, 30), (25, 26)]) == [(1, 9), (20, 30)]


@pytest.fixture
def traded(market, client_of):
    order(client_of("alpha_trader"), "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    order(client_of("beta_trader"), "beta_trader", BUY, "/api/v1/trades/")
    market.settle()
    return market


def trace(client, token: str) -> dict:
    answer = client.get(f"/api/v1/trace/{token}/")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def faults(graph: dict) -> set[str]:
    return {node["label"] for node in graph["nodes"] if node["conserved"] is False}


@pytest.mark.db
def test_an_edited_read_model_shows_red_where_it_was_edited(traded, client_of) -> None:
    regulator = client_of("regulator_1")
    assert faults(trace(regulator, "CEA-2026-1-1000")) == set()
    Lot.objects.filter(owner=BETA).update(serial_to=orm.F("serial_to") + 1)
    graph = trace(regulator, "CEA-2026-1-1000")
    assert any(edge["broken"] for edge in graph["edges"])
    assert [node["organisation"] for node in graph["nodes"] if node["conserved"] is False] == [
        world.HOUSES["beta"].name
    ]
    Movement.objects.filter(name="endorse_issue").delete()
    assert "list" in faults(trace(regulator, "CEA-2026-1-1000"))
    CoinOutput.objects.filter(owner=ALPHA, spent_tx="").update(amount_cents=orm.F("amount_cents") + 1)
    coin = CoinOutput.objects.filter(owner=ALPHA, spent_tx="").first()
    assert "take" in faults(trace(regulator, f"{coin.tx}:{coin.n}"))


@pytest.mark.db
def test_prices_are_shown_of_own_legs_only(traded, client_of) -> None:
    def prices(who: str) -> list[str]:
        graph = trace(client_of(who), "CEA-2026-1-300")
        return [trade["price_cents"] for node in graph["nodes"] for trade in node["trades"]]

    assert set(prices("regulator_1")) == {"7050"}
    assert set(prices("alpha_trader")) == set(prices("beta_trader")) == {"7050"}
    Trade.objects.update(seller="acc_other", buyer="acc_third")
    assert prices("alpha_trader") == []


@pytest.mark.db
def test_a_trade_and_a_transaction_lead_to_all_that_they_moved(traded, client_of) -> None:
    one = Trade.objects.order_by("i").first()
    graph = trace(client_of("beta_trader"), one.trade)
    assert sum(int(node["rest"]) for node in graph["nodes"]) == one.quantity
    told = [int(trade["quantity"]) for node in graph["nodes"] for trade in node["trades"]]
    assert told == [one.quantity], "of a transaction's other trades nothing"
    graph = trace(client_of("beta_trader"), one.tx_id)
    assert sum(int(node["rest"]) for node in graph["nodes"]) == 120
    assert refusal(client_of("lead_auditor").get(f"/api/v1/trace/{one.trade}/")) == "not_found"
    assert refusal(client_of("beta_trader").get(f"/api/v1/trace/{'0' * 64}-1/")) == "not_found"
    issue = Movement.objects.filter(name="endorse_issue").first()
    assert trace(client_of("regulator_1"), issue.tx_id)["kind"] == "lot"


@pytest.mark.db
def test_a_yearly_report_leads_to_its_obligation_and_every_surrendered_tonne(traded, client_of) -> None:
    traded.oblige()
    lot = Lot.objects.filter(owner=ALPHA, state="free").first()
    traded.sign("alpha_head", "surrender", {
        "surrender": "sur_1", "year": 2026,
        "lots": [{"unit": "CEA", "vintage": 2026, "serial_from": str(lot.serial_from), "quantity": "50"}],
    })  # fmt: skip
    traded.sign("alpha_trader", "confirm_surrender", {"surrender": "sur_1"})
    traded.follow()
    report = MintedReport.objects.get(period="2026")
    for who in ("regulator_1", "alpha_head"):
        found = trace(client_of(who), report.statement_digest)
        names = ["submit_statement", "approve_and_mint", "set_obligation", "surrender", "confirm_surrender"]
        assert [step["name"] for step in found["steps"]] == names
        for step in found["steps"]:
            assert ChainEvent.objects.get(pk=step["tx_id"]).name == step["name"], (
                "each by its own transaction"
            )
        assert faults(found) == set()
        [end] = [node for node in found["nodes"] if node["label"] == "obligation"]
        assert end["rest"] == str(Obligation.objects.get().surrendered_t)
        assert (end["amount_in"], found["nodes"][0]["label"]) == ("50", "endorse_issue")
    Obligation.objects.update(surrendered_t=51)
    assert faults(trace(client_of("regulator_1"), report.statement_digest)) == {"obligation"}
    assert refusal(client_of("beta_head").get(f"/api/v1/trace/{report.statement_digest}/")) == "not_found"

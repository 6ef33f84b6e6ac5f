"""Coin by outputs, redemption, merging, trust and parameters through the API, on a ledger in memory."""

import pytest
from lexicon.canonical import digest

from market import selectors
from market.models import Parameters, Supply
from market.services import parameters
from tenants.services.reasons import digest_of
from tests import world
from tests.market import dealt
from tests.market.test_trading import refusal, send
from tests.market.town import MARKET

pytestmark = pytest.mark.db
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
API = "/api/v1/"
NOBODY = {"account": "acc_none", "sold_t": "0", "bought_t": "0"}
PAYOUT = "中国银行武汉分行 6217 0000 0000 0001 贝塔水泥有限公司"


@pytest.fixture
def beta(client_of):
    return client_of("beta_head")


def outputs(client) -> list[dict[str, object]]:
    return client.get(f"{API}assets/outputs/").json()["results"]


def named(rows) -> list[dict[str, object]]:
    return [{"tx": row["tx"], "n": row["n"]} for row in rows]


def test_an_output_is_split_and_merged_as_its_owner_chooses(market, beta) -> None:
    first = outputs(beta)[0]
    amount = int(first["amount_cents"])
    args = {"coin": named([first])[0], "amounts_cents": ["1", str(amount - 1)]}
    assert send(beta, "beta_head", f"{API}assets/split/", args, "split_coin").status_code == 202
    market.settle()
    rows = outputs(beta)
    assert [row["amount_cents"] for row in rows][-1] == "1"
    small = named(rows[-2:])
    answer = send(beta, "beta_head", f"{API}assets/merging/", {"coins": small}, "merge_coin")
    assert answer.status_code == 202, answer.json()
    market.settle()
    assert len(outputs(beta)) == len(rows) - 1
    assert selectors.coin_balance(BETA).free_cents == 10_000_000


def test_mergers_name_two_outputs_of_ones_own_that_are_there(market, beta, client_of) -> None:
    path, rows = f"{API}assets/merging/", named(outputs(beta))
    assert refusal(send(beta, "beta_head", path, {"coins": rows[:1]}, "merge_coin")) == "bad_argument"
    assert refusal(send(beta, "beta_head", path, {"coins": rows[:1] * 2}, "merge_coin")) == "input_twice"
    alien = send(client_of("alpha_trader"), "alpha_trader", path, {"coins": rows[:2]}, "merge_coin")
    assert refusal(alien) == "coin_not_yours"
    gone = [{"tx": "0" * 64, "n": 0}, rows[0]]
    assert refusal(send(beta, "beta_head", path, {"coins": gone}, "merge_coin")) == "coin_unknown"


def redeem(client, who: str, cents: str, payout: str = PAYOUT, said: str | None = None):
    wish = {"amount_cents": cents, "payout_digest": digest_of(payout)}
    made = client.get(f"{API}redemptions/inputs/", wish).json()
    body = {"payout": payout if said is None else said}
    return send(client, who, f"{API}redemptions/", made["args"], made["name"], **body)


def test_coin_is_paid_out_and_the_administrator_reads_to_whom(market, beta, client_of) -> None:
    answer = redeem(beta, "beta_head", "250000")
    assert answer.status_code == 202, answer.json()
    market.settle()
    assert selectors.coin_balance(BETA).free_cents == 10_000_000 - 250_000
    assert Supply.objects.get(pk="coin").redeemed == 250_000
    [own] = beta.get(f"{API}redemptions/").json()["results"]
    [seen] = client_of("administrator_1").get(f"{API}oversight/redemptions/").json()["results"]
    assert (own["amount_cents"], own["payout"]) == ("250000", PAYOUT)
    assert (seen["organisation"], seen["payout"]) == (world.HOUSES["beta"].name, PAYOUT)
    assert client_of("alpha_head").get(f"{API}redemptions/").json()["results"] == []


def test_a_redemption_says_to_whom_it_is_paid_and_no_more_than_there_is(market, beta, client_of) -> None:
    assert refusal(redeem(beta, "beta_head", "100", said="another bank")) == "digest_mismatch"
    wish = {"amount_cents": "10000001", "payout_digest": digest(PAYOUT)}
    assert refusal(beta.get(f"{API}redemptions/inputs/", wish)) == "balance_too_small"
    assert client_of("beta_trader").get(f"{API}redemptions/inputs/", wish).status_code == 403


def test_lots_that_a_listing_took_apart_are_merged_again(market, client_of) -> None:
    alpha = client_of("alpha_trader")
    order = {
        "listing": "lst_1",
        "side": "sell",
        "unit": "CEA",
        "vintage": 2026,
        "price_cents": "7000",
        "clips": [{"inputs": [{"serial_from": "1", "quantity": "300"}], "quantity": "300"}],
    }
    market.sign("alpha_trader", "list", order)
    market.sign("alpha_trader", "unlist", {"listing": "lst_1"})
    market.follow()
    assert [lot.quantity for lot in selectors.lots_of(ALPHA)] == [300, 700]
    path, args = f"{API}assets/lots/merging/", {"unit": "CEA", "vintage": 2026, "serials": ["1", "301"]}
    backward = {**args, "serials": ["301", "1"]}
    assert refusal(send(alpha, "alpha_trader", path, backward, "merge_lots")) == "lots_not_adjacent"
    alone = {**args, "serials": ["1"]}
    assert refusal(send(alpha, "alpha_trader", path, alone, "merge_lots")) == "bad_argument"
    assert send(alpha, "alpha_trader", path, args, "merge_lots").status_code == 202
    market.settle()
    assert [lot.quantity for lot in selectors.lots_of(ALPHA)] == [1000]


def test_a_block_above_the_limit_needs_trust_on_either_side_as_on_the_ledger(market, client_of) -> None:
    alpha, beta = client_of("alpha_head"), client_of("beta_head")
    limited = {**MARKET, "block_min_t": "100", "untrusted_block_t": "200"}
    dealt.set_parameters(market, "market", limited)
    dealt.turn(market, "block")
    wish = {
        "counterparty": BETA, "side": "sell", "unit": "CEA", "vintage": 2026, "quantity": "400",
        "price_cents": "7000",
    }  # fmt: skip
    assert refusal(alpha.get(f"{API}blocks/inputs/", wish)) == "counterparty_limit"
    trusted = {"account": ALPHA, "counterparty": BETA}
    dealt.act(market, "act_t", "trust_counterparty", trusted, first="alpha_trader", second="alpha_head")
    listed = alpha.get(f"{API}counterparties/").json()
    assert (listed["limit_t"], listed["delay_hours"]) == ("200", 0)
    assert next(row for row in listed["results"] if row["account"] == BETA)["trusted_since"]
    made = alpha.get(f"{API}blocks/inputs/", wish).json()
    assert send(alpha, "alpha_head", f"{API}blocks/", made["args"], made["name"]).status_code == 202
    market.settle()
    # Beta trusts nobody: its own limit holds for what it accepts.
    answer = beta.get(f"{API}blocks/{made['args']['block']}/acceptance/")
    assert refusal(answer) == "counterparty_limit"


def test_one_person_ends_trust_at_once(market, client_of) -> None:
    alpha = client_of("alpha_trader")
    path, args = f"{API}counterparties/{BETA}/distrust/", {"counterparty": BETA}
    assert refusal(send(alpha, "alpha_trader", path, args, "distrust_counterparty")) == (
        "counterparty_not_trusted"
    )
    trusted = {"account": ALPHA, "counterparty": BETA}
    dealt.act(market, "act_t", "trust_counterparty", trusted, first="alpha_trader", second="alpha_head")
    assert send(alpha, "alpha_trader", path, args, "distrust_counterparty").status_code == 202
    market.settle()
    assert selectors.trusted(ALPHA) == {}


def test_parameters_are_shown_proposed_and_in_force_after_the_second_word(market, client_of) -> None:
    admin, regulator = client_of("administrator_1"), client_of("regulator_1")
    now = {row["group"]: row for row in admin.get(f"{API}parameters/").json()["groups"]}
    assert now["market"]["values"]["band"] == 1000
    args = {"group": "market", "values": {**now["market"]["values"], "band": 500}}
    proposal = {"action": "act_band", "act": "set_parameters", "act_args": args}
    answer = send(admin, "administrator_1", f"{API}actions/", proposal, "propose_action")
    assert answer.status_code == 202, answer.json()
    market.settle()
    said = regulator.get(f"{API}actions/act_band/").json()["signing"]
    path = f"{API}actions/act_band/confirmation/"
    assert send(regulator, "regulator_1", path, said["args"], said["name"]).status_code == 202
    market.settle()
    assert Parameters.objects.get(pk="market").values["band"] == 500


@pytest.mark.parametrize(
    ("group", "values", "expected"),
    [
        ("moon", {}, "parameter_group_unknown"),
        ("market", {**MARKET, "band": 10_000}, "parameter_invalid"),
        ("market", {**MARKET, "order_max_t": "3", "lot_t": "2"}, "parameter_invalid"),
        ("market", {"band": 1}, "bad_argument"),
        ("verification", {"month": [], "year": []}, "bad_argument"),
        ("compliance", {"offset_percent_max": 101}, "parameter_invalid"),
        ("supply", {"unit": "CEA", "vintage": 2026, "cap": "1"}, "parameter_invalid"),
        ("supply", {"unit": "CEA", "cap": "1"}, "parameter_invalid"),
        ("carry_over", {**NOBODY, "to_vintage": 2027}, "account_unknown"),
    ],
)  # fmt: skip
def test_parameters_that_cannot_be_are_not_proposed(market, client_of, group, values, expected) -> None:
    proposal = {"action": "act_1", "act": "set_parameters", "act_args": {"group": group, "values": values}}
    answer = send(
        client_of("administrator_1"), "administrator_1", f"{API}actions/", proposal, "propose_action"
    )
    assert refusal(answer) == expected


def test_only_parameters_of_the_ledger_are_shown(market) -> None:
    found = parameters.standing()
    assert [row["group"] for row in found["groups"]] == ["market", "verification", "compliance"]


def test_an_auditors_body_declares_for_whom_it_compiled_once(market, client_of) -> None:
    approver, reviewer = client_of("approver"), client_of("technical_reviewer")
    path, args = f"{API}compilations/", {"account": ALPHA, "year": 2026}
    assert ALPHA in {row["account"] for row in approver.get(path).json()["enterprises"]}
    name = "declare_compilation"
    assert refusal(send(reviewer, "technical_reviewer", path, args, name)) == "no_permission"
    auditor = {**args, "account": world.HOUSES["audit"].account}
    assert refusal(send(approver, "approver", path, auditor, name)) == "holder_not_allowed"
    assert send(approver, "approver", path, args, name).status_code == 202
    market.settle()
    [row] = approver.get(path).json()["results"]
    assert (row["organisation"], row["year"]) == (world.HOUSES["alpha"].name, 2026)
    assert refusal(send(approver, "approver", path, args, name)) == "compilation_exists"


def test_an_auditors_body_declares_its_other_ties_each_by_itself(market, client_of) -> None:
    approver = client_of("approver")
    path, args, name = f"{API}compilations/", {"account": ALPHA, "year": 2025}, "declare_compilation"
    for tie in ("advice", "assets", "managers"):
        told = args | {"tie": tie}
        assert send(approver, "approver", path, told, name).status_code == 202
        market.settle()
        assert refusal(send(approver, "approver", path, told, name)) == "compilation_exists"
    assert refusal(send(approver, "approver", path, args | {"tie": "friends"}, name)) == "bad_argument"
    shown = approver.get(path).json()["results"]
    assert {(row["tie"], row["year"]) for row in shown} == {
        ("advice", 2025), ("assets", 2025), ("managers", 2025),
    }  # fmt: skip

"""One enterprise reads everything the ledger lets it read, and finds no figure of another."""

import copy
import itertools
import json

import pytest
from lexicon.canonical import encode
from lexicon.transactions import Query

from chaincode.state import SEPARATOR
from tests.chaincode.tables.people import SECOND
from tests.chaincode.test_market import sell
from tests.chaincode.town import Town, accepted, h, refusal
from tests.chaincode.verification import PLACE, mint, obliged, ready

# What company a would not have its competitors know, as it stands on the ledger.
HOLDING, LISTED, COIN = 1000, 100, 7_654_321


@pytest.fixture(scope="module")
def prepared():
    """Company a holds 1000 t, lists 100, has coin and a minted month; b bought 40 t of it."""
    town = ready(Town().found().people_arrive().rich())
    accepted(town.issue("acc_a", "coin", COIN))
    mint(town)
    accepted(town.two("f1", "set_parameters", {"group": "factors", "values": SECOND}, "adm", "reg1"))
    town.must("trader_a", "list", sell("lst_s", LISTED, 1))
    taken = {"takes": [{"listing": "lst_s", "k": 0, "quantity": "40", "price_cents": "7000"}]}
    town.must("trader_b", "take", taken | {"coins": town.coins("acc_b")[:1]})
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def named(town, kind):
    """Key parts of every object of a type."""
    keys = [key.strip(SEPARATOR).split(SEPARATOR) for key in town.values]
    return [key[1:] for key in keys if key[0] == kind]


def questions(town):
    """Every reading function with every name that is on the ledger: (function, arguments)."""
    lots = [{"unit": u, "vintage": int(v), "serial": str(int(s))} for u, v, s in named(town, "lot")]
    coins = [{"tx": tx, "n": int(n)} for tx, n in named(town, "coin")]
    places = ("account", "plant", "period", "version")
    reports = [dict(zip(places, [*name[:3], int(name[3])], strict=True)) for name in named(town, "report")]
    yield from ((Query.GET_ACCOUNT, {"account": name[0]}) for name in named(town, "account"))
    for name in named(town, "person"):
        yield Query.GET_PERSON, {"person": name[0]}
        yield Query.KEYS, {"person": name[0]}
    yield from ((Query.GET_LOT, lot) for lot in lots)
    yield from ((Query.GET_COIN, coin) for coin in coins)
    yield from ((Query.GET_LISTING, {"listing": name[0]}) for name in named(town, "listing"))
    yield from ((Query.GET_REPORT, report) for report in reports)
    yield from ((Query.GET_ACTION, {"action": name[0]}) for name in named(town, "action"))
    yield from ((Query.GET_OBLIGATION, {"account": a, "year": 2026}) for a in ("acc_a", "acc_b"))
    yield from ((Query.GET_DRAW, {"period": name[0]}) for name in named(town, "draw"))
    yield from ((Query.GET_PARAMETERS, {"group": name[0]}) for name in named(town, "params"))
    yield from ((Query.GET_FACTORS, {"factor_set": name[0]}) for name in named(town, "factors"))
    yield from ((Query.TRACE, {"lot": lot}) for lot in lots)
    yield from ((Query.TRACE, {"coin": coin}) for coin in coins)
    yield from ((Query.TRACE, {"report": report}) for report in reports)
    yield Query.NETWORK_INFO, {}
    yield from ((Query.STATE_ROWS, {"object": kind}) for kind in ("lot", "coin", "report", "account"))


def test_every_reading_function_is_asked(town):
    assert {name for name, _ in questions(town)} == set(Query)


def answers(town, **certificate):
    """What is answered: (function, arguments, the answer)."""
    for name, args in questions(town):
        outcome = town.call(name, encode(args), **certificate)
        if outcome.status == 200:
            yield name, args, json.loads(outcome.payload)


def objects(answer):
    """Every object inside an answer."""
    if isinstance(answer, dict):
        yield answer
    inner = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    for item in inner:
        yield from objects(item)


PUBLIC = (
    Query.GET_LISTING,
    Query.GET_OBLIGATION,
    Query.GET_DRAW,
    Query.GET_PARAMETERS,
    Query.GET_FACTORS,
    Query.NETWORK_INFO,
)


# The roles that an authority of its own organisation could write into the enterprise's certificate.
@pytest.mark.parametrize("role", ["user", "relay", "regulator", "administrator", "ingest", "clock", "client"])
@pytest.mark.parametrize(("reader", "msp"), [("acc_b", "EnterpriseMSP"), ("aud9", "AuditorMSP")])
def test_a_reader_finds_no_object_of_another_account(town, role, reader, msp):
    found = 0
    for name, args, answer in answers(town, role=role, msp=msp, account=reader):
        if name in PUBLIC:
            continue
        for item in objects(answer):
            found += 1
            for field in ("owner", "account", "seller", "buyer"):
                assert item.get(field) in (None, reader), (name, args, item)
    assert found > 0 or reader == "aud9"


def test_the_figures_of_company_a_are_nowhere_in_what_company_b_can_read(town):
    coins = [coin["amount_cents"] for coin in town.all("coin") if coin["owner"] == "acc_a"]
    assert sum(map(int, coins)) == COIN + 40 * 7000
    secret = {f"coin {amount}": f'"amount_cents": "{amount}"' for amount in coins} | {
        "statement": h("statement"),
        "figures": h("figures"),
        "box": '"box"',
        "meter roots": h("root"),
    }
    seen = [json.dumps(answer) for _, _, answer in answers(town, role="user", account="acc_b")]
    for (what, text), answer in itertools.product(secret.items(), seen):
        assert text not in answer, what
    lots = [
        item
        for name, _, answer in answers(town, role="user", account="acc_b")
        if name in (Query.GET_LOT, Query.TRACE)
        for item in objects(answer)
        if "serial_to" in item
    ]
    assert {(lot["serial_from"], lot["serial_to"]) for lot in lots} == {("1", "40")}


def test_company_a_finds_them_and_so_does_the_regulator(town):
    for certificate in (
        {"role": "user", "account": "acc_a"},
        {"role": "regulator", "msp": "RegulatorMSP"},
        {"role": "service"},
    ):
        seen = "".join(json.dumps(answer) for _, _, answer in answers(town, **certificate))
        coins = [coin["amount_cents"] for coin in town.all("coin") if coin["owner"] == "acc_a"]
        for text in (*coins, h("statement"), h("figures")):
            assert text in seen, certificate


def test_what_is_public_says_nothing_of_a_month(town):
    """Open offers, yearly obligations (order 775 art. 11), draws and parameters are for everybody."""
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    told = {name: json.dumps(answer) for name, _, answer in answers(town, role="user", account="acc_b")}
    assert set(PUBLIC) <= set(told)
    for name in PUBLIC:
        assert h("figures") not in told[name]
    listed = json.loads(told[Query.GET_LISTING])
    assert [(clip["offered"], clip["quantity"]) for clip in listed] == [(str(LISTED), str(LISTED - 40))]
    obligation = town.call("get_obligation", encode({"account": "acc_a", "year": 2026}), role="user")
    assert json.loads(accepted(obligation).payload)["due_t"] == "500"


def test_a_coin_paid_to_a_shows_b_its_own_past_and_hides_a_s(town):
    """b paid a: a traces the coin it was paid with; what b held before is not shown."""
    paid = next(name for name in town.coins("acc_a") if town.read("coin", name["tx"], name["n"])["parents"])
    answer = town.call("trace", encode({"coin": paid}), role="user", account="acc_a")
    chain = json.loads(accepted(answer).payload)["chain"]
    assert [step["hidden"] for step in chain] == [False, True]
    assert (chain[1]["coin"], chain[1]["history"]) == (None, [])


def test_rows_are_read_by_services_and_the_regulator_only(town):
    rows = encode({"object": "lot"})
    for certificate in ({"role": "user"}, {"role": "relay"}, {"role": "regulator", "msp": "EnterpriseMSP"}):
        assert refusal(town.call("state_rows", rows, **certificate)) == "certificate_not_allowed"
    accepted(town.call("state_rows", rows, role="regulator", msp="RegulatorMSP"))
    assert refusal(town.call("get_report", encode(PLACE), role="user", account="acc_b")) == "report_unknown"

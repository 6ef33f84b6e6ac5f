"""The explorer: business first, each act with its block and endorsers; content only for who took part."""

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from fabric_protos.msp import identities_pb2
from ledger import material
from ledger.events import parse_block

from market import business
from market.models import Block, ChainEvent, ChainTransaction, CoinOutput, Trade
from market.services import chain
from tests import world
from tests.localnet.workshop import Workshop
from tests.market.test_trading import BUY, SELL, order

pytestmark = pytest.mark.db
PATH = "/api/v1/explorer/business/"


@pytest.fixture
def traded(market, client_of):
    order(client_of("alpha_trader"), "alpha_trader", SELL, "/api/v1/listings/")
    market.settle()
    order(client_of("beta_trader"), "beta_trader", BUY, "/api/v1/trades/")
    market.settle()
    market.mint("2026-05")
    for block in market.chain._blocks:
        chain.store_block(block)
    return market


def acts(client, **query) -> list[dict]:
    answer = client.get(PATH, query)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_acts_of_business_come_newest_first_with_their_block(traded, client_of) -> None:
    rows = acts(client_of("regulator_1"))
    assert [row["name"] for row in rows][:2] == ["approve_and_mint", "submit_statement"]
    assert {row["kind"] for row in rows} == {"report", "trade", "issue"}
    assert "list" not in {row["name"] for row in rows}
    numbers = [row["block_number"] for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    ChainTransaction.objects.update(endorsers=["EnterpriseMSP", "RegulatorMSP"])
    assert acts(client_of("regulator_1"))[0]["endorsers"] == ["EnterpriseMSP", "RegulatorMSP"]


def test_a_real_block_s_endorsers_come_to_the_page_as_the_peers_that_they_are(client_of, tmp_path) -> None:
    """From signed bytes by the follower's parser to the API: organisations, peers, their certificates."""
    laid = material.write(tmp_path)
    workshop = Workshop(laid, tmp_path / "chain")
    block = workshop.block([workshop.put("a", b"1"), workshop.put("b", b"2")])
    result = workshop.chain.commit(block)
    assert list(result.codes) == [0, 0]
    parsed = parse_block(workshop.chain.blocks.block(block.header.number))
    assert chain.store_block(parsed)
    told = (
        client_of("regulator_1").get(f"/api/v1/explorer/transactions/{parsed.transactions[0].tx_id}/").json()
    )
    assert (told["code"], told["endorsers"]) == ("VALID", ["AuditorMSP", "EnterpriseMSP"])
    certificates = [
        x509.load_pem_x509_certificate(
            identities_pb2.SerializedIdentity.FromString(workshop.endorsers[name].creator).id_bytes
        )
        for name in ("auditor", "enterprise")
    ]
    assert [(one["name"], one["fingerprint"]) for one in told["peers"]] == [
        (
            one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value,
            one.fingerprint(SHA256()).hex(),
        )
        for one in certificates
    ]
    assert [one["msp"] for one in told["peers"]] == ["AuditorMSP", "EnterpriseMSP"]
    assert told["block"]["header_hash"] == parsed.header_hash


def test_what_somebody_had_put_into_a_block_stands_there_unread(client_of, tmp_path) -> None:
    """A writer's junk must not end the follower: no text of it reaches a table, and its code says why."""
    workshop = Workshop(material.write(tmp_path), tmp_path / "chain")
    block = workshop.block([b"\xff\xff", workshop.put("a", b"1"), b""])
    workshop.chain.commit(block)
    assert chain.store_block(parse_block(workshop.chain.blocks.block(block.header.number)))
    content = (
        client_of("regulator_1").get(f"/api/v1/explorer/blocks/{block.header.number}/").json()["content"]
    )
    assert [row["code"] == "VALID" for row in content] == [False, True, False]
    assert (content[0]["kind"], content[0]["tx_id"]) == ("UNREADABLE", "")


def test_an_overseer_reads_names_amounts_and_prices(traded, client_of) -> None:
    [take] = [row for row in acts(client_of("regulator_1"), kind="trade") if row["name"] == "take"]
    assert sum(int(item["amount"]) for item in take["items"]) == 120
    assert {item["price_cents"] for item in take["items"]} == {"7050"}
    assert take["items"][0]["who"] == [world.HOUSES["alpha"].name, world.HOUSES["beta"].name]
    [minted] = [
        row for row in acts(client_of("regulator_1"), kind="report") if row["name"] == "approve_and_mint"
    ]
    assert minted["items"][0]["who"] == [world.HOUSES["alpha"].name, world.HOUSES["audit"].name]
    assert minted["items"][0]["trace"]


def test_who_took_part_reads_her_own_side_and_others_only_that_it_happened(traded, client_of) -> None:
    [own] = [row for row in acts(client_of("alpha_trader"), kind="trade") if row["items"]]
    assert own["items"][0]["who"] == [world.HOUSES["alpha"].name, ""]
    for who in ("beta_head", "lead_auditor"):
        rows = acts(client_of(who))
        text = repr(rows)
        assert world.HOUSES["alpha"].name not in text
        assert world.HOUSES["alpha"].account not in text
    assert all(not row["items"] for row in acts(client_of("lead_auditor"), kind="trade"))
    assert Trade.objects.first().trade not in repr(acts(client_of("lead_auditor")))


def test_pages_follow_each_other_and_an_unknown_kind_is_everything(traded, client_of) -> None:
    client = client_of("regulator_1")
    whole = [row["tx_id"] for row in acts(client)]
    page = client.get(PATH, {"limit": 2}).json()
    seen = [row["tx_id"] for row in page["results"]]
    while page["next"]:
        page = client.get(PATH, {"limit": 2, "cursor": page["next"]}).json()
        seen += [row["tx_id"] for row in page["results"]]
    assert seen == whole
    assert [row["tx_id"] for row in acts(client, kind="nonsense")] == whole
    assert acts(client, kind="duty") == []


def test_every_name_of_business_has_one_kind() -> None:
    names = [name for names in business.KINDS.values() for name in names]
    assert len(names) == len(set(names))


def test_a_transaction_tells_how_long_its_confirmation_took(traded, client_of) -> None:
    take = ChainEvent.objects.get(name="take")
    found = client_of("beta_trader").get(f"/api/v1/explorer/transactions/{take.tx_id}/").json()
    assert found["confirmed_ms"] == 0, "time stands still in this test, and the service carried it"
    minted = ChainEvent.objects.get(name="approve_and_mint")
    found = client_of("beta_trader").get(f"/api/v1/explorer/transactions/{minted.tx_id}/").json()
    assert found["confirmed_ms"] is None, "no outbox of ours carried it"


def found(client, kind: str, words: str, **more) -> list[dict]:
    answer = client.get("/api/v1/search/", {"q": words, "kind": kind, **more})
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"][kind]


def test_coin_is_found_by_its_transaction_and_leads_to_its_way(traded, client_of) -> None:
    trade, coin = (
        Trade.objects.first(),
        CoinOutput.objects.filter(owner=world.HOUSES["alpha"].account).first(),
    )
    regulator = client_of("regulator_1")
    pages = {row["page"] for row in found(regulator, "asset", trade.tx_id, purpose="检查")}
    assert f"/trace/{coin.tx}:{coin.n}" in pages
    assert len(pages) > 1, "what was spent in it and what was made"
    for page in pages:
        assert regulator.get(f"/api/v1{page}/").status_code == 200
    [own] = found(client_of("alpha_trader"), "asset", f"{coin.tx}:{coin.n}")
    assert own["coin_cents"] == str(coin.amount_cents)
    assert found(client_of("lead_auditor"), "asset", f"{coin.tx}:{coin.n}") == []


def test_a_block_is_found_by_its_number_and_its_hash(traded, client_of) -> None:
    block = Block.objects.order_by("-number").first()
    for words in (str(block.number), f"#{block.number}", block.header_hash):
        hit = found(client_of("beta_head"), "transaction", words)[0]
        assert (hit["title"], hit["page"]) == (f"#{block.number}", f"/explorer/{block.number}")
    assert found(client_of("beta_head"), "transaction", "999999999999") == []


def test_the_market_s_hours_are_this_site_s(market, client_of, settings) -> None:
    settings.TANHENG = replace(settings.TANHENG, market_hours="exchange", auction_at="14:00")
    told = client_of("beta_trader").get("/api/v1/market/hours/").json()
    clocks = [told["timetable"][name][11:16] for name in ("opens_at", "closes_at", "bids_at", "bids_until")]
    assert clocks == ["09:30", "15:00", "14:00", "14:30"]
    assert told["now"] < told["timetable"]["next_opens_at"]
    assert client_of("lead_auditor").get("/api/v1/market/hours/").status_code == 403

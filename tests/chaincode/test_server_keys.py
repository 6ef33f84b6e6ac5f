"""Whoever holds every key that lies on the server still cannot act for anybody.

The keys are all that are found in the home of an installation that runs and was founded: authorities of
identities, of transport and of gateways, nodes, relays, services, ingest, clock, administrators, the broker.
Their holder can issue any certificate and sign anything with them. The first people's own keys are not among
them: `tanheng admin create` writes them elsewhere.
Not shown here, as it is no act for an account: with the peers' keys of two organisations a block can carry
writes that no person signed; `tests/operations/chain/test_forged_blocks.py` shows who finds them.
"""

import copy
import itertools
from datetime import timedelta
from fnmatch import fnmatchcase

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from ledger import material
from ledger.authority import Authority, Issued, attributes_of, is_sealed, load_authority, load_key
from ledger.consensus import Consensus
from lexicon.canonical import digest
from lexicon.signature import fingerprint, sign, spki_of
from lexicon.terms import Role, ServiceRole
from lexicon.transactions import SERVICE_OF, SIGNERS, Transaction
from network import settings
from operations.main import main

from chaincode.callers import creator_of
from chaincode.contract import RULES
from tests.chaincode import homes
from tests.chaincode.test_auctions import opening
from tests.chaincode.test_blocks import accepting, rules, selling, turn
from tests.chaincode.test_market import buy, sell, taking
from tests.chaincode.test_purchases import buying
from tests.chaincode.test_surrender import surrendering, use
from tests.chaincode.test_tokens import cancelling, redeeming
from tests.chaincode.test_trust import TRUST
from tests.chaincode.town import MONTH, Key, Town, accepted, h, refusal
from tests.chaincode.verification import APPROVAL, PLACE, obliged, ready, statement, verify

TRUSTING = {"act": "trust_counterparty", "act_args": TRUST}
MSPS = {"enterprise": "EnterpriseMSP", "auditor": "AuditorMSP", "regulator": "RegulatorMSP"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The home of the product after it ran."""
    return homes.founded(tmp_path_factory.mktemp("server"))


@pytest.fixture(scope="module")
def server(installation):
    """Folder of the ledger's material, with the passphrase that lies beside it."""
    return installation.folder / "ledger", installation.secret


@pytest.fixture(scope="module")
def keys(installation):
    """Every private key of the home, opened: (path, key)."""
    home = installation.folder
    paths = homes.private_keys(home)
    assert homes.unknown(paths, homes.KEYS) == [], "a kind of key that these tests do not know"
    return [(path, opened((home / path).read_bytes(), installation.secret)) for path in paths]


def opened(pem, secret):
    return load_key(pem, secret if is_sealed(pem) else None)


@pytest.fixture(scope="module")
def authorities(server) -> dict[str, Authority]:
    """The three authorities that issue identities."""
    folder, secret = server
    pairs = {name: folder / "organisations" / name / "ca" for name in MSPS}
    return {
        name: load_authority(Issued((at / "cert.pem").read_bytes(), (at / "key.pem").read_bytes()), secret)
        for name, at in pairs.items()
    }


@pytest.fixture(scope="module")
def prepared():
    """Listing, block and auction are open; statement, surrender and trust wait for their last signature."""
    town = ready(Town().found().people_arrive().rich())
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    town.must("head_a", "submit_statement", statement())
    verify(town, steps=MONTH)
    rules(town)
    town.must("trader_a", "list", sell("lst_s", 100, 1))
    town.must("trader_a", "open_auction", opening(50, 101))
    town.must("trader_a", "surrender", surrendering([use(10, 151)]))
    accepted(turn(town, "block"))
    town.must("head_a", "propose_block", selling(200, 161))
    rules(town, "slow", trust_delay_hours=1)
    accepted(town.two("t1", "trust_counterparty", TRUST, "trader_a", "head_a"))
    town.must("trader_a", "propose_action", TRUSTING | {"action": "t2"})
    town.now += timedelta(hours=1)
    return town


@pytest.fixture
def town(prepared):
    return copy.deepcopy(prepared)


def acts(town):
    """(the person whose act it would be, transaction, arguments), one of each kind."""
    coins = town.coins("acc_b")
    yield "trader_a", "list", sell("lst_n", 10, 361)
    yield "trader_b", "list", buy(town, 10, 6900, "lst_m", coins[1:2])
    yield "trader_b", "take", {"takes": [taking(60, listing="lst_s")], "coins": coins[:1]}
    yield "trader_a", "surrender", surrendering([use(50, 361)], "sur_2")
    yield "head_a", "confirm_surrender", {"surrender": "sur_1"}
    yield "head_a", "submit_statement", statement(period="2022-05")
    yield "appr", "approve_and_mint", PLACE | APPROVAL
    yield "head_b", "accept_block", accepting(200, coins=coins)
    yield "head_a", "propose_block", selling(200, 361, name="blk_2")
    yield "trader_b", "open_auction", buying(town, 10, 6000) | {"auction": "auc_2"}
    yield "trader_a", "close_auction", {"auction": "auc_1"}
    yield "head_b", "redeem_coin", redeeming(town, 5)
    yield "trader_a", "cancel_allowances", cancelling(5, 361)
    yield "trader_a", "propose_action", TRUSTING | {"action": "t3"}
    yield "head_a", "confirm_action", {"action": "t2", "digest": digest(TRUST)}
    yield "head_a", "execute_action", {"action": "t1"}
    yield "operator_a", "bind_key", {"person": "operator_a", "key": new_key(town)}


def new_key(town):
    """Another key of the operator, with its proof."""
    return town.new_key(town.people["operator_a"], Key.new(7_777))


def test_the_server_holds_the_keys_that_this_test_is_about(keys):
    paths = [path for path, _ in keys]
    for name in MSPS:
        for part in ("ca/key.pem", "tls/ca-key.pem", "peer/key.pem", "identities/relay/key.pem"):
            assert f"ledger/organisations/{name}/{part}" in paths
    for identity in ("ingest", "clock", "administrator", "service"):
        assert f"ledger/organisations/regulator/identities/{identity}/key.pem" in paths
    assert "keys/mqtt-authority.key" in paths
    assert len(paths) >= 31


def test_whatever_only_the_owner_of_the_home_may_read_is_known_here(installation):
    closed = homes.owners_only(installation.folder)
    assert homes.unknown(closed, homes.KEYS, homes.OTHERS) == []
    assert {"keys/master", "keys/web-secret", "keys/ledger-passphrase"} <= set(closed)


def test_no_key_of_the_home_is_bound_to_a_person_and_the_first_people_s_lie_elsewhere(installation, keys):
    handed_out = homes.private_keys(installation.people)
    assert len(handed_out) == 9, "three keys for each of three people"
    loaded = [load_key((installation.people / path).read_bytes()) for path in handed_out]
    assert {fingerprint(spki_of(key)) for key in loaded} == installation.bound
    assert not {fingerprint(spki_of(key)) for _, key in keys} & installation.bound


@pytest.mark.parametrize("where", ["keys/people", "elsewhere/../keys"])
def test_people_s_keys_are_not_written_into_the_home(tmp_path, monkeypatch, where):
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path / "home"))
    named = ["--administrator", "a", "a@b.c", "--regulator", "r", "r@b.c", "--regulator", "s", "s@b.c"]
    folder = tmp_path / "home" / where
    done = CliRunner().invoke(main, ["admin", "create", *named, "--keys", str(folder)])
    assert done.exit_code == 2
    assert "lies in the home folder" in done.output
    assert not folder.exists()


@pytest.mark.parametrize("consensus", [Consensus.RAFT, Consensus.BFT])
def test_the_keys_of_a_real_network_are_of_the_same_kinds(tmp_path, consensus):
    network = material.write(tmp_path, consensus=consensus)
    settings.write(network, keys=tmp_path / "ledger" / "nodes" / "keys")
    paths = homes.private_keys(tmp_path)
    assert homes.unknown(paths, homes.KEYS) == []
    assert homes.unknown(homes.owners_only(tmp_path), homes.KEYS, homes.OTHERS) == []
    orderers = [path for path in paths if fnmatchcase(path, "*/organisations/*/orderer*/key.pem")]
    assert len(orderers) == (4 if consensus is Consensus.BFT else 3)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_key_of_an_unknown_kind_is_found_by_what_it_is(tmp_path, encoding):
    for name, key in (("one", Key.new(1).private), ("two", Ed25519PrivateKey.generate())):
        raw = key.private_bytes(encoding, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / name).write_bytes(b"before" + raw + b"after")
    (tmp_path / "neither").write_bytes(b"-----BEGIN CERTIFICATE-----")
    assert homes.unknown(homes.private_keys(tmp_path), homes.KEYS) == ["one", "two"]


def test_each_act_is_accepted_from_its_person_so_that_a_refusal_means_something(town):
    for who, name, args in acts(town):
        accepted(copy.deepcopy(town).act(who, name, args))


def test_no_key_of_the_server_signs_for_anybody(town, keys):
    """Under the fingerprint of the person's key, and under its own."""
    kinds = {tuple(path.split("/")[3:]) or path: (path, key) for path, key in keys}
    tried = [*itertools.product(acts(town), keys), *itertools.product(everything(town), kinds.values())]
    for (who, name, args), (path, key) in tried:
        human = town.people[who]
        text = town.intent(human, name, args)
        signature = sign(key, text).encode()
        claimed = town.call(name, text, signature, human.key.fingerprint.encode())
        assert refusal(claimed) == "signature_invalid", (path, name)
        own = town.call(name, text, signature, fingerprint(spki_of(key)).encode())
        assert refusal(own) == "key_not_bound", (path, name)


def everything(town):
    """Every transaction that persons sign, by somebody of one of its roles."""
    roles = {human.role: who for who, human in town.people.items()}
    for name in RULES:
        role = SIGNERS.get(name, (Role.HEAD,))[-1]
        yield roles[role], name, {}


def test_every_transaction_of_persons_is_among_those_that_are_tried(town):
    assert {name for _, name, _ in everything(town)} == set(Transaction) - set(SERVICE_OF)


def test_no_certificate_that_an_authority_can_write_gives_a_person_s_right(town, keys, authorities):
    """Every role, unit and organisation, with account and person of the victim in its attributes."""
    roles = [*Role, *ServiceRole, "node", "admin"]
    written = {}
    for who, name, args in acts(town):
        human, key = town.people[who], keys[0][1]
        text = town.intent(human, name, args)
        call = (text, sign(key, text).encode(), human.key.fingerprint.encode())
        for organisation, role in itertools.product(MSPS, roles):
            certificate = written.setdefault((who, organisation, role), None) or certify(
                authorities[organisation], human, role
            )
            written[who, organisation, role] = certificate
            creator = creator_of(msp=MSPS[organisation], certificate=certificate)
            assert creator.attributes["person"] == human.person
            sent = town.call(name, *call, role=creator.role, msp=creator.msp, account=human.account)
            assert refusal(sent) == "signature_invalid", (organisation, role, name)
            bare = town.call(name, text, role=creator.role, msp=creator.msp, account=human.account)
            assert refusal(bare) == "bad_argument"


def certify(authority, human, role):
    """A certificate that says that its holder is this person, in this role."""
    attributes = {"role": str(role), "account": human.account, "person": human.person}
    units = ("admin", str(role))
    issued = authority.issue(common_name=human.person, units=units, attributes=attributes)
    return issued.certificate_pem


def test_the_keys_together_bind_no_key_of_theirs_to_anybody(town, keys, authorities):
    """The way in would be a key bound to the victim: each way asks for a signature that is not there."""
    human, key = town.people["trader_a"], keys[0][1]
    forger = Town.human(town, "forger", "acc_a", "trader")
    new = town.new_key(human, forger.key)
    rebind = {"account": "acc_a", "person": "trader_a", "keys": [new], "ended": []}
    ways = [
        ("trader_a", "bind_key", {"person": "trader_a", "key": new}),
        ("adm", "propose_action", {"action": "x1", "act": "rebind", "act_args": rebind}),
        ("head_a", "propose_action", {"action": "x2", "act": "rebind_colleague", "act_args": rebind}),
        ("reg1", "confirm_action", {"action": "x1", "digest": digest(rebind)}),
    ]
    for who, name, args in ways:
        text = town.intent(town.people[who], name, args)
        stolen = town.people[who].key.fingerprint.encode()
        assert refusal(town.call(name, text, sign(key, text).encode(), stolen)) == "signature_invalid"
    initialise = {"network": h("x"), "persons": [], "market": {}, "verification": {}, "supplies": []}
    assert refusal(town.serve("administrator", "initialise", initialise)) == "already_initialised"
    assert len(town.read("person", "trader_a")["keys"]) == 1


def test_what_services_may_do_moves_no_allowance_no_coin_and_no_report(town, server):
    """Ingest anchors, the clock keeps sessions: both are the server's, and neither touches an account."""
    folder, _ = server
    before = {kind: town.all(kind) for kind in ("lot", "coin", "report", "case", "obligation", "person")}
    for identity in ("ingest", "clock", "relay", "service", "administrator"):
        at = folder / "organisations" / "regulator" / "identities" / identity / "cert.pem"
        creator = creator_of(msp="RegulatorMSP", certificate=at.read_bytes())
        assert creator.role == identity
    anchor = {
        "account": "acc_a",
        "plant": "pl1",
        "day": "2026-05-02",
        "n": 0,
        "root": h("r"),
        "leaf_count": 1,
    }
    accepted(town.serve("ingest", "anchor_day", anchor | {"previous_root": None}))
    accepted(town.serve("clock", "close_session", {"session": 1}))
    accepted(town.serve("clock", "settle_session", {"session": 1}))
    assert before == {kind: town.all(kind) for kind in before}


def test_a_node_s_certificate_carries_no_account(server):
    from cryptography import x509

    folder, _ = server
    for path in folder.glob("organisations/*/peer/cert.pem"):
        attributes = attributes_of(x509.load_pem_x509_certificate(path.read_bytes()))
        assert set(attributes) == {"role"}

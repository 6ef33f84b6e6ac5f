"""The real contract on the embedded network: three peers, an orderer, three chaincode processes."""

import asyncio
import contextlib
import json
import sys
import uuid
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from ledger.authority import Issued, load_authority
from ledger.errors import AccessDenied, CommitError, LedgerError, Refusal_
from ledger.events import read_event
from ledger.gateway import Gateway
from ledger.identity import load_identity
from ledger.network import passphrase
from lexicon.canonical import digest, encode

from tests.chaincode.town import MARKET, VERIFICATION, Town, h
from tests.localnet.running import ROOT, RunningNetwork

FOUNDERS = (
    ("adm", "administrator", "administrator"),
    ("reg1", "regulator", "regulator"),
    ("reg2", "regulator", "regulator"),
)
IDENTITIES = (
    ("regulator", "administrator"),
    ("regulator", "relay"),
    ("regulator", "clock"),
    ("enterprise", "relay"),
    ("enterprise", "service"),
    ("auditor", "service"),
)
# Two of three; of a trader's take not the organisation whose gateway carries it.
ASKED = ("AuditorMSP", "RegulatorMSP")
SOURCES = [str(ROOT), str(ROOT / "platform"), str(ROOT / "fabric")]


class Contract(RunningNetwork):
    """The running network with the product's chaincode instead of the little one."""

    def __init__(self, home):
        super().__init__(home)
        for name, organisation in self.network.organisations.items():
            code = (
                f"import sys, runpy; sys.path[:0] = {SOURCES!r}; "
                f"sys.argv = ['chaincode.server', '--address', {organisation.chaincode!r}]; "
                "runpy.run_module('chaincode.server', run_name='__main__')"
            )
            self.commands[f"chaincode-{name}"] = (sys.executable, "-c", code)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    running = Contract(tmp_path_factory.mktemp("contract"))
    try:
        running.start()
        yield running.network
    finally:
        running.stop()


class LiveTown(Town):
    """The town's people, signing for a real network through its gateways."""

    def open(self, network, gateways):
        """Names the network and its gateways by (organisation, identity)."""
        self.people = {}
        self.live, self.gateways = network.network, gateways
        return self

    def intent(self, human, function, args, /, **changes):
        self.now = datetime.now(UTC).replace(microsecond=0)
        return super().intent(
            human, function, args, **({"network": self.live, "id": str(uuid.uuid4())} | changes)
        )

    async def send(self, organisation, identity, name, *args, organisations=()):
        """Proposes (to these, or as the client chooses), submits, waits until it is in a block."""
        gateway = self.gateways[organisation, identity]
        transaction = await gateway.propose(name, *args, organisations=organisations)
        await gateway.submit(transaction.envelope, transaction.tx_id)
        status = await gateway.commit_status(transaction.tx_id, timeout_s=10)
        return status.require_valid()

    async def sign(self, who, name, args, **how):
        """A signed call through the relay of the person's organisation; how: of `send`."""
        organisation = "enterprise" if self.people[who].account.startswith("acc_") else "regulator"
        return await self.send(organisation, "relay", name, *self.signed(who, name, args), **how)

    async def everywhere(self, status):
        """Waits until every peer has the transaction: one that lags endorses something else."""
        for of in (("enterprise", "service"), ("auditor", "service"), ("regulator", "relay")):
            await self.gateways[of].commit_status(status.tx_id, timeout_s=10)

    async def in_block(self, number, tx_id):
        """A transaction as it stands in its block."""
        blocks = self.gateways["enterprise", "service"].block_events(start_block=number)
        async with contextlib.aclosing(blocks):
            block = await anext(blocks)
        assert block.number == number
        return next(one for one in block.transactions if one.tx_id == tx_id)

    async def ask(self, name, args):
        """A query of the platform's service."""
        return json.loads(await self.gateways["enterprise", "service"].evaluate(name, encode(args)))

    async def found_live(self):
        """Initialises with a market that is open every day."""
        persons = []
        for person, account, role in FOUNDERS:
            key = self.human(person, account, role).key
            keys = [{"use": "sign", "spki": key.spki}]
            persons.append({"person": person, "account": account, "role": role, "keys": keys})
        args = {
            "network": self.live,
            "persons": persons,
            "market": MARKET | {"weekdays": [0, 1, 2, 3, 4, 5, 6]},
            "verification": VERIFICATION,
            "supplies": [{"cap": "1000000000"}, {"unit": "CEA", "vintage": 2026, "cap": "1000000"}],
        }
        return await self.send("regulator", "administrator", "initialise", encode(args))

    async def trader(self, person, account, sector):
        """An enterprise with one trader."""
        await self.sign(
            "adm",
            "register",
            {"account": account, "kind": "enterprise", "msp": "EnterpriseMSP", "sector": sector},
        )
        human = self.human(person, account, "trader")
        args = {
            "account": account,
            "person": person,
            "role": "trader",
            "keys": [self.new_key(human, human.key)],
        }
        act = f"act_{account}"
        await self.sign("adm", "propose_action", {"action": act, "act": "activate", "act_args": args})
        await self.sign("reg1", "confirm_action", {"action": act, "digest": digest(args)})

    async def issued(self, issue, account, **changes):
        """An issue of two persons; its transaction."""
        args = {"issue": issue, "account": account, "backing_digest": h(issue)} | changes
        await self.sign("adm", "propose_issue", args)
        status = await self.sign("reg1", "endorse_issue", {"issue": issue, "digest": digest(args)})
        return status.tx_id

    async def events(self, until):
        """Events from the first block to a transaction."""
        found = []
        async for event in self.gateways["enterprise", "service"].chaincode_events(start_block=0):
            found.append(read_event(event))
            if event.tx_id == until:
                break
        return found


async def story(town):
    await town.found_live()
    await town.trader("trader_a", "acc_a", "power")
    await town.trader("trader_b", "acc_b", "cement")
    await town.issued("iss_1", "acc_a", kind="allowance", amount="1000", unit="CEA", vintage=2026)
    coin = await town.issued("iss_2", "acc_b", kind="coin", amount="10000000")
    await town.send("regulator", "clock", "open_session", encode({"session": 1}))
    clips = [{"quantity": "100", "inputs": [{"serial_from": "1", "quantity": "100"}]}]
    offer = {"listing": "lst_1", "side": "sell", "unit": "CEA", "vintage": 2026, "price_cents": "7000"}
    await town.everywhere(await town.sign("trader_a", "list", offer | {"clips": clips}))
    takes = {"takes": [{"listing": "lst_1", "k": 0, "quantity": "100", "price_cents": "7000"}]}
    taken = await town.sign(
        "trader_b", "take", takes | {"coins": [{"tx": coin, "n": 0}]}, organisations=ASKED
    )
    with pytest.raises(Refusal_) as refused:
        await town.sign("trader_b", "take", takes | {"coins": [{"tx": coin, "n": 1}]})
    await town.send("regulator", "clock", "close_session", encode({"session": 1}))
    settled = await town.send("regulator", "clock", "settle_session", encode({"session": 1}))
    return taken, refused.value, await town.events(settled.tx_id)


def person_of(network, account):
    """A gateway with a certificate of the enterprises' authority for somebody of that account."""
    at = network.home / "ledger" / "organisations" / "enterprise" / "ca"
    stored = Issued((at / "cert.pem").read_bytes(), (at / "key.pem").read_bytes())
    authority = load_authority(stored, passphrase(network.passphrase_file))
    issued = authority.issue(
        common_name="somebody", units=("client",), attributes={"role": "user", "account": account}
    )
    signer = load_identity(
        msp="EnterpriseMSP", certificate_pem=issued.certificate_pem, key_pem=issued.key_pem
    )
    peer = network.organisation("enterprise")
    return Gateway(
        address=peer.peer,
        signer=signer,
        root_certificates=peer.tls_root(),
        channel=network.channel,
        chaincode=network.chaincode,
    )


async def as_a_person(network):
    """What somebody of company a learns: her own lot; of b's lot, blocks and events nothing."""
    told = {}
    async with person_of(network, "acc_a") as gateway:
        for serial in ("500", "50"):
            lot = encode({"unit": "CEA", "vintage": 2026, "serial": serial})
            try:
                told[serial] = json.loads(await gateway.evaluate("get_lot", lot))["owner"]
            except Refusal_ as refused:
                told[serial] = refused.name
        with pytest.raises(LedgerError) as denied:
            await gateway.evaluate("GetBlockByNumber", b"carbon", b"1", chaincode="qscc")
        told["qscc"] = str(denied.value)
        with pytest.raises(AccessDenied) as denied:
            await anext(aiter(gateway.chaincode_events(start_block=0)))
        told["events"] = str(denied.value)
        with pytest.raises(AccessDenied, match="FORBIDDEN"):
            await anext(aiter(gateway.block_events(start_block=0)))
    return told


async def issue_without_the_regulator(town):
    """An issue endorsed by the two others, then the same with the regulator: as blocks have them."""
    args = {
        "issue": "iss_3",
        "account": "acc_b",
        "backing_digest": h("iss_3"),
        "kind": "coin",
        "amount": "500",
    }
    await town.everywhere(await town.sign("adm", "propose_issue", args))
    endorsed = {"issue": "iss_3", "digest": digest(args)}
    with pytest.raises(CommitError) as refused:
        await town.sign("reg1", "endorse_issue", endorsed, organisations=("EnterpriseMSP", "AuditorMSP"))
    await town.everywhere(refused.value)
    passed = await town.sign("reg1", "endorse_issue", endorsed, organisations=ASKED)
    return [await town.in_block(one.block_number, one.tx_id) for one in (refused.value, passed)]


async def with_gateways(network):
    async with contextlib.AsyncExitStack() as stack:
        gateways = {of: await stack.enter_async_context(Gateway.of(network, *of)) for of in IDENTITIES}
        town = LiveTown().open(network, gateways)
        taken, refused, events = await story(town)
        instrument = {"unit": "CEA", "vintage": 2026}
        lot = await town.ask("get_lot", instrument | {"serial": "50"})
        trace = await town.ask("trace", {"lot": instrument | {"serial": "500"}})
        blocks = [
            await town.in_block(taken.block_number, taken.tx_id),
            *await issue_without_the_regulator(town),
        ]
        return blocks, refused, events, lot, trace, await as_a_person(network)


def certificates_of_peers(network):
    """SHA-256 of each organisation's peer's certificate, as the material has it."""
    certificates = [
        x509.load_pem_x509_certificate((network.organisation(name).folder / "peer" / "cert.pem").read_bytes())
        for name in network.organisations
    ]
    return {one.fingerprint(SHA256()).hex() for one in certificates}


def test_the_main_job_runs_on_three_real_peers(network):
    (taken, alone, issued), refused, events, lot, trace, told = asyncio.run(with_gateways(network))
    assert (taken.name, taken.code, taken.creator_msp) == ("take", "VALID", "EnterpriseMSP")
    assert taken.endorsers == ASKED
    assert {one.fingerprint for one in taken.peers} <= certificates_of_peers(network)
    assert all("peer" in one.name for one in taken.peers)
    # Two of three suffice for a trade; an issue wants the regulator's peer, too, whoever signed it.
    assert (alone.name, alone.code) == ("endorse_issue", "ENDORSEMENT_POLICY_FAILURE")
    assert alone.endorsers == ("AuditorMSP", "EnterpriseMSP")
    assert (issued.name, issued.code, issued.endorsers) == ("endorse_issue", "VALID", ASKED)
    assert refused.name == "listing_not_open"
    assert (lot["owner"], lot["tradable_from_session"]) == ("acc_b", 2)
    assert trace["object"]["owner"] == "acc_a"
    assert [step["serial_from"] for step in trace["chain"]] == ["101", "1"]
    assert trace["issue"]["issue"] == "iss_1"
    assert (told["500"], told["50"]) == ("acc_a", "lot_unknown")
    assert "access denied" in told["qscc"]
    assert "access denied" in told["events"] or "PERMISSION_DENIED" in told["events"]
    assert [event.name for event in events if event.name in {"initialise", "activate", "take"}] == [
        "initialise",
        "activate",
        "activate",
        "take",
    ]
    (trade,) = next(event for event in events if event.name == "take").written("trade")
    assert (trade.value["quantity"], trade.value["price_cents"]) == ("100", "7000")
    (session,) = events[-1].written("params")
    assert session.value["closes"] == [{"instrument": "CEA-2026", "price_cents": "7000"}]

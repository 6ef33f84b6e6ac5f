"""The few people and tokens that `bench.chain_drive` needs, written straight to a network without Django."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from ledger.commit import confirmed
from ledger.errors import LedgerError, Refusal_
from ledger.gateway import Gateway
from lexicon import canonical, intents
from lexicon.signature import fingerprint, sign, spki_of
from lexicon.transactions import PROVE_KEY

FOUNDERS = (
    ("adm", "administrator", "administrator"),
    ("reg1", "regulator", "regulator"),
    ("reg2", "regulator", "regulator"),
)
TRADERS = (("seller", "acc_seller", "power"), ("buyer", "acc_buyer", "cement"))
# What gateways are needed: organisation and identity.
IDENTITIES = (
    ("regulator", "administrator"),
    ("regulator", "relay"),
    ("regulator", "clock"),
    ("regulator", "ingest"),
    ("enterprise", "relay"),
)
PRICE_CENTS = 7000
CLIP_T = 10_000
OUTPUTS_OF_ISSUE = 8
COIN_CENTS = 8_000_000_000
MONTH = ["independence", "plan", "sample", "recomputation", "findings_closed", "technical_review"]
MARKET = {
    "tick_cents": "1",
    "lot_t": "1",
    "order_max_t": "99999",
    "band": 1000,
    "weekdays": [0, 1, 2, 3, 4, 5, 6],
    "closed_days": [],
    "references": [{"instrument": "CEA-2026", "price_cents": str(PRICE_CENTS)}],
}
VERIFICATION = {
    "month": MONTH,
    "year": MONTH,
    "sample_deadline_hours": 48,
    "confirm_deadline_hours": 48,
    "tenure_years_max": 6,
}
AGAIN = 20


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody with a key."""

    person: str
    account: str
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Purse:
    """What one taker spends and takes from: an unspent output and a clip of a listing that only he takes."""

    coin: tuple[str, int]
    listing: str


class People:
    """Signs intents and sends them through the gateways (by organisation and identity) of a network."""

    def __init__(self, network: str, gateways: Mapping[tuple[str, str], Gateway]) -> None:
        self.gateways = gateways
        # The first serial of the next issue of allowances.
        self.next_serial = 1
        self._network = network
        cast = [(name, account) for name, account, _ in (*FOUNDERS, *TRADERS)]
        self._humans = {
            name: Human(name, account, ec.generate_private_key(ec.SECP256R1())) for name, account in cast
        }

    async def send(self, of: tuple[str, str], name: str, *args: bytes) -> str:
        """A transaction that counts; its id. Raises Refusal_, LedgerError."""
        gateway = self.gateways[of]
        made = await gateway.propose(name, *args)
        status = await confirmed(gateway.submit(made.envelope, made.tx_id), gateway.commit_status(made.tx_id))
        status.require_valid()
        return made.tx_id

    def signed(self, who: str, name: str, args: Mapping[str, Any]) -> tuple[bytes, bytes, bytes]:
        """The three arguments of a signed call."""
        human = self._humans[who]
        text = self._intent(human, name, args)
        return text, sign(human.key, text).encode(), fingerprint(spki_of(human.key)).encode()

    async def act(self, who: str, name: str, args: Mapping[str, Any]) -> str:
        """A signed call through the relay of the person's organisation; tried again while peers disagree."""
        of = ("enterprise" if self._humans[who].account.startswith("acc_") else "regulator", "relay")
        signed = self.signed(who, name, args)
        for _ in range(AGAIN):
            try:
                return await self.send(of, name, *signed)
            except Refusal_ as refusal:
                # An earlier attempt may have got in, or the peer is a block behind: look again.
                last: Exception = refusal
            except LedgerError as error:
                last = error
            await asyncio.sleep(0.1)
        raise last

    async def prepare(self, takers: int) -> list[Purse]:
        """Founders, a seller and a buyer, an open market, and a purse for each taker."""
        await self._found()
        for trader, account, sector in TRADERS:
            await self._enrol(trader, account, sector)
        amount = str(CLIP_T * takers)
        await self.issue(
            "iss_lot", "acc_seller", {"kind": "allowance", "amount": amount, "unit": "CEA", "vintage": 2026}
        )
        self.next_serial += CLIP_T * takers
        issues = [
            await self.issue(f"iss_{number}", "acc_buyer", {"kind": "coin", "amount": str(COIN_CENTS)})
            for number in range(-(-takers // OUTPUTS_OF_ISSUE))
        ]
        await self.send(("regulator", "clock"), "open_session", canonical.encode({"session": 1}))
        coins = [(issue, n) for issue in issues for n in range(OUTPUTS_OF_ISSUE)]
        return [Purse(coins[number], await self._list(number)) for number in range(takers)]

    async def _list(self, number: int) -> str:
        listing, first = f"lst_{number}", str(number * CLIP_T + 1)
        clip = {"quantity": str(CLIP_T), "inputs": [{"serial_from": first, "quantity": str(CLIP_T)}]}
        offer = {"listing": listing, "side": "sell", "unit": "CEA", "vintage": 2026}
        await self.act("seller", "list", {**offer, "price_cents": str(PRICE_CENTS), "clips": [clip]})
        return listing

    async def _found(self) -> None:
        persons = [
            {
                "person": name,
                "account": account,
                "role": role,
                "keys": [{"use": "sign", "spki": spki_of(self._humans[name].key)}],
            }
            for name, account, role in FOUNDERS
        ]
        supplies = [{"cap": str(10**11)}, {"unit": "CEA", "vintage": 2026, "cap": str(10**7)}]
        args = {
            "network": self._network,
            "persons": persons,
            "market": MARKET,
            "verification": VERIFICATION,
            "supplies": supplies,
        }
        await self.send(("regulator", "administrator"), "initialise", canonical.encode(args))

    async def _enrol(self, trader: str, account: str, sector: str, *, role: str = "trader") -> None:
        human = self._humans[trader]
        told = {"account": account, "kind": "enterprise", "msp": "EnterpriseMSP", "sector": sector}
        await self.act("adm", "register", told)
        spki = spki_of(human.key)
        text = self._intent(human, PROVE_KEY, {"use": "sign", "key": spki, "challenge": "AAAA"})
        proof = {"intent": text.decode(), "signature": sign(human.key, text)}
        key = {"use": "sign", "spki": spki, "proof": proof}
        args = {"account": account, "person": trader, "role": role, "keys": [key]}
        proposal = {"action": f"act_{trader}", "act": "activate", "act_args": args}
        await self.act("adm", "propose_action", proposal)
        confirmation = {"action": f"act_{trader}", "digest": canonical.digest(args)}
        await self.act("reg1", "confirm_action", confirmation)

    async def enrol(self, person: str, account: str, *, role: str = "trader") -> None:
        """One more enterprise with one person."""
        self._humans[person] = Human(person, account, ec.generate_private_key(ec.SECP256R1()))
        await self._enrol(person, account, "power", role=role)

    async def draw(self, period: str) -> None:
        """Both sides commit to the draw of an auditor: without it nothing of the period can be submitted."""
        for side in ("adm", "reg1"):
            nonce = hashlib.sha256(f"{side} {period}".encode()).digest()
            drawn = {"period": period, "commitment": hashlib.sha256(nonce).hexdigest()}
            await self.act(side, "commit_draws", {"draws": [drawn]})

    async def lots(self, seller: str, amount: int) -> int:
        """Allowances for a seller; the first serial. One seller at a time: the serials follow each other."""
        first = self.next_serial
        what = {"kind": "allowance", "amount": str(amount), "unit": "CEA", "vintage": 2026}
        await self.issue(f"iss_{seller}_{first}", self._humans[seller].account, what)
        self.next_serial += amount
        return first

    async def issue(self, issue: str, account: str, what: Mapping[str, Any]) -> str:
        """Coin or allowances by two persons; the transaction."""
        backing = hashlib.sha256(issue.encode()).hexdigest()
        args = {"issue": issue, "account": account, "backing_digest": backing, **what}
        await self.act("adm", "propose_issue", args)
        return await self.act("reg1", "endorse_issue", {"issue": issue, "digest": canonical.digest(args)})

    def _intent(self, human: Human, name: str, args: Mapping[str, Any]) -> bytes:
        return intents.build(
            name=name,
            args=args,
            account=human.account,
            person=human.person,
            intent_id=str(uuid.uuid4()),
            network=self._network,
            not_after=datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=10),
        )

"""A small town for the chaincode's tests: people with keys, a store in memory, and one call a line."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from lexicon import intents
from lexicon.canonical import digest, encode
from lexicon.signature import fingerprint, sign, spki_of
from lexicon.transactions import PROVE_KEY, to_args

from chaincode.contract import Outcome, dispatch
from chaincode.state import prefix

NETWORK = hashlib.sha256(b"block 0").hexdigest()
START = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
CERTIFICATES = {"ingest": "ingest", "clock": "clock", "administrator": "administrator"}
MARKET = {
    "tick_cents": "1",
    "lot_t": "1",
    "order_max_t": "99999",
    "band": 1000,
    "weekdays": [0, 1, 2, 3, 4],
    "closed_days": ["2026-10-01"],
    "references": [{"instrument": "CEA-2026", "price_cents": "7000"}],
}
MONTH = ["independence", "plan", "sample", "recomputation", "findings_closed", "technical_review"]
VERIFICATION = {
    "month": MONTH,
    "year": [*MONTH[:4], "site_visit", *MONTH[4:]],
    "sample_deadline_hours": 72,
    "confirm_deadline_hours": 48,
    "tenure_years_max": 3,
}


def h(text: str) -> str:
    """A digest named by a word."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Key:
    """A private key with its public names."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls, number: int) -> "Key":
        """The key of a number: the same in every run."""
        return cls(ec.derive_private_key(number + 1, ec.SECP256R1()))

    @property
    def spki(self) -> str:
        """Public key."""
        return spki_of(self.private)

    @property
    def fingerprint(self) -> str:
        """Its fingerprint."""
        return fingerprint(self.spki)


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody who can sign for an account."""

    person: str
    account: str
    role: str
    key: Key


@dataclass(slots=True)
class Town:
    """A ledger in memory with its people; `now` moves only when told."""

    values: dict[str, bytes] = field(default_factory=dict)
    past: dict[str, list[tuple[str, str, bytes | None]]] = field(default_factory=dict)
    now: datetime = START
    people: dict[str, Human] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    _calls: int = 0
    _keys: int = 0

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def scan(self, start: str) -> tuple[tuple[str, bytes], ...]:
        return tuple(sorted((key, value) for key, value in self.values.items() if key.startswith(start)))

    def history(self, key: str) -> tuple[tuple[str, str, bytes | None], ...]:
        return tuple(reversed(self.past.get(key, [])))

    def human(self, person: str, account: str, role: str) -> Human:
        """Somebody new; not on the ledger yet."""
        self._keys += 1
        self.people[person] = Human(person, account, role, Key.new(self._keys))
        return self.people[person]

    def call(
        self, function: str, *args: bytes, role: str = "relay", msp: str = "EnterpriseMSP", account: str = ""
    ) -> Outcome:
        """One call by a certificate, applied when it is accepted."""
        self._calls += 1
        tx = hashlib.sha256(f"tx {self._calls}".encode()).hexdigest()
        attributes = {"role": role} | ({"account": account} if account else {})
        outcome = dispatch(
            self, function=function, args=args, tx=tx, now=self.now, msp=msp, attributes=attributes
        )
        for key, value in outcome.writes:
            self.past.setdefault(key, []).append((tx, self.now.isoformat(), value))
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value
        self.outcomes.append(outcome)
        return outcome

    def signed(self, who: str, function: str, args: object, /, **changes: Any) -> tuple[bytes, bytes, bytes]:
        """The three arguments of a signed call; `changes` replace fields of the intent."""
        human = self.people[who]
        text = self.intent(human, function, args, **changes)
        return text, sign(human.key.private, text).encode(), human.key.fingerprint.encode()

    def intent(self, human: Human, function: str, args: object, /, **changes: Any) -> bytes:
        """Text of an intent of that person."""
        given = args if isinstance(args, Mapping) else to_args(args)
        self._keys += 1
        fields = {
            "v": 1,
            "network": NETWORK,
            "name": function,
            "args": given,
            "account": human.account,
            "person": human.person,
            "id": str(uuid.UUID(int=self._keys)),
            "not_after": intents.instant_text(self.now + timedelta(minutes=10)),
        }
        return encode(fields | changes)

    def act(self, who: str, function: str, args: object, **changes: Any) -> Outcome:
        """A signed call."""
        return self.call(function, *self.signed(who, function, args, **changes))

    def serve(self, role: str, function: str, args: Mapping[str, object]) -> Outcome:
        """A call of a service."""
        return self.call(function, encode(args), role=role, msp="RegulatorMSP")

    def must(self, who: str, function: str, args: object) -> Outcome:
        """A signed call that has to be accepted."""
        return accepted(self.act(who, function, args))

    def new_key(self, human: Human, key: Key, use: str = "sign") -> dict[str, object]:
        """A key with its proof."""
        if use == "decrypt":
            return {"use": use, "spki": key.spki}
        args = {"use": use, "key": key.spki, "challenge": "AAAA"}
        text = self.intent(human, PROVE_KEY, args)
        proof = {"intent": text.decode(), "signature": sign(key.private, text)}
        return {"use": use, "spki": key.spki, "proof": proof}

    def two(self, action: str, act: str, args: Mapping[str, object], first: str, second: str) -> Outcome:
        """An act proposed by one and confirmed by another."""
        self.must(first, "propose_action", {"action": action, "act": act, "act_args": args})
        return self.act(second, "confirm_action", {"action": action, "digest": digest(args)})

    def settle(self, account: str, kind: str, sector: str | None = None) -> None:
        """Registers an account."""
        msp = {"enterprise": "EnterpriseMSP", "auditor": "AuditorMSP"}.get(kind, "RegulatorMSP")
        args = {"account": account, "kind": kind, "msp": msp} | ({"sector": sector} if sector else {})
        self.must("adm", "register", args)

    def welcome(self, person: str, account: str, role: str) -> None:
        """Activates a person of an account."""
        human = self.human(person, account, role)
        args = {
            "account": account,
            "person": person,
            "role": role,
            "keys": [self.new_key(human, human.key)],
        }
        accepted(self.two(f"act_{person}", "activate", args, "adm", "reg1"))

    def found(self) -> "Town":
        """Initialises the ledger with an administrator and two regulators."""
        first = [
            self.human("adm", "administrator", "administrator"),
            self.human("reg1", "regulator", "regulator"),
            self.human("reg2", "regulator", "regulator"),
        ]
        persons = [
            {
                "person": human.person,
                "account": human.account,
                "role": human.role,
                "keys": [{"use": "sign", "spki": human.key.spki}],
            }
            for human in first
        ]
        supplies = [{"cap": "1000000000"}, {"unit": "CEA", "vintage": 2026, "cap": "1000000"}]
        supplies += [
            {"unit": "CCER", "vintage": 2026, "cap": "1000"},
            {"unit": "CEA", "vintage": 2027, "cap": "9"},
        ]
        args = {
            "network": NETWORK,
            "persons": persons,
            "market": MARKET,
            "verification": VERIFICATION,
            "supplies": supplies,
        }
        accepted(self.serve("administrator", "initialise", args))
        return self

    def people_arrive(self) -> "Town":
        """Two enterprises and an auditor with their people."""
        for account, sector in (("acc_a", "power"), ("acc_b", "cement")):
            letter = account[-1]
            self.settle(account, "enterprise", sector)
            for role in ("head", "trader", "operator"):
                self.welcome(f"{role}_{letter}", account, role)
        self.settle("aud", "auditor")
        for person, role in (("lead", "lead_auditor"), ("tech", "technical_reviewer"), ("appr", "approver")):
            self.welcome(person, "aud", role)
        return self

    def issue(self, account: str, kind: str, amount: int, unit: str = "CEA", vintage: int = 2026) -> Outcome:
        """Coin or allowances for an account."""
        self._keys += 1
        args: dict[str, object] = {
            "issue": f"iss_{self._keys}",
            "kind": kind,
            "account": account,
            "amount": str(amount),
            "backing_digest": h(f"receipt {self._keys}"),
        }
        if kind == "allowance":
            args |= {"unit": unit, "vintage": vintage}
        self.must("adm", "propose_issue", args)
        return self.act("reg1", "endorse_issue", {"issue": args["issue"], "digest": digest(args)})

    def rich(self) -> "Town":
        """Company a has 1000 t, company b has 100,000.00 coin, and the market is open."""
        accepted(self.issue("acc_a", "allowance", 1000))
        accepted(self.issue("acc_b", "coin", 10_000_000))
        accepted(self.serve("clock", "open_session", {"session": 1}))
        return self

    def read(self, object_type: str, *parts: str | int) -> dict[str, Any] | None:
        """An object of the state."""
        value = self.values.get(prefix(object_type, *parts))
        return json.loads(value) if value else None

    def all(self, object_type: str) -> list[dict[str, Any]]:
        """All objects of a type."""
        return [json.loads(value) for _, value in self.scan(prefix(object_type))]

    def coins(self, account: str) -> list[dict[str, object]]:
        """Names of an account's unspent, unlocked outputs."""
        start = prefix("coin")
        return [
            {"tx": key.split("\x00")[2], "n": int(key.split("\x00")[3])}
            for key, value in self.scan(start)
            if json.loads(value)["owner"] == account and json.loads(value)["listing"] is None
        ]

    def balance(self, account: str) -> int:
        """Coin of an account in cents, locked or not."""
        return sum(int(coin["amount_cents"]) for coin in self.all("coin") if coin["owner"] == account)

    def holding(self, account: str, state: str | None = None) -> int:
        """Allowances of an account in t."""
        lots = [lot for lot in self.all("lot") if lot["owner"] == account and state in (None, lot["state"])]
        return sum(int(lot["serial_to"]) - int(lot["serial_from"]) + 1 for lot in lots)


def accepted(outcome: Outcome) -> Outcome:
    """The outcome, if the ledger said yes."""
    assert outcome.status == 200, outcome.message
    return outcome


def refusal(outcome: Outcome) -> str:
    """The name of the refusal."""
    assert outcome.status == 400, outcome
    assert outcome.writes == ()
    assert outcome.event is None
    return json.loads(outcome.message)["refusal"]


def facts(outcome: Outcome) -> dict[str, Any]:
    """The facts of the refusal."""
    return json.loads(outcome.message)["facts"]

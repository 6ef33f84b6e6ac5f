"""Drives trades and mints on a running site and times each from the service's call to the read model.

Imported by `bench.confirmation` once Django is set up.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from kit import clock, outbox
from kit.outbox import OutboxRow
from lexicon import canonical, intents
from lexicon.signature import fingerprint, sign, spki_of
from lexicon.terms import AllowanceUnit, Side

from market.selectors import market_state
from market.services import listings, orders, trades
from tenants.access import viewer_of_person
from tenants.models import BoundKey, Membership, Organisation, Person, User
from tenants.network import network_hash

WITHIN_S = 30.0
POLL_S = 0.005
MARKET = {
    "tick_cents": "1",
    "lot_t": "1",
    "order_max_t": "100000",
    "band": 1000,
    "weekdays": [0, 1, 2, 3, 4, 5, 6],
    "closed_days": [],
    "references": [{"instrument": "CEA-2026", "price_cents": "7000"}],
}
STEPS = ["independence", "plan", "sample", "recomputation", "findings_closed", "technical_review"]
VERIFICATION = {
    "month": STEPS,
    "year": STEPS,
    "sample_deadline_hours": 48,
    "confirm_deadline_hours": 48,
    "tenure_years_max": 6,
}
# person -> (account, kind, role)
CAST = {
    "administrator": ("administrator", "administrator", "administrator"),
    "regulator_1": ("regulator", "regulator", "regulator"),
    "regulator_2": ("regulator", "regulator", "regulator"),
    "seller_head": ("acc_seller", "enterprise", "head"),
    "seller": ("acc_seller", "enterprise", "trader"),
    "buyer": ("acc_buyer", "enterprise", "trader"),
    "lead": ("acc_auditor", "auditor", "lead_auditor"),
    "reviewer": ("acc_auditor", "auditor", "technical_reviewer"),
    "approver": ("acc_auditor", "auditor", "approver"),
}
FOUNDERS = ("administrator", "regulator_1", "regulator_2")
MSP = {"enterprise": "EnterpriseMSP", "auditor": "AuditorMSP"}


class Failed(RuntimeError):
    """The ledger refused what the bench needs; the text says what."""


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody with a key."""

    person: str
    account: str
    kind: str
    role: str
    key: ec.EllipticCurvePrivateKey


def h(text: str) -> str:
    """A digest named by a word."""
    return hashlib.sha256(text.encode()).hexdigest()


class Stage:
    """The people, and two ways to the ledger: through a market service, and straight to the outbox."""

    def __init__(self) -> None:
        self.network = network_hash()
        self.people = {
            name: Human(f"per_{name}", account, kind, role, ec.generate_private_key(ec.SECP256R1()))
            for name, (account, kind, role) in CAST.items()
        }

    def signed(self, who: str, name: str, args: Mapping[str, Any]) -> dict[str, str]:
        """The signed body of a write."""
        human = self.people[who]
        text = intents.build(
            name=name,
            args=args,
            account=human.account,
            person=human.person,
            intent_id=str(uuid.uuid4()),
            network=self.network,
            not_after=clock.now() + timedelta(minutes=10),
        )
        return {
            "intent": text.decode(),
            "signature": sign(human.key, text),
            "fingerprint": fingerprint(spki_of(human.key)),
        }

    def send(self, who: str, name: str, args: Mapping[str, Any]) -> float:
        """Queue a signed intent and wait for the read model; milliseconds."""
        body = self.signed(who, name, args)
        intent = outbox.read_intent(
            text=body["intent"], signature=body["signature"], fingerprint=body["fingerprint"]
        )
        kind = self.people[who].kind
        organisation = kind if kind in MSP else "regulator"
        began = time.perf_counter()
        with transaction.atomic():
            row = outbox.enqueue(intent=intent, organisation=organisation, subject="")
        return wait(row.id, began)

    def viewer(self, who: str) -> Any:
        """Who the market's services are called by."""
        return viewer_of_person(self.people[who].person)


def wait(row_id: uuid.UUID, began: float) -> float:
    """Milliseconds from `began` until the row's effect can be read. Raises Failed."""
    while time.perf_counter() - began < WITHIN_S:
        row = OutboxRow.objects.values("state", "name", "refusal", "refusal_facts").get(pk=row_id)
        if row["state"] == "committed":
            return (time.perf_counter() - began) * 1000
        if row["state"] in {"refused", "expired"}:
            raise Failed(f"{row['name']}: {row['state']} {row['refusal']} {row['refusal_facts']}")
        time.sleep(POLL_S)
    raise Failed(f"not committed within {WITHIN_S:.0f} s")


def prepare(stage: Stage) -> None:
    """The people in the database and on the ledger, allowances, coin, an open market."""
    _rows(stage)
    _initialise(stage)
    for account, kind in sorted({(human.account, human.kind) for human in stage.people.values()}):
        if kind in MSP:
            sector = {"sector": "power"} if kind == "enterprise" else {}
            args = {"account": account, "kind": kind, "msp": MSP[kind], **sector}
            stage.send("administrator", "register", args)
    for name in CAST:
        if name not in FOUNDERS:
            _activate(stage, name)
    _issue(stage, "acc_seller", {"kind": "allowance", "unit": "CEA", "vintage": 2026, "amount": "500000"})
    _issue(stage, "acc_buyer", {"kind": "coin", "amount": "90000000000"})
    _await_market()


def trade(stage: Stage, number: int) -> dict[str, float]:
    """One listing and its take, through the market's services."""

    def wish(side: Side) -> orders.Wish:
        return orders.Wish(
            side=side, unit=AllowanceUnit.CEA, vintage=2026, quantity=10, price_cents=6900 + number % 200
        )

    made = orders.to_list("acc_seller", wish(Side.SELL))
    body = stage.signed("seller", made.name, made.args)
    began = time.perf_counter()
    listed = wait(listings.place(stage.viewer("seller"), body).id, began)
    made = orders.to_take("acc_buyer", wish(Side.BUY))
    body = stage.signed("buyer", made.name, made.args)
    began = time.perf_counter()
    return {"list": listed, "take": wait(trades.take(stage.viewer("buyer"), body).id, began)}


def mint(stage: Stage, number: int) -> float:
    """One report from submission to mint; milliseconds of the mint."""
    place = {"account": "acc_seller", "plant": "plant_1", "period": _period(number), "version": 1}
    nonces = {side: h(f"{side} {number}") for side in ("enterprise", "regulator")}
    _draw(stage, place["period"])
    stage.send("seller_head", "submit_statement", _statement(place, number, nonces["enterprise"]))
    stage.send(
        "regulator_1",
        "open_case",
        {**place, "nonce_commitment": _commitment(nonces["regulator"])},
    )
    stage.send("lead", "commit_sampling_plan", {**place, "plan_digest": h(f"plan {number}")})
    stage.send("seller_head", "open_sample", {**place, "nonce": nonces["enterprise"]})
    stage.send("regulator_2", "open_sample", {**place, "nonce": nonces["regulator"]})
    previous = None
    for step in STEPS:
        who = "reviewer" if step == "technical_review" else "lead"
        stage.send(who, "record_step", {**place, "step": step, "digest": h(step), "previous": previous})
        previous = h(step)
    approval = {name: h(name) for name in ("work_log_root", "findings_root", "verification_digest")}
    return stage.send("approver", "approve_and_mint", {**place, **approval})


def _draw(stage: Stage, period: object) -> None:
    """Administrator and regulator commit to the period's draw and open it."""
    nonces = {who: h(f"{who} {period}") for who in ("administrator", "regulator_1")}
    for who, nonce in nonces.items():
        draws = [{"period": period, "commitment": _commitment(nonce)}]
        stage.send(who, "commit_draws", {"draws": draws})
    for who, nonce in nonces.items():
        stage.send(who, "open_draw", {"period": period, "nonce": nonce})


def _period(number: int) -> str:
    return f"20{10 + number // 12:02}-{number % 12 + 1:02}"


def _commitment(nonce: str) -> str:
    return hashlib.sha256(bytes.fromhex(nonce)).hexdigest()


def _statement(place: Mapping[str, Any], number: int, nonce: str) -> dict[str, Any]:
    digests = ("statement_digest", "figures_root", "guideline_hash", "factor_sets_hash")
    boxes = [{"fingerprint": h("box"), "box": "AAAA"}]
    return {
        "plant": place["plant"],
        "period": place["period"],
        "version": 1,
        **{name: h(f"{name} {number}") for name in digests},
        "figures_count": 12,
        "guideline": "power_ndrc_2013",
        "anchors": [],
        "total_boxes": boxes,
        "nonce_commitment": _commitment(nonce),
    }


def _rows(stage: Stage) -> None:
    """Sign-ins, people, memberships and keys, as registration would have left them."""
    for name, human in stage.people.items():
        organisation, _ = Organisation.objects.get_or_create(
            account=human.account,
            defaults={
                "kind": human.kind,
                "name": human.account,
                "status": "active",
                "created_at": clock.now(),
            },
        )
        user = User.objects.create(email=f"{name}@bench.test")
        person = Person.objects.create(id=human.person, user=user, name=name, created_at=clock.now())
        Membership.objects.create(
            person=person, organisation=organisation, role=human.role, status="active", created_at=clock.now()
        )
        spki = spki_of(human.key)
        BoundKey.objects.create(
            fingerprint=fingerprint(spki),
            person=person,
            use="sign",
            spki=spki,
            status="bound",
            created_at=clock.now(),
        )


def _initialise(stage: Stage) -> None:
    persons = [
        {
            "person": stage.people[name].person,
            "account": stage.people[name].account,
            "role": stage.people[name].role,
            "keys": [{"use": "sign", "spki": spki_of(stage.people[name].key)}],
        }
        for name in FOUNDERS
    ]
    call = outbox.ServiceCall(
        "initialise",
        {
            "network": stage.network,
            "persons": persons,
            "market": MARKET,
            "verification": VERIFICATION,
            "supplies": [{"cap": "100000000000"}, {"unit": "CEA", "vintage": 2026, "cap": "1000000"}],
        },
    )
    with transaction.atomic():
        row = outbox.enqueue(intent=call, organisation="regulator", subject="founding")
    wait(row.id, time.perf_counter())


def _activate(stage: Stage, name: str) -> None:
    human = stage.people[name]
    spki = spki_of(human.key)
    proof = stage.signed(name, "prove_key", {"use": "sign", "key": spki, "challenge": "AAAA"})
    key = {
        "use": "sign",
        "spki": spki,
        "proof": {"intent": proof["intent"], "signature": proof["signature"]},
    }
    args = {"account": human.account, "person": human.person, "role": human.role, "keys": [key]}
    action = f"act_{name}"
    stage.send("administrator", "propose_action", {"action": action, "act": "activate", "act_args": args})
    stage.send("regulator_1", "confirm_action", {"action": action, "digest": canonical.digest(args)})


def _issue(stage: Stage, account: str, what: Mapping[str, Any]) -> None:
    issue = f"iss_{what['kind']}"
    args = {"issue": issue, "account": account, "backing_digest": h(issue), **what}
    stage.send("administrator", "propose_issue", args)
    stage.send("regulator_1", "endorse_issue", {"issue": issue, "digest": canonical.digest(args)})


def _await_market() -> None:
    end = time.monotonic() + WITHIN_S
    while not market_state().open:
        if time.monotonic() > end:
            raise Failed("the session clock did not open the market")
        time.sleep(0.1)


def main() -> None:
    """Prepare, warm up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trades", type=int, default=60)
    parser.add_argument("--mints", type=int, default=12)
    given = parser.parse_args()
    stage = Stage()
    prepare(stage)
    for number in range(3):
        trade(stage, number)
    traded = [trade(stage, number) for number in range(given.trades)]
    minted = [mint(stage, number) for number in range(given.mints)]
    times = {"list": [one["list"] for one in traded], "take": [one["take"] for one in traded], "mint": minted}
    print(json.dumps({"times_ms": times, "stages_ms": stages()}))


def stages() -> dict[str, list[float]]:
    """Where the time went: means to the stored envelope, to the event, to the read model, by transaction."""
    found: dict[str, list[list[float]]] = {}
    for row in OutboxRow.objects.filter(name__in=("list", "take", "approve_and_mint"), read_at__isnull=False):
        marks = [at for at in (row.created_at, row.sent_at, row.committed_at, row.read_at) if at]
        steps = [(end - start).total_seconds() * 1000 for start, end in pairwise(marks)]
        found.setdefault(row.name, []).append(steps)
    return {
        name: [round(statistics.fmean(column), 1) for column in zip(*rows, strict=True)]
        for name, rows in found.items()
    }

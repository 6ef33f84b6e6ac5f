"""The people of `tests.world` on a ledger in memory, with relay and follower in the test's own thread."""

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, cast

from kit import clock, outbox
from ledger.events import ChaincodeEvent
from ledger.fake import FakeChain, FakeGateway
from lexicon.canonical import digest, encode
from lexicon.commitment import leaf_hash
from tanheng import follower
from tanheng.relay import Relay

from chaincode.contract import dispatch
from tests import kept, world
from tests.tanheng.threads import TestThread, play

MSP = {"enterprise": "EnterpriseMSP", "auditor": "AuditorMSP", "regulator": "RegulatorMSP"}
MARKET = {
    "tick_cents": "1",
    "lot_t": "1",
    "order_max_t": "100000",
    "band": 1000,
    "weekdays": [0, 1, 2, 3, 4],
    "closed_days": [],
    "references": [{"instrument": "CEA-2026", "price_cents": "7000"}],
}
VERIFICATION = {
    "month": ["independence", "plan", "sample", "recomputation", "findings_closed", "technical_review"],
    "year": ["independence", "plan", "sample", "recomputation", "technical_review"],
    "sample_deadline_hours": 48,
    "confirm_deadline_hours": 48,
    "tenure_years_max": 3,
}
FIRST = ("administrator_1", "regulator_1", "regulator_2")
ACTIVE = (
    "alpha_head",
    "alpha_trader",
    "beta_head",
    "beta_trader",
    "lead_auditor",
    "technical_reviewer",
    "approver",
)
SALT = "00112233445566778899aabbccddeeff"
_bases: list[FakeChain] = []
# By the set-ups before, the set-up's name and its instant.
_played = kept.Memory()


class Town:
    """A ledger, and the ways a test moves it: signed by a person, or called by a service."""

    def __init__(self, chain: FakeChain) -> None:
        self.chain = chain
        self.events: list[ChaincodeEvent] = []
        watchers = [FakeGateway(chain, msp=msp, attributes={"role": "service"}) for msp in MSP.values()]
        self.relay = Relay(self._routes, TestThread(), watchers=watchers)
        # Rows written and calls made when the last set-up was there; before the first nobody can know.
        self._mark: tuple[int, int] | None = None
        self._path: tuple[str, ...] = ()

    def _routes(self, organisation: str, identity: str) -> list[FakeGateway]:
        return [FakeGateway(self.chain, msp=MSP[organisation], attributes={"role": identity})]

    def call(self, name: str, *args: bytes, organisation: str = "regulator", identity: str = "relay") -> None:
        """One transaction, committed. Raises Refusal_."""

        async def go() -> None:
            [gateway] = self._routes(organisation, identity)
            transaction = await gateway.propose(name, *args)
            await gateway.submit(transaction.envelope, transaction.tx_id)

        play(go())

    def serve(self, identity: str, name: str, args: Mapping[str, object]) -> None:
        """A service's transaction, read by the follower."""
        self.call(name, encode(args), identity=identity)
        self.follow()

    def sign(self, who: str, name: str, args: Mapping[str, object]) -> None:
        """A person's transaction, straight to the ledger."""
        body = world.signed_intent(who, name, dict(args), now=clock.now())
        self.call(name, *(body[key].encode() for key in ("intent", "signature", "fingerprint")))

    def follow(self) -> None:
        """Apply and tell what the follower has not seen."""
        new = self.chain._events[len(self.events) :]
        for event in new:
            follower.apply(event, arrived_at=clock.now())
            follower.tell(event)
        self.events.extend(new)

    def settle(self) -> None:
        """Relay and follower until nothing is due."""
        play(self.relay.drain())
        self.follow()

    def set_up(self, name: str, play: Callable[[], object]) -> Any:
        """What `play` makes of ledger and database: played by the first test, written back for the others.

        A test that did anything to its ledger or database before plays for itself. Gives what `play` gives.
        """
        key = (self._path, name, clock.now())
        if self._mark not in (None, (kept.writes(), self.chain._nonce)):
            return play()
        if (found := _played.get(key)) is None:
            found = _played.play(key, lambda: (play(), _copied(self.chain)))
        value, chain = cast(tuple[object, FakeChain], found)
        self._become(chain)
        self._path = (*key[0], name)
        self._mark = (kept.writes(), self.chain._nonce)
        return value

    def play_all(self) -> None:
        """From here on every set-up is played: for a test that listens to one."""
        self._mark = (-1, -1)

    def _become(self, chain: FakeChain) -> None:
        for name, value in _memory(chain).items():
            setattr(self.chain, name, value)
        self.events = list(chain._events)

    def issue(self, account: str, kind: str, amount: int, *, number: int) -> None:
        """Coin or allowances, proposed and endorsed."""
        args: dict[str, object] = {
            "issue": f"iss_{number}",
            "kind": kind,
            "account": account,
            "amount": str(amount),
            "backing_digest": digest(f"receipt {number}"),
        }
        if kind == "allowance":
            args |= {"unit": "CEA", "vintage": 2026}
        self.sign("administrator_1", "propose_issue", args)
        self.sign("regulator_1", "endorse_issue", {"issue": f"iss_{number}", "digest": digest(args)})
        self.follow()

    def open_market(self) -> None:
        """Alpha has 1,000 t, beta has 100,000.00 coin, session 1 is open."""
        self.set_up("open market", self._open_market)

    def _open_market(self) -> None:
        self.issue(world.HOUSES["alpha"].account, "allowance", 1000, number=1)
        self.issue(world.HOUSES["beta"].account, "coin", 10_000_000, number=2)
        self.serve("clock", "open_session", {"session": 1})

    def draw(self, period: str, *, opened: bool = True) -> None:
        """Administrator and regulator commit to a period's draw, and open it."""
        nonces = {who: digest(f"{who} {period}") for who in ("administrator_1", "regulator_1")}
        for who, nonce in nonces.items():
            commitment = sha256(bytes.fromhex(nonce)).hexdigest()
            self.sign(who, "commit_draws", {"draws": [{"period": period, "commitment": commitment}]})
        for who, nonce in nonces.items():
            if opened:
                self.sign(who, "open_draw", {"period": period, "nonce": nonce})
        self.follow()

    def mint(
        self, period: str = "2026-05", *, total_g: int = 500_000_000, steps: str = "month"
    ) -> dict[str, object]:
        """A report of alpha's plant, from submission to mint; gives its place."""
        place: dict[str, object] = {
            "account": world.HOUSES["alpha"].account,
            "plant": "plant_1",
            "period": period,
            "version": 1,
        }
        nonces = {side: digest(f"{side} {period}") for side in ("enterprise", "regulator")}
        committed = {side: sha256(bytes.fromhex(nonce)).hexdigest() for side, nonce in nonces.items()}
        root = leaf_hash(salt=bytes.fromhex(SALT), name="total", value=total_g).hex()
        self.draw(period)
        self.sign("alpha_head", "submit_statement", {
            "plant": "plant_1", "period": period, "version": 1, "statement_digest": digest(period),
            "figures_root": root, "figures_count": 1, "guideline": "ndrc-2013-power",
            "guideline_hash": digest("guideline"), "factor_sets_hash": digest("factors"), "anchors": [],
            "total_boxes": [{"fingerprint": digest("key"), "box": "AQ"}],
            "nonce_commitment": committed["enterprise"],
        })  # fmt: skip
        self.sign("regulator_1", "open_case", {**place, "nonce_commitment": committed["regulator"]})
        self.sign("lead_auditor", "commit_sampling_plan", {**place, "plan_digest": digest("plan")})
        self.sign("alpha_head", "open_sample", {**place, "nonce": nonces["enterprise"]})
        self.sign("regulator_2", "open_sample", {**place, "nonce": nonces["regulator"]})
        previous = None
        for step in VERIFICATION[steps]:
            who = "technical_reviewer" if step == "technical_review" else "lead_auditor"
            self.sign(
                who, "record_step", {**place, "step": step, "digest": digest(step), "previous": previous}
            )
            previous = digest(step)
        approval = {name: digest(name) for name in ("work_log_root", "findings_root", "verification_digest")}
        self.sign("approver", "approve_and_mint", {**place, **approval})
        self.follow()
        return place

    def oblige(self, *, total_g: int = 500_000_000) -> None:
        """A yearly report of alpha for 2026, and its obligation set by two regulators."""
        self.set_up(f"oblige {total_g}", lambda: self._oblige(total_g))

    def _oblige(self, total_g: int) -> None:
        self.mint("2026", total_g=total_g, steps="year")
        args = {
            "account": world.HOUSES["alpha"].account,
            "year": 2026,
            "plant_or_entity": "plant_1",
            "version": 1,
            "opening": {"salt": SALT, "value": str(total_g), "index": 0, "path": []},
        }
        act = {"action": "act_obligation", "act": "set_obligation", "act_args": args}
        self.sign("regulator_1", "propose_action", act)
        self.sign("regulator_2", "confirm_action", {"action": "act_obligation", "digest": digest(args)})
        self.follow()

    def row(self, intent_id: str) -> outbox.OutboxRow:
        """The outbox row of an intent."""
        return outbox.OutboxRow.objects.get(pk=intent_id)

    def state(self, prefix: str) -> list[dict[str, Any]]:
        """Every object of one type in the ledger's state."""
        start = f"\x00{prefix}\x00"
        return [json.loads(value) for key, value in self.chain.state.items() if key.startswith(start)]


def town(name: str = "town") -> Town:
    """A copy of a ledger on which the two enterprises' traders are active; call it with the clock frozen.

    `name`: another for a database that is not as `tests.world` made it.
    """
    if not _bases:
        _bases.append(_base())
    made = Town(_copied(_bases[0]))
    made.set_up(name, made.follow)
    return made


def _copied(chain: FakeChain) -> FakeChain:
    return replace(chain, **_memory(chain), _grown=asyncio.Event())


def _memory(chain: FakeChain) -> dict[str, Any]:
    """What a chain remembers, in containers of their own; what they contain never changes."""
    names = ("_pending", "_blocks", "_events", "_statuses", "_nonce")
    copies = {name: copy.copy(getattr(chain, name)) for name in names}
    return copies | {"_keys": {key: list(past) for key, past in chain._keys.items()}}


def _base() -> FakeChain:
    made = Town(FakeChain(dispatch, clock=clock.now))
    persons = [_first(name) for name in FIRST]
    made.call(
        "initialise",
        encode(
            {
                "network": world.NETWORK,
                "persons": persons,
                "market": MARKET,
                "verification": VERIFICATION,
                "supplies": [
                    {"cap": "1000000000"},
                    {"unit": "CEA", "vintage": 2026, "cap": "1000000"},
                ],
            }
        ),
        identity="administrator",
    )
    for house in ("alpha", "beta", "audit"):
        organisation = world.HOUSES[house]
        args = {
            "account": organisation.account,
            "kind": organisation.kind,
            "msp": MSP[organisation.kind],
            **({"sector": organisation.sector} if organisation.sector else {}),
        }
        made.sign("administrator_1", "register", args)
    for name in ACTIVE:
        _activate(made, name)
    return made.chain


def _first(name: str) -> dict[str, object]:
    house, role = world.PEOPLE[name]
    return {
        "person": world.person_id(name),
        "account": world.HOUSES[house].account,
        "role": role,
        "keys": [{"use": "sign", "spki": world.b64(world.spki(world.key_of(name)))}],
    }


def _activate(made: Town, name: str) -> None:
    house, role = world.PEOPLE[name]
    spki = world.b64(world.spki(world.key_of(name)))
    proof = world.signed_intent(
        name, "prove_key", {"use": "sign", "key": spki, "challenge": "AAAA"}, now=clock.now()
    )
    args = {
        "account": world.HOUSES[house].account,
        "person": world.person_id(name),
        "role": role,
        "keys": [
            {
                "use": "sign",
                "spki": spki,
                "proof": {"intent": proof["intent"], "signature": proof["signature"]},
            }
        ],
    }
    action = f"act_{name}"
    made.sign("administrator_1", "propose_action", {"action": action, "act": "activate", "act_args": args})
    made.sign("regulator_1", "confirm_action", {"action": action, "digest": digest(args)})

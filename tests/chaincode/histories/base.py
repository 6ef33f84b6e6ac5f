"""The ground of random histories: a founded town, calls that are remembered, and what holds after each."""

import copy
import hashlib
import json
from collections import Counter

from hypothesis.stateful import RuleBasedStateMachine, invariant

from chaincode.contract import dispatch
from tests.chaincode.audited import faults
from tests.chaincode.test_blocks import RULES
from tests.chaincode.town import Key, Town, accepted
from tests.chaincode.verification import commit, figures, mint, obliged, ready, unseal

COMPANIES = ("a", "b")
SALT = "00" * 16
# Periods that are reported at random; their draws are committed before.
PERIODS = ("2026-07", "2026-08", "2025")
# What was called in all histories of this process, by name and status.
SEEN: Counter[tuple[str, int]] = Counter()


def origin():
    """Two companies with allowances, coin and an obligation, and an open market with all its rules."""
    town = ready()
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    for company in COMPANIES:
        accepted(town.issue(f"acc_{company}", "allowance", 400))
        accepted(town.issue(f"acc_{company}", "coin", 3_000_000))
    accepted(town.issue("acc_a", "allowance", 40, "CCER"))
    # Before trust has a delay.
    trust = {"account": "acc_a", "counterparty": "acc_b"}
    accepted(town.two("t1", "trust_counterparty", trust, "trader_a", "head_a"))
    market = RULES | {
        "block_min_t": "50",
        # Hours pass here, so that a session may fall on any day.
        "weekdays": list(range(7)),
        "trust_delay_hours": 24,
        "positions": [{"account": "acc_b", "limit_t": "150"}],
        "references": [
            {"instrument": "CEA-2026", "price_cents": "7000"},
            {"instrument": "CCER-2026", "price_cents": "7000"},
        ],
    }
    accepted(town.two("m1", "set_parameters", {"group": "market", "values": market}, "adm", "reg1"))
    cap = {"unit": "CEA", "vintage": 2027, "cap": "300"}
    accepted(town.two("m2", "set_parameters", {"group": "supply", "values": cap}, "adm", "reg1"))
    accepted(town.serve("clock", "open_session", {"session": 1}))
    town.welcome("adm2", "administrator", "administrator")
    commit(town, *PERIODS)
    # A year that is reported, so that its obligation and its corrections are near.
    unseal(town, "2025")
    root, _ = figures(total_of(1), SALT)
    mint(town, period="2025", figures_root=root)
    return town


def total_of(version):
    """Grams of a report's version: every correction says a little more."""
    return 300_000_000 + version * 1_000_000


class Recorded(Town):
    """A town that remembers every call, to play it again."""

    def call(self, function, *args, **of):
        if not hasattr(self, "journal"):
            self.journal = []
        outcome = super().call(function, *args, **of)
        self.journal.append((function, args, of, self.now, self._calls, outcome))
        return outcome


def quantity(lot):
    return int(lot["serial_to"]) - int(lot["serial_from"]) + 1


def use(lot, amount=None):
    """A lot, or its front (at most a tonne more than there is), as an input of any instrument."""
    amount = quantity(lot) if amount is None else min(amount, quantity(lot) + 1)
    return {
        "unit": lot["unit"],
        "vintage": lot["vintage"],
        "serial_from": lot["serial_from"],
        "quantity": str(amount),
    }


class History(RuleBasedStateMachine):
    """Calls of all kinds in any order: the ledger answers as it will, and what it leaves must hold."""

    START = origin()

    def __init__(self):
        super().__init__()
        fields = {name: copy.deepcopy(getattr(self.START, name)) for name in Town.__dataclass_fields__}
        self.town = Recorded(**fields)
        self.start = dict(self.town.values)
        self.count = self.turned = 0
        self.spent = set()

    # --- calls ---------------------------------------------------------------------------------------------

    def id(self, kind):
        self.count += 1
        return f"{kind}_{self.count}"

    def act(self, who, name, args):
        return self._watched(name, self.town.act(who, name, args))

    def serve(self, role, name, args):
        return self._watched(name, self.town.serve(role, name, args))

    def two(self, act, args, first, second, *, confirmed=True):
        """An act of two persons, if the first may propose it; it may stay a proposal."""
        action = self.id("act")
        proposal = {"action": action, "act": act, "act_args": args}
        if self.act(first, "propose_action", proposal).status != 200:
            SEEN[act, 400] += 1
            return None
        if not confirmed:
            return None
        shown = self.town.read("action", action)["digest"]
        outcome = self.act(second, "confirm_action", {"action": action, "digest": shown})
        SEEN[act, outcome.status] += 1
        return outcome

    def _watched(self, name, outcome):
        SEEN[name, outcome.status] += 1
        assert outcome.status in {200, 400}, outcome
        assert "conservation_broken" not in outcome.message, outcome.message
        for key, value in outcome.writes:
            if key.startswith("\x00coin\x00"):
                assert key not in self.spent, "an output was spent twice, or came back"
                if value is None:
                    self.spent.add(key)
        return outcome

    def new_key(self):
        """A key that nobody has."""
        self.count += 1
        return Key.new(10_000 + self.count)

    # --- what is there -------------------------------------------------------------------------------------

    def lots(self, company, state="free", unit="CEA", vintage=2026):
        return [
            lot
            for lot in self.town.all("lot")
            if (lot["owner"], lot["state"]) == (f"acc_{company}", state)
            and (lot["unit"], lot["vintage"]) == (unit, vintage)
        ]

    def pick(self, things, place):
        return things[place % len(things)] if things else None

    def session(self):
        return self.town.read("params", "session")

    # --- what holds ----------------------------------------------------------------------------------------

    @invariant()
    def coin_is_conserved(self):
        supply = self.town.read("supply", "coin")
        amounts = [int(coin["amount_cents"]) for coin in self.town.all("coin")]
        assert sum(amounts) == int(supply["issued"]) - int(supply["redeemed"])
        assert all(amount > 0 for amount in amounts)
        paid_out = sum(int(one["amount_cents"]) for one in self.town.all("redemption"))
        assert paid_out == int(supply["redeemed"])

    @invariant()
    def every_serial_of_every_vintage_exists_once_in_one_state(self):
        for supply in self.town.all("supply"):
            if supply["unit"] is None:
                continue
            held = sorted(
                (int(lot["serial_from"]), int(lot["serial_to"]), lot["state"])
                for lot in self.town.all("lot")
                if (lot["unit"], lot["vintage"]) == (supply["unit"], supply["vintage"])
            )
            following = 1
            sums: Counter[str] = Counter()
            for first, last, state in held:
                assert (first, last >= first) == (following, True)
                following = last + 1
                sums[state] += last - first + 1
            assert following - 1 == int(supply["issued"]) <= int(supply["cap"])
            assert sums.total() == int(supply["issued"])
            assert sums["cancelled"] == int(supply["cancelled"])

    @invariant()
    def nothing_is_issued_but_by_an_issue_or_a_carry_over(self):
        said: Counter[tuple[str | None, int | None]] = Counter()
        documents: Counter[str] = Counter()
        for issue in self.town.all("issue"):
            if issue["state"] == "issued":
                said[issue["unit"], issue["vintage"]] += int(issue["amount"])
                documents[issue["backing_digest"]] += 1
        for carried in self.town.all("carry"):
            said[carried["unit"], carried["to_vintage"]] += int(carried["quantity"])
        for supply in self.town.all("supply"):
            assert said[supply["unit"], supply["vintage"]] == int(supply["issued"])
        assert all(count == 1 for count in documents.values())

    @invariant()
    def the_audit_accuses_nobody(self):
        assert faults(self.town) == []

    def teardown(self):
        """Another peer that plays the same calls reaches the same bytes."""
        other = Town(values=dict(self.start))
        for function, args, of, now, number, outcome in getattr(self.town, "journal", []):
            again = dispatch(
                other,
                function=function,
                args=args,
                tx=hashlib.sha256(f"tx {number}".encode()).hexdigest(),
                now=now,
                msp=of.get("msp", "EnterpriseMSP"),
                attributes={"role": of.get("role", "relay")},
            )
            assert again == outcome
            for key, value in again.writes:
                other.values.pop(key, None)
                if value is not None:
                    other.values[key] = value
        assert other.values == self.town.values
        assert all(json.loads(value) is not None for value in other.values.values())

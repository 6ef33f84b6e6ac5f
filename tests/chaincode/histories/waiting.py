"""Random founding, and acts that wait: new keys for who lost hers, trust, and the hours until they count."""

import copy
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from lexicon.intents import instant_from_text

from tests.chaincode.histories.base import COMPANIES, SEEN, History
from tests.chaincode.town import Human, Town

COMPANY = st.sampled_from(COMPANIES)
PLACE = st.integers(0, 9)
# What can be wrong with the file that three organisations agree on.
FOUNDINGS = {
    "right": {},
    "no regulators": {"persons": []},
    "a band of 100 %": {"market": {"band": 10_000}},
    "an allowance without its year": {"supplies": [{"unit": "CEA", "cap": "9"}]},
    "a step twice": {"verification": {"month": ["plan", "plan"]}},
}


class Waiting(History):
    """What only hours, a lost key or the founding brings."""

    @rule(wrong=st.sampled_from(sorted(FOUNDINGS)), again=st.booleans())
    def found_a_ledger(self, wrong, again):
        """A ledger is founded once, by a file that can be kept to; this one never again."""
        args = self.founding()
        for name, change in FOUNDINGS[wrong].items():
            args[name] = args[name] | change if isinstance(change, dict) else change
        empty = Town()
        assert empty.serve("clock", "open_session", {"session": 1}).status == 400
        outcomes = [empty.serve("administrator", "initialise", args) for _ in range(1 + again)]
        SEEN.update(("initialise", outcome.status) for outcome in outcomes)
        assert [outcome.status for outcome in outcomes] == [200 if wrong == "right" else 400, 400][
            : 1 + again
        ]
        assert self.serve("administrator", "initialise", args).status == 400

    def founding(self):
        """The arguments of this ledger's own founding."""
        town = Founder()
        town.found()
        return copy.deepcopy(town.args)

    # --- hours and acts that wait --------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 24, 71, 72, 73, 130]))
    def hours_pass(self, hours):
        self.town.now += timedelta(hours=hours)

    def waiting(self):
        return [one for one in self.town.all("action") if one["state"] in {"proposed", "confirmed"}]

    @precondition(lambda self: self.waiting())
    @rule(
        place=PLACE,
        who=st.sampled_from(["adm", "reg1", "head_a", "head_b", "operator_a"]),
        name=st.sampled_from(["execute_action", "execute_action", "confirm_action", "withdraw_action"]),
    )
    def go_on_with_an_act(self, place, who, name):
        """Confirmed, carried out if it is due, or taken back, by whoever may."""
        action = self.pick(self.waiting(), place)
        shown = {"digest": action["digest"]} if name == "confirm_action" else {}
        outcome = self.act(who, name, {"action": action["action"]} | shown)
        if name == "execute_action":
            SEEN[action["act"], outcome.status] += 1
            due = action["state"] == "confirmed" and instant_from_text(action["not_before"]) <= self.town.now
            assert due or outcome.status == 400, "an act was carried out before its time"
        self.reach_for_keys()

    def confirmed(self):
        return [one for one in self.waiting() if one["state"] == "confirmed"]

    @precondition(lambda self: self.confirmed())
    @rule(place=PLACE)
    def wait_for_an_act_and_carry_it_out(self, place):
        """Who proposed it is back when it is due: by chance alone that would hardly ever happen."""
        action = self.pick(self.confirmed(), place)
        self.town.now = max(self.town.now, instant_from_text(action["not_before"]))
        outcome = self.act(action["proposed_by"], "execute_action", {"action": action["action"]})
        SEEN[action["act"], outcome.status] += 1
        self.reach_for_keys()

    # --- lost keys -----------------------------------------------------------------------------------------

    @rule(
        company=COMPANY,
        ended=st.booleans(),
        colleague=st.booleans(),
        own=st.integers(0, 5),
        confirmed=st.booleans(),
    )
    def lose_a_key(self, company, ended, colleague, own, confirmed):
        """The operator gets another key, by two colleagues at once or two authorities in three days."""
        person = f"operator_{company}"
        if self.town.read("person", person) is None:
            return
        human, key = self.town.people[person], self.new_key()
        alive = [one["fingerprint"] for one in self.keys_of(person)]
        args = {
            "account": human.account,
            "person": person,
            "keys": [self.town.new_key(human, key)],
            "ended": alive[:2] if ended else [],
        }
        self.known()[key.fingerprint] = key
        if colleague:
            # One in six tries to help herself.
            first = person if own == 0 else f"trader_{company}"
            self.two("rebind_colleague", args, first, f"head_{company}", confirmed=confirmed)
        else:
            self.two("rebind", args, "adm", "reg1", confirmed=confirmed)
        self.reach_for_keys()

    def keys_of(self, person):
        keys = self.town.read("person", person)["keys"]
        return [key for key in keys if key["valid_to"] is None and key["use"] == "sign"]

    def known(self):
        """Private keys of operators by fingerprint."""
        first = {self.town.people[f"operator_{one}"].key for one in COMPANIES}
        return self.__dict__.setdefault("_known", {key.fingerprint: key for key in first})

    def reach_for_keys(self):
        """Operators sign with a key of theirs that still counts."""
        for company in COMPANIES:
            human = self.town.people[f"operator_{company}"]
            usable = [
                self.known()[key["fingerprint"]]
                for key in self.keys_of(human.person)
                if key["fingerprint"] in self.known()
            ]
            if usable and human.key not in usable:
                self.town.people[human.person] = Human(human.person, human.account, human.role, usable[-1])

    # --- trust ---------------------------------------------------------------------------------------------

    @rule(company=COMPANY, ends=st.booleans(), itself=st.integers(0, 9))
    def trust(self, company, ends, itself):
        other = "b" if company == "a" else "a"
        # Mostly trust that is there, and now and then one that is not.
        if ends and (itself == 0 or self.town.read("trust", f"acc_{company}", f"acc_{other}")):
            self.act(f"trader_{company}", "distrust_counterparty", {"counterparty": f"acc_{other}"})
            return
        args = {"account": f"acc_{company}", "counterparty": f"acc_{other if itself else company}"}
        self.two("trust_counterparty", args, f"trader_{company}", f"head_{company}")

    # --- what holds ----------------------------------------------------------------------------------------

    @invariant()
    def a_key_is_one_persons_and_what_waits_is_seen_by_her(self):
        owners = {}
        for person in self.town.all("person"):
            for key in person["keys"]:
                assert owners.setdefault(key["fingerprint"], person["person"]) == person["person"]
                assert self.town.read("key", key["fingerprint"])["person"] == person["person"]
        for action in self.town.all("action"):
            if action["act"] == "rebind" and action["state"] == "confirmed":
                shown = self.town.read("person", action["act_args"]["person"])["pending_rebind"]
                late = instant_from_text(action["not_after"]) < self.town.now
                assert late or shown == action["action"]

    @invariant()
    def nobody_trusts_herself(self):
        assert all(one["account"] != one["counterparty"] for one in self.town.all("trust"))


class Founder(Town):
    """A town that keeps what it was founded by."""

    def serve(self, role, function, args):
        if function == "initialise":
            self.args = args
        return super().serve(role, function, args)

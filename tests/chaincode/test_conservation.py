"""Random histories of the market: nothing appears, vanishes or is spent twice; a replay gives equal bytes."""

import copy
import hashlib
import json
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chaincode.contract import dispatch
from tests.chaincode.town import Town, accepted
from tests.chaincode.verification import obliged, ready

COMPANIES = ("a", "b")
ORIGIN = ready()
accepted(ORIGIN.two("o1", "set_obligation", obliged(ORIGIN), "reg1", "reg2"))
for company in COMPANIES:
    accepted(ORIGIN.issue(f"acc_{company}", "allowance", 400))
    accepted(ORIGIN.issue(f"acc_{company}", "coin", 3_000_000))
accepted(ORIGIN.serve("clock", "open_session", {"session": 1}))


class Recorded(Town):
    """A town that remembers every call, to play it again."""

    def call(self, function, *args, **of):
        if not hasattr(self, "journal"):
            self.journal = []
        outcome = super().call(function, *args, **of)
        self.journal.append((function, args, of, self.now, self._calls, outcome))
        return outcome


def serials(lot):
    return range(int(lot["serial_from"]), int(lot["serial_to"]) + 1)


class Market(RuleBasedStateMachine):
    """Two companies list, take, split, merge, surrender; the clock turns sessions."""

    def __init__(self):
        super().__init__()
        self.town = Recorded(
            **{name: copy.deepcopy(getattr(ORIGIN, name)) for name in Town.__dataclass_fields__}
        )
        self.start = dict(self.town.values)
        self.count = 0
        self.turned = 0
        self.spent = set()

    def id(self, kind):
        self.count += 1
        return f"{kind}_{self.count}"

    def lots(self, company, state="free"):
        return [
            lot for lot in self.town.all("lot") if lot["owner"] == f"acc_{company}" and lot["state"] == state
        ]

    def act(self, company, name, args, who="trader"):
        before = {json.dumps(coin, sort_keys=True) for coin in self.names("coin")}
        outcome = self.town.act(f"{who}_{company}", name, args)
        after = {json.dumps(coin, sort_keys=True) for coin in self.names("coin")}
        gone = before - after
        assert not gone & self.spent, "an output was spent twice"
        assert not (after - before) & self.spent, "a spent output came back"
        self.spent |= gone
        return outcome

    def names(self, kind):
        return [key for key, _ in self.town.scan(f"\x00{kind}\x00")]

    def open_clips(self):
        return [clip for clip in self.town.all("listing") if clip["state"] in {"open", "partly_taken"}]

    @rule(
        company=st.sampled_from(COMPANIES),
        place=st.integers(0, 9),
        quantity=st.integers(1, 60),
        price=st.integers(6290, 7710),
        clips=st.integers(1, 3),
    )
    def list_a_sale(self, company, place, quantity, price, clips):
        lots = self.lots(company)
        if not lots:
            return
        first = int(lots[place % len(lots)]["serial_from"])
        parts = [
            {
                "quantity": str(quantity),
                "inputs": [{"serial_from": str(first + k * quantity), "quantity": str(quantity)}],
            }
            for k in range(clips)
        ]
        self.act(company, "list", self.terms("sell", price) | {"clips": parts})

    @rule(
        company=st.sampled_from(COMPANIES),
        quantity=st.integers(1, 60),
        price=st.integers(6290, 7710),
        take=st.integers(1, 4),
    )
    def list_a_purchase(self, company, quantity, price, take):
        coins = self.town.coins(f"acc_{company}")[:take]
        clips = [{"quantity": str(quantity), "coins": coins}]
        self.act(company, "list", self.terms("buy", price) | {"clips": clips})

    def terms(self, side, price):
        return {
            "listing": self.id("lst"),
            "side": side,
            "unit": "CEA",
            "vintage": 2026,
            "price_cents": str(price),
        }

    @rule(place=st.integers(0, 9), share=st.integers(1, 100), more=st.booleans(), own=st.integers(0, 9))
    def take_clips(self, place, share, more, own):
        session = self.town.read("params", "session")["session"]
        clips = [clip for clip in self.open_clips() if clip["session"] == session]
        if not clips:
            return
        chosen = [clips[place % len(clips)]] + ([clips[(place + 1) % len(clips)]] if more else [])
        takes = [
            {
                "listing": clip["listing"],
                "k": clip["k"],
                "quantity": str(max(int(clip["quantity"]) * share // 100, 1)),
                "price_cents": clip["price_cents"],
            }
            for clip in chosen
        ]
        seller = chosen[0]["account"][-1]
        # One in ten tries to trade with itself.
        company = seller if own == 0 else "b" if seller == "a" else "a"
        if chosen[0]["side"] == "sell":
            args = {"takes": takes, "coins": self.town.coins(f"acc_{company}")[:3]}
        else:
            args = {"takes": takes, "lots": self.some_lots(company, takes)}
        self.act(company, "take", args)

    def some_lots(self, company, takes):
        needed, lots = sum(int(taken["quantity"]) for taken in takes), []
        for lot in self.lots(company):
            part = min(needed, len(serials(lot)))
            if part:
                lots.append({"serial_from": lot["serial_from"], "quantity": str(part)})
            needed -= part
        return lots

    @rule(place=st.integers(0, 9))
    def unlist(self, place):
        clips = self.open_clips()
        if clips:
            clip = clips[place % len(clips)]
            self.act(clip["account"][-1], "unlist", {"listing": clip["listing"]})

    @rule(company=st.sampled_from(COMPANIES), part=st.integers(1, 400_000))
    def split_a_coin(self, company, part):
        coins = self.town.coins(f"acc_{company}")
        if coins:
            amount = int(self.town.read("coin", coins[0]["tx"], coins[0]["n"])["amount_cents"])
            self.act(
                company, "split_coin", {"coin": coins[0], "amounts_cents": [str(part), str(amount - part)]}
            )

    @rule(company=st.sampled_from(COMPANIES))
    def merge_coins(self, company):
        self.act(company, "merge_coin", {"coins": self.town.coins(f"acc_{company}")[:3]})

    @rule(quantity=st.integers(1, 80), confirmed=st.booleans())
    def surrender(self, quantity, confirmed):
        lots = self.lots("a")
        if not lots:
            return
        name = self.id("sur")
        use = {
            "unit": "CEA",
            "vintage": 2026,
            "serial_from": lots[0]["serial_from"],
            "quantity": str(quantity),
        }
        quantity = min(quantity, len(serials(lots[0])) + 1)
        use["quantity"] = str(quantity)
        self.act("a", "surrender", {"surrender": name, "year": 2026, "lots": [use]})
        end = "confirm_surrender" if confirmed else "withdraw_surrender"
        self.act("a", end, {"surrender": name}, who="head")

    @precondition(lambda self: self.count - self.turned > 6)
    @rule()
    def next_session(self):
        self.turned = self.count
        session = self.town.read("params", "session")["session"]
        accepted(self.town.serve("clock", "close_session", {"session": session}))
        accepted(self.town.serve("clock", "settle_session", {"session": session}))
        self.town.now += timedelta(days=7)
        accepted(self.town.serve("clock", "open_session", {"session": session + 1}))

    @invariant()
    def coin_is_conserved(self):
        issued = int(self.town.read("supply", "coin")["issued"])
        amounts = [int(coin["amount_cents"]) for coin in self.town.all("coin")]
        assert sum(amounts) == issued
        assert all(amount > 0 for amount in amounts)

    @invariant()
    def every_serial_exists_once(self):
        issued = int(self.town.read("supply", "CEA", 2026)["issued"])
        held = [serial for lot in self.town.all("lot") for serial in serials(lot)]
        assert sorted(held) == list(range(1, issued + 1))

    @invariant()
    def surrendered_tonnes_are_those_of_the_obligation(self):
        surrendered = sum(len(serials(lot)) for lot in self.town.all("lot") if lot["state"] == "surrendered")
        assert surrendered == int(self.town.read("obligation", "acc_a", 2026)["surrendered_t"])

    @invariant()
    def a_live_clip_is_covered_by_its_own_lots_or_coin(self):
        session = self.town.read("params", "session")
        for clip in self.open_clips():
            if clip["session"] != session["session"]:
                continue
            if clip["side"] == "sell":
                assert sum(int(lot["quantity"]) for lot in clip["lots"]) == int(clip["quantity"])
                for part in clip["lots"]:
                    lot = self.town.read("lot", "CEA", 2026, int(part["serial_from"]))
                    assert (lot["listing"], len(serials(lot))) == (clip["listing"], int(part["quantity"]))
            else:
                coin = self.town.read("coin", clip["coin"]["tx"], clip["coin"]["n"])
                assert int(coin["amount_cents"]) == int(clip["quantity"]) * int(clip["price_cents"])

    def teardown(self):
        """Another peer that plays the same calls reaches the same bytes."""
        other = Town(values=dict(self.start))
        for function, args, of, now, number, outcome in getattr(self.town, "journal", []):
            attributes = {"role": of.get("role", "relay")}
            tx = hashlib.sha256(f"tx {number}".encode()).hexdigest()
            again = dispatch(
                other,
                function=function,
                args=args,
                tx=tx,
                now=now,
                msp=of.get("msp", "EnterpriseMSP"),
                attributes=attributes,
            )
            assert again == outcome
            for key, value in again.writes:
                other.values.pop(key, None)
                if value is not None:
                    other.values[key] = value
        assert other.values == self.town.values


Market.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestMarket = Market.TestCase

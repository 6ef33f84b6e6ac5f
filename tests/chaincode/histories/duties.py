"""Random duties: issue, surrender, cancellation, carry-over, and what regulators and parameters stop."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from lexicon.canonical import digest

from tests.chaincode.histories.base import COMPANIES, History, quantity, use
from tests.chaincode.town import h

COMPANY = st.sampled_from(COMPANIES)
PLACE = st.integers(0, 9)


class Duties(History):
    """Everything that brings tokens in and takes them out of use."""

    @rule(
        company=COMPANY,
        kind=st.sampled_from([(None, None, 200_000), ("CEA", 2026, 30), ("CEA", 2027, 9), ("CCER", 2026, 5)]),
        endorsed=st.booleans(),
        used=st.booleans(),
    )
    def issue(self, company, kind, endorsed, used):
        unit, vintage, amount = kind
        issue = self.id("new")
        args = {
            "issue": issue,
            "kind": "allowance" if unit else "coin",
            "account": f"acc_{company}",
            "amount": str(amount),
            "backing_digest": h("receipt 1" if used else issue),
        } | ({"unit": unit, "vintage": vintage} if unit else {})
        self.act("adm", "propose_issue", args)
        if endorsed:
            self.act("reg1", "endorse_issue", {"issue": issue, "digest": digest(args)})

    # --- giving up -----------------------------------------------------------------------------------------

    @rule(amount=st.integers(1, 80), place=PLACE, unit=st.sampled_from(["CEA", "CEA", "CCER"]))
    def surrender(self, amount, place, unit):
        lot = self.pick(self.lots("a", unit=unit), place)
        if lot:
            args = {"surrender": self.id("sur"), "year": 2026, "lots": [use(lot, amount)]}
            self.act("trader_a", "surrender", args)

    @precondition(lambda self: self.pending("surrender"))
    @rule(place=PLACE, name=st.sampled_from(["confirm_surrender", "withdraw_surrender"]))
    def end_a_surrender(self, place, name):
        waiting = self.pick(self.pending("surrender"), place)
        if waiting:
            self.act("head_a", name, {"surrender": waiting["surrender"]})

    @rule(company=COMPANY, amount=st.integers(1, 30), place=PLACE)
    def cancel(self, company, amount, place):
        lot = self.pick(self.lots(company), place)
        if lot:
            args = {"cancellation": self.id("can"), "lots": [use(lot, amount)], "reason_digest": h("gift")}
            self.act(f"trader_{company}", "cancel_allowances", args)

    @precondition(lambda self: self.pending("cancellation"))
    @rule(place=PLACE, name=st.sampled_from(["confirm_cancellation", "withdraw_cancellation"]))
    def end_a_cancellation(self, place, name):
        waiting = self.pick(self.pending("cancellation"), place)
        if waiting:
            who = f"head_{waiting['account'][-1]}"
            self.act(who, name, {"cancellation": waiting["cancellation"]})

    def pending(self, kind):
        return [one for one in self.town.all(kind) if one["state"] == "pending"]

    @rule(company=COMPANY, amount=st.integers(1, 40), place=PLACE)
    def carry_over(self, company, amount, place):
        lot = self.pick(self.lots(company), place)
        if lot:
            args = {"carry": self.id("car"), "to_vintage": 2027, "lots": [use(lot, amount)]}
            self.act(f"trader_{company}", "carry_over", args)

    # --- rules and stops -----------------------------------------------------------------------------------

    @rule(
        company=COMPANY,
        a=st.integers(0, 30),
        b=st.integers(0, 20),
        carry=st.booleans(),
        block=st.sampled_from([None, 50, 60]),
    )
    def set_limits(self, company, a, b, carry, block):
        """How much the company may carry over, or its own limits."""
        if carry:
            values = {"account": f"acc_{company}", "to_vintage": 2027, "sold_t": str(a), "bought_t": str(b)}
            self.two("set_parameters", {"group": "carry_over", "values": values}, "adm", "reg1")
        else:
            args = {"account": f"acc_{company}", "surrender_t": str(a), "cancel_t": str(b)}
            args |= {"block_t": str(block)} if block else {}
            self.two("set_own_limits", args, f"trader_{company}", f"head_{company}")

    @rule(
        company=COMPANY,
        place=PLACE,
        share=st.integers(1, 100),
        hold=st.sampled_from(["court", "regulator", "province"]),
        state=st.sampled_from(["free", "free", "listed", "pending_surrender", "pending_cancellation"]),
    )
    def freeze_a_lot(self, company, place, share, hold, state):
        lot = self.pick(self.lots(company, state), place)
        if lot:
            amount = quantity(lot) if state != "free" else max(quantity(lot) * share // 400, 1)
            args = {"account": f"acc_{company}", "hold": hold, "lots": [use(lot, amount)]}
            self.two("freeze", args | {"reason_digest": h("order")}, "reg1", "reg2")

    def held(self):
        return [lot for lot in self.town.all("lot") if lot["hold"] or lot["state"] == "province_held"]

    @precondition(lambda self: self.held())
    @rule(place=PLACE)
    def unfreeze_a_lot(self, place):
        lot = self.pick(self.held(), place)
        args = {"account": lot["owner"], "lots": [use(lot)], "reason_digest": h("release")}
        self.two("unfreeze", args, "reg2", "reg1")

    @precondition(lambda self: self.session()["halted"] is None and not self.town.all("freeze"))
    @rule(company=COMPANY, halts=st.booleans(), stays=st.integers(0, 4))
    def stop_trading(self, company, halts, stays):
        """All trading, or one account's; mostly for a moment."""
        args = {"account": f"acc_{company}", "orders": True, "reason_digest": h("order")}
        if halts:
            self.two("halt", {"reason_digest": h("why")}, "reg1", "reg2")
        else:
            self.two("freeze", args | {"hold": "regulator"}, "reg1", "reg2")
        if stays:
            self.go_on_trading()

    @precondition(lambda self: self.session()["halted"] or self.town.all("freeze"))
    @rule()
    def go_on_trading(self):
        if self.session()["halted"]:
            self.two("resume", {"reason_digest": h("over")}, "reg1", "reg2")
        for frozen in self.town.all("freeze"):
            args = {"account": frozen["account"], "orders": True, "reason_digest": h("release")}
            self.two("unfreeze", args, "reg1", "reg2")

    # --- what holds ----------------------------------------------------------------------------------------

    def sum_of(self, state, unit=None):
        return sum(
            quantity(lot)
            for lot in self.town.all("lot")
            if lot["state"] == state and unit in {None, lot["unit"]}
        )

    @invariant()
    def surrendered_tonnes_are_those_of_the_obligation(self):
        obligation = self.town.read("obligation", "acc_a", 2026)
        assert self.sum_of("surrendered") == int(obligation["surrendered_t"]) <= int(obligation["due_t"])
        assert self.sum_of("surrendered", "CCER") == int(obligation["offset_t"])
        assert int(obligation["offset_t"]) * 20 <= int(obligation["due_t"])

    @invariant()
    def what_waits_is_what_surrenders_and_cancellations_name(self):
        for kind in ("surrender", "cancellation"):
            waiting = sum(int(lot["quantity"]) for one in self.pending(kind) for lot in one["lots"])
            assert self.sum_of(f"pending_{kind}") == waiting

    @invariant()
    def what_was_carried_over_came_out_again_within_its_limit(self):
        carried = sum(int(one["quantity"]) for one in self.town.all("carry"))
        assert self.sum_of("carried_over") == carried
        limits = self.town.all("carrylimit")
        assert sum(int(limit["carried_t"]) for limit in limits) == carried
        assert all(int(limit["carried_t"]) <= int(limit["limit_t"]) for limit in limits)

    @invariant()
    def nothing_that_two_persons_must_do_was_done_by_one(self):
        for kind, alone in (("surrender", "confirmed"), ("cancellation", "done")):
            for one in self.town.all(kind):
                assert one["confirmed_by"] != one["proposed_by"]
                if one["state"] == alone and one["confirmed_by"] is None:
                    total = sum(int(lot["quantity"]) for lot in one["lots"])
                    assert total <= 30
        for action in self.town.all("action"):
            assert action["confirmed_by"] != action["proposed_by"]

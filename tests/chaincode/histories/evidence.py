"""Random evidence: meters, anchors, statements and their verification, persons and keys, in any order."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.chaincode import verification as steps
from tests.chaincode.histories.base import COMPANIES, PERIODS, SALT, History, total_of
from tests.chaincode.test_meters import METER
from tests.chaincode.town import MONTH, h

COMPANY = st.sampled_from(COMPANIES)


class Evidence(History):
    """What comes before a report is minted, and who may sign; the right step more often than a wrong one."""

    @rule(n=st.integers(0, 3), company=COMPANY, what=st.sampled_from(["register", "replace", "revoke"]))
    def handle_a_meter(self, n, company, what):
        meter = METER | {"account": f"acc_{company}", "n": n}
        named = {name: meter[name] for name in ("account", "plant", "meter", "n")}
        if what == "register":
            self.act(f"operator_{company}", "register_meter", meter)
        elif what == "replace":
            values = {"final_value": "991204.5", "start_value": "37", "evidence_digest": h("photos")}
            later = meter | {"valid_from": "2026-05-20T02:00:00Z"}
            self.act(f"head_{company}", "replace_meter", values | {"installation": later})
        else:
            self.act(f"operator_{company}", "revoke_meter_key", named | {"reason_digest": h("stolen")})

    @rule(day=st.integers(1, 3), n=st.integers(0, 2), late=st.booleans())
    def anchor_a_day(self, day, n, late):
        before = f"day {day} {n - 1}" if n else f"day {day - 1} 0" if late and day > 1 else None
        args = steps.anchor(f"2026-04-0{day}", n=n, root=f"day {day} {n}", previous=before)
        self.serve("ingest", "anchor_day", args)

    @rule(version=st.integers(1, 3), company=COMPANY)
    def file_a_plan(self, version, company):
        args = {"plant": "pl1", "version": version, "plan_digest": h(f"plan {version}")}
        self.act(f"head_{company}", "file_plan", args)

    @rule(month=st.integers(1, 12), what=st.sampled_from(["commit", "open", "void", "declare"]))
    def prepare_a_draw(self, month, what):
        period = f"2028-{month:02d}"
        if what == "void":
            self.two("void_draw", {"period": period, "reason_digest": h("lost")}, "adm", "reg1")
        elif what == "declare":
            self.act("appr", "declare_compilation", {"account": "acc_b", "year": 2020 + month})
        for side in ("adm", "reg1"):
            if what == "commit":
                self.act(side, "commit_draws", steps.commitments(side[:3], period))
            elif what == "open":
                args = {"period": period, "nonce": steps.draw_nonce(side[:3], period)}
                self.act(side, "open_draw", args)

    # --- reports -------------------------------------------------------------------------------------------

    @rule(period=st.sampled_from(PERIODS), version=st.integers(1, 3), right=st.booleans())
    def submit(self, period, version, right):
        head = self.town.read("period", "acc_a", "pl1", period)
        version = (head["latest"] + 1 if head else 1) if right else version
        root, _ = steps.figures(total_of(version), SALT)
        statement = steps.statement(
            period=period, version=version, statement_digest=h(f"{period} {version}"), figures_root=root
        )
        if head and head["minted"]:
            args = {"statement": statement, "reason_digest": h("wrong factor")}
            self.act("head_a", "supersede", args)
        else:
            self.act("head_a", "submit_statement", statement)

    def reports(self, *states):
        return [one for one in self.town.all("report") if one["state"] in states]

    @precondition(lambda self: self.reports("submitted", "in_verification"))
    @rule(place=st.integers(0, 9), count=st.integers(4, 16), wrong=st.integers(0, 9), back=st.integers(0, 3))
    def go_on_with_a_report(self, place, count, wrong, back):
        report = self.pick(self.reports("submitted", "in_verification"), place)
        named = {name: report[name] for name in ("account", "plant", "period", "version")}
        for number in range(count):
            self.next_step(named, skip=number == wrong)
        if back == 0:
            self.act("lead", "return_statement", named | {"reason_digest": h("no")})

    @precondition(lambda self: self.reports("submitted", "in_verification"))
    @rule(place=st.integers(0, 9), withdrawn=st.booleans())
    def give_a_report_up(self, place, withdrawn):
        # Only what is being verified can be sent back.
        begun = self.reports("in_verification")
        report = self.pick((not withdrawn and begun) or self.reports("submitted", "in_verification"), place)
        own = {name: report[name] for name in ("plant", "period", "version")}
        if withdrawn:
            self.act("head_a", "withdraw_submission", own)
        else:
            back = own | {"account": report["account"], "reason_digest": h("no")}
            self.act("lead", "return_statement", back)

    @rule(version=st.integers(1, 3), right=st.booleans(), opened=st.booleans(), second=st.booleans())
    def oblige(self, version, right, opened, second):
        """The obligation of a year that was reported, mostly of the version that is minted."""
        head = self.town.read("period", "acc_a", "pl1", "2025")
        version = head["minted"] if right and head and head["minted"] else version
        total_g = total_of(version)
        _, path = steps.figures(total_g, SALT)
        opening = {"salt": SALT, "value": str(total_g + (not opened)), "index": 0, "path": path}
        args = {"account": "acc_a", "year": 2025, "plant_or_entity": "pl1", "version": version}
        self.two("set_obligation", args | {"opening": opening}, "reg1", "reg2" if second else "reg1")

    def next_step(self, named, *, skip):
        """The step that is due, or (skip) the one after it, which is refused."""
        case = self.town.read("case", *named.values())
        if case is None:
            for who, side in (("adm", "adm"), ("reg2", "reg")):
                nonce = steps.draw_nonce(side, named["period"])
                self.act(who, "open_draw", {"period": named["period"], "nonce": nonce})
            self.act("reg1", "open_case", steps.case() | named)
            return
        calls = self.calls_of(case, named)
        due = next((place for place, (done, _) in enumerate(calls) if not done), len(calls) - 1)
        _, call = calls[min(due + skip, len(calls) - 1)]
        call()

    def calls_of(self, case, named):
        """(whether it was done, the call) of everything between a case's opening and its report."""
        recorded = {step["step"]: step for step in case["steps"]}
        previous = case["steps"][-1]["digest"] if case["steps"] else None
        nonce = {side: named | {"nonce": steps.NONCES[side]} for side in steps.NONCES}
        plan = named | {"plan_digest": h("plan")}
        found = named | {"number": 1, "digest": h("finding"), "due_on": "2026-06-04"}
        settled = named | {"number": 1, "outcome_digest": h("settled")}
        calls = [
            (case["plan_digest"], lambda: self.act("lead", "commit_sampling_plan", plan)),
            (case["findings"], lambda: self.act("lead", "raise_finding", found)),
            (case["enterprise_nonce"], lambda: self.act("head_a", "open_sample", nonce["enterprise"])),
            (case["regulator_nonce"], lambda: self.act("reg2", "open_sample", nonce["regulator"])),
        ]
        ended = [one["outcome_digest"] for one in case["findings"]]
        for step in steps.YEAR if len(named["period"]) == 4 else MONTH:
            if step == "findings_closed":
                calls.append((all(ended), lambda: self.act("lead", "close_finding", settled)))
            calls.append((step in recorded, lambda step=step: self.record(step, named, previous)))
            if step == "site_visit":
                visit = named | {"digest": h(step)}
                seen = recorded.get(step, {}).get("second")
                calls.append((seen, lambda visit=visit: self.act("lead_b", "attest_visit", visit)))
        approval = named | steps.APPROVAL
        return [*calls, (False, lambda: self.act("appr", "approve_and_mint", approval))]

    def record(self, step, named, previous):
        who = "tech" if step == "technical_review" else "lead"
        self.act(who, "record_step", named | {"step": step, "digest": h(step), "previous": previous})

    # --- persons and keys ----------------------------------------------------------------------------------

    @rule(company=COMPANY, number=st.integers(0, 3))
    def somebody_new(self, company, number):
        human = self.town.human(f"new_{company}{number}", f"acc_{company}", "trader")
        args = {
            "account": human.account,
            "person": human.person,
            "role": human.role,
            "keys": [self.town.new_key(human, human.key)],
        }
        if self.town.read("person", human.person) is None:
            self.two("activate", args, "adm", "reg1")
        new = {"account": self.id("new"), "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "glass"}
        self.act("adm", "register", new)

    @rule(company=COMPANY, bound=st.booleans())
    def keys_come_and_go(self, company, bound):
        human = self.town.people[f"operator_{company}"]
        if bound:
            args = {"person": human.person, "key": self.town.new_key(human, self.new_key())}
            self.act(human.person, "bind_key", args)
            return
        keys = [key for key in self.town.read("person", human.person)["keys"] if key["valid_to"] is None]
        # The newest; of one key it is the last, which is refused.
        args = {"person": human.person, "fingerprint": keys[-1]["fingerprint"]}
        self.act(human.person, "unbind_key", args)

    @rule(person=st.sampled_from(["operator_a", "operator_b"]), stops=st.booleans())
    def suspend_a_person(self, person, stops):
        args = {"account": f"acc_{person[-1]}", "person": person, "reason_digest": h("left")}
        self.two("suspend" if stops else "reinstate", args, "adm", "adm2")
        action = self.id("act")
        args = {"group": "supply", "values": {"cap": "2000000000"}}
        self.act("adm", "propose_action", {"action": action, "act": "set_parameters", "act_args": args})
        self.act("adm", "withdraw_action", {"action": action})

    # --- what holds ----------------------------------------------------------------------------------------

    @invariant()
    def one_report_of_a_period_is_minted_and_it_has_its_case_and_approval(self):
        minted = [one for one in self.town.all("report") if one["state"] == "minted"]
        places = [(one["account"], one["plant"], one["period"]) for one in minted]
        assert len(set(places)) == len(places)
        for report in minted:
            place = (report["account"], report["plant"], report["period"])
            case = self.town.read("case", *place, report["version"])
            assert report["approval"] is not None
            assert {step["step"] for step in case["steps"]} >= set(MONTH)
            assert all(step["second"] for step in case["steps"] if step["step"] == "site_visit")
            assert case["seed"] is not None
            assert all(one["outcome_digest"] for one in case["findings"])
            assert self.town.read("period", *place)["minted"] == report["version"]
            persons = {step["person"] for step in case["steps"]}
            assert report["approval"]["approved_by"] not in persons

    @invariant()
    def an_obligation_is_the_total_of_the_report_that_it_names(self):
        obligation = self.town.read("obligation", "acc_a", 2025)
        if obligation:
            report = self.town.read("report", "acc_a", "pl1", "2025", obligation["version"])
            assert report["state"] in {"minted", "superseded"}
            assert int(obligation["verified_g"]) == total_of(obligation["version"])

    @invariant()
    def a_work_log_is_a_chain(self):
        for case in self.town.all("case"):
            last = None
            for step in case["steps"]:
                assert step["previous"] == last
                last = step["digest"]

    @invariant()
    def everybody_can_still_sign(self):
        for person in self.town.all("person"):
            assert any(key["use"] == "sign" and key["valid_to"] is None for key in person["keys"])

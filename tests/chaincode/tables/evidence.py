"""Faults of the evidence chain: statements, cases, steps, the mint."""

from lexicon.transactions import Transaction

from tests.chaincode.tables.base import Fault, Table, holder
from tests.chaincode.town import MONTH, h
from tests.chaincode.verification import (
    APPROVAL,
    NONCES,
    PLACE,
    case,
    commit,
    draw_nonce,
    mint,
    statement,
    verify,
)

REPORT = ("report", tuple(PLACE.values()))
CASE = ("case", tuple(PLACE.values()))
HEAD = ("period", ("acc_a", "pl1", "2026-05"))
OWN = {name: PLACE[name] for name in ("plant", "period", "version")}
USED = {"plant": "pl1", "day": "2026-05-01", "n": 0, "root": h("root")}


def submitted(town):
    town.must("head_a", "submit_statement", statement())


def returned(town):
    """A first version that was taken back: the second is submitted."""
    submitted(town)
    town.must("head_a", "withdraw_submission", OWN)


def to_submit(wrap):
    """What can be wrong with a statement, told to the call by `wrap`."""
    return [
        Fault(refusal="report_active", edits=[(*REPORT, {"state": "submitted"})]),
        Fault(refusal="report_version_wrong", edits=[(*HEAD, {"latest": 1})], args=wrap({"version": 5})),
        Fault(refusal="box_missing", args=wrap({"total_boxes": []})),
        Fault(refusal="too_many_inputs", args=wrap({"anchors": [USED] * 801})),
        Fault(refusal="input_twice", args=wrap({"anchors": [USED, USED]})),
        Fault(
            refusal="anchor_unknown",
            edits=[("anchor", ("acc_a", "pl1", "2026-05-01", 0), {"root": h("another")})],
        ),
        Fault(refusal="draw_missing", edits=[("draw", ("2026-05",), {"regulator": None})]),
    ]


STATEMENTS = [
    Table(
        of=Transaction.SUBMIT_STATEMENT,
        who="head_a",
        prepare=returned,
        args=statement(version=2),
        faults=[
            Fault(refusal="report_already_minted", edits=[(*HEAD, {"minted": 1})]),
            holder("acc_a"),
            *to_submit(lambda change: change),
        ],
    ),
    Table(
        of=Transaction.SUPERSEDE,
        who="head_a",
        prepare=mint,
        args={"statement": statement(version=2), "reason_digest": h("wrong")},
        faults=[Fault(refusal="report_not_minted", edits=[(*HEAD, {"minted": None})])],
    ),
    Table(
        of=Transaction.WITHDRAW_SUBMISSION,
        who="head_a",
        prepare=submitted,
        args=OWN,
        faults=[
            Fault(refusal="report_unknown", args={"version": 9}),
            Fault(refusal="report_state_wrong", edits=[(*REPORT, {"state": "returned"})]),
        ],
    ),
]


def opened(town):
    submitted(town)
    town.must("reg1", "open_case", case())


def planned(town):
    opened(town)
    town.must("lead", "commit_sampling_plan", PLACE | {"plan_digest": h("plan")})


def found_wanting(town):
    planned(town)
    town.must("lead", "raise_finding", PLACE | {"number": 1, "digest": h("finding"), "due_on": "2026-06-04"})


FINDING = {
    "number": 1,
    "digest": h("finding"),
    "due_on": "2026-06-04",
    "raised_by": "lead",
    "raised_at": "2026-06-01T02:00:00Z",
}


def stepped(count):
    """All up to that many steps are recorded."""

    def prepare(town):
        submitted(town)
        verify(town, steps=MONTH[:count])

    return prepare


def visited(town):
    """A year's case whose visit waits for its second inspector."""
    period = town.read("period", "acc_a", "pl1", "2024")
    assert period is None
    commit(town, "2024")
    for who, side in (("adm", "adm"), ("reg2", "reg")):
        town.must(who, "open_draw", {"period": "2024", "nonce": draw_nonce(side, "2024")})
    town.must("head_a", "submit_statement", statement(period="2024"))
    verify(town, YEAR_PLACE, MONTH[:4])
    step = {"step": "site_visit", "digest": h("site_visit"), "previous": h(MONTH[3])}
    town.must("lead", "record_step", YEAR_PLACE | step)


YEAR_PLACE = PLACE | {"period": "2024"}
YEAR_CASE = ("case", tuple(YEAR_PLACE.values()))
YEAR_REPORT = ("report", tuple(YEAR_PLACE.values()))
STEP = {"digest": h("sample"), "previous": h("plan"), "step": "sample"}


def in_case(of_case=CASE, of_report=REPORT, theirs=True):
    """What every call of a case needs."""
    return [
        Fault(refusal="case_unknown", edits=[(*of_case, None)]),
        Fault(refusal="report_state_wrong", edits=[(*of_report, {"state": "returned"})]),
        *([Fault(refusal="not_case_auditor", edits=[(*of_case, {"auditor": "aud9"})])] if theirs else []),
    ]


def step(name, person="lead", **fields):
    made = {"step": name, "digest": h(name), "previous": None, "person": person, "at": "2026-06-01T02:00:00Z"}
    return made | {"second": None} | fields


def steps(*made):
    return [(*CASE, {"steps": list(made)})]


OTHER_CASE = PLACE | {
    "auditor": "aud",
    "candidates": [],
    "passed_over": [],
    "draw": h("draw"),
    "opened_by": "reg1",
    "enterprise_commitment": h("e"),
    "regulator_commitment": h("r"),
}
CASES = [
    Table(
        of=Transaction.OPEN_CASE,
        who="reg1",
        prepare=submitted,
        args=case(),
        faults=[
            Fault(refusal="report_unknown", edits=[(*REPORT, None)]),
            Fault(refusal="case_exists", edits=[(*CASE, OTHER_CASE)]),
            Fault(refusal="report_state_wrong", edits=[(*REPORT, {"state": "returned"})]),
            Fault(refusal="draw_not_open", edits=[("draw", ("2026-05",), {"seed": None})]),
            Fault(refusal="no_candidate", edits=[("params", ("staff",), {"suspended": ["aud"]})]),
        ],
    ),
    Table(
        of=Transaction.COMMIT_SAMPLING_PLAN,
        who="lead",
        prepare=opened,
        args=PLACE | {"plan_digest": h("plan")},
        faults=[
            *in_case(),
            Fault(refusal="step_already_recorded", edits=steps(step("sample"))),
            Fault(
                refusal="plan_already_committed",
                edits=[(*CASE, {"plan_digest": h("plan"), "plan_at": "2026-06-01T02:00:00Z"})],
            ),
        ],
    ),
    Table(
        of=Transaction.OPEN_SAMPLE,
        who="head_a",
        prepare=planned,
        args=PLACE | {"nonce": NONCES["enterprise"]},
        faults=[
            *in_case(theirs=False),
            Fault(refusal="account_mismatch", who="head_b"),
            Fault(refusal="plan_missing", edits=[(*CASE, {"plan_digest": None})]),
            Fault(refusal="sample_already_open", edits=[(*CASE, {"seed": h("seed")})]),
            Fault(refusal="nonce_mismatch", args={"nonce": h("other")}),
        ],
    ),
    Table(
        of=Transaction.RECORD_STEP,
        who="lead",
        prepare=stepped(2),
        args=PLACE | STEP,
        faults=[
            *in_case(),
            Fault(
                refusal="step_unknown",
                edits=[("params", ("verification",), {"month": ["independence", "plan"]})],
            ),
            Fault(refusal="role_not_allowed", who="tech"),
            Fault(refusal="step_already_recorded", edits=steps(step("plan"), step("sample"))),
            Fault(refusal="step_out_of_order", edits=steps(step("plan"))),
            Fault(refusal="sample_not_open", edits=[(*CASE, {"seed": None})]),
            Fault(refusal="step_chain_broken", args={"previous": h("other")}),
            Fault(
                refusal="second_inspector_missing",
                edits=steps(step("site_visit"), step("plan", digest=h("plan"))),
            ),
        ],
    ),
    Table(
        of=Transaction.RECORD_STEP,
        note="the plan's",
        who="lead",
        prepare=stepped(1),
        args=PLACE | {"step": "plan", "digest": h("plan"), "previous": h("independence")},
        faults=[Fault(refusal="plan_missing", edits=[(*CASE, {"plan_digest": None})])],
    ),
    Table(
        of=Transaction.RECORD_STEP,
        note="the review's",
        who="tech",
        prepare=stepped(5),
        args=PLACE | {"step": "technical_review", "digest": h("r"), "previous": h("findings_closed")},
        faults=[
            *in_case(),
            Fault(refusal="role_not_allowed", who="lead"),
            Fault(refusal="step_chain_broken", args={"previous": h("other")}),
            Fault(
                refusal="reviewer_same_person",
                edits=steps(*(step(name, person="tech") for name in MONTH[:5])),
            ),
        ],
    ),
    Table(
        of=Transaction.ATTEST_VISIT,
        who="lead_b",
        prepare=visited,
        args=YEAR_PLACE | {"digest": h("site_visit")},
        faults=[
            *in_case(YEAR_CASE, YEAR_REPORT),
            Fault(refusal="step_missing", edits=[(*YEAR_CASE, {"steps": []})]),
            Fault(
                refusal="step_already_recorded",
                edits=[(*YEAR_CASE, {"steps": [step("site_visit", second="tech")]})],
            ),
            Fault(refusal="digest_mismatch", args={"digest": h("other")}),
            Fault(refusal="same_person", who="lead"),
        ],
    ),
    Table(
        of=Transaction.RECORD_STEP,
        note="the closing of findings",
        who="lead",
        prepare=stepped(4),
        args=PLACE | {"step": "findings_closed", "digest": h("f"), "previous": h("recomputation")},
        faults=[Fault(refusal="finding_open", edits=[(*CASE, {"findings": [FINDING]})])],
    ),
    Table(
        of=Transaction.RAISE_FINDING,
        who="lead",
        prepare=planned,
        args=PLACE | {"number": 1, "digest": h("finding"), "due_on": "2026-06-04"},
        faults=[
            *in_case(),
            Fault(refusal="step_already_recorded", edits=steps(step("findings_closed"))),
            Fault(
                refusal="too_many_inputs",
                edits=[(*CASE, {"findings": [FINDING | {"number": n + 2} for n in range(200)]})],
            ),
            Fault(refusal="finding_exists", edits=[(*CASE, {"findings": [FINDING]})]),
        ],
    ),
    Table(
        of=Transaction.CLOSE_FINDING,
        who="lead",
        prepare=found_wanting,
        args=PLACE | {"number": 1, "outcome_digest": h("settled")},
        faults=[
            *in_case(),
            Fault(refusal="finding_unknown", args={"number": 2}),
            Fault(
                refusal="finding_closed",
                edits=[(*CASE, {"findings": [FINDING | {"outcome_digest": h("before")}]})],
            ),
        ],
    ),
    Table(
        of=Transaction.RETURN_STATEMENT,
        who="lead",
        prepare=opened,
        args=PLACE | {"reason_digest": h("no")},
        faults=[
            Fault(refusal="report_unknown", edits=[(*REPORT, None)]),
            Fault(refusal="report_state_wrong", edits=[(*REPORT, {"state": "returned"})]),
            Fault(refusal="case_unknown", edits=[(*CASE, None)]),
            Fault(refusal="not_case_auditor", edits=[(*CASE, {"auditor": "aud9"})]),
        ],
    ),
    Table(
        of=Transaction.APPROVE_AND_MINT,
        who="appr",
        prepare=stepped(6),
        args=PLACE | APPROVAL,
        faults=[
            Fault(refusal="report_unknown", edits=[(*REPORT, None)]),
            Fault(refusal="report_state_wrong", edits=[(*REPORT, {"state": "returned"})]),
            Fault(refusal="case_unknown", edits=[(*CASE, None)]),
            Fault(refusal="not_case_auditor", edits=[(*CASE, {"auditor": "aud9"})]),
            Fault(refusal="step_missing", edits=steps(step("plan"))),
            Fault(
                refusal="second_inspector_missing",
                edits=steps(*(step(name) for name in (*MONTH, "site_visit"))),
            ),
            Fault(
                refusal="approver_same_person",
                edits=steps(*(step(name, person="appr") for name in MONTH)),
            ),
            Fault(
                refusal="auditor_not_independent",
                edits=[("tenure", ("aud", "acc_a"), {"years": [], "compiled": [2026]})],
            ),
            Fault(refusal="finding_open", edits=[(*CASE, {"findings": [FINDING]})]),
        ],
    ),
]

TABLES = [*STATEMENTS, *CASES]

"""Chapter 5: the regulator opens the case, auditors work through it, the approver's word mints."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from lexicon.terms import ItemVerdict, Role, VerificationStep

from operations.demo.calendar import is_year
from operations.demo.cast import AUDITOR, INSPECTOR
from operations.demo.client import Client, DemoFailed, Json
from operations.demo.narrator import Narrator
from operations.demo.people import People
from operations.demo.reporting import Submitted

MATERIALITY = "5.0"
NOTES = {
    VerificationStep.INDEPENDENCE: "与该企业无利害关系",
    VerificationStep.PLAN: "按风险与重要性抽样",
    VerificationStep.SAMPLE: "抽中的计量日与证明材料均已核对",
    VerificationStep.RECOMPUTATION: "独立复算一致",
    VerificationStep.SITE_VISIT: "现场查看磨机、变电所与台账，两人在场",
    VerificationStep.FINDINGS_CLOSED: "无未关闭意见",
    VerificationStep.TECHNICAL_REVIEW: "评审通过",
}
CHANGES_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A report on the ledger."""

    statement: Submitted
    report_id: str
    tx_id: str
    block_number: int


def commit_draws(people: People, narrator: Narrator) -> None:
    """Administrator and regulator each commit to the draws of auditors, before anything is submitted."""
    for side in (people.administrator, people.regulator):
        row = _signed_fact(side, "/draws/commitments/")
        narrator.line(f"draws of auditors committed by one side: tx {row['tx_id']}")


def open_draw(people: People, narrator: Narrator, period: str) -> None:
    """Both sides open their nonce of a period; the auditors are what comes of both."""
    for side in (people.administrator, people.regulator):
        try:
            _signed_fact(side, f"/draws/{period}/opening/")
        except DemoFailed as failure:
            # One draw serves all who report the period: another enterprise's case has opened it.
            if failure.refusal != "draw_already_open":
                raise
    narrator.line(f"draw of {period} opened by both sides: nobody chose its auditors")


def verify(people: People, narrator: Narrator, statement: Submitted) -> Minted:
    """One case from opening to minting. Raises DemoFailed."""
    open_case(people, narrator, statement)
    return work_through(people, narrator, statement)


def open_case(people: People, narrator: Narrator, statement: Submitted) -> None:
    """The regulator opens the case of a statement; its auditor was drawn. Raises DemoFailed."""
    regulator, case = people.regulator, f"/cases/{statement.case}"
    _signed_fact(regulator, f"{case}/opening/")
    drawn = regulator.get(f"{case}/")["auditor_name"]
    narrator.line(f"case {statement.plant} {statement.period} opened; the draw gives {drawn}")


def work_through(people: People, narrator: Narrator, statement: Submitted) -> Minted:
    """An open case from its first step to the minted report. Raises DemoFailed."""
    work_until_recomputed(people, narrator, statement)
    lead, case = people.in_house(AUDITOR, Role.LEAD_AUDITOR), f"/cases/{statement.case}"
    judge(lead, case, narrator)
    if is_year(statement.period):
        _step(lead, case, VerificationStep.SITE_VISIT)
        _signed_fact(people.of(INSPECTOR), f"{case}/visit/")
    _step(lead, case, VerificationStep.FINDINGS_CLOSED)
    _step(people.in_house(AUDITOR, Role.TECHNICAL_REVIEWER), case, VerificationStep.TECHNICAL_REVIEW)
    row = _signed_fact(people.in_house(AUDITOR, Role.APPROVER), f"{case}/approval/")
    return _minted(people.in_house(statement.house, Role.HEAD), narrator, statement, row)


def work_until_recomputed(people: People, narrator: Narrator, statement: Submitted) -> None:
    """An open case from its first step to the recomputation. Raises DemoFailed."""
    regulator, lead = people.regulator, people.in_house(AUDITOR, Role.LEAD_AUDITOR)
    case = f"/cases/{statement.case}"
    _step(lead, case, VerificationStep.INDEPENDENCE)
    plan = lead.get(f"{case}/plan/", materiality_percent=MATERIALITY)
    lead.signed(f"{case}/plan/", plan["name"], plan["args"], materiality_percent=MATERIALITY)
    _step(lead, case, VerificationStep.PLAN)
    head = people.in_house(statement.house, Role.HEAD)
    _signed_fact(head, f"/periods/{statement.period_id}/sample-nonce/")
    _signed_fact(regulator, f"{case}/sample/")
    sample = lead.get(f"{case}/sample/")
    narrator.line(
        f"plan committed before the sample; seed {sample['seed'][:16]} drew {len(sample['items'])} items"
    )
    for step in (VerificationStep.SAMPLE, VerificationStep.RECOMPUTATION):
        _step(lead, case, step)


def judge(lead: Client, case: str, narrator: Narrator) -> None:
    """A verdict on each item of the sample: those whose check is good together, the others one by one."""
    checked = lead.post(f"{case}/verdicts/checks/", {})
    rest = {one["item"]: ItemVerdict.PASS.value for one in checked["items"] if not one["verdict"]}
    told = lead.put(f"{case}/verdicts/", {"verdicts": rest})
    counts = f"{checked['counts']['pass']} by their signatures and proofs, {len(rest)} one by one"
    narrator.line(f"{told['counts']['pass']} items of the sample passed: {counts}")


def _step(auditor: Client, case: str, step: VerificationStep) -> Json:
    fact = auditor.get(f"{case}/steps/{step.value}/", note=NOTES[step])
    return auditor.signed(f"{case}/steps/", fact["name"], fact["args"], step=step.value, note=NOTES[step])


def _signed_fact(person: Client, path: str) -> Json:
    """Sign what a route says is to be signed, and send it back there."""
    fact: dict[str, Any] = person.get(path)
    return person.signed(path, fact["name"], fact["args"])


def _minted(head: Client, narrator: Narrator, statement: Submitted, row: Json) -> Minted:
    report = _report_of(head, statement)
    narrator.check(
        f"report {statement.plant}: its digest on the ledger",
        found=report["digest"],
        expected=statement.digest,
    )
    narrator.line(f"approved and minted: tx {row['tx_id']}, block {row['block_number']}")
    return Minted(
        statement=statement,
        report_id=str(report["id"]),
        tx_id=str(row["tx_id"]),
        block_number=int(row["block_number"]),
    )


def _report_of(head: Client, statement: Submitted) -> Json:
    end = time.monotonic() + CHANGES_WITHIN_S
    while time.monotonic() < end:
        for report in head.rows("/reports/"):
            if report["period_id"] == statement.period_id and report["state"] == "minted":
                return report
        time.sleep(0.1)
    raise DemoFailed(f"no minted report of {statement.plant} {statement.period} on the enterprise's page")

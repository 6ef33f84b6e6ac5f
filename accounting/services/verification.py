"""The assigned auditor's work on one case: plan, sample, steps of the work log, decision.

Every function runs inside `tenants.assignment.enter_case`: the schema is the enterprise's, the case is open
and is the viewer's. What is signed is rebuilt here from the case, never taken from the request.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from kit import clock
from kit.outbox import OutboxRow
from lexicon import canonical
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Role, VerificationStep
from lexicon.transactions import Transaction
from proof import merkle

from accounting.chain.models import ChainCase
from accounting.domain.sampling import usual_size
from accounting.models import Finding, SamplingPlan, VerificationCase, WorkLogEntry
from accounting.services import findings
from accounting.services.verification_report import finding_record, report_of
from accounting.services.worklog import content_of, next_step, order_of, population, recorded
from tenants.access import Viewer
from tenants.services import intents

Signing = dict[str, Any]
# An uncorrected difference of five percent of the total is what a verifier may still pass.
MATERIALITY_USUAL = "5.0"
INSPECTORS = (Role.LEAD_AUDITOR, Role.TECHNICAL_REVIEWER)
_SIGNERS = {VerificationStep.TECHNICAL_REVIEW: Role.TECHNICAL_REVIEWER}


def case_of(name: str) -> VerificationCase:
    """The case of a name in the schema on the connection. Raises Refused: not_assigned."""
    case = VerificationCase.objects.filter(pk=name).select_related("report", "report__period").first()
    if case is None:
        refuse(Refusal.NOT_ASSIGNED)
    return case


def plan_of(
    case: VerificationCase, *, materiality_percent: str, sample_size: int | None, reason: str = ""
) -> Signing:
    """A sampling plan with its digest and what is signed; a further version gives its reason.

    Once the seed stands a further version only enlarges the sample: the same seed draws the same items first.
    Raises Refused: plan_already_committed, step_already_recorded, field_invalid.
    """
    reason = " ".join(reason.split())[:300]
    if case.plan_digest and not reason:
        refuse(Refusal.PLAN_ALREADY_COMMITTED)
    if any(entry.step == VerificationStep.SAMPLE for entry in recorded(case)):
        refuse(Refusal.STEP_ALREADY_RECORDED, step=VerificationStep.SAMPLE)
    items = population(case)
    least = (case.plan or {}).get("sample_size", 0) if case.seed else 0
    size = usual_size(len(items)) if sample_size is None else sample_size
    if not least <= size <= len(items):
        refuse(Refusal.FIELD_INVALID, field="sample_size", reason=f"{least}..{len(items)}")
    plan = {
        "case": case.pk,
        "version": len(case.plans) + 1,
        "reason": reason,
        "statement_digest": case.report.digest,
        "materiality_percent": materiality_percent or MATERIALITY_USUAL,
        "population": len(items),
        "population_digest": canonical.digest(items),
        "sample_size": size,
        "method": "SHA-256(seed, k) mod remaining",
    }
    digest = canonical.digest(plan)
    args = findings.place(case) | {"plan_digest": digest} | ({"reason": reason} if case.plan_digest else {})
    return {"plan": plan, "digest": digest, "name": Transaction.COMMIT_SAMPLING_PLAN, "args": args}


@transaction.atomic
def commit_plan(
    viewer: Viewer,
    case: VerificationCase,
    signed: Mapping[str, str],
    *,
    materiality_percent: str,
    sample_size: int | None,
    reason: str = "",
) -> OutboxRow:
    """Keep the plan and queue its signed digest; it is in force once the ledger has it."""
    shown = plan_of(case, materiality_percent=materiality_percent, sample_size=sample_size, reason=reason)
    row = _accept(viewer, case, shown, signed)
    SamplingPlan.objects.update_or_create(
        case=case,
        version=shown["plan"]["version"],
        defaults={"plan": shown["plan"], "digest": shown["digest"]},
    )
    return row


def step_of(viewer: Viewer, case: VerificationCase, step: str, *, note: str = "") -> Signing:
    """The next entry of the work log: content, digest and what is signed.

    Raises Refused: step_unknown, role_not_allowed, step_already_recorded, step_out_of_order,
    second_inspector_missing (after a site visit that one person stands for), and per step plan_missing,
    sample_not_open, report_differs, finding_open.
    """
    if step not in order_of(case.report.period.period):
        refuse(Refusal.STEP_UNKNOWN, step=step[:30])
    wanted = VerificationStep(step)
    signer = _SIGNERS.get(wanted, Role.LEAD_AUDITOR)
    if viewer.role != signer:
        refuse(Refusal.ROLE_NOT_ALLOWED, role=viewer.role, allowed=signer)
    done = recorded(case)
    if any(entry.step == step for entry in done):
        refuse(Refusal.STEP_ALREADY_RECORDED, step=step)
    if wanted != next_step(case):
        refuse(Refusal.STEP_OUT_OF_ORDER, expected=next_step(case))
    if _is_visited_alone(case, done):
        refuse(Refusal.SECOND_INSPECTOR_MISSING)
    content = content_of(case, wanted, person=viewer.person, note=note)
    digest = canonical.digest(content)
    previous = done[-1].digest if done else None
    args = findings.place(case) | {"step": step, "digest": digest, "previous": previous}
    return {"content": content, "digest": digest, "name": Transaction.RECORD_STEP, "args": args}


@transaction.atomic
def record_step(
    viewer: Viewer, case: VerificationCase, signed: Mapping[str, str], *, step: str, note: str = ""
) -> OutboxRow:
    """Keep an entry and queue its signed digest; it counts once the ledger has it."""
    # A note that is being written on a matter waits, or is in what a technical review signs.
    list(VerificationCase.objects.select_for_update().filter(pk=case.pk))
    shown = step_of(viewer, case, step, note=note)
    row = _accept(viewer, case, shown, signed)
    WorkLogEntry.objects.update_or_create(
        case=case,
        step=step,
        defaults={
            "content": canonical.encode_text(shown["content"]),
            "digest": shown["digest"],
            "previous": shown["args"]["previous"] or "",
            "person": viewer.person,
            "intent": row.id,
            "at": clock.now(),
        },
    )
    return row


def visit_of(viewer: Viewer, case: VerificationCase) -> Signing:
    """What the second inspector signs: the recorded site visit, which she saw too.

    Raises Refused: role_not_allowed, step_missing, step_already_recorded, same_person.
    """
    if viewer.role not in INSPECTORS:
        refuse(Refusal.ROLE_NOT_ALLOWED, role=viewer.role, allowed=", ".join(INSPECTORS))
    entry = next((one for one in recorded(case) if one.step == VerificationStep.SITE_VISIT), None)
    if entry is None:
        refuse(Refusal.STEP_MISSING, step=VerificationStep.SITE_VISIT)
    if second_inspector(case):
        refuse(Refusal.STEP_ALREADY_RECORDED, step=VerificationStep.SITE_VISIT)
    if entry.person == viewer.person:
        refuse(Refusal.SAME_PERSON)
    args = findings.place(case) | {"digest": entry.digest}
    content = json.loads(entry.content)
    return {"content": content, "digest": entry.digest, "name": Transaction.ATTEST_VISIT, "args": args}


@transaction.atomic
def attest_visit(viewer: Viewer, case: VerificationCase, signed: Mapping[str, str]) -> OutboxRow:
    """Queue the second inspector's signed word."""
    return _accept(viewer, case, visit_of(viewer, case), signed)


def second_inspector(case: VerificationCase) -> str:
    """Who attested the site visit, as the ledger has it; empty before."""
    row = ChainCase.objects.filter(pk=case.pk).first()
    steps = json.loads(row.record).get("steps", ()) if row else ()
    return next((str(one["second"]) for one in steps if one.get("second")), "")


def _is_visited_alone(case: VerificationCase, done: list[WorkLogEntry]) -> bool:
    return any(one.step == VerificationStep.SITE_VISIT for one in done) and not second_inspector(case)


def return_of(case: VerificationCase, *, reason: str) -> Signing:
    """What is signed to send a statement back. Raises Refused: reason_required."""
    if not reason.strip():
        refuse(Refusal.REASON_REQUIRED)
    args = findings.place(case) | {"reason_digest": sha256(reason.strip().encode()).hexdigest()}
    return {"name": Transaction.RETURN_STATEMENT, "args": args}


@transaction.atomic
def return_statement(
    viewer: Viewer, case: VerificationCase, signed: Mapping[str, str], *, reason: str
) -> OutboxRow:
    """Keep the reason and queue the signed return; the enterprise may edit when the ledger has it."""
    row = _accept(viewer, case, return_of(case, reason=reason), signed)
    case.decision, case.reason, case.decided_at = "returned", reason.strip()[:1000], clock.now()
    case.save(update_fields=["decision", "reason", "decided_at"])
    return row


def approval_of(viewer: Viewer, case: VerificationCase) -> Signing:
    """The verification report and what its approver signs. Raises Refused: role_not_allowed, step_missing,
    second_inspector_missing, finding_open, approver_same_person."""
    if viewer.role != Role.APPROVER:
        refuse(Refusal.ROLE_NOT_ALLOWED, role=viewer.role, allowed=Role.APPROVER)
    done = recorded(case)
    missing = next_step(case)
    if missing is not None:
        refuse(Refusal.STEP_MISSING, step=missing)
    if count := findings.pending(case):
        refuse(Refusal.FINDING_OPEN, count=count)
    if _is_visited_alone(case, done):
        refuse(Refusal.SECOND_INSPECTOR_MISSING)
    second = second_inspector(case)
    if viewer.person in {second, *(entry.person for entry in done)}:
        refuse(Refusal.APPROVER_SAME_PERSON)
    rows = list(Finding.objects.filter(case=case))
    records = [finding_record(row) for row in rows]
    report = report_of(case, done=done, second=second, approver=viewer.person, found=rows)
    args = findings.place(case) | {
        "work_log_root": merkle.root([merkle.leaf_hash(bytes.fromhex(e.digest)) for e in done]).hex(),
        "findings_root": merkle.root([merkle.leaf_hash(canonical.encode(one)) for one in records]).hex(),
        "verification_digest": canonical.digest(report),
    }
    return {"report": report, "name": Transaction.APPROVE_AND_MINT, "args": args}


@transaction.atomic
def approve(viewer: Viewer, case: VerificationCase, signed: Mapping[str, str]) -> OutboxRow:
    """Keep the verification report and queue the signed approval; the ledger mints."""
    shown = approval_of(viewer, case)
    row = _accept(viewer, case, shown, signed)
    case.decision, case.decided_at = "approved", clock.now()
    case.verification = canonical.encode_text(shown["report"])
    case.save(update_fields=["decision", "decided_at", "verification"])
    return row


def _accept(viewer: Viewer, case: VerificationCase, shown: Signing, signed: Mapping[str, str]) -> OutboxRow:
    return intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=f"case:{case.pk}"
    )

"""The verification report's data: what was verified, how, by whom, and what came of it. Canonical JSON.

Its digest goes into the approval, so the same case gives the same object until something in it changes.
Source: MEE verification guide of the power sector (2026), annex; of its marks: records, interview, look,
recompute.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lexicon.terms import Role, VerificationStep

from accounting import people
from accounting.models import Finding, Report, VerificationCase, WorkLogEntry
from accounting.services import findings, judged, noted
from accounting.services.allocation_data import allocation_of
from accounting.services.freezing import loads
from accounting.services.plan_conformity import conformity_of
from accounting.services.signed_acts import acts_of
from accounting.services.verified_changes import compared, corrections_of, first_of
from accounting.services.verified_matters import METHODS, matters_of

SCHEMA = "tanheng-verification/5"
NATIONAL = "CN"
ON_SITE = ("place", "captured_at", "recorded_by", "seals", "photos")
# What body and people declare besides their independence, whose words stand in the step.
DECLARATION = (
    "本机构及核查人员按核查指南独立、客观、公正地实施核查，核查报告的内容真实、完整、准确，"
    "并对核查结论承担责任；核查中知悉的商业秘密予以保密。",
    "This body and its people verified independently, objectively and impartially by the guide; what this"
    " report says is true, complete and accurate; they answer for its conclusion and keep trade secrets.",
)


def report_of(
    case: VerificationCase,
    *,
    done: Sequence[WorkLogEntry],
    second: str,
    approver: str,
    found: Sequence[Finding],
) -> dict[str, Any]:
    """The object whose digest the approver signs. second: who attested the site visit, or empty."""
    statement = loads(case.report.content)
    contents = {entry.step: json.loads(entry.content) for entry in done}
    plan = case.plan or {}
    first = first_of(case.report)
    return {
        "schema": SCHEMA,
        "case": case.pk,
        "number": number_of(case, statement),
        "auditor": _auditor(case.auditor),
        "entity": statement["entity"],
        "plant": statement["plant"],
        "period": statement["period"],
        "version": statement["version"],
        "guideline": statement["guideline"],
        "statement_digest": case.report.digest,
        "total_g": str(case.report.total_g),
        "conclusion": "approved",
        "plan": plan,
        "plans": case.plans,
        "seed": case.seed,
        "sample": contents.get(VerificationStep.SAMPLE, {}).get("items", []),
        "verdicts": _verdicts(case, contents.get(VerificationStep.SAMPLE, {}).get("items", [])),
        "not_sampled": int(plan.get("population", 0)) - int(plan.get("sample_size", 0)),
        "corrections": corrections_of(case.report, first),
        **compared(case.report, first),
        "before": {"digest": first.digest, "total_g": str(first.total_g)} if first else None,
        "previous": _previous(case.report),
        "visit": _visit(contents.get(VerificationStep.SITE_VISIT), second),
        "remarks": statement["remarks"],
        "steps": [_step(entry) for entry in done],
        "signers": _signers(done, second=second, approver=approver),
        "evidence": statement["evidence"],
        "approver": approver,
        **chapter_of(case, statement, contents=contents, found=found),
        "declarations": _declarations(contents.get(VerificationStep.INDEPENDENCE, {})),
        "acts": acts_of(case),
        "allocation": allocation_of(statement),
    }


def chapter_of(
    case: VerificationCase,
    statement: Mapping[str, Any],
    *,
    contents: Mapping[str, Mapping[str, Any]],
    found: Sequence[Finding],
) -> dict[str, Any]:
    """What the third chapter states, with what its words are made of. contents: of the recorded steps."""
    records = [finding_record(row) for row in found]
    answered = any(one["side"] == "enterprise" for record in records for one in record["thread"])
    return {
        "recomputation": _recomputed(contents.get(VerificationStep.RECOMPUTATION, {})),
        "findings": records,
        "conformity": conformity_of(case.report, statement),
        "matters": matters_of(
            statement, steps=contents.keys(), answered=answered, notes=noted.notes_in(case)
        ),
    }


def number_of(case: VerificationCase, statement: dict[str, Any]) -> str:
    """Province, verifying body, the entity's last six, period, version; CN where no province is set."""
    organisation = people.organisation_of(case.auditor)
    body = (organisation.usci if organisation and organisation.usci else case.auditor)[-6:]
    entity = (statement["entity"]["usci"] or statement["account"])[-6:]
    province = (statement["region"] or NATIONAL).upper()
    return f"{province}-{body}-{entity}-{statement['period']}-{statement['version']}".upper()


def finding_record(row: Finding) -> dict[str, Any]:
    """A finding as it enters the findings' root."""
    return {
        "number": row.number,
        "kind": row.kind,
        "stream": row.stream,
        "item": row.item,
        "text": row.text,
        "at_stake_g": str(row.at_stake_g),
        "reply": row.reply,
        "thread": findings.thread_of(row),
        "outcome": row.outcome,
        "closed": row.closed,
    }


def _verdicts(case: VerificationCase, items: Sequence[str]) -> list[dict[str, Any]]:
    """The verdict on each item, in the order drawn, with the findings on it; nothing in a case whose review
    was recorded before there were verdicts."""
    told = {one["item"]: one for one in judged.verdicts_in(case)}
    founded = judged.findings_on(case)
    return [told[item] | {"findings": founded.get(item, [])} for item in items if item in told]


def _auditor(account: str) -> dict[str, str]:
    found = people.organisation_of(account)
    return {
        "account": account,
        "name": found.name if found else account,
        "usci": found.usci if found else "",
    }


def _recomputed(content: Mapping[str, Any]) -> dict[str, str]:
    """The three totals of the recorded recomputation, in grams."""
    return {name: str(content.get(name, "")) for name in ("frozen_g", "recalculated_g", "by_trees_g")}


def _declarations(independence: dict[str, Any]) -> list[dict[str, str]]:
    """Independence as the team leader signed it, then the body's own."""
    zh, _, en = str(independence.get("declaration", "")).partition(" / ")
    signed = [{"zh": zh, "en": en or zh}] if zh else []
    return [*signed, {"zh": DECLARATION[0], "en": DECLARATION[1]}]


def _previous(report: Report) -> dict[str, str] | None:
    """The same plant's latest earlier period of the same length that is minted, or None."""
    period = report.period
    rows = Report.objects.filter(
        period__plant=period.plant, period__period__lt=period.period, state="minted"
    ).select_related("period")
    alike = [row for row in rows if len(row.period.period) == len(period.period)]
    found = max(alike, key=lambda row: (row.period.period, row.version), default=None)
    return {"period": found.period.period, "total_g": str(found.total_g)} if found else None


def _visit(content: dict[str, Any] | None, second: str) -> dict[str, Any] | None:
    """The visit as it was signed; place, seals and photographs where they were recorded on site."""
    if content is None:
        return None
    on_site = {name: content[name] for name in ON_SITE if name in content}
    return {"note": content["note"], "first": content["person"], "second": second, **on_site}


def _step(entry: WorkLogEntry) -> dict[str, str]:
    return {
        "note": str(json.loads(entry.content).get("note", "")),
        "step": entry.step,
        "method": METHODS.get(VerificationStep(entry.step), ""),
        "digest": entry.digest,
        "person": entry.person,
        "at": entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _signers(done: Sequence[WorkLogEntry], *, second: str, approver: str) -> list[dict[str, str]]:
    """Team leader, second inspector, technical reviewer, approver; each with the last day of her steps."""
    last = {entry.person: entry.at.strftime("%Y-%m-%d") for entry in done}
    roles = {
        entry.person: Role.TECHNICAL_REVIEWER
        if entry.step == VerificationStep.TECHNICAL_REVIEW
        else Role.LEAD_AUDITOR
        for entry in done
    }
    named = [{"role": str(role), "person": person, "on": last[person]} for person, role in roles.items()]
    if second and second not in roles:
        named.append({"role": "second_inspector", "person": second, "on": ""})
    # The approval's own day is the minting's, which nobody knows before it is signed.
    return [*named, {"role": str(Role.APPROVER), "person": approver, "on": ""}]

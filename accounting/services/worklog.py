"""What stands in each step of a work log; built from the case, so that two readings give one digest."""

import json
from fractions import Fraction
from typing import Any

from kit.outbox import OutboxRow
from lexicon import canonical
from lexicon.refusals import Refusal, refuse
from lexicon.terms import OutboxState, VerificationStep
from lexicon.units import grams_from_t
from proof import trees

from accounting import metered
from accounting.domain.compute import statement_of
from accounting.domain.sampling import draw
from accounting.domain.year import is_year, name_in_year
from accounting.models import ActivityRecord, Finding, VerificationCase, WorkLogEntry
from accounting.services import findings, judged, noted, visited
from accounting.services.calculation import calculate_period
from accounting.services.freezing import loads
from accounting.services.gathering import months_in

# Steps of a month. The ledger's parameters decide, and refuse any other order.
ORDER = (
    VerificationStep.INDEPENDENCE,
    VerificationStep.PLAN,
    VerificationStep.SAMPLE,
    VerificationStep.RECOMPUTATION,
    VerificationStep.FINDINGS_CLOSED,
    VerificationStep.TECHNICAL_REVIEW,
)
DECLARATION = (
    "本人及所在机构未编制该企业的排放报告，不持有或交易配额，与该企业无利害关系。"
    " / Neither I nor my organisation compiled this enterprise's report, hold or trade allowances,"
    " or have an interest in it."
)


def order_of(period: str) -> tuple[VerificationStep, ...]:
    """The steps of a month, or of a year: before its findings are closed two people visit the site."""
    if not is_year(period):
        return ORDER
    at = ORDER.index(VerificationStep.FINDINGS_CLOSED)
    return (*ORDER[:at], VerificationStep.SITE_VISIT, *ORDER[at:])


def recorded(case: VerificationCase) -> list[WorkLogEntry]:
    """The entries that the ledger has, in order."""
    entries = {entry.step: entry for entry in case.log.exclude(tx_id="")}
    return [entries[step] for step in order_of(case.report.period.period) if step in entries]


def seen(case: VerificationCase) -> list[WorkLogEntry]:
    """The entries that the ledger has and those on their way to it, by time; one that it refused is none."""
    entries = list(case.log.order_by("at", "pk"))
    waiting = [entry.intent for entry in entries if entry.intent is not None and not entry.tx_id]
    over = OutboxRow.objects.filter(pk__in=waiting, state__in=(OutboxState.REFUSED, OutboxState.EXPIRED))
    refused = set(over.values_list("pk", flat=True))
    return [entry for entry in entries if entry.tx_id or entry.intent not in refused]


def is_recorded(case: VerificationCase, step: VerificationStep) -> bool:
    """Whether a step stands in the log or is on its way to the ledger."""
    return any(entry.step == step for entry in seen(case))


def held_before(case: VerificationCase, step: VerificationStep) -> VerificationCase:
    """The case, held as `record_step` holds it: what is kept now is in a step that is recorded later.

    Raises Refused: step_already_recorded.
    """
    held = VerificationCase.objects.select_for_update().get(pk=case.pk)
    if is_recorded(held, step):
        refuse(Refusal.STEP_ALREADY_RECORDED, step=step)
    return held


def next_step(case: VerificationCase) -> VerificationStep | None:
    """The first step that the ledger does not have, or None."""
    done = {entry.step for entry in recorded(case)}
    return next((step for step in order_of(case.report.period.period) if step not in done), None)


def population(case: VerificationCase) -> list[str]:
    """Everything a sample may draw, by name, in a fixed order: metered days, typed values, evidence."""
    period = case.report.period
    content = loads(case.report.content)
    used = {slug for line in content["lines"] for slug in line["meters"]}
    days = [
        f"day:{meter}:{day.isoformat()}"
        for month in months_in(period)
        for meter, day, _ in metered.days(month.plant, month.period, used)
    ]
    inside = is_year(period.period)
    values = [
        f"value:{name_in_year(one.stream, month.period) if inside else one.stream}.{one.name}"
        for month in months_in(period)
        for one in ActivityRecord.objects.filter(period=month).order_by("stream", "name")
    ]
    return days + values + [f"evidence:{one['sha256']}" for one in content["evidence"]]


def sample_of(case: VerificationCase) -> list[str]:
    """The items the seed drew. Raises Refused: plan_missing, sample_not_open."""
    if not case.plan:
        refuse(Refusal.PLAN_MISSING)
    if not case.seed:
        refuse(Refusal.SAMPLE_NOT_OPEN)
    items = population(case)
    if canonical.digest(items) != case.plan["population_digest"]:
        refuse(Refusal.CHANGED_MEANWHILE)
    return draw(case.seed, items, case.plan["sample_size"])


def items_of(case: VerificationCase) -> list[str]:
    """The items of the recorded sample, or of one that is still to be recorded. Raises as `sample_of`."""
    entry = next((one for one in seen(case) if one.step == VerificationStep.SAMPLE), None)
    return list(json.loads(entry.content)["items"]) if entry else sample_of(case)


def recomputation(case: VerificationCase) -> dict[str, Any]:
    """The frozen total beside three others: recalculated, by the trees alone, and from today's data."""
    content = loads(case.report.content)
    again = statement_of(content["input"])
    today = calculate_period(case.report.period).statement
    total: trees.Ratio = (0, 1)
    for line in content["lines"]:
        total = trees.add(total, trees.evaluate(line["tree"]))
    by_trees = grams_from_t(Fraction(*total))
    return {
        "statement_digest": case.report.digest,
        "frozen_g": str(case.report.total_g),
        "recalculated_g": str(again.grams),
        "by_trees_g": str(by_trees),
        "today_g": "" if today.blocked else str(today.grams),
        "equal": case.report.total_g == again.grams == by_trees,
    }


def content_of(case: VerificationCase, step: VerificationStep, *, person: str, note: str) -> dict[str, Any]:
    """The content of a step. Raises Refused: plan_missing, sample_not_open, report_differs, reason_required
    (a visit without a word of what was seen), finding_open, verdict_missing, verdict_unfounded."""
    head = {"case": case.pk, "step": step, "person": person, "note": note.strip()[:500]}
    if step is VerificationStep.SITE_VISIT and not head["note"]:
        refuse(Refusal.REASON_REQUIRED)
    return head | _CONTENTS[step](case)


def _independence(case: VerificationCase) -> dict[str, Any]:
    return {"declaration": DECLARATION, "auditor": case.auditor}


def _plan(case: VerificationCase) -> dict[str, Any]:
    if not case.plan_digest:
        refuse(Refusal.PLAN_MISSING)
    return {"plan_digest": case.plan_digest, "plan": case.plan}


def _sample(case: VerificationCase) -> dict[str, Any]:
    return {"seed": case.seed, "items": sample_of(case)}


def _recomputation(case: VerificationCase) -> dict[str, Any]:
    result = recomputation(case)
    if not result["equal"]:
        refuse(Refusal.REPORT_DIFFERS)
    return result


def _visit(case: VerificationCase) -> dict[str, Any]:
    return {"plant": case.report.period.plant} | visited.content_of(case)


def _findings(case: VerificationCase) -> dict[str, Any]:
    closed = _closed_findings(case)
    # No finding can be raised after this step: what the sample gives rise to is said before it.
    _require_judged(case)
    return {"findings": closed}


def _review(case: VerificationCase) -> dict[str, Any]:
    _require_judged(case)
    return {
        "reviewed": [entry.digest for entry in recorded(case)],
        "notes_digest": noted.digest_of(case),
        "verdicts_digest": judged.digest_of(case),
    }


def _require_judged(case: VerificationCase) -> None:
    """Raises Refused: verdict_missing, verdict_unfounded."""
    told = {one["item"] for one in judged.verdicts_in(case)}
    if missing := [item for item in items_of(case) if item not in told]:
        refuse(Refusal.VERDICT_MISSING, count=len(missing))
    if lacking := judged.unfounded(case):
        refuse(Refusal.VERDICT_UNFOUNDED, count=len(lacking))


_CONTENTS = {
    VerificationStep.INDEPENDENCE: _independence,
    VerificationStep.PLAN: _plan,
    VerificationStep.SAMPLE: _sample,
    VerificationStep.RECOMPUTATION: _recomputation,
    VerificationStep.SITE_VISIT: _visit,
    VerificationStep.FINDINGS_CLOSED: _findings,
    VerificationStep.TECHNICAL_REVIEW: _review,
}


def _closed_findings(case: VerificationCase) -> list[dict[str, Any]]:
    if count := findings.pending(case):
        refuse(Refusal.FINDING_OPEN, count=count)
    rows = list(Finding.objects.filter(case=case))
    return [
        {"number": row.number, "kind": row.kind, "outcome": row.outcome, "thread": findings.thread_of(row)}
        for row in rows
    ]

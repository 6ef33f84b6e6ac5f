"""Findings of a case: raised and closed on the ledger, discussed in a thread with files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from kit import clock, live, schema
from kit.outbox import OutboxRow
from lexicon import canonical
from lexicon.refusals import Refusal, refuse
from lexicon.terms import FindingKind, OutboxState
from lexicon.transactions import Transaction

from accounting.domain.clocks import Side, answer_due
from accounting.models import Evidence, Finding, FindingMessage, ReportingPeriod, VerificationCase
from accounting.services import standing
from ingest.calendar import day_of
from tenants.access import Viewer
from tenants.models import Tenant
from tenants.services import intents

Signing = dict[str, Any]
FILES_MAX = 10
_GONE = (OutboxState.REFUSED, OutboxState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A finding before it is signed. due_on: None takes the rule's day; a later one may be given.

    item: of the sample, where the finding is about one.
    """

    kind: str
    stream: str
    text: str
    at_stake_g: int
    due_on: date | None = None
    item: str = ""


def raising_of(case: VerificationCase, draft: Draft) -> Signing:
    """What the lead auditor signs to raise a finding. Raises Refused: field_invalid (due_on)."""
    content = {"case": case.pk, "number": _next_number(case)} | _content(draft)
    digest = canonical.digest(content)
    args = place(case) | {
        "number": content["number"],
        "digest": digest,
        "due_on": content["due_on"],
    }
    return {"name": Transaction.RAISE_FINDING, "args": args, "content": content, "digest": digest}


@transaction.atomic
def raise_finding(
    viewer: Viewer, case: VerificationCase, signed: Mapping[str, str], draft: Draft
) -> OutboxRow:
    """Keep a finding and queue its signed digest; the enterprise sees it once the ledger has it."""
    VerificationCase.objects.select_for_update().get(pk=case.pk)
    _drop_refused(case)
    shown = raising_of(case, draft)
    row = _accept(viewer, case, shown, signed)
    content = shown["content"]
    Finding.objects.create(
        case=case,
        number=content["number"],
        kind=draft.kind,
        stream=draft.stream,
        item=draft.item,
        text=draft.text,
        at_stake_g=draft.at_stake_g,
        due_on=date.fromisoformat(content["due_on"]),
        person=viewer.person,
        created_at=clock.now(),
        digest=shown["digest"],
        intent=row.id,
    )
    return row


def seen_in(case: VerificationCase) -> list[Finding]:
    """The case's findings, then those that the ledger has of earlier versions of its period, newest first.

    Whoever verifies what was sent back sees why, and what was answered.
    """
    own = Q(case=case)
    earlier = Q(case__report__period=case.report.period, case__report__version__lt=case.report.version)
    rows = Finding.objects.filter(own | earlier & ~Q(raised_tx=""))
    found = rows.select_related("case__report").prefetch_related("messages__evidence")
    return list(found.order_by("-case__report__version", "number"))


def closing_of(case: VerificationCase, number: int, *, outcome: str) -> Signing:
    """What the lead auditor signs to close a finding: its thread, and what came of it.

    Raises Refused: not_found, finding_closed, reason_required.
    """
    finding = _find(case, number)
    if not outcome.strip():
        refuse(Refusal.REASON_REQUIRED)
    content = {"number": number, "outcome": outcome.strip()[:500], "thread": thread_of(finding)}
    digest = canonical.digest(content)
    args = place(case) | {"number": number, "outcome_digest": digest}
    return {"name": Transaction.CLOSE_FINDING, "args": args, "content": content, "digest": digest}


@transaction.atomic
def close(
    viewer: Viewer, case: VerificationCase, signed: Mapping[str, str], number: int, *, outcome: str
) -> OutboxRow:
    """Queue the signed end of a finding; it is closed once the ledger has it."""
    shown = closing_of(case, number, outcome=outcome)
    finding = _find(case, number)
    row = _accept(viewer, case, shown, signed)
    finding.outcome, finding.outcome_digest = shown["content"]["outcome"], shown["digest"]
    finding.closing_intent = row.id
    finding.save(update_fields=["outcome", "outcome_digest", "closing_intent"])
    return row


@transaction.atomic
def reply(
    viewer: Viewer, period: ReportingPeriod, number: int, *, text: str, evidence: Sequence[str] = ()
) -> Finding:
    """The enterprise's answer, with files that it has stored.

    Raises Refused: not_found, finding_closed, reason_required, field_invalid.
    """
    case = VerificationCase.objects.filter(report__period=period).order_by("-report__version").first()
    if case is None:
        refuse(Refusal.NOT_FOUND)
    finding = _find(case, number)
    _say(viewer, finding, Side.ENTERPRISE, text, evidence)
    finding.reply, finding.replied_by, finding.replied_at = text.strip()[:1000], viewer.person, clock.now()
    finding.save(update_fields=["reply", "replied_by", "replied_at"])
    live.publish(f"account.{case.auditor}", {"name": "case", "case": case.pk})
    return finding


@transaction.atomic
def ask(viewer: Viewer, case: VerificationCase, number: int, *, text: str) -> Finding:
    """What the auditor says to an answer; the enterprise's clock runs again.

    Raises Refused: not_found, finding_closed, reason_required.
    """
    finding = _find(case, number)
    _say(viewer, finding, Side.AUDITOR, text, ())
    tenant, period = schema.current(), case.report.period
    if isinstance(tenant, Tenant) and tenant.organisation_id:
        frame = {"name": "period", "period": str(period.pk), "plant": period.plant, "month": period.period}
        live.publish(f"account.{tenant.organisation_id}", frame)
    return finding


def thread_of(finding: Finding) -> list[dict[str, Any]]:
    """The thread as it enters digests and the verification report."""
    return [
        {
            "side": one.side,
            "person": one.person,
            "at": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "text": one.text,
            "evidence": sorted(file.sha256 for file in one.evidence.all()),
        }
        for one in finding.messages.prefetch_related("evidence")
    ]


def pending(case: VerificationCase) -> int:
    """Findings that hold a decision up: open ones, and those on their way to the ledger or to their end."""
    _drop_refused(case)
    return Finding.objects.filter(case=case, closed=False).count()


def place(case: VerificationCase) -> dict[str, Any]:
    """The case as arguments name it."""
    account, plant, period, version = case.pk.split("~")
    return {"account": account, "plant": plant, "period": period, "version": int(version)}


def _content(draft: Draft) -> dict[str, Any]:
    earliest = answer_due(FindingKind(draft.kind), day_of(clock.now()))
    due_on = draft.due_on or earliest
    if due_on < earliest:
        refuse(Refusal.FIELD_INVALID, field="due_on", reason=f">= {earliest.isoformat()}")
    return {
        "kind": draft.kind,
        "stream": draft.stream,
        "text": draft.text,
        "at_stake_g": str(draft.at_stake_g),
        "due_on": due_on.isoformat(),
        # What was signed without one keeps its content.
        **({"item": draft.item} if draft.item else {}),
    }


def _next_number(case: VerificationCase) -> int:
    rows = Finding.objects.filter(case=case).exclude(pk__in=_refused(case))
    last = rows.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _refused(case: VerificationCase) -> list[int]:
    """Findings that the ledger never took."""
    rows = dict(Finding.objects.filter(case=case, raised_tx="").values_list("intent", "pk"))
    gone = OutboxRow.objects.filter(pk__in=[one for one in rows if one], state__in=_GONE)
    return [rows[intent] for intent in gone.values_list("pk", flat=True)]


def _drop_refused(case: VerificationCase) -> None:
    Finding.objects.filter(pk__in=_refused(case)).delete()


def _find(case: VerificationCase, number: int) -> Finding:
    """An open finding that the ledger has. Raises Refused: not_found, finding_closed."""
    finding = Finding.objects.filter(case=case, number=number).exclude(raised_tx="").first()
    if finding is None:
        refuse(Refusal.NOT_FOUND)
    if finding.closed:
        refuse(Refusal.FINDING_CLOSED)
    return finding


def _say(viewer: Viewer, finding: Finding, side: Side, text: str, evidence: Sequence[str]) -> None:
    if not text.strip():
        refuse(Refusal.REASON_REQUIRED)
    files = list(Evidence.objects.filter(pk__in=evidence))
    if len(files) != len(set(evidence)):
        refuse(Refusal.NOT_FOUND)
    if len(files) > FILES_MAX:
        refuse(Refusal.FIELD_INVALID, field="evidence", reason=f"0..{FILES_MAX}")
    message = FindingMessage.objects.create(
        finding=finding, side=side, text=text.strip()[:1000], person=viewer.person, at=clock.now()
    )
    message.evidence.set(files)
    standing.keep(finding.case.report.period)


def _accept(viewer: Viewer, case: VerificationCase, shown: Signing, signed: Mapping[str, str]) -> OutboxRow:
    return intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=f"case:{case.pk}"
    )

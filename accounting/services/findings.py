"""Findings of a case: written and closed by the lead auditor, answered by the enterprise."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from kit import clock
from lexicon.refusals import Refusal, refuse

from accounting.models import Finding, ReportingPeriod, VerificationCase
from tenants.access import Viewer


@transaction.atomic
def write(
    viewer: Viewer,
    case: VerificationCase,
    *,
    kind: str,
    stream: str,
    text: str,
    at_stake_g: int,
    due_on: date,
) -> Finding:
    """A new open finding; numbers of a case follow one another."""
    VerificationCase.objects.select_for_update().get(pk=case.pk)
    last = Finding.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    return Finding.objects.create(
        case=case,
        number=last + 1,
        kind=kind,
        stream=stream,
        text=text,
        at_stake_g=at_stake_g,
        due_on=due_on,
        person=viewer.person,
        created_at=clock.now(),
    )


@transaction.atomic
def close(case: VerificationCase, number: int, *, outcome: str) -> Finding:
    """Close a finding with what came of it. Raises Refused: not_found, finding_closed, reason_required."""
    finding = _find(case, number)
    if not outcome.strip():
        refuse(Refusal.REASON_REQUIRED)
    finding.closed, finding.outcome, finding.closed_at = True, outcome.strip()[:500], clock.now()
    finding.save()
    return finding


@transaction.atomic
def reply(viewer: Viewer, period: ReportingPeriod, number: int, *, text: str) -> Finding:
    """The enterprise's answer to a finding. Raises Refused: not_found, finding_closed, reason_required."""
    case = VerificationCase.objects.filter(report__period=period).order_by("-opened_at").first()
    if case is None:
        refuse(Refusal.NOT_FOUND)
    finding = _find(case, number)
    if not text.strip():
        refuse(Refusal.REASON_REQUIRED)
    finding.reply, finding.replied_by, finding.replied_at = text.strip()[:1000], viewer.person, clock.now()
    finding.save()
    return finding


def _find(case: VerificationCase, number: int) -> Finding:
    finding = Finding.objects.select_for_update().filter(case=case, number=number).first()
    if finding is None:
        refuse(Refusal.NOT_FOUND)
    if finding.closed:
        refuse(Refusal.FINDING_CLOSED)
    return finding

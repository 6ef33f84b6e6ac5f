"""Submission: what the head will sign, her signature compared with it, withdrawal, the sample's nonce.

The browser sends no figure: it signs the arguments built here, and anything else is `intent_not_as_shown`.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from kit import clock
from kit.outbox import OutboxRow
from lexicon import canonical
from lexicon.refusals import Refusal, refuse
from lexicon.terms import OutboxState, PeriodState, ReportState
from lexicon.transactions import Transaction

from accounting.domain.year import is_year
from accounting.models import Evidence, PlantModel, RemarkAnswer, Report, ReportingPeriod
from accounting.services import draws, entity, equipment, peers, states, supplementary, witnessing
from accounting.services.calculation import Outcome, refresh
from accounting.services.freezing import Frozen, freeze
from accounting.services.gathering import copied, streams_in
from accounting.services.periods import check_complete, check_over
from tenants.access import Viewer
from tenants.services import intents

Signing = dict[str, Any]


def subject_of(period: ReportingPeriod) -> str:
    """What an outbox row of a period is about: rows of one period go up one after the other."""
    return f"period:{period.pk}"


@transaction.atomic
def prepare(viewer: Viewer, period: ReportingPeriod, *, reason: str = "") -> Signing:
    """Name and args to sign, with what they stand for; the same call gives the same until figures change.

    reason: why a minted report is corrected. Raises Refused: period_state_wrong and all of `make_ready`,
    anchors_pending, box_missing, reason_required, draw_missing.
    """
    period = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    states.need(period, PeriodState.READY)
    outcome = _checked(period)
    draws.require_committed(period.period)
    corrected = minted_before(period)
    if corrected is not None and not reason.strip():
        reason = _kept_reason(period) or refuse(Refusal.REASON_REQUIRED)
    draft = Report.objects.filter(period=period, version=period.version, state="").first()
    digest = figures_digest(period, outcome)
    if draft is None or draft.figures_digest != digest or (reason and draft.reason != reason):
        draft = _draft(period, freeze(viewer, period, outcome, reason=reason), digest, reason)
    return signing_of(draft)


@transaction.atomic
def submit(viewer: Viewer, period: ReportingPeriod, signed: Mapping[str, str]) -> OutboxRow:
    """Freeze and queue a statement that its head has signed.

    Raises Refused: period_state_wrong, all of `make_ready`, figures_changed, and what `accept` refuses.
    """
    # Before the period, in the order of a changed model: that one waits, and finds the month closed.
    list(PlantModel.objects.select_for_update().filter(pk=period.plant))
    period = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    states.need(period, PeriodState.READY)
    outcome = _checked(period)
    draft = Report.objects.filter(period=period, version=period.version, state="").first()
    if draft is None or draft.figures_digest != figures_digest(period, outcome):
        refuse(Refusal.FIGURES_CHANGED)
    shown = signing_of(draft)
    row = intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=subject_of(period)
    )
    draft.state, draft.intent = ReportState.SUBMITTED, row.id
    draft.submitted_by, draft.submitted_at = viewer.person, clock.now()
    draft.save()
    witnessing.keep(period)
    peers.keep(period, outcome.statement)
    if not is_year(period.period):
        period.streams = copied(streams_in(period))
        period.save(update_fields=["streams"])
    states.move(
        period, PeriodState.SUBMITTED, act="submitted", person=viewer.person,
        version=draft.version, digest=draft.digest, intent=str(row.id),
    )  # fmt: skip
    return row


def signing_of(draft: Report) -> Signing:
    """What is signed for a draft, and what a page shows beside it."""
    content = {"total_g": str(draft.total_g), "digest": draft.digest, "version": draft.version}
    if minted_before(draft.period) is None:
        return {"name": Transaction.SUBMIT_STATEMENT, "args": draft.args, "shows": content}
    args = {"statement": draft.args, "reason_digest": sha256(draft.reason.encode()).hexdigest()}
    return {"name": Transaction.SUPERSEDE, "args": args, "shows": content | {"reason": draft.reason}}


def withdrawal_of(period: ReportingPeriod) -> Signing:
    """What is signed to take a submission back. Raises Refused: period_state_wrong."""
    states.need(period, PeriodState.SUBMITTED, PeriodState.IN_VERIFICATION)
    args = {"plant": period.plant, "period": period.period, "version": period.version}
    return {"name": Transaction.WITHDRAW_SUBMISSION, "args": args}


@transaction.atomic
def withdraw(viewer: Viewer, period: ReportingPeriod, signed: Mapping[str, str]) -> OutboxRow:
    """Queue a signed withdrawal; the period opens again when the ledger has it."""
    shown = withdrawal_of(period)
    row = intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=subject_of(period)
    )
    states.note(period, "withdrawal_signed", person=viewer.person, intent=str(row.id))
    return row


def nonce_opening_of(viewer: Viewer, period: ReportingPeriod) -> Signing:
    """What the enterprise signs to open its nonce for the sample. Raises Refused: period_state_wrong."""
    states.need(period, PeriodState.IN_VERIFICATION)
    report = Report.objects.get(period=period, version=period.version)
    args = {
        "account": viewer.account,
        "plant": period.plant,
        "period": period.period,
        "version": period.version,
        "nonce": report.nonce,
    }
    return {"name": Transaction.OPEN_SAMPLE, "args": args}


@transaction.atomic
def open_nonce(viewer: Viewer, period: ReportingPeriod, signed: Mapping[str, str]) -> OutboxRow:
    """Queue the opening of the enterprise's nonce."""
    shown = nonce_opening_of(viewer, period)
    row = intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=subject_of(period)
    )
    states.note(period, "nonce_opened", person=viewer.person, intent=str(row.id))
    return row


@transaction.atomic
def start_correction(viewer: Viewer, period: ReportingPeriod, *, reason: str) -> ReportingPeriod:
    """Open a minted period for a superseding version; the minted report counts until the new one is minted.

    Raises Refused: period_state_wrong, reason_required.
    """
    states.need(period, PeriodState.MINTED)
    if not reason.strip():
        refuse(Refusal.REASON_REQUIRED)
    period.version += 1
    states.move(
        period, PeriodState.COLLECTING, act="correction", person=viewer.person, reason=reason.strip()[:500]
    )
    refresh(period)
    return period


@transaction.atomic
def settle_refused(period: ReportingPeriod) -> bool:
    """When the ledger said no to a submission, or its time ran out, the period is ready again. True if so."""
    if period.state != PeriodState.SUBMITTED:
        return False
    report = Report.objects.filter(period=period, version=period.version, submitted_tx="").first()
    row = OutboxRow.objects.filter(pk=report.intent).first() if report and report.intent else None
    if report is None or row is None or row.state not in (OutboxState.REFUSED, OutboxState.EXPIRED):
        return False
    report.state, report.intent, report.submitted_at = "", None, None
    report.save()
    peers.keep(period)
    states.move(period, PeriodState.READY, act="refused_by_ledger", refusal=row.refusal or row.state)
    return True


def minted_before(period: ReportingPeriod) -> Report | None:
    """The minted report of the period that a new version would supersede, or None."""
    return Report.objects.filter(period=period, state=ReportState.MINTED).order_by("-version").first()


def figures_digest(period: ReportingPeriod, outcome: Outcome) -> str:
    """Changes whenever anything that goes into the frozen report does."""
    answers = RemarkAnswer.objects.filter(period=period).order_by("remark", "stream", "facts_digest")
    files = Evidence.objects.filter(period=period).order_by("sha256")
    return canonical.digest(
        {
            "outcome": outcome.digest,
            "version": period.version,
            "streams": copied(streams_in(period)),
            "answers": [
                [one.remark, one.stream, one.text, *([one.facts_digest] if one.facts_digest else [])]
                for one in answers
            ],
            "evidence": [[one.sha256, one.title, one.stream] for one in files],
            "entity": entity.facts_of(period.plant),
            "equipment": equipment.stamp_of(period.plant),
            "supplementary": supplementary.entered_in(period),
        }
    )


def _checked(period: ReportingPeriod) -> Outcome:
    check_over(period)
    outcome = refresh(period)
    check_complete(period, outcome)
    return outcome


def _kept_reason(period: ReportingPeriod) -> str:
    entry = period.history.filter(act="correction").order_by("-id").first()
    return str(entry.facts.get("reason", "")) if entry else ""


def _draft(period: ReportingPeriod, frozen: Frozen, digest: str, reason: str) -> Report:
    report, _ = Report.objects.update_or_create(
        period=period,
        version=period.version,
        defaults={
            "state": "",
            "content": frozen.content,
            "digest": frozen.digest,
            "figures_digest": digest,
            "total_g": frozen.total_g,
            "args": frozen.args,
            "nonce": frozen.nonce,
            "reason": reason,
            "created_at": clock.now(),
        },
    )
    return report

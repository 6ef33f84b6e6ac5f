"""Periods: opening a month or year, typed values, answers, readiness."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Grade, Origin, PeriodState
from lexicon.units import NotANumber, decimal_from_text

from accounting import answers
from accounting.domain.assembly import BALANCE, QUANTITY
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.sheet_rows import units_of
from accounting.domain.year import is_year
from accounting.models import (
    ActivityRecord,
    Evidence,
    PlantModel,
    RemarkAnswer,
    ReportingPeriod,
)
from accounting.people import names
from accounting.services import standing, states
from accounting.services.calculation import Outcome, refresh
from accounting.services.evidence import is_late
from accounting.services.gathering import streams_in
from accounting.services.plant_models import copy
from accounting.services.spans import is_month, last_day_of
from ingest.calendar import day_of
from tenants.access import Viewer

# Values other than activity data that a person may give, by how good they are.
_YEAR_OF_MONTHS = "年度数据来自各月，请在月份中填写 / a year's figures come from its months"
_WHICH_REMARK = "同名提示有几条，请指明数值摘要 / several remarks of this name: say which, by its digest"
_GRADES = {Origin.MEASURED: Grade.B, Origin.SUPPLIER: Grade.B, Origin.CALCULATED: Grade.B}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A typed value of a stream. evidence: ids of uploaded files that support it."""

    stream: str
    name: str
    text: str
    unit: str
    origin: str
    note: str = ""
    evidence: Sequence[str] = ()


@transaction.atomic
def open_period(viewer: Viewer, *, plant: str, period: str) -> ReportingPeriod:
    """A new month or year of a plant, collecting. Raises Refused: not_found, period_invalid, period_exists.

    A year takes its figures from the plant's months.
    """
    if not (is_month(period) if "-" in period else _is_year(period)):
        refuse(Refusal.PERIOD_INVALID, period=period[:20])
    model = PlantModel.objects.filter(pk=plant).first()
    if model is None:
        refuse(Refusal.NOT_FOUND)
    if ReportingPeriod.objects.filter(plant=plant, period=period).exists():
        refuse(Refusal.PERIOD_EXISTS, period=period)
    row = ReportingPeriod(plant=plant, period=period, created_at=clock.now())
    copy(row, guideline=guidelines()[model.guideline], region=model.region, sets=model.factor_sets)
    row.save()
    states.note(row, "opened", person=viewer.person)
    refresh(row)
    standing.tell()
    return row


@transaction.atomic
def set_values(viewer: Viewer, period: ReportingPeriod, values: Sequence[Value]) -> Outcome:
    """Keep typed values and calculate again; a ready period falls back to collecting.

    Raises Refused: period_locked, stream_unknown, field_invalid, value_not_number, not_found (evidence).
    """
    states.need_open(period)
    if is_year(period.period):
        refuse(Refusal.FIELD_INVALID, field=period.period, reason=_YEAR_OF_MONTHS)
    guideline = guidelines()[period.guideline]
    for value in values:
        _set_value(viewer, period, guideline, value)
    states.note(period, "values", person=viewer.person, values=[f"{one.stream}.{one.name}" for one in values])
    return _edited(viewer, period)


@transaction.atomic
def remove_value(viewer: Viewer, period: ReportingPeriod, *, stream: str, name: str) -> Outcome:
    """Take a typed value back. Raises Refused: period_locked, not_found."""
    states.need_open(period)
    found = ActivityRecord.objects.filter(period=period, stream=stream, name=name)
    if not found.exists():
        refuse(Refusal.NOT_FOUND)
    found.delete()
    states.note(period, "value_removed", person=viewer.person, values=[f"{stream}.{name}"])
    return _edited(viewer, period)


@transaction.atomic
def answer_remark(
    viewer: Viewer, period: ReportingPeriod, *, remark: str, stream: str, text: str, facts_digest: str = ""
) -> None:
    """Say why a remark is as it should be; it counts while the remark's figures stay what they are.

    facts_digest: which of several remarks of one name and stream, as the page has it; one alone needs none.
    Raises Refused: period_locked, not_found, reason_required, field_invalid (which one?), figures_changed.
    """
    states.need_open(period)
    if not text.strip():
        refuse(Refusal.REASON_REQUIRED)
    mine = [one for one in answers.shown(period) if (one["name"], one["stream"]) == (remark, stream)]
    if not mine:
        refuse(Refusal.NOT_FOUND)
    digests = {one["facts_digest"] for one in mine}
    if facts_digest and facts_digest not in digests:
        refuse(Refusal.FIGURES_CHANGED)
    if not facts_digest and len(digests) > 1:
        refuse(Refusal.FIELD_INVALID, field="facts_digest", reason=_WHICH_REMARK)
    RemarkAnswer.objects.update_or_create(
        period=period,
        remark=remark,
        stream=stream,
        facts_digest=facts_digest or digests.pop(),
        defaults={"text": text.strip()[:500], "person": viewer.person, "answered_at": clock.now()},
    )
    states.note(period, "answered", person=viewer.person, remark=remark, stream=stream)


@transaction.atomic
def make_ready(viewer: Viewer, period: ReportingPeriod) -> Outcome:
    """The pre-check: everything that would stop a submission, then the period is ready for the head.

    Raises Refused, the first that applies: period_state_wrong, period_not_over, quantity_missing,
    factor_missing, evidence_missing, gap_open, field_invalid, remark_unanswered.
    """
    states.need(period, PeriodState.COLLECTING, PeriodState.RETURNED, PeriodState.READY)
    check_over(period)
    outcome = refresh(period)
    check_complete(period, outcome)
    if period.state != PeriodState.READY:
        states.move(period, PeriodState.READY, act="ready", person=viewer.person)
        standing.tell()
    return outcome


def check_over(period: ReportingPeriod) -> None:
    """Nothing, when the month or year has ended in Shanghai. Raises Refused: period_not_over."""
    if day_of(clock.now()) <= last_day_of(period.period):
        refuse(Refusal.PERIOD_NOT_OVER, period=period.period)


def check_complete(period: ReportingPeriod, outcome: Outcome) -> None:
    """Nothing, when no remark blocks and all that need an answer have one. Raises: see `make_ready`."""
    blocking = [remark for remark in outcome.remarks if remark.blocks]
    by_name = {remark.name.name: remark for remark in reversed(blocking)}
    for name, refusal in _REFUSALS.items():
        if name in by_name:
            facts = {"stream": by_name[name].stream, "parameter": by_name[name].facts.get("field", "")}
            count = sum(1 for remark in blocking if remark.name.name == name)
            refuse(refusal, count=count, **facts)
    if blocking:
        refuse(Refusal.FIELD_INVALID, field=blocking[0].stream, reason=blocking[0].text("zh"))
    said = answers.Answers(period)
    open_ = {
        (remark.name.name, remark.stream, answers.digest_of(remark.facts))
        for remark in outcome.remarks
        if remark.name.needs_answer and not said.to(remark.name.name, remark.stream, remark.facts)
    }
    if open_:
        refuse(Refusal.REMARK_UNANSWERED, count=len(open_))


_REFUSALS = {
    "quantity_missing": Refusal.QUANTITY_MISSING,
    "missing_factor": Refusal.FACTOR_MISSING,
    "factor_unknown": Refusal.FACTOR_MISSING,
    "evidence_missing": Refusal.EVIDENCE_MISSING,
    "hours_ambiguous": Refusal.GAP_OPEN,
}


def _edited(viewer: Viewer, period: ReportingPeriod) -> Outcome:
    if period.state == PeriodState.READY:
        states.move(period, PeriodState.COLLECTING, act="reopened", person=viewer.person)
    standing.tell()
    return refresh(period)


def _set_value(viewer: Viewer, period: ReportingPeriod, guideline: Guideline, value: Value) -> None:
    stream = next((row for row in streams_in(period) if row.slug == value.stream), None)
    kind = guideline.stream_type(kind=stream.kind, item=stream.item) if stream else None
    if stream is None or kind is None:
        refuse(Refusal.STREAM_UNKNOWN, stream=value.stream[:40])
    units = units_of(kind, value.name)
    if value.unit not in units:
        refuse(Refusal.FIELD_INVALID, field=f"{value.stream}.{value.name}", reason=", ".join(units) or "-")
    if value.origin not in set(Origin):
        refuse(Refusal.FIELD_INVALID, field="origin", reason=", ".join(Origin))
    try:
        decimal_from_text(value.text)
    except NotANumber as error:
        refuse(Refusal.VALUE_NOT_NUMBER, value=error.text)
    files = list(Evidence.objects.filter(pk__in=list(value.evidence)))
    if len(files) != len(set(value.evidence)):
        refuse(Refusal.NOT_FOUND)
    if value.origin == Origin.MEASURED and any(is_late(one) for one in files):
        refuse(Refusal.EVIDENCE_LATE)
    typed = value.name == QUANTITY or value.name.startswith(BALANCE)
    record, _ = ActivityRecord.objects.update_or_create(
        period=period,
        stream=value.stream,
        name=value.name,
        defaults={
            "text": value.text,
            "unit": value.unit,
            "origin": value.origin,
            "grade": Grade.D if typed else _GRADES.get(Origin(value.origin), Grade.C),
            "note": value.note[:300],
            "person": viewer.person,
            "entered_at": clock.now(),
        },
    )
    record.evidence.set(files)


def _is_year(text: str) -> bool:
    return len(text) == len("2026") and text.isdigit() and text.isascii() and text.startswith("20")


def history(period: ReportingPeriod) -> list[dict[str, Any]]:
    """Who did what to a period, oldest first; a person with her name beside her id."""
    rows = period.history.order_by("id")
    known = names(sorted({row.person for row in rows} - {""}))
    return [
        {
            "at": row.at,
            "person": row.person,
            "person_name": known.get(row.person, ""),
            "act": row.act,
            "facts": row.facts,
            "tx_id": row.tx_id,
        }
        for row in rows
    ]

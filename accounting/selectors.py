"""What pages read of accounting: periods, reports, cases. Nothing here writes."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum
from kit.outbox import OutboxRow
from lexicon.terms import RemarkLevel, ReportState

from accounting import answers
from accounting.chain.models import ChainCase, ChainReport, PeriodStanding
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name
from accounting.models import (
    ActivityRecord,
    Evidence,
    Finding,
    Report,
    ReportingPeriod,
    SourceStream,
)


def periods(*, plant: str = "", state: str = "") -> QuerySet[ReportingPeriod]:
    """The tenant's periods, newest month first."""
    rows = ReportingPeriod.objects.order_by("-period", "plant")
    rows = rows.filter(plant=plant) if plant else rows
    return rows.filter(state=state) if state else rows


def period(period_id: str) -> ReportingPeriod | None:
    """One period of the tenant, or None."""
    return ReportingPeriod.objects.filter(pk=period_id).first()


def reports(*, state: str = "") -> QuerySet[Report]:
    """The tenant's frozen statements that were signed, newest first."""
    rows = Report.objects.exclude(state="").select_related("period").order_by("-created_at")
    return rows.filter(state=state) if state else rows


def report(report_id: str) -> Report | None:
    """One signed statement of the tenant, or None."""
    return reports().filter(pk=report_id).first()


def unopened() -> QuerySet[ChainReport]:
    """Submitted statements that wait for a case, oldest first; for the regulator."""
    return ChainReport.objects.filter(state=ReportState.SUBMITTED).order_by("submitted_at")


def cases_of_auditor(account: str) -> QuerySet[ChainCase]:
    """An auditor's cases, open ones first."""
    return ChainCase.objects.filter(auditor=account).order_by("-open", "-opened_at")


def all_cases() -> QuerySet[ChainCase]:
    """Every case, for the regulator."""
    return ChainCase.objects.order_by("-open", "-opened_at")


def latest_standings() -> QuerySet[PeriodStanding]:
    """Of each enterprise the plants' rows of its latest month; from the shared schema, for market's wall."""
    newest = (
        PeriodStanding.objects.filter(account=OuterRef("account"), period__contains="-")
        .order_by().values("account").annotate(newest=Max("period")).values("newest")
    )  # fmt: skip
    return PeriodStanding.objects.filter(period=Subquery(newest)).order_by("account", "plant")


def minted_grams(year: int) -> dict[str, int]:
    """By account, the sum of the minted totals of a year's months, in grams; nobody without any."""
    rows = PeriodStanding.objects.filter(period__startswith=f"{year}-", minted_g__isnull=False)
    return {row["account"]: row["g"] for row in rows.order_by().values("account").annotate(g=Sum("minted_g"))}


def total_tco2(row: ReportingPeriod) -> str | None:
    """The total of the last calculation with six decimals, or None while something blocks it."""
    total: str | None = (row.result or {}).get("total_tco2e")
    return total


def remarks(row: ReportingPeriod) -> list[dict[str, Any]]:
    """Remarks of the last calculation with level, words and what was answered, now or for other figures."""
    return [
        {
            "name": one["name"],
            "stream": one["stream"],
            "level": _level(Name[one["name"]]),
            "needs_answer": Name[one["name"]].needs_answer,
            "words": {"zh": one["zh"], "en": one["en"]},
            "field": one.get("facts", {}).get("field", ""),
            "facts_digest": one["facts_digest"],
            "answer": one["answer"],
            "answered_before": one["answered_before"],
        }
        for one in answers.shown(row)
    ]


def streams(row: ReportingPeriod, own: Iterable[SourceStream]) -> list[dict[str, Any]]:
    """A period's streams (`own`) with meters and typed values, and what else each may be given."""
    records: dict[str, list[ActivityRecord]] = {}
    for record in ActivityRecord.objects.filter(period=row).prefetch_related("evidence").order_by("name"):
        records.setdefault(record.stream, []).append(record)
    guideline = guidelines()[row.guideline]
    found = []
    for stream in own:
        kind = guideline.stream_type(kind=stream.kind, item=stream.item)
        found.append(
            {
                "slug": stream.slug,
                "kind": stream.kind,
                "item": stream.item,
                "variant": stream.variant,
                "name_zh": stream.name_zh,
                "name_en": stream.name_en,
                "unit": stream.unit,
                "meters": stream.meters,
                "quantity_units": list(kind.quantity_units) if kind else [],
                "balance": list(kind.balance) if kind else [],
                "balance_only": bool(kind and kind.balance_only),
                "parameters": [
                    {"name": one.name, "zh": one.zh, "meaning": one.meaning, "units": list(one.units)}
                    for one in (kind.parameters.values() if kind else ())
                ],
                "values": [value(record) for record in records.get(stream.slug, [])],
                "expected": (row.result or {}).get("expected", {}).get(stream.slug, {}),
            }
        )
    return found


def value(record: ActivityRecord) -> dict[str, Any]:
    """A typed value as pages show it."""
    return {
        "stream": record.stream,
        "name": record.name,
        "text": record.text,
        "unit": record.unit,
        "origin": record.origin,
        "grade": record.grade,
        "note": record.note,
        "evidence": [str(one.pk) for one in record.evidence.all()],
        "person": record.person,
        "entered_at": record.entered_at,
    }


def submission_of(row: ReportingPeriod) -> dict[str, Any] | None:
    """The version on its way or on the ledger, with the state of its intent; None before it is signed."""
    found = Report.objects.filter(period=row, version=row.version).exclude(state="").first()
    if found is None:
        return None
    intent = OutboxRow.objects.filter(pk=found.intent).first() if found.intent else None
    return {
        "report": str(found.pk),
        "version": found.version,
        "state": found.state,
        "digest": found.digest,
        "total_g": str(found.total_g),
        "submitted_at": found.submitted_at,
        "intent_id": str(found.intent) if found.intent else None,
        "intent_state": intent.state if intent else "",
        "tx_id": found.submitted_tx,
    }


def evidence(*, period_id: str = "") -> QuerySet[Evidence]:
    """The tenant's files, newest first; of one period if given."""
    rows = Evidence.objects.order_by("-created_at", "id")
    return rows.filter(period__pk=period_id) if period_id else rows


def findings(row: ReportingPeriod) -> list[Finding]:
    """Findings on all versions of a period, newest case first."""
    return list(
        Finding.objects.filter(case__report__period=row)
        .exclude(raised_tx="")
        .select_related("case__report")
        .prefetch_related("messages__evidence")
        .order_by("-case__opened_at", "number")
    )


def clocks_of(tenant: str, plant: str, period: str) -> dict[str, Any]:
    """How many findings of a period are open, and by when each side has to say something."""
    fields = ("findings_open", "answer_due_on", "review_due_on")
    row = PeriodStanding.objects.filter(tenant=tenant, plant=plant, period=period).values(*fields).first()
    return dict(row) if row else {"findings_open": 0, "answer_due_on": None, "review_due_on": None}


def search_evidence(text: str, *, limit: int, period: str = "", plant: str = "") -> list[Evidence]:
    """Evidence whose title, file name or digest fits a text, of the schema on the connection, newest first.

    period, plant: only of that plant's month, as an auditor may see.
    """
    words = text.strip()
    match = Q(title__icontains=words) | Q(file_name__icontains=words) | Q(sha256__startswith=words.lower())
    rows = Evidence.objects.filter(match).select_related("period").order_by("-created_at")
    if period:
        rows = rows.filter(period__period=period, period__plant=plant)
    return list(rows[:limit])


def record_of(row: ChainReport | ChainCase) -> dict[str, Any]:
    """The whole record the ledger has."""
    found: dict[str, Any] = json.loads(row.record)
    return found


def _level(name: Name) -> str:
    if name.blocks:
        return RemarkLevel.BLOCKING
    return RemarkLevel.WARNING if name.needs_answer else RemarkLevel.INFORMATION

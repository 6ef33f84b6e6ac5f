"""Ledger events that move statements, cases and reports: read models first, then the enterprise's own rows.

Called inside the follower's transaction, once an event; every change is idempotent by transaction id.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.events import LedgerEvent
from lexicon import canonical
from lexicon.terms import PeriodState, ReportState

from accounting import people
from accounting.chain.models import ChainCase, ChainDraw, ChainReport
from accounting.models import (
    Finding,
    QualityPlan,
    RenderedFile,
    Report,
    ReportingPeriod,
    SamplingPlan,
    VerificationCase,
    WorkLogEntry,
)
from accounting.services import factor_versions, files, peers, standing, states
from tenants.access import within

Value = Mapping[str, Any]
LANGUAGES = ("zh", "en")
_CLOSED = (ReportState.MINTED, ReportState.RETURNED, ReportState.WITHDRAWN, ReportState.SUPERSEDED)


def apply(event: LedgerEvent) -> None:
    """Take over every report and case that an event wrote; an event that wrote none changes nothing."""
    project(event)
    for write in event.written("report"):
        if write.value is not None and (tenant := people.tenant_of(str(write.value["account"]))):
            with within(tenant):
                _own_report(event, write.value)
    for write in event.written("plan"):
        if write.value is not None and (tenant := people.tenant_of(str(write.value["account"]))):
            with within(tenant):
                _own_plan(event, write.value)
    for write in event.written("case"):
        if write.value is not None and (tenant := people.tenant_of(str(write.value["account"]))):
            with within(tenant):
                _own_case(event, write.value)


def project(event: LedgerEvent) -> None:
    """The shared read models alone, which can be made again from block 0."""
    for write in event.written("report"):
        if write.value is not None:
            _report(event, write.value)
    for write in event.written("case"):
        if write.value is not None:
            _case(event, write.value)
    for write in event.written("draw"):
        if write.value is not None:
            _draw(event, write.value)
    factor_versions.project(event)


def name_of(value: Value) -> str:
    """The name of a report and its case: `account~plant~period~version`."""
    return "~".join(str(value[part]) for part in ("account", "plant", "period", "version"))


def _report(event: LedgerEvent, value: Value) -> None:
    name = name_of(value)
    known = ChainReport.objects.filter(pk=name).first()
    if known is not None and known.last_tx == event.tx_id:
        return
    tenant = people.tenant_of(value["account"])
    row = known or ChainReport(
        id=name,
        tenant=tenant.schema_name if tenant else "",
        account=value["account"],
        plant=value["plant"],
        period=value["period"],
        version=value["version"],
        submitted_tx=event.tx_id,
        submitted_block=event.block_number,
        submitted_at=event.at,
    )
    minted_now = value["state"] == ReportState.MINTED and not row.minted_tx
    row.state, row.digest, row.last_tx = value["state"], value["statement_digest"], event.tx_id
    row.record = canonical.encode_text(value)
    if minted_now:
        row.minted_tx, row.minted_block, row.minted_at = event.tx_id, event.block_number, event.at
    row.save()
    if value["state"] in _CLOSED:
        ChainCase.objects.filter(pk=name).update(open=False)


def _own_report(event: LedgerEvent, value: Value) -> None:
    """The enterprise's rows. The line of history that each event leaves says that it was here before."""
    period = ReportingPeriod.objects.filter(plant=value["plant"], period=value["period"]).first()
    report = Report.objects.filter(period=period, version=value["version"]).first() if period else None
    if period is None or report is None or report.digest != value["statement_digest"]:
        return
    if period.history.filter(tx_id=event.tx_id, facts__version=report.version).exists():
        return
    report.state = value["state"]
    report.submitted_tx = report.submitted_tx or event.tx_id
    if value["state"] == ReportState.MINTED and not report.minted_tx:
        report.minted_tx, report.minted_block, report.minted_at = event.tx_id, event.block_number, event.at
    report.save()
    states.note(
        period, "on_ledger", tx_id=event.tx_id,
        version=report.version, state=value["state"], block=event.block_number,
    )  # fmt: skip
    if period.version == report.version:
        _MOVES[ReportState(value["state"])](event, period, report)
    standing.keep(period)
    peers.keep(period)
    if value["state"] == ReportState.MINTED:
        _order_files(event, report)


def _submitted(event: LedgerEvent, period: ReportingPeriod, report: Report) -> None:
    """A period whose submission was thought refused, or was restored, is brought along."""
    if period.state == PeriodState.READY:
        states.move(period, PeriodState.SUBMITTED, act="submitted", tx_id=event.tx_id)


def _in_verification(event: LedgerEvent, period: ReportingPeriod, report: Report) -> None:
    if period.state == PeriodState.SUBMITTED:
        states.move(period, PeriodState.IN_VERIFICATION, act="case_opened", tx_id=event.tx_id)


def _withdrawn(event: LedgerEvent, period: ReportingPeriod, report: Report) -> None:
    if period.state in (PeriodState.SUBMITTED, PeriodState.IN_VERIFICATION):
        period.version += 1
        states.move(period, PeriodState.READY, act="withdrawn", tx_id=event.tx_id)


def _returned(event: LedgerEvent, period: ReportingPeriod, report: Report) -> None:
    if period.state == PeriodState.IN_VERIFICATION:
        period.version += 1
        case = VerificationCase.objects.filter(report=report).first()
        states.move(
            period,
            PeriodState.RETURNED,
            act="returned",
            tx_id=event.tx_id,
            reason=case.reason if case else "",
        )


def _minted(event: LedgerEvent, period: ReportingPeriod, report: Report) -> None:
    """Approval and minting are one transaction: both steps stand in the history."""
    if period.state == PeriodState.IN_VERIFICATION:
        states.move(period, PeriodState.VERIFIED, act="approved", tx_id=event.tx_id)
        states.move(period, PeriodState.MINTED, act="minted", tx_id=event.tx_id, block=event.block_number)


def _superseded(event: LedgerEvent, period: ReportingPeriod, report: Report) -> None:
    if period.state == PeriodState.MINTED:
        states.move(period, PeriodState.SUPERSEDED, act="superseded", tx_id=event.tx_id)


_MOVES = {
    ReportState.SUBMITTED: _submitted,
    ReportState.IN_VERIFICATION: _in_verification,
    ReportState.WITHDRAWN: _withdrawn,
    ReportState.RETURNED: _returned,
    ReportState.MINTED: _minted,
    ReportState.SUPERSEDED: _superseded,
}


def _order_files(event: LedgerEvent, report: Report) -> None:
    """Ask the task worker for the report's files in both languages; made once."""
    for kind in RenderedFile.Kind:
        for language in LANGUAGES:
            files.order(report, kind=kind, language=language, at=event.at)


def _case(event: LedgerEvent, value: Value) -> None:
    name = name_of(value)
    tenant = people.tenant_of(value["account"])
    ChainCase.objects.update_or_create(
        id=name,
        defaults={
            "auditor": value["auditor"],
            "seed": value.get("seed") or "",
            "record": canonical.encode_text(value),
            "last_tx": event.tx_id,
        },
        create_defaults={
            "auditor": value["auditor"],
            "seed": value.get("seed") or "",
            "record": canonical.encode_text(value),
            "last_tx": event.tx_id,
            "tenant": tenant.schema_name if tenant else "",
            "account": value["account"],
            "plant": value["plant"],
            "period": value["period"],
            "version": value["version"],
            "opened_at": event.at,
        },
    )


def _draw(event: LedgerEvent, value: Value) -> None:
    sides = {side: value.get(side) or {} for side in ("administrator", "regulator")}
    fields: dict[str, Any] = {
        "round": value["round"],
        **{side: given.get("commitment") or "" for side, given in sides.items()},
        **{f"{side}_open": bool(given.get("nonce")) for side, given in sides.items()},
        "seed": value.get("seed") or "",
        "last_tx": event.tx_id,
    }
    # One statement a draw: both sides commit to some fifty periods at once.
    ChainDraw.objects.bulk_create(
        [ChainDraw(period=value["period"], **fields)],
        update_conflicts=True,
        unique_fields=["period"],
        update_fields=list(fields),
    )


def _own_plan(event: LedgerEvent, value: Value) -> None:
    """A data quality plan that the ledger wrote is in force; the same again changes nothing."""
    QualityPlan.objects.filter(
        plant=value["plant"], version=value["version"], digest=value["plan_digest"], filed_tx=""
    ).update(filed_tx=event.tx_id, filed_at=event.at)


def _own_case(event: LedgerEvent, value: Value) -> None:
    """The auditor's working rows; their fields follow the ledger's record."""
    name = name_of(value)
    report = Report.objects.filter(
        period__plant=value["plant"], period__period=value["period"], version=value["version"]
    ).first()
    if report is None:
        return
    case, _ = VerificationCase.objects.get_or_create(
        id=name, defaults={"report": report, "auditor": value["auditor"], "opened_at": event.at}
    )
    case.plan_digest = value.get("plan_digest") or ""
    case.plans = list(value.get("plans", ()))
    case.seed = value.get("seed") or ""
    in_force = SamplingPlan.objects.filter(case=case, digest=case.plan_digest).order_by("-version").first()
    case.plan = in_force.plan if in_force else case.plan
    case.save(update_fields=["plan_digest", "plans", "seed", "plan"])
    _own_findings(event, case, value.get("findings", ()))
    for step in value.get("steps", ()):
        WorkLogEntry.objects.filter(case=case, step=step["step"], digest=step["digest"], tx_id="").update(
            tx_id=event.tx_id
        )


def _own_findings(event: LedgerEvent, case: VerificationCase, marks: Sequence[Value]) -> None:
    """What the ledger has of a case's findings: raised, closed; the same again changes nothing."""
    changed = 0
    for mark in marks:
        rows = Finding.objects.filter(case=case, number=mark["number"], digest=mark["digest"])
        changed += rows.filter(raised_tx="").update(raised_tx=event.tx_id)
        if mark.get("outcome_digest"):
            changed += rows.filter(closed=False, outcome_digest=mark["outcome_digest"]).update(
                closed=True, closed_at=event.at, closed_tx=event.tx_id
            )
    if changed:
        standing.keep(case.report.period)

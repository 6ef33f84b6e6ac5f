"""A report's files: ordered when it is minted, made once by the task worker, stored, never made again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Msp

from accounting import people, vault
from accounting.models import RenderedFile, Report
from accounting.paper import ATTACHMENT, VERIFICATION_ATTACHMENT
from accounting.report_sheets import Table
from accounting.services import printer, receipts, rendering, report_tables, verification_pages
from accounting.services.verification_parts import Approved

LEASE = timedelta(seconds=printer.PRINT_TIMEOUT_S + 30)
ATTEMPTS_MAX = 5
RETRY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Work:
    """A file to make: the pages of a PDF or the tables of a workbook. attachment: JSON to embed, or empty."""

    row: RenderedFile
    html: str
    attachment: str
    name: str = ATTACHMENT
    tables: Sequence[Table] = ()


def claim() -> Work | None:
    """The next file of this tenant to make, leased to this worker; None when there is nothing to do now."""
    now = clock.now()
    with transaction.atomic():
        row = (
            RenderedFile.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(lease_until=None) | Q(lease_until__lt=now), made_at=None, attempts__lt=ATTEMPTS_MAX)
            .select_related("report", "report__period")
            .order_by("created_at", "id")
            .first()
        )
        if row is None:
            return None
        work = _work(row)
        # A receipt waits for its block without using up an attempt.
        row.lease_until = now + (LEASE if work else RETRY)
        row.attempts += 1 if work else 0
        row.save(update_fields=["lease_until", "attempts"])
    return work


def make(work: Work) -> RenderedFile:
    """Print and store a claimed file. A failure is noted in the row and raised. Raises PrintError."""
    try:
        content = print_pdf(work)
    except printer.PrintError as error:
        RenderedFile.objects.filter(pk=work.row.pk).update(error=str(error)[:300], lease_until=None)
        raise
    vault.store(name_of(work.row), content)
    row = work.row
    row.sha256, row.size_bytes = sha256(content).hexdigest(), len(content)
    row.made_at, row.error = clock.now(), ""
    row.save()
    return row


def print_pdf(work: Work) -> bytes:
    """The file of a work, made in a process of its own. Raises PrintError."""
    job = {
        "html": work.html,
        "attachment": work.attachment,
        "name": work.name,
        "tables": [asdict(table) for table in work.tables],
        "made_at": work.row.report.created_at.isoformat(),
    }
    return printer.printed(job)


def stored(report: Report, kind: str, language: str) -> tuple[RenderedFile, bytes]:
    """A finished file and its bytes, the same at every download.

    Raises Refused: field_invalid (language), step_not_ready while it is being made; VaultError when damaged.
    """
    if language not in rendering.LANGUAGES:
        refuse(Refusal.FIELD_INVALID, field="lang", reason=", ".join(rendering.LANGUAGES))
    row = RenderedFile.objects.filter(report=report, kind=kind, language=language).first()
    if row is None and report.minted_at is not None:
        # A report minted before this kind of file was known: it is made now.
        row = order(report, kind=kind, language=language, at=clock.now())
    if row is None or row.made_at is None:
        refuse(Refusal.STEP_NOT_READY, step=f"{kind} {language}")
    return row, vault.load(name_of(row), digest=row.sha256)


def order(report: Report, *, kind: str, language: str, at: datetime) -> RenderedFile:
    """Ask the task worker for a file; nothing new when it was asked before."""
    row, _ = RenderedFile.objects.get_or_create(
        report=report, kind=kind, language=language, defaults={"created_at": at}
    )
    return row


def name_of(row: RenderedFile) -> str:
    """The name of a stored file."""
    return f"report-{row.report_id}-{row.kind}-{row.language}"


def _work(row: RenderedFile) -> Work | None:
    report = row.report
    if row.kind == RenderedFile.Kind.PDF:
        return Work(row, rendering.html_of(report, row.language), report.content)
    if row.kind == RenderedFile.Kind.XLSX:
        return Work(row, "", report.content, tables=report_tables.tables_of(report, row.language))
    if row.kind != RenderedFile.Kind.RECEIPT:
        return _verification_work(row)
    return _receipt_work(row)


def _verification_work(row: RenderedFile) -> Work:
    """The verification report of a minted report: its case is approved, so its JSON stands."""
    case, language = row.report.case, row.language
    approved = approved_of(row.report)
    if row.kind == RenderedFile.Kind.VERIFICATION_XLSX:
        tables = verification_pages.verification_tables(case.verification, language, approved=approved)
        return Work(row, "", case.verification, tables=tables)
    html = verification_pages.verification_html(case.verification, language, approved=approved)
    return Work(row, html, case.verification, name=VERIFICATION_ATTACHMENT)


def approved_of(report: Report) -> Approved:
    """The approval as the ledger has it; nothing before."""
    if report.minted_at is None:
        return Approved()
    block = "" if report.minted_block is None else str(report.minted_block)
    return Approved(report.minted_at.strftime("%Y-%m-%d"), report.minted_tx, block)


def _receipt_work(row: RenderedFile) -> Work | None:
    """The receipt, or None while nobody knows who endorsed the minting."""
    report = row.report
    names = receipts.endorsers_of(report.minted_tx)
    if names is None:
        return None
    known = {str(msp): getattr(msp, row.language) for msp in Msp}
    endorsers = [known.get(name, name) for name in names]
    case = getattr(report, "case", None)
    auditor = people.organisation_of(case.auditor) if case else None
    html = rendering.receipt_of(
        report, row.language, endorsers=endorsers, auditor=auditor.name if auditor else ""
    )
    return Work(row, html, "")

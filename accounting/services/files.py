"""A report's PDFs: ordered when it is minted, made once by the task worker, stored, never made again."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Msp

from accounting import people, vault
from accounting.models import RenderedFile, Report
from accounting.paper import ATTACHMENT
from accounting.services import receipts, rendering

# One A4 page takes a tenth of a second, a report of many lines two; the library's start takes up to four.
PRINT_TIMEOUT_S = 90
LEASE = timedelta(seconds=PRINT_TIMEOUT_S + 30)
ATTEMPTS_MAX = 5
RETRY = timedelta(seconds=2)


class PrintError(RuntimeError):
    """The printing process failed; the text is its last line."""


@dataclass(frozen=True, slots=True)
class Work:
    """A file to make, with the pages it is made of. attachment: JSON to embed, or empty."""

    row: RenderedFile
    html: str
    attachment: str


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
    except PrintError as error:
        RenderedFile.objects.filter(pk=work.row.pk).update(error=str(error)[:300], lease_until=None)
        raise
    vault.store(name_of(work.row), content)
    row = work.row
    row.sha256, row.size_bytes = sha256(content).hexdigest(), len(content)
    row.made_at, row.error = clock.now(), ""
    row.save()
    return row


def print_pdf(work: Work) -> bytes:
    """The PDF of a work, made in a short-lived process. Raises PrintError."""
    job = {
        "html": work.html,
        "attachment": work.attachment,
        "name": ATTACHMENT,
        "made_at": work.row.report.created_at.isoformat(),
    }
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.pdf"
        try:
            done = subprocess.run(
                [sys.executable, "-m", "accounting.printing", str(target)],
                input=json.dumps(job),
                text=True,
                capture_output=True,
                timeout=PRINT_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PrintError("the printer took too long") from error
        if done.returncode != 0 or not target.exists():
            raise PrintError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
        return target.read_bytes()


def stored(report: Report, kind: str, language: str) -> tuple[RenderedFile, bytes]:
    """A finished file and its bytes, the same at every download.

    Raises Refused: field_invalid (language), step_not_ready while it is being made; VaultError when damaged.
    """
    if language not in rendering.LANGUAGES:
        refuse(Refusal.FIELD_INVALID, field="lang", reason=", ".join(rendering.LANGUAGES))
    row = RenderedFile.objects.filter(report=report, kind=kind, language=language).first()
    if row is None or row.made_at is None:
        refuse(Refusal.STEP_NOT_READY, step=f"{kind} {language}")
    return row, vault.load(name_of(row), digest=row.sha256)


def name_of(row: RenderedFile) -> str:
    """The name of a stored file."""
    return f"report-{row.report_id}-{row.kind}-{row.language}"


def _work(row: RenderedFile) -> Work | None:
    report = row.report
    if row.kind == RenderedFile.Kind.PDF:
        return Work(row, rendering.html_of(report, row.language), report.content)
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

"""Evidence: checked by content, hashed, encrypted; opened by the tenant and the assigned auditor only."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from uuid import uuid4

from django.db import transaction
from kit import audit, clock, schema
from lexicon.refusals import Refusal, refuse
from lexicon.terms import EvidenceKind

from accounting import vault
from accounting.domain.files import ALLOWED, UNPACKED_MAX_MB, Danger, danger_of, kind_of
from accounting.models import Evidence, ReportingPeriod
from accounting.services import states
from tenants.access import Viewer

SIZE_MAX_MB = 50
SIZE_MAX = SIZE_MAX_MB * 1024 * 1024
# Samples are sent and reported within this time, or the test counts as none (MEE rules of 2022).
REPORT_WITHIN_DAYS = 40
_DANGERS = {
    Danger.RUNS: Refusal.FILE_RUNS,
    Danger.LOCKED: Refusal.FILE_LOCKED,
    Danger.BURSTS: Refusal.FILE_BURSTS,
}
DATES = ("sampled_on", "received_on", "tested_on", "reported_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file and what its uploader says of it. dates: of `DATES`, those that are known."""

    name: str
    content: bytes
    title: str
    kind: str
    stream: str = ""
    laboratory: str = ""
    accreditation: str = ""
    dates: Mapping[str, date]


@transaction.atomic
def upload(viewer: Viewer, period: ReportingPeriod | None, file: Upload) -> Evidence:
    """Check and keep a file.

    Raises Refused: period_locked, file_empty, file_too_large, file_kind_wrong, file_runs, file_locked,
    file_bursts, field_invalid, evidence_dates_wrong, evidence_duplicate.
    """
    if period is not None:
        states.need_open(period)
    media_type = _checked_kind(file)
    _check_dates(file)
    digest = sha256(file.content).hexdigest()
    same = Evidence.objects.filter(sha256=digest).first()
    if same is not None:
        refuse(Refusal.EVIDENCE_DUPLICATE, title=same.title)
    row = Evidence(
        id=uuid4(),
        tenant=schema.current().schema_name,
        period=period,
        stream=file.stream,
        kind=file.kind,
        title=seen(file.title),
        file_name=plain_name(file.name)[:200],
        media_type=media_type,
        size_bytes=len(file.content),
        sha256=digest,
        laboratory=file.laboratory,
        accreditation=file.accreditation,
        uploaded_by=viewer.person,
        created_at=clock.now(),
        **file.dates,
    )
    vault.store(str(row.id), file.content)
    row.save(force_insert=True)
    audit.record("evidence.upload", person=viewer.person, account=viewer.account, subject=str(row.id))
    return row


def is_picture(name: str, content: bytes) -> bool:
    """Whether a file is a picture, by its content."""
    found = kind_of(name, content)
    return found is not None and found.media_type.startswith("image/")


def plain_name(name: str) -> str:
    """A file's name without folders, of characters that are seen."""
    return seen(name.replace("\\", "/").rpartition("/")[2])


def seen(text: str) -> str:
    """A text without characters that nobody sees or that turn the others round."""
    return "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Zl", "Zp"))


def read(viewer: Viewer, row: Evidence, *, case: str = "") -> bytes:
    """The bytes of a file, for a member of the tenant or the auditor inside `case`; each look is logged."""
    content = vault.load(str(row.id), digest=row.sha256)
    audit.record(
        "evidence.read", person=viewer.person, account=viewer.account, subject=str(row.id), case=case
    )
    return content


def is_late(row: Evidence) -> bool:
    """Whether a laboratory report came too late to support a measured value."""
    if row.kind != EvidenceKind.LAB_REPORT or row.sampled_on is None or row.reported_on is None:
        return False
    return (row.reported_on - row.sampled_on).days > REPORT_WITHIN_DAYS


def _checked_kind(file: Upload) -> str:
    """The media type, from the content. Raises Refused: file_empty, file_too_large, file_kind_wrong,
    file_runs,
    file_locked, file_bursts, field_invalid."""
    if not file.content:
        refuse(Refusal.FILE_EMPTY, file=file.name[:80])
    if len(file.content) > SIZE_MAX:
        refuse(Refusal.FILE_TOO_LARGE, file=file.name[:80], limit=SIZE_MAX_MB)
    found = kind_of(file.name, file.content)
    if found is None:
        refuse(Refusal.FILE_KIND_WRONG, file=file.name[:80], allowed=ALLOWED)
    if danger := danger_of(found, file.content):
        refuse(_DANGERS[danger[0]], file=file.name[:80], what=danger[1], limit=UNPACKED_MAX_MB)
    if file.kind not in set(EvidenceKind):
        refuse(Refusal.FIELD_INVALID, field="kind", reason=", ".join(EvidenceKind))
    return found.media_type


def _check_dates(file: Upload) -> None:
    """Sampling, receipt, test and report follow one another, and none lies ahead."""
    known = [(name, file.dates[name]) for name in DATES if name in file.dates]
    for (_, earlier), (name, later) in pairwise(known):
        if later < earlier:
            refuse(Refusal.EVIDENCE_DATES_WRONG, field=name)
    if known and known[-1][1] > clock.now().date():
        refuse(Refusal.EVIDENCE_DATES_WRONG, field=known[-1][0])
    if file.kind == EvidenceKind.LAB_REPORT and not {"sampled_on", "reported_on"} <= set(file.dates):
        refuse(Refusal.EVIDENCE_DATES_WRONG, field="sampled_on, reported_on")

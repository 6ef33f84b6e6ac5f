"""Files of applications: checked by their content, kept under TANHENG_HOME, read by administrators only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from kit import clock
from lexicon.refusals import Refusal, refuse

from tenants.models import Registration, RegistrationDocument

SIZE_MB_MAX = 10
COUNT_MAX = 8
_MEGABYTE = 1024 * 1024
# What a file begins with says what it is; its name and the browser's word for it do not.
KINDS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    title: str
    content: bytes


def check_uploads(uploads: Sequence[Upload]) -> None:
    """Returns when every file has content, an allowed kind and size.

    Raises: Refused documents_missing, file_empty, file_too_large, file_kind_wrong.
    """
    if not uploads:
        refuse(Refusal.DOCUMENTS_MISSING, document="营业执照或任命文件 / licence or appointment")
    if len(uploads) > COUNT_MAX:
        refuse(Refusal.FIELD_INVALID, field="documents", reason=f"<= {COUNT_MAX}")
    for upload in uploads:
        if not upload.content:
            refuse(Refusal.FILE_EMPTY, file=upload.title)
        if len(upload.content) > SIZE_MB_MAX * _MEGABYTE:
            refuse(Refusal.FILE_TOO_LARGE, file=upload.title, limit=SIZE_MB_MAX)
        if kind_of(upload.content) is None:
            refuse(Refusal.FILE_KIND_WRONG, file=upload.title, allowed="PDF, PNG, JPEG")


def kind_of(content: bytes) -> str | None:
    """The media type by the first bytes, or None for a kind that is not taken."""
    return next((kind for start, kind in KINDS.items() if content.startswith(start)), None)


def keep(registration: Registration, uploads: Sequence[Upload]) -> None:
    """Write checked files, each before its row, so that a row never lacks its file."""
    for upload in uploads:
        row = RegistrationDocument(
            registration=registration,
            title=upload.title,
            media_type=kind_of(upload.content) or "",
            size_bytes=len(upload.content),
            sha256=hashlib.sha256(upload.content).hexdigest(),
            created_at=clock.now(),
        )
        path = path_of(row)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(upload.content)
        row.save(force_insert=True)


def path_of(document: RegistrationDocument) -> Path:
    """Where the bytes of a document lie; the name is ours, never the sender's."""
    home: Path = settings.TANHENG.home
    return home / "documents" / str(document.registration_id) / str(document.id)

"""The record of a site visit: place, seals, photographs, until the visit's step is recorded.

It may be written without a network and sent later: the time of capture is the device's and is kept beside
the time at which it came.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import EvidenceKind, VerificationStep

from accounting.domain.entity import unseen_in
from accounting.domain.year import is_year
from accounting.models import Evidence, VerificationCase
from accounting.services import evidence, visited, worklog
from accounting.visit_models import VisitPhoto, VisitRecord
from tenants.access import Viewer

PHOTOS_MAX = 40
SEAL_MAX = 80
# A device's clock may be a little ahead of ours.
AHEAD = timedelta(minutes=5)


def shown(case: VerificationCase) -> dict[str, Any]:
    """The record as it is, each meter with its registered seals; `open`: it may still change."""
    row = VisitRecord.objects.filter(case=case).first()
    return {
        "open": not worklog.is_recorded(case, VerificationStep.SITE_VISIT),
        "place": row.place if row else "",
        "captured_at": row.captured_at if row else None,
        "person": row.person if row else "",
        "at": row.at if row else None,
        "seals": visited.seals_of(case, row),
        "photos": [
            {
                "id": one.evidence_id,
                "title": one.evidence.title,
                "sha256": one.evidence.sha256,
                "captured_at": one.captured_at,
                "person": one.person,
            }
            for one in VisitPhoto.objects.filter(case=case).select_related("evidence")
        ],
    }


@transaction.atomic
def keep(
    viewer: Viewer, case: VerificationCase, *, place: str, captured_at: datetime, seals: Mapping[str, str]
) -> None:
    """Keep place and seals, whole. seals: by meter, as read off the devices.

    Raises Refused: step_unknown (a month), step_already_recorded, field_invalid.
    """
    case = _locked(case)
    known = {one["meter"] for one in visited.seals_of(case, None)}
    told = {meter: _text(meter, text, SEAL_MAX) for meter, text in seals.items()}
    for meter in told:
        if meter not in known:
            refuse(Refusal.FIELD_INVALID, field=meter[:40], reason="报告中没有这块表 / not in the report")
    VisitRecord.objects.update_or_create(
        case=case,
        defaults={
            "place": _text("place", place, 200, needed=True),
            "seals": {meter: text for meter, text in told.items() if text},
            "captured_at": _captured(captured_at),
            "person": viewer.person,
            "at": clock.now(),
        },
    )


@transaction.atomic
def add_photo(
    viewer: Viewer, case: VerificationCase, *, name: str, content: bytes, title: str, captured_at: datetime
) -> Evidence:
    """Keep a photograph as encrypted evidence of the case.

    Raises Refused: step_unknown, step_already_recorded, field_invalid, file_kind_wrong (no picture), and as
    evidence is refused.
    """
    case = _locked(case)
    if VisitPhoto.objects.filter(case=case).count() >= PHOTOS_MAX:
        refuse(Refusal.FIELD_INVALID, field="photos", reason=f"0..{PHOTOS_MAX}")
    # Everything before the upload: what is refused afterwards would leave its encrypted bytes behind.
    taken_at = _captured(captured_at)
    if content and not evidence.is_picture(name, content):
        refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed="jpg, png")
    upload = evidence.Upload(
        name=name,
        content=content,
        title=_text("title", title, 120, needed=True),
        kind=EvidenceKind.PHOTO,
        dates={},
    )
    row = evidence.upload(viewer, None, upload)
    VisitPhoto.objects.create(
        case=case,
        evidence=row,
        captured_at=taken_at,
        person=viewer.person,
        at=clock.now(),
    )
    return row


def _locked(case: VerificationCase) -> VerificationCase:
    """The case, held. Raises Refused: step_unknown (a month), step_already_recorded."""
    if not is_year(case.report.period.period):
        refuse(Refusal.STEP_UNKNOWN, step=VerificationStep.SITE_VISIT)
    return worklog.held_before(case, VerificationStep.SITE_VISIT)


def _captured(at: datetime) -> datetime:
    if at > clock.now() + AHEAD:
        refuse(Refusal.FIELD_INVALID, field="captured_at", reason="在未来 / in the future")
    return at


def _text(field: str, text: str, most: int, *, needed: bool = False) -> str:
    text = " ".join(text.split())
    if len(text) > most or (needed and not text):
        refuse(Refusal.FIELD_INVALID, field=field[:40], reason=f"{int(needed)}..{most}")
    if fault := unseen_in(text):
        refuse(Refusal.FIELD_INVALID, field=field[:40], reason=f"{fault.zh} / {fault.en}")
    return text

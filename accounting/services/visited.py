"""What was recorded on site of a case, as the step, the page and the report have it; `visits` takes it."""

from datetime import UTC, datetime
from typing import Any

from accounting import metered
from accounting.models import VerificationCase
from accounting.services import equipment
from accounting.services.freezing import loads
from accounting.visit_models import VisitPhoto, VisitRecord

SAME, DIFFERS, UNREGISTERED, UNSEEN = "same", "differs", "unregistered", "unseen"


def content_of(case: VerificationCase) -> dict[str, Any]:
    """Place, seals and photographs with the times of their capture; nothing where nothing was recorded."""
    row = VisitRecord.objects.filter(case=case).first()
    if row is None:
        return {}
    return {
        "place": row.place,
        "captured_at": instant(row.captured_at),
        "recorded_by": row.person,
        "seals": seals_of(case, row),
        "photos": [
            {
                "sha256": one.evidence.sha256,
                "title": one.evidence.title,
                "captured_at": instant(one.captured_at),
                "person": one.person,
            }
            for one in VisitPhoto.objects.filter(case=case).select_related("evidence")
        ],
    }


def seals_of(case: VerificationCase, row: VisitRecord | None) -> list[dict[str, str]]:
    """Each meter that feeds the report: seals as registered, as seen, and what comes of comparing them."""
    statement, plant = loads(case.report.content), case.report.period.plant
    used = {slug for line in statement["lines"] for slug in line["meters"]}
    registered = equipment.seals_of(plant)
    seen = row.seals if row else {}
    return [
        {
            "meter": meter.slug,
            "zh": meter.name_zh,
            "en": meter.name_en,
            "registered": registered.get(meter.slug, ""),
            "seen": seen.get(meter.slug, ""),
            "outcome": outcome_of(registered.get(meter.slug, ""), seen.get(meter.slug, "")),
        }
        for meter in metered.meters(plant)
        if meter.slug in used
    ]


def outcome_of(registered: str, seen: str) -> str:
    """same, differs, unregistered (seen only), unseen. Case, order and separators make no difference."""
    if not seen:
        return UNSEEN
    if not registered:
        return UNREGISTERED
    return SAME if _numbers(registered) == _numbers(seen) else DIFFERS


def instant(at: datetime) -> str:
    """A moment as digests have it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _numbers(text: str) -> list[str]:
    spaced = "".join(" " if one in ",，、;；/" else one for one in text.upper())
    return sorted(spaced.split())

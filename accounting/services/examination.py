"""The automatic checks of a period: what the radar says of its files and the witnesses of its meters.

One list for the enterprise's pre-check and the auditor's page, so that both see the same.
"""

from dataclasses import dataclass
from typing import Any

from accounting.models import Evidence, ReportingPeriod
from accounting.services import radar, witnessing
from accounting.services.gathering import with_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One automatic check. name: `evidence` or `witness`; subject: a file's id or a law's slug.

    passed: None while it waits or has too little to go by. words: a sentence in `zh` and `en`, empty
    when passed.
    """

    name: str
    subject: str
    passed: bool | None
    words: dict[str, str]


def automatic_checks(period: ReportingPeriod) -> list[Check]:
    """Every file and every law of a period with its result, the failed ones first."""
    rows = Evidence.objects.filter(period__in=with_months(period)).select_related("scan")
    files = [_file(row) for row in rows.prefetch_related("signs").order_by("created_at", "id")]
    laws = [_law(one) for one in witnessing.shown(period)]
    return sorted([*files, *laws], key=lambda check: check.passed is not False)


def _file(row: Evidence) -> Check:
    scan = getattr(row, "scan", None)
    scanned = scan is not None and scan.scanned_at is not None
    suspect = radar.is_suspicious(row)
    signs = radar.signs_of(row) if suspect else []
    words = {
        language: f"{row.title}：" + "；".join(one["words"][language] for one in signs) if signs else ""
        for language in ("zh", "en")
    }
    return Check(name="evidence", subject=str(row.pk), passed=(not suspect) if scanned else None, words=words)


def _law(one: dict[str, Any]) -> Check:
    unknown = one["verdict"] == "unknown"
    subject = f"{one['period']} {one['slug']}"
    words = one["words"] if one["alarms"] else {"zh": "", "en": ""}
    return Check(name="witness", subject=subject, passed=None if unknown else not one["alarms"], words=words)

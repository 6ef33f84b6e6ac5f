"""The automatic checks of a period: what the radar says of its files and the witnesses of its meters.

One list for the enterprise's pre-check and the auditor's page, so that both see the same.
"""

from dataclasses import dataclass
from typing import Any

from accounting.domain.documents.remarks import PaperRemark
from accounting.models import Evidence, Report, ReportingPeriod
from accounting.services import documents, radar, witnessing
from accounting.services.gathering import with_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One automatic check. name: `evidence` (forgery), `paper` (what a document must show) or `witness`;
    subject: a file's id or a law's slug.

    passed: None while it waits or has too little to go by. words: a sentence in `zh` and `en`, empty
    when passed.
    """

    name: str
    subject: str
    passed: bool | None
    words: dict[str, str]


def automatic_checks(period: ReportingPeriod, frozen: Report | None = None) -> list[Check]:
    """Every file and every law of a period with its result, the failed ones first. frozen: the statement
    whose figures documents are held against; without it the last calculation's."""
    periods = with_months(period)
    rows = Evidence.objects.filter(period__in=periods).select_related("scan")
    listed = list(rows.prefetch_related("signs").order_by("created_at", "id"))
    told: dict[str, list[PaperRemark]] = {}
    for one in periods:
        told |= documents.remarks_of(one, documents.input_of(frozen, one))
    files = [_file(row) for row in listed]
    papers = [_paper(row, told.get(str(row.pk), [])) for row in listed if documents.has_demands(row)]
    laws = [_law(one) for one in witnessing.shown(period)]
    return sorted([*files, *papers, *laws], key=lambda check: check.passed is not False)


def _paper(row: Evidence, remarks: list[PaperRemark]) -> Check:
    """What a file must show; it waits as long as the radar has not read it."""
    scan = getattr(row, "scan", None)
    scanned = scan is not None and scan.scanned_at is not None
    words = {"zh": "", "en": ""}
    if remarks:
        words = {
            "zh": f"{row.title}："
            + "；".join(f"{one.words('zh')}（{one.at[0]}；{one.against[0]}）" for one in remarks),
            "en": f"{row.title}: "
            + "; ".join(f"{one.words('en')} ({one.at[1]}; {one.against[1]})" for one in remarks),
        }
    return Check(name="paper", subject=str(row.pk), passed=not remarks if scanned else None, words=words)


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

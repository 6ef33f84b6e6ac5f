"""Anyone's question: is this the report that the ledger has? By digest, JSON or PDF."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lexicon.refusals import Refusal, refuse, speak
from lexicon.terms import ReportState
from proof.report import Check, NotAReport, Opened

from accounting import paper_apart, people
from accounting.chain.models import ChainReport
from accounting.models import RenderedFile
from accounting.paper import Paper, open_paper, pages_show
from accounting.selectors import record_of
from accounting.services.receipts import endorsers_of
from tenants.access import within
from tenants.selectors import organisation_names

UPLOAD_MAX_MB = 20
UPLOAD_MAX = UPLOAD_MAX_MB * 1024 * 1024

_ON_LEDGER = {
    "zh": ("账本上有这份报告。", "内容自{state}以来没有改变。", "可凭区块与交易号在浏览器中复核。"),
    "en": (
        "The ledger has this report.",
        "Its content has not changed since it was {state}.",
        "Block and transaction can be looked up in the explorer.",
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ledger says of a digest and what a file says of itself."""

    digest: str
    report: ChainReport | None
    opened: Opened | None
    pages: Check | None


def check_digest(digest: str) -> Answer:
    """By digest alone: 64 hex digits. Raises Refused: field_invalid."""
    if len(digest) != 64 or any(sign not in "0123456789abcdef" for sign in digest):
        refuse(Refusal.FIELD_INVALID, field="digest", reason="64 hex")
    return Answer(digest, _on_ledger(digest), None, None)


def check_file(name: str, content: bytes) -> Answer:
    """By a report's JSON, PDF or XLSX.

    Raises Refused: file_empty, file_too_large, file_kind_wrong, report_attachment_missing, rate_limited.
    """
    if not content:
        refuse(Refusal.FILE_EMPTY, file=name[:80])
    if len(content) > UPLOAD_MAX:
        refuse(Refusal.FILE_TOO_LARGE, file=name[:80], limit=UPLOAD_MAX_MB)
    try:
        paper = paper_apart.read(content)
        opened: Opened | None = open_paper(paper.content)
    except NotAReport as error:
        if error.reason == "no_attachment":
            refuse(Refusal.REPORT_ATTACHMENT_MISSING)
        if error.reason != "not_canonical":
            refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed="json, pdf, xlsx")
        opened = None
    digest = sha256(paper.content).hexdigest()
    report = _on_ledger(digest)
    return Answer(digest, report, opened, _pages(report, opened, content, paper))


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer with what, meaning and action in both languages."""
    report = answer.report
    record = record_of(report) if report else {}
    content = answer.opened.content if answer.opened else {}
    checks = [*(answer.opened.checks if answer.opened else ()), *([answer.pages] if answer.pages else [])]
    total = content.get("total")
    return {
        "found": report is not None,
        "digest": answer.digest,
        "state": report.state if report else None,
        "enterprise": organisation_names([report.account]).get(report.account) if report else None,
        "plant": report.plant if report else None,
        "period": report.period if report else None,
        "version": report.version if report else None,
        "guideline": record.get("guideline"),
        "total_tco2": total.get("tco2e") if isinstance(total, dict) else None,
        "block_number": (report.minted_block or report.submitted_block) if report else None,
        "tx_id": (report.minted_tx or report.submitted_tx) if report else None,
        "minted_at": report.minted_at if report else None,
        "endorsers": endorsers_of(report.minted_tx) or [] if report else [],
        "signers": _signers(record),
        "checks": [{"name": one.name, "holds": one.holds, "detail": one.detail} for one in checks],
        "statement": dict(content) if content else None,
        **_words(answer, failed=[one for one in checks if not one.holds]),
    }


def _words(answer: Answer, *, failed: list[Check]) -> dict[str, dict[str, str]]:
    if answer.report is None:
        return _refusal(Refusal.REPORT_NOT_ON_CHAIN)
    if failed:
        return _refusal(Refusal.REPORT_DIFFERS)
    if answer.report.state == ReportState.SUPERSEDED:
        return _refusal(Refusal.PERIOD_SUPERSEDED)
    state = ReportState(answer.report.state)
    told: dict[str, dict[str, str]] = {"what": {}, "meaning": {}, "action": {}}
    for language, sentences in _ON_LEDGER.items():
        for part, sentence in zip(told, sentences, strict=True):
            told[part][language] = sentence.format(state=getattr(state, language))
    return told


def _refusal(refusal: Refusal) -> dict[str, dict[str, str]]:
    zh, en = speak(refusal, {})
    return {
        part: {"zh": getattr(zh, part), "en": getattr(en, part)} for part in ("what", "meaning", "action")
    }


def _signers(record: dict[str, Any]) -> list[dict[str, str]]:
    signers = [{"person": record["submitted_by"], "act": "submit"}] if record.get("submitted_by") else []
    approval = record.get("approval")
    return signers + ([{"person": approval["approved_by"], "act": "approve"}] if approval else [])


def _on_ledger(digest: str) -> ChainReport | None:
    return ChainReport.objects.filter(digest=digest).order_by("-version").first()


def _pages(report: ChainReport | None, opened: Opened | None, content: bytes, paper: Paper) -> Check | None:
    """Whether a PDF's pages or a workbook are ours, byte for byte; else the first figure they do not show."""
    if paper.text is None or opened is None:
        return None
    if _is_stored(report, sha256(content).hexdigest()):
        return Check("pages", holds=True)
    return Check(
        "pages", holds=False, detail=pages_show(opened, paper.text, exact=paper.exact).detail or "file"
    )


def _is_stored(report: ChainReport | None, digest: str) -> bool:
    tenant = people.tenant_of(report.account) if report else None
    if tenant is None:
        return False
    with within(tenant):
        return RenderedFile.objects.filter(sha256=digest).exclude(sha256="").exists()

"""Anyone's question: is this a report, or a verification, that the ledger has? By digest or file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from lexicon.refusals import Refusal, refuse, speak
from lexicon.terms import ReportState
from proof.report import Check, NotAReport, Opened
from proof.verification import OpenedVerification, is_verification, open_verification

from accounting import paper_apart, people
from accounting.chain.models import ChainReport
from accounting.domain.exact import tco2e_text
from accounting.models import RenderedFile
from accounting.paper import Paper, open_paper, pages_show
from accounting.selectors import record_of
from accounting.services.receipts import endorsers_of
from tenants.access import within
from tenants.selectors import organisation_names

UPLOAD_MAX_MB = 20
GRAMS = 1_000_000  # in a tonne
UPLOAD_MAX = UPLOAD_MAX_MB * 1024 * 1024
REPORT, VERIFICATION = "report", "verification"
_DIGEST = re.compile("[0-9a-f]{64}")

_ON_LEDGER = {
    REPORT: {
        "zh": ("账本上有这份报告。", "内容自{state}以来没有改变。", "可凭区块与交易号在浏览器中复核。"),
        "en": (
            "The ledger has this report.",
            "Its content has not changed since it was {state}.",
            "Block and transaction can be looked up in the explorer.",
        ),
    },
    VERIFICATION: {
        "zh": (
            "账本上有这份核查报告。",
            "排放报告就是凭它批准的（{state}），此后没有改变。",
            "可凭区块与交易号在浏览器中复核。",
        ),
        "en": (
            "The ledger has this verification report.",
            "The emission report ({state}) was approved by it, and it has not changed since.",
            "Block and transaction can be looked up in the explorer.",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ledger says of a digest and what a file says of itself. kind: of a report or a verification.

    report: the emission report that has the digest, or was approved by the verification that has it.
    """

    kind: str
    digest: str
    report: ChainReport | None
    opened: Opened | OpenedVerification | None
    pages: Check | None


def check_digest(digest: str, file: str = "") -> Answer:
    """By digest alone, 64 hex digits; file: that of the PDF or workbook around it, which stays where it is.

    Raises Refused: field_invalid.
    """
    for field, given in (("digest", digest), *((("file", file),) if file else ())):
        if not _DIGEST.fullmatch(given):
            refuse(Refusal.FIELD_INVALID, field=field, reason="64 hex")
    kind, report = _on_ledger(digest)
    ours = _is_stored(report, file) if file else True
    pages = Check("pages", holds=ours, detail="" if ours else "file") if file and report else None
    return Answer(kind, digest, report, None, pages)


def check_file(name: str, content: bytes) -> Answer:
    """By the JSON, PDF or XLSX of a report or of a verification report.

    Raises Refused: file_empty, file_too_large, file_kind_wrong, report_attachment_missing, rate_limited.
    """
    if not content:
        refuse(Refusal.FILE_EMPTY, file=name[:80])
    if len(content) > UPLOAD_MAX:
        refuse(Refusal.FILE_TOO_LARGE, file=name[:80], limit=UPLOAD_MAX_MB)
    try:
        paper = paper_apart.read(content)
        opened = _opened(paper.content)
    except NotAReport as error:
        if error.reason == "no_attachment":
            refuse(Refusal.REPORT_ATTACHMENT_MISSING)
        if error.reason != "not_canonical":
            refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed="json, pdf, xlsx")
        opened = None
    digest = sha256(paper.content).hexdigest()
    kind, report = _on_ledger(digest)
    kind = VERIFICATION if isinstance(opened, OpenedVerification) else kind
    return Answer(kind, digest, report, opened, _pages(report, opened, content, paper))


def _opened(content: bytes) -> Opened | OpenedVerification | None:
    """Either report with its checks. Raises NotAReport."""
    return open_verification(content) if is_verification(content) else open_paper(content)


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer with what, meaning and action in both languages."""
    report = answer.report
    record = record_of(report) if report else {}
    content = answer.opened.content if answer.opened else {}
    checks = [*(answer.opened.checks if answer.opened else ()), *([answer.pages] if answer.pages else [])]
    return {
        "kind": answer.kind,
        "found": report is not None,
        "digest": answer.digest,
        "state": report.state if report else None,
        "enterprise": organisation_names([report.account]).get(report.account) if report else None,
        "plant": report.plant if report else None,
        "period": report.period if report else None,
        "version": report.version if report else None,
        "guideline": record.get("guideline"),
        "total_tco2": _total(content),
        "block_number": (report.minted_block or report.submitted_block) if report else None,
        "tx_id": (report.minted_tx or report.submitted_tx) if report else None,
        "minted_at": report.minted_at if report else None,
        "endorsers": endorsers_of(report.minted_tx) or [] if report else [],
        "signers": _signers(record),
        "checks": [{"name": one.name, "holds": one.holds, "detail": one.detail} for one in checks],
        "statement": dict(content) if content else None,
        **_words(answer, failed=[one for one in checks if not one.holds]),
    }


def _total(content: Mapping[str, object]) -> str | None:
    """The total that a file names: an emission report in tonnes, a verification report in grams."""
    total, grams = content.get("total"), content.get("total_g")
    if isinstance(total, dict):
        return str(total.get("tco2e"))
    is_whole = isinstance(grams, str) and grams.removeprefix("-").isdecimal()
    return tco2e_text(Fraction(int(grams), GRAMS)) if is_whole and isinstance(grams, str) else None


def _words(answer: Answer, *, failed: list[Check]) -> dict[str, dict[str, str]]:
    if answer.report is None:
        return _refusal(Refusal.REPORT_NOT_ON_CHAIN)
    if failed:
        return _refusal(Refusal.REPORT_DIFFERS)
    if answer.report.state == ReportState.SUPERSEDED:
        return _refusal(Refusal.PERIOD_SUPERSEDED)
    state = ReportState(answer.report.state)
    told: dict[str, dict[str, str]] = {"what": {}, "meaning": {}, "action": {}}
    for language, sentences in _ON_LEDGER[answer.kind].items():
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


def _on_ledger(digest: str) -> tuple[str, ChainReport | None]:
    """The report whose statement, or whose approval, has a digest; and which of the two it is."""
    report = ChainReport.objects.filter(digest=digest).order_by("-version").first()
    if report is not None:
        return REPORT, report
    approved = ChainReport.objects.filter(verification_digest=digest).order_by("-version").first()
    return (VERIFICATION if approved else REPORT), approved


def _pages(
    report: ChainReport | None, opened: Opened | OpenedVerification | None, content: bytes, paper: Paper
) -> Check | None:
    """Whether a PDF's pages or a workbook are ours, byte for byte; else the first figure they do not show."""
    if paper.text is None or opened is None:
        return None
    if _is_stored(report, sha256(content).hexdigest()):
        return Check("pages", holds=True)
    lacks = pages_show(opened, paper.text, exact=paper.exact).detail
    return Check("pages", holds=False, detail=lacks or "file")


def _is_stored(report: ChainReport | None, digest: str) -> bool:
    tenant = people.tenant_of(report.account) if report else None
    if tenant is None:
        return False
    with within(tenant):
        return RenderedFile.objects.filter(sha256=digest).exclude(sha256="").exists()

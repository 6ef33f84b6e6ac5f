"""A report's file as anyone holds it: JSON, or a PDF that carries the JSON. Knows files, not the database."""

import io
from dataclasses import dataclass

from proof.report import Check, NotAReport, Opened, open_report

from accounting.domain.exact import page_text
from accounting.domain.registry import guidelines

ATTACHMENT = "report.json"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a file holds. content: the report's JSON bytes; text: of a PDF's pages, None for JSON alone."""

    content: bytes
    text: str | None


def is_pdf(content: bytes) -> bool:
    """Whether a file says of itself that it is a PDF; readers accept some bytes before the mark."""
    return content[:1024].find(b"%PDF-") >= 0


def read_paper(content: bytes) -> Paper:
    """The report's JSON of a file, and the text around it.

    Raises NotAReport: torn_pdf, no_attachment (none, or more than one, called report.json).
    """
    if not is_pdf(content):
        return Paper(content, None)
    # Loaded here: it brings 28 MB of font code, which a web process needs only when somebody sends a PDF.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(content))
        attached = reader.attachments.get(ATTACHMENT, [])
        text = "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise NotAReport("torn_pdf") from error
    if len(attached) != 1:
        raise NotAReport("no_attachment")
    return Paper(attached[0], text)


def open_paper(content: bytes) -> Opened:
    """A report's JSON with every check, formulas against the guideline it names. Raises NotAReport."""
    opened = open_report(content)
    named = opened.content.get("guideline")
    guideline = guidelines().get(str(named.get("id"))) if isinstance(named, dict) else None
    return opened if guideline is None else open_report(content, published=guideline.published())


def pages_show(opened: Opened, text: str) -> Check:
    """Whether pages show every amount of the data; the detail is the first they lack."""
    seen = "".join(text.split())
    missing = [figure for figure in _figures(opened) if figure not in seen]
    return Check("pages", holds=not missing, detail=missing[0] if missing else "")


def _figures(opened: Opened) -> list[str]:
    """The amounts a page of the report shows."""
    lines, total = opened.content.get("lines"), opened.content.get("total")
    shown = [page_text(str(one["tco2e"])) for one in lines] if isinstance(lines, list) else []
    return [str(total[part]) for part in ("cover_t", "tco2e")] + shown if isinstance(total, dict) else shown

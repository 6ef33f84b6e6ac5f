"""A report's file as anyone holds it: JSON, or a PDF or XLSX that carries it. Knows no database."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element, ParseError, fromstring

from proof.report import Check, NotAReport, Opened, open_report
from proof.verification import OpenedVerification

from accounting.domain.exact import is_number, page_text, tco2e_text
from accounting.domain.registry import guidelines
from accounting.report_sheets import ATTACHED, NAMESPACE

ATTACHMENT = "report.json"
VERIFICATION_ATTACHMENT = "verification.json"
# A year's report with its trees is some megabytes; a part that unpacks to more is an attack on the reader.
PART_MAX = 32 * 1024 * 1024
GRAMS = 1_000_000  # in a tonne
_WHOLE = re.compile("-?[0-9]{1,30}", re.ASCII)
_SHEET = re.compile(r"xl/(worksheets/sheet[0-9]{1,3}|sharedStrings)\.xml")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a file holds. content: the report's JSON bytes; text: of its pages or cells, None for JSON alone.

    exact: whether the text shows amounts to the gram, as a sheet does, and not rounded as a page does.
    """

    content: bytes
    text: str | None
    exact: bool = False


def is_pdf(content: bytes) -> bool:
    """Whether a file says of itself that it is a PDF; readers accept some bytes before the mark."""
    return content[:1024].find(b"%PDF-") >= 0


def read_paper(content: bytes) -> Paper:
    """The report's JSON of a file, and the text around it.

    Raises NotAReport: torn_pdf, no_attachment (none, or more than one, called report.json).
    """
    if content.startswith(b"PK"):
        return _read_workbook(content)
    if not is_pdf(content):
        return Paper(content, None)
    # Loaded here: it brings 28 MB of font code, which a web process needs only when somebody sends a PDF.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(content))
        held = reader.attachments
        attached = [*held.get(ATTACHMENT, []), *held.get(VERIFICATION_ATTACHMENT, [])]
        text = "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise NotAReport("torn_pdf") from error
    if len(attached) != 1:
        raise NotAReport("no_attachment")
    return Paper(attached[0], text)


def _read_workbook(content: bytes) -> Paper:
    """The JSON of a workbook's own part, and every number and word of its sheets."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {part.filename: part.file_size for part in archive.infolist()}
            if ATTACHED not in parts:
                raise NotAReport("no_attachment")
            shown = sorted(name for name in parts if _SHEET.fullmatch(name))
            if sum(parts[name] for name in [ATTACHED, *shown]) > PART_MAX:
                raise NotAReport("too_large")
            item = _xml(archive.read(ATTACHED))
            cells = [text for name in shown for text in _xml(archive.read(name)).itertext()]
    except (zipfile.BadZipFile, ParseError, ValueError, NotImplementedError, OSError) as error:
        if isinstance(error, NotAReport):
            raise
        raise NotAReport("torn_workbook") from error
    if item.tag != f"{{{NAMESPACE}}}report" or not item.text:
        raise NotAReport("no_attachment")
    return Paper(item.text.encode(), "\n".join(cells), exact=True)


def _xml(body: bytes) -> Element:
    """A part's tree. A part that declares entities is none of ours. Raises ParseError, NotAReport."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise NotAReport("torn_workbook")
    return fromstring(body)  # noqa: S314 (no entity can stand in it)


def open_paper(content: bytes) -> Opened:
    """A report's JSON with every check, formulas against the guideline it names. Raises NotAReport."""
    opened = open_report(content)
    named = opened.content.get("guideline")
    guideline = guidelines().get(str(named.get("id"))) if isinstance(named, dict) else None
    return opened if guideline is None else open_report(content, published=guideline.published())


def pages_show(opened: Opened | OpenedVerification, text: str, *, exact: bool = False) -> Check:
    """Whether pages (exact: cells) show every amount of the data; the detail is the first that they lack."""
    seen = set(text.split("\n")) if exact else _plain(text)
    wanted = _figures(opened, exact=exact) if isinstance(opened, Opened) else _verified(opened, exact=exact)
    missing = [figure for figure in wanted if figure not in seen]
    if isinstance(opened, Opened):
        # A PDF's text may come back in look-alikes of its characters, so words are compared folded.
        words = seen if exact else _folded(text)
        missing += [
            one for one in _said(opened, exact=exact) if (one if exact else _folded(one)) not in words
        ]
    return Check("pages", holds=not missing, detail=missing[0] if missing else "")


def _plain(text: str) -> str:
    """A page's text without what print adds to figures: room, groups of three, the true minus."""
    return "".join(text.split()).replace(",", "").replace("\u2212", "-")


def _figures(opened: Opened, *, exact: bool) -> list[str]:
    """The amounts a page of the report shows, or a sheet's cells: of lines and of what rules put right."""
    lines, total = _rows(opened.content.get("lines")), opened.content.get("total")
    rows = [*lines, *(one for line in lines for one in _rows(line.get("adjustments")))]
    amounts = [str(one.get("tco2e")) for one in rows]
    shown = amounts if exact else [page_text(one) if is_number(one) else one for one in amounts]
    if not isinstance(total, dict):
        return shown
    cover = str(total.get("cover_t"))
    return [f"{cover} tCO\u2082e" if exact else cover, str(total.get("tco2e")), *shown]


def _folded(text: str) -> str:
    """A page's words without what print adds, each character in its plain form."""
    return _plain(unicodedata.normalize("NFKC", text))


def _said(opened: Opened, *, exact: bool) -> list[str]:
    """What the enterprise says of itself, and the rows of its tables; reports made earlier have neither."""
    entity, table = opened.content.get("entity"), opened.content.get("supplementary")
    facts = _rows(entity.get("facts")) if isinstance(entity, dict) else []
    rows = _rows(table.get("rows")) if isinstance(table, dict) else []
    said = [str(one.get(name)) for name, found in (("text", facts), ("value", rows)) for one in found]
    return [one for one in said if one] + _equipment(opened) + _fuel_cells(opened, exact=exact)


def _equipment(opened: Opened) -> list[str]:
    """What is said of equipment, devices and departments; reports made earlier say nothing."""
    table = opened.content.get("equipment")
    streams = _rows(table.get("streams")) if isinstance(table, dict) else []
    devices = [one for row in streams for one in _rows(row.get("devices"))]
    names = ("production_unit", "equipment", "capacity", "department")
    said = [row.get(name) for row in streams for name in names]
    said += [one.get(name) for one in devices for name in ("device_model", "device_place")]
    return [text for text in said if isinstance(text, str) and text]


def _fuel_cells(opened: Opened, *, exact: bool) -> list[str]:
    """What the table of fuels shows; emissions on a page have the decimals of the lines."""
    found: list[str] = []
    for row in _fuel_rows(opened):
        texts = [str(one.get("value")) for one in _rows(row.get("months"))] + [str(row.get("year"))]
        whole = exact or row.get("unit") != "tCO2"
        found += [one if whole or not is_number(one) else page_text(one) for one in texts if one]
    return found


def _fuel_rows(opened: Opened) -> list[dict[str, object]]:
    """The rows of a power unit's table of fuels (C.3); none in other reports."""
    tables = opened.content.get("tables")
    fuel = tables.get("fuel") if isinstance(tables, dict) else None
    fuels = _rows(fuel.get("fuels")) if isinstance(fuel, dict) else []
    return [row for one in fuels for row in _rows(one.get("rows"))]


def _verified(opened: OpenedVerification, *, exact: bool) -> list[str]:
    """The amounts of a verification report: the total, each line as it was verified and, where the report
    says it, as it was reported before."""
    total = _tonnes(opened.content.get("total_g"))
    results, removed = _rows(opened.content.get("results")), _rows(opened.content.get("removed"))
    lines = [_tonnes(row.get("verified_g")) for row in results]
    before = [_tonnes(text) for row in (*results, *removed) if (text := row.get("before_g"))]
    return [f"{total} tCO\u2082e" if exact else total, *lines, *before]


def _tonnes(grams: object) -> str:
    """Grams as tonnes to the gram; what is no whole number stays as it is, and no page shows it."""
    whole = isinstance(grams, str) and _WHOLE.fullmatch(grams)
    return tco2e_text(Fraction(int(str(grams)), GRAMS)) if whole else repr(grams)


def _rows(value: object) -> list[dict[str, object]]:
    """The objects of a list in a stranger's file; nothing where there is no such list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

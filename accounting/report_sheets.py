"""Reports as XLSX: tables of text and exact numbers, equal bytes for equal content, the report's JSON inside.

The JSON stands in a custom XML part, which spreadsheet programs keep and do not show; `accounting.paper`
takes it out again. Knows sheets, not reports.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from accounting.domain.exact import is_number

# The package format knows no earlier day; a file says nothing of when it was made, so equal content is equal.
STILL = (1980, 1, 1, 0, 0, 0)
ATTACHED = "customXml/item1.xml"
NAMESPACE = "urn:tanheng:report"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_CORE = "docProps/core.xml"
_RELATION = (
    '<Relationship Id="rIdReport" Target="../customXml/item1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"/>'
)
_PROPERTIES = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Tanheng</dc:creator></cp:coreProperties>'
)
HEAD_FILL, HEAD_INK = "E3EFE8", "12564D"
WIDTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: name, headings (or none), rows of text. numbers: by column from 0, the format of numbers."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Mapping[int, str]


def write_report(tables: Sequence[Table], content: str) -> bytes:
    """The workbook of some tables with a report's canonical JSON inside; equal bytes for equal content."""
    # Loaded here: only the worker that makes files needs it, and it is large.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _fill(book.create_sheet(table.name), table)
    out = io.BytesIO()
    book.save(out)
    return _still(out.getvalue(), content)


def _fill(sheet: Any, table: Table) -> None:
    """Headings in bold, then the rows; a number keeps its exact digits, for no float is made of it."""
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    rows = [list(table.headings), *table.rows] if table.headings else list(table.rows)
    for row in rows:
        sheet.append([str(text) for text in row])
        for column, cell in enumerate(sheet[sheet.max_row]):
            exact = column in table.numbers and is_number(cell.value)
            cell.data_type = "n" if exact else "s"
            cell.number_format = table.numbers[column] if exact else "@"
    if table.headings:
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True, color=HEAD_INK), PatternFill("solid", fgColor=HEAD_FILL)
        sheet.freeze_panes = "A2"
    for column in range(max((len(row) for row in rows), default=0)):
        longest = max(_width(str(row[column])) for row in rows if column < len(row))
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(longest + 2, WIDTH_MAX)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _width(text: str) -> int:
    """Columns a text takes: a Chinese character is two wide."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _still(made: bytes, content: str) -> bytes:
    """The same package without its moments, and with the JSON as a part of its own."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            _put(target, name, _part(name, source.read(name)))
        item = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<report xmlns="{NAMESPACE}">{escape(content)}</report>'
        )
        _put(target, ATTACHED, item.encode())
    return out.getvalue()


def _part(name: str, body: bytes) -> bytes:
    if name == _CORE:
        return _PROPERTIES.encode()
    if name == _RELATIONS:
        return body.replace(b"</Relationships>", _RELATION.encode() + b"</Relationships>")
    return body


def _put(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    entry = zipfile.ZipInfo(name, STILL)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    archive.writestr(entry, body)

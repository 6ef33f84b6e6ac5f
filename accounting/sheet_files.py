"""Sheets as files: a stranger's CSV or XLSX read within bounds, templates written. Alone knows openpyxl."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from lexicon.refusals import Refusal, refuse
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from accounting.domain.files import CSV, XLSX, FileKind, kind_of
from accounting.domain.sheets import COLUMNS, Cell, CellKind, Row, RowName, RowRemark, headings

# A month of a plant with a hundred streams is some thousand rows and a few hundred kilobytes.
SIZE_MAX_MB = 5
SIZE_MAX = SIZE_MAX_MB * 1024 * 1024
# What an XLSX may become when unpacked: 250 kB of zeros can hide 250 MB.
UNPACKED_MAX_MB = 40
ROWS_MAX = 2000
COLUMNS_MAX = 40
ALLOWED = "csv, xlsx"
_SEPARATORS = (",", ";", "\t", "，", "；")
# Chinese Excel writes CSV in GB 18030 unless told otherwise.
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows under their headings, and what is wrong with headings and extent."""

    kind: FileKind
    rows: tuple[Row, ...]
    remarks: tuple[RowRemark, ...]


def read_sheet(name: str, content: bytes) -> Sheet:
    """The rows of a CSV or XLSX file; its kind goes by the content, and its name must say the same.

    Raises Refused: file_empty, file_too_large (also for a file that unpacks to too much), file_kind_wrong.
    """
    if not content:
        refuse(Refusal.FILE_EMPTY, file=name[:80])
    if len(content) > SIZE_MAX:
        refuse(Refusal.FILE_TOO_LARGE, file=name[:80], limit=SIZE_MAX_MB)
    ending = name.rpartition(".")[2].lower()
    if ending == "xlsx" and content.startswith(b"PK"):
        return _sheet(XLSX, _workbook_rows(name, content))
    text = _text(content) if ending in CSV.endings and kind_of("a.pdf", content) is None else None
    if text is None:
        refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed=ALLOWED)
    return _sheet(CSV, _text_rows(text))


def write_csv(rows: Iterable[Sequence[str]], *, language: str) -> bytes:
    """A template as CSV in UTF-8 with a mark, so that Excel shows Chinese; no cell can start a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_titles(language))
    for row in rows:
        writer.writerow([f"'{text}" if text[:1] in ("=", "+", "@") else text for text in row])
    return ("\ufeff" + out.getvalue()).encode()


def write_xlsx(
    rows: Sequence[Sequence[str]], *, language: str, title: str, words: Sequence[str], choices: Sequence[str]
) -> bytes:
    """A template as XLSX: every cell is text, the origin has choices, a second sheet has words.

    choices: what the origin may be, without commas. Made for filling in: its bytes differ each time.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "数据" if language == "zh" else "data"
    sheet.append(_titles(language))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3EFE8")
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            cell.data_type, cell.number_format = "s", "@"
    columns = list(COLUMNS)
    for column, width in zip(columns, (10, 16, 24, 22, 34, 16, 14, 14, 30), strict=True):
        sheet.column_dimensions[chr(ord("A") + columns.index(column))].width = width
    sheet.freeze_panes = "A2"
    offered = DataValidation(type="list", formula1='"' + ",".join(choices) + '"', allow_blank=True)
    sheet.add_data_validation(offered)
    letter = chr(ord("A") + columns.index("origin"))
    offered.add(f"{letter}2:{letter}{max(sheet.max_row, 2)}")
    guide: Any = book.create_sheet("说明" if language == "zh" else "guide")
    for line in (title, *words):
        guide.append([line])
    guide.column_dimensions["A"].width = 110
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _titles(language: str) -> list[str]:
    return [pair[0 if language == "zh" else 1] for pair in COLUMNS.values()]


def _sheet(kind: FileKind, numbered: Iterator[tuple[int, list[Cell]]]) -> Sheet:
    """Rows under the first row that is not empty; stops at the bound and says so."""
    positions: dict[int, str] = {}
    remarks: list[RowRemark] = []
    rows: list[Row] = []
    for number, cells in numbered:
        if not any(cell.text for cell in cells):
            continue
        if not positions and not remarks:
            positions, remarks = headings([cell.text for cell in cells], row=number)
            continue
        if len(rows) >= ROWS_MAX:
            remarks.append(RowRemark(number, RowName.rows_too_many, "", {"limit": str(ROWS_MAX)}))
            break
        rows.append(
            Row(number, {positions[i]: cell for i, cell in enumerate(cells) if i in positions and cell.text})
        )
    if not positions and not remarks:
        remarks.append(RowRemark(1, RowName.no_values))
    return Sheet(kind, tuple(rows), tuple(remarks))


def _text(content: bytes) -> str | None:
    """Text of a CSV, or None for bytes that are no text."""
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if all(one.isprintable() or one in "\t\r\n\u3000\u00a0" for one in text) else None
    return None


def _text_rows(text: str) -> Iterator[tuple[int, list[Cell]]]:
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [_text_cell(one) for one in cells[:COLUMNS_MAX]]
    except csv.Error:
        return


def _text_cell(text: str) -> Cell:
    text = text.strip()
    formula = text[:1] in ("=", "+", "@")
    return Cell(text.removeprefix("'"), CellKind.FORMULA if formula else CellKind.TEXT)


def _workbook_rows(name: str, content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of the first sheet. Raises Refused: file_too_large, file_kind_wrong."""
    _check_unpacked(name, content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet: Any = book.worksheets[0]
        # Generators of a broken part fail while they are read: read here, where the failure has its name.
        found = [
            (number, [_workbook_cell(one) for one in cells])
            for number, cells in enumerate(
                sheet.iter_rows(max_row=ROWS_MAX + 2, max_col=COLUMNS_MAX), start=1
            )
        ]
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError, TypeError,
        AttributeError, NotImplementedError, OSError,
    ):  # fmt: skip
        refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed=ALLOWED)
    return iter(found)


def _check_unpacked(name: str, content: bytes) -> None:
    """Nothing, when the parts say they unpack to a sane size; zipfile never gives more than they say."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist() or any(part.flag_bits & 1 for part in parts):
                refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed=ALLOWED)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        refuse(Refusal.FILE_KIND_WRONG, file=name[:80], allowed=ALLOWED)
    if sum(part.file_size for part in parts) > UNPACKED_MAX_MB * 1024 * 1024:
        refuse(Refusal.FILE_TOO_LARGE, file=name[:80], limit=UNPACKED_MAX_MB)


def _workbook_cell(cell: Any) -> Cell:
    """A cell of openpyxl. A stored number is read by its shortest text, as the sheet shows it."""
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell(str(value), CellKind.FORMULA)
    if isinstance(value, bool | date) or cell.data_type in ("e", "d"):
        return Cell(str(value), CellKind.OTHER)
    if isinstance(value, str):
        return Cell(value.strip())
    percent = "%" in (cell.number_format or "")
    text = format(Decimal(repr(value)), "f")
    # Sheets hold whole numbers with a point: 1.0 in the column of units is the unit 1.
    text = text.removesuffix(".0")
    return Cell(text, CellKind.PERCENT if percent else CellKind.TEXT)

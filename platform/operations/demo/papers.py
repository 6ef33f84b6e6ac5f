"""Small PDF files for applications and evidence: real files with text in them, clearly marked as made up."""

from __future__ import annotations

import io

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

# A4 in points.
WIDTH, HEIGHT = 595, 842
LEFT, TOP, STEP, SIZE = 60, 780, 18, 12


def page(*lines: str) -> bytes:
    """A PDF of one page with these lines (Latin letters); the last one says that it belongs to the demo."""
    writer = PdfWriter()
    sheet = writer.add_blank_page(width=WIDTH, height=HEIGHT)
    shown = [*lines, "DEMO - made up, no real document"]
    moves = "\n".join(f"({_escaped(line)}) Tj 0 -{STEP} Td" for line in shown)
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 {SIZE} Tf {LEFT} {TOP} Td\n{moves}\nET".encode("latin-1"))
    sheet[NameObject("/Contents")] = writer._add_object(content)
    sheet[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): _font()})}
    )
    writer.add_metadata({"/Title": lines[0] if lines else "demo"})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _font() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

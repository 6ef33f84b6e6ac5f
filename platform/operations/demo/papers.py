"""Small PDF files for applications and evidence: real files with text in them, clearly marked as made up."""

from __future__ import annotations

import io

from pypdf import PdfWriter
from pypdf.annotations import FreeText

# A4 in points.
WIDTH, HEIGHT = 595, 842


def page(*lines: str) -> bytes:
    """A PDF of one page with these lines; every one says that it belongs to the demo."""
    writer = PdfWriter()
    writer.add_blank_page(width=WIDTH, height=HEIGHT)
    text = "\n".join([*lines, "DEMO - made up, no real document"])
    note = FreeText(text=text, rect=(60, 500, 535, 780), font_size="14pt")
    writer.add_annotation(page_number=0, annotation=note)
    writer.add_metadata({"/Title": lines[0] if lines else "demo"})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()

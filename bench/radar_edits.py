"""Edits a genuine PDF as programs do: sections, patches, annotations, fonts, an editor's name.

Works on bytes; knows nothing of the radar.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from bench import radar_printing as printing
from bench.radar_forms import Chance, Form

LATIN = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_EDITORS = (
    "Adobe Photoshop 24.0",
    "Foxit PhantomPDF 10.1",
    "PDF-XChange Editor 9.5",
    "Sejda 5.3",
    "GIMP 2.10",
    "WPS PDF 11",
)


def with_section(content: bytes, bodies: Mapping[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF with a section appended that replaces or adds objects, as programs do that save in a hurry."""
    size = int(re.findall(rb"/Size (\d+)", content)[-1])
    root = re.findall(rb"/Root (\d+ \d+ R)", content)[-1]
    previous = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    out, places = content.rstrip(b"\n") + b"\n", {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    size = max(size, *(number + 1 for number in bodies))
    return out + b"xref\n%strailer\n<< /Size %d /Root %s /Prev %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        size,
        root,
        previous,
        trailer,
        start,
    )


def signed(content: bytes) -> bytes:
    """A PDF with a section that holds a signature over everything else; the signature's value is of zeros."""
    number = int(re.findall(rb"/Size (\d+)", content)[-1])
    hole = b"0" * 2048
    mark = b"[0 0000000000 0000000000 0000000000]"
    body = (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached "
        b"/ByteRange %s /Contents <%s> >>" % (mark, hole)
    )
    out = with_section(content, {number: body})
    first = out.index(b"<" + hole)
    second = first + len(hole) + 2
    real = b"[0 %010d %010d %010d]" % (first, second, len(out) - second)
    return out.replace(mark, real)


def _content_number(content: bytes) -> int:
    """The object of the first page's content."""
    return int(re.findall(rb"/Contents (\d+) 0 R", content)[0])


def _replaced_content(chance: Chance, content: bytes, form: Form) -> bytes:
    """The page drawn anew with one changed line, in a section of its own."""
    page: Any = PdfReader(io.BytesIO(content)).pages[0].get_contents()
    data = page.get_data() + b"\nBT /F1 10 Tf 320 %d Td (%d.%02d) Tj ET\n" % (
        chance.randint(300, 700),
        chance.randint(10, 99),
        chance.randint(0, 99),
    )
    body = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)
    return with_section(content, {_content_number(content): body})


def _after_signature(chance: Chance, content: bytes, form: Form) -> bytes:
    return _replaced_content(chance, signed(content), form)


def _patched(chance: Chance, content: bytes, form: Form) -> bytes:
    """A white patch over a value and another value on it, saved as a whole new file."""
    reader = PdfReader(io.BytesIO(content))
    target = io.BytesIO()
    over = canvas.Canvas(target, pagesize=printing.PAGE, invariant=True)
    down = 780 - 60 - 18 * chance.randrange(len(form.dates))
    over.setFillColorRGB(1, 1, 1)
    over.rect(56, down - 4, chance.randint(160, 240), 15, stroke=0, fill=1)
    over.setFillColorRGB(0, 0, 0)
    over.setFont("Helvetica", 10)
    over.drawString(80, down, (form.dates[0][1] + timedelta(days=31)).isoformat())
    over.save()
    writer = PdfWriter(clone_from=reader)
    writer.pages[0].merge_page(PdfReader(io.BytesIO(target.getvalue())).pages[0])
    return _written(writer)


def _annotated(chance: Chance, content: bytes, form: Form) -> bytes:
    """A text box laid over a value, saved as a section."""
    target = io.BytesIO()
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    down = 780 - 60 - 18 * chance.randrange(len(form.dates))
    box = FreeText(
        text=f"{chance.randint(10, 99)}.{chance.randint(10, 99)}",
        rect=(120, down - 4, 240, down + 12),
        background_color="ffffff",
        border_color=None,
    )
    writer.add_annotation(page_number=0, annotation=box)
    writer.write(target)
    return target.getvalue()


def _second_font(chance: Chance, content: bytes, form: Form) -> bytes:
    """A page set in one font, and a figure that an editor put there in its own copy of that font."""
    pdfmetrics.registerFont(TTFont("body", str(LATIN)))
    pages = []
    for text in ("body", "figure"):
        target = io.BytesIO()
        page = canvas.Canvas(target, pagesize=printing.PAGE, invariant=True)
        page.setFont("body", 10)
        if text == "body":
            for index in range(24):
                mad, aad = chance.randint(100, 400) / 100, chance.randint(1200, 3000) / 100
                line = f"Sample {index + 1}   Mad {mad:.2f}   Aad {aad:.2f}"
                page.drawString(70, 760 - 20 * index, line)
        else:
            page.drawString(
                420, 760 - 20 * chance.randrange(24), f"{chance.randint(10, 99)}.{chance.randint(10, 99)}"
            )
        page.save()
        pages.append(PdfReader(io.BytesIO(target.getvalue())).pages[0])
    writer = PdfWriter()
    writer.add_page(pages[0])
    writer.pages[0].merge_page(pages[1])
    return _resubset(_written(writer), chance)


def _resubset(content: bytes, chance: Chance) -> bytes:
    """The library names every subset alike; editors draw six letters for each."""
    names = sorted(set(re.findall(rb"/(AAAAA[A-Z])\+DejaVuSans", content)))
    parts = re.split(rb"(?<=/BaseFont )/AAAAA[A-Z](?=\+DejaVuSans)", content)
    if len(names) == 1 and len(parts) > 2:
        tags = (b"/KQWERT", b"/ZXCVBN")
        return b"".join(
            part + (tags[index % 2] if index < len(parts) - 1 else b"") for index, part in enumerate(parts)
        )
    return content


def _by_editor(chance: Chance, content: bytes, form: Form) -> bytes:
    """A value changed and the whole file written anew by an editing program, which leaves its name."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    editor = chance.choice(_EDITORS)
    last = max(day for label, day in form.dates if "有效" not in label and "Valid" not in label)
    later = datetime(last.year, last.month, last.day, 21, 5) + timedelta(days=chance.randint(5, 60))  # noqa: DTZ001
    writer.add_metadata({"/Producer": editor, "/ModDate": later.strftime("D:%Y%m%d%H%M%S+08'00'")})
    return _written(writer)


EDITS: Mapping[str, Callable[[Chance, bytes, Form], bytes]] = {
    "section": _replaced_content,
    "after_signature": _after_signature,
    "patch": _patched,
    "annotation": _annotated,
    "second_font": _second_font,
    "editor": _by_editor,
}


def _written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()

"""Forges documents as people do: copies a month, borrows a scan, turns dates, edits a PDF, changes a figure.

Works on forms and on bytes; knows nothing of the radar.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageEnhance
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from bench import radar_printing as printing
from bench.radar_forms import Chance, Form, moved

LATIN = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
IMAGES = ("scan", "jpeg", "png")
# So many of a laboratory's must have a code before one without is missed.
EARLIER_MIN = 2
_EDITORS = (
    "Adobe Photoshop 24.0",
    "Foxit PhantomPDF 10.1",
    "PDF-XChange Editor 9.5",
    "Sejda 5.3",
    "GIMP 2.10",
    "WPS PDF 11",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of an enterprise's plant and month. cause: what was forged, empty for a genuine one."""

    tenant: str
    plant: str
    period: str
    kind: str
    medium: str
    content: bytes
    form: Form
    cause: str = ""
    variant: str = ""


def month_after(month: str, steps: int) -> str:
    """The month some months later."""
    year, number = (int(part) for part in month.split("-"))
    total = year * 12 + number - 1 + steps
    return f"{total // 12:04d}-{total % 12 + 1:02d}"


def same_image(chance: Chance, pool: Sequence[Document]) -> Document:
    """A scan of an earlier month handed in again: recompressed, resized, often with another date on it."""
    source = chance.choice([one for one in pool if one.medium in IMAGES and one.kind != "calibration"])
    steps = chance.randint(1, 3)
    image, variant = _worn(chance, _image_of(source), source.form)
    content = _image_file(chance, image, source, days=30 * steps)
    later = month_after(source.period, steps)
    return replace(source, period=later, content=content, cause="same_image", variant=variant)


def same_elsewhere(chance: Chance, pool: Sequence[Document]) -> Document:
    """Another enterprise's document with one's own name: the scan itself, or its figures printed anew."""
    source = chance.choice(
        [
            one
            for one in pool
            if (one.medium != "csv" and one.kind not in ("calibration", "weighbridge"))
            or one.medium in IMAGES
        ]
    )
    tenant = chance.choice(sorted({one.tenant for one in pool} - {source.tenant}))
    place = replace(source, tenant=tenant, plant=f"{tenant}-p1", cause="same_elsewhere")
    if source.medium in IMAGES:
        image, variant = _worn(chance, _image_of(source), source.form)
        return replace(place, content=_image_file(chance, image, source, days=0), variant=variant)
    again = _other_issuer(chance, source.form, pool)
    return replace(
        place, content=printing.print_form(chance, again, source.medium), form=again, variant="figures"
    )


def same_figures(chance: Chance, pool: Sequence[Document]) -> Document:
    """The figures of one plant reported for the enterprise's other plant."""
    source = chance.choice(_figured(pool))
    plants = sorted({one.plant for one in pool if one.tenant == source.tenant} - {source.plant})
    form = _nudged(chance, moved(source.form, days=chance.randint(-2, 2)))
    content = printing.print_form(chance, form, source.medium)
    return replace(source, plant=chance.choice(plants), content=content, form=form, cause="same_figures")


def copied_month(chance: Chance, pool: Sequence[Document]) -> Document:
    """Last month's figures with this month's dates, sometimes with one of them changed."""
    source = chance.choice(_figured(pool))
    steps = chance.randint(1, 4)
    form = _nudged(chance, moved(source.form, days=30 * steps))
    content = printing.print_form(chance, form, source.medium)
    later = month_after(source.period, steps)
    return replace(source, period=later, content=content, form=form, cause="copied_month")


def dates_disordered(chance: Chance, pool: Sequence[Document]) -> Document:
    """Dates that cannot be: a report before its test, a file older than what it reports."""
    source = chance.choice(
        [one for one in pool if one.medium in ("pdf", "xlsx", "csv") and len(one.form.dates) > 1]
    )
    dates = list(source.form.dates)
    if source.medium == "pdf" and chance.random() < 0.3:
        early = min(day for _, day in dates) - timedelta(days=chance.randint(4, 40))
        content = printing.pdf_of(chance, source.form, made_on=early)
        past = source.kind not in ("stock_take", "statement_of_supply")
        if past or dates[-1][1] > early + timedelta(days=1):
            return replace(source, content=content, cause="dates_disordered", variant="made_before")
    at = chance.randrange(len(dates) - 1)
    label, _ = dates[at + 1]
    dates[at + 1] = (label, dates[at][1] - timedelta(days=chance.randint(2, 40)))
    form = replace(source.form, dates=tuple(dates))
    return replace(
        source,
        content=printing.print_form(chance, form, source.medium),
        form=form,
        cause="dates_disordered",
        variant="order",
    )


def edited_pdf(chance: Chance, pool: Sequence[Document]) -> Document:
    """A genuine PDF opened in a program that changes what a page shows."""
    source = chance.choice([one for one in pool if one.medium == "pdf"])
    name = chance.choice(sorted(_EDITS))
    form = source.form
    return replace(
        source, content=_EDITS[name](chance, source.content, form), cause="edited_pdf", variant=name
    )


def changed_figure(chance: Chance, pool: Sequence[Document]) -> Document:
    """One figure raised or lowered and the others left, or a unit written for another."""
    laws = {
        "weighbridge": ("毛重", "皮重", "净重", "Gross weight", "Tare weight", "Net weight"),
        "lab_report": ("Aad", "Vad", "FCad"),
        "invoice": ("数量", "金额", "价税合计", "Quantity", "Amount", "Total with tax"),
        "stock_take": (
            *("期初库存", "本期消耗", "期末库存"),
            *("Opening stock", "Consumed", "Closing stock"),
        ),
    }
    source = chance.choice([one for one in pool if one.kind in laws and one.medium in ("pdf", "xlsx", "csv")])
    units = {"weighbridge": (" t", " kg"), "lab_report": ("MJ/kg", "kJ/kg")}
    if source.kind in units and chance.random() < 0.3:
        form, variant = _other_unit(source.form, units[source.kind]), "unit"
    else:
        at = chance.choice(
            [n for n, (label, _) in enumerate(source.form.lines) if label in laws[source.kind]]
        )
        form, variant = _changed(chance, source.form, at), "sum"
    return replace(
        source,
        content=printing.print_form(chance, form, source.medium),
        form=form,
        cause="changed_figure",
        variant=variant,
    )


def code_of_another(chance: Chance, pool: Sequence[Document]) -> Document:
    """A page made anew from a coded report: number, dates or a figure are others, the code is the old one."""
    source = chance.choice([one for one in pool if one.form.code() and one.medium == "pdf"])
    variant = chance.choice(("number", "date", "figure"))
    form = replace(source.form, stamped=source.form.code())
    if variant == "number":
        form = replace(form, number=moved(form, days=0).number)
    elif variant == "date":
        days = chance.randint(5, 40)
        form = replace(form, dates=tuple((label, day + timedelta(days=days)) for label, day in form.dates))
    else:
        form = _changed(chance, form, len(form.lines) - 1)
    content = printing.print_form(chance, form, source.medium)
    return replace(source, content=content, form=form, cause="code_of_another", variant=variant)


def code_removed(chance: Chance, pool: Sequence[Document]) -> Document:
    """A report of a laboratory whose others have a code, made without one, so that nobody looks it up."""
    coded = [one for one in pool if one.form.code() and one.medium != "csv"]
    series = [one for one in coded if sum(_of_one_series(one, other) for other in coded) > EARLIER_MIN]
    source = chance.choice(series)
    form = _changed(chance, moved(source.form, days=30), len(source.form.lines) - 1)
    bare = replace(form, issuer=replace(form.issuer, coded=""))
    content = printing.print_form(chance, bare, source.medium)
    later = month_after(source.period, 1)
    return replace(source, period=later, content=content, form=bare, cause="code_removed")


def _of_one_series(one: Document, other: Document) -> bool:
    """Documents of one plant by one issuer; a document is of its own series."""
    return (one.tenant, one.plant, one.form.issuer) == (other.tenant, other.plant, other.form.issuer)


FORGERS: Mapping[str, Callable[[Chance, Sequence[Document]], Document]] = {
    "same_image": same_image,
    "same_elsewhere": same_elsewhere,
    "same_figures": same_figures,
    "copied_month": copied_month,
    "dates_disordered": dates_disordered,
    "edited_pdf": edited_pdf,
    "changed_figure": changed_figure,
    "code_of_another": code_of_another,
    "code_removed": code_removed,
}


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


def _image_of(source: Document) -> Image.Image:
    if source.medium in ("jpeg", "png"):
        return Image.open(io.BytesIO(source.content)).convert("RGB")
    found: Any = PdfReader(io.BytesIO(source.content)).pages[0].images[0].image
    image: Image.Image = found.convert("RGB")
    return image


def _image_file(chance: Chance, image: Image.Image, source: Document, *, days: int) -> bytes:
    if source.medium == "png":
        return printing.png_of(image)
    if source.medium == "jpeg":
        return printing.jpeg_of(chance, image)
    last = max(day for label, day in source.form.dates if "有效" not in label)
    return printing.scanned_pdf_of(chance, image, made_on=last + timedelta(days=days + chance.randint(0, 5)))


def _worn(chance: Chance, image: Image.Image, form: Form) -> tuple[Image.Image, str]:
    """Another size, light and margin; half the time a date and a figure painted over."""
    variant = "plain"
    if chance.random() < 0.5:
        pen, variant = ImageDraw.Draw(image), "redated"
        row = chance.randrange(len(form.dates))
        top = 255 + 62 * row
        pen.rectangle((530, top, 860, top + 44), fill=(245, 245, 245))
        pen.text(
            (550, top + 6),
            form.dated(form.dates[row][1] + timedelta(days=31)),
            fill=0,
            font=printing.font(21),
        )
    width, height = image.size
    cut = chance.uniform(0, 0.012)
    image = image.crop((int(width * cut), int(height * cut), int(width * (1 - cut)), int(height * (1 - cut))))
    scale = chance.uniform(0.6, 1.2)
    image = image.resize((int(image.width * scale), int(image.height * scale)), Image.Resampling.BILINEAR)
    return ImageEnhance.Brightness(image).enhance(chance.uniform(0.9, 1.1)), variant


def _figured(pool: Sequence[Document]) -> list[Document]:
    """Documents with figures enough to be copied, in media that are printed from figures."""
    kinds = ("lab_report", "invoice", "stock_take", "statement_of_supply", "weighbridge")
    return [one for one in pool if one.medium in ("pdf", "xlsx", "csv") and one.kind in kinds]


def _nudged(chance: Chance, form: Form) -> Form:
    """Now and then one of the figures is changed, where there are many."""
    if chance.random() < 0.6 or len(form.lines) < 7:
        return form
    return _changed(chance, form, chance.randrange(len(form.lines)))


def _changed(chance: Chance, form: Form, at: int) -> Form:
    lines = list(form.lines)
    label, value = lines[at]
    match = re.match(r"[\d,]+(?:\.\d+)?", value)
    if match is None:
        return form
    printed = match.group()
    places = len(printed.partition(".")[2])
    number = int(printed.replace(",", "").replace(".", ""))
    moved_by = max(number * chance.choice((3, 5, 8, 12, -4, -7, -10)) // 100, 60 if number > 600 else 35)
    shown = (
        f"{(number + moved_by) / 10**places:,.{places}f}"
        if "," in printed
        else f"{(number + moved_by) / 10**places:.{places}f}"
    )
    lines[at] = (label, shown + value[match.end() :])
    return replace(form, lines=tuple(lines))


def _other_unit(form: Form, units: tuple[str, str]) -> Form:
    one, two = units

    def swapped(value: str) -> str:
        if one in value:
            return value.replace(one, two)
        if value.endswith("J/g"):
            return value.replace("J/g", one)
        return value.replace(two, one)

    return replace(form, lines=tuple((label, swapped(value)) for label, value in form.lines))


def _other_issuer(chance: Chance, form: Form, pool: Sequence[Document]) -> Form:
    issuers = [one.form.issuer for one in pool if one.kind == form.kind and one.form.issuer != form.issuer]
    return replace(form, issuer=replace(chance.choice(issuers), english=form.issuer.english))


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


_EDITS: Mapping[str, Callable[[Chance, bytes, Form], bytes]] = {
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

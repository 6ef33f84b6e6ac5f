"""Prints the forms of the forgery bench: PDF, scanned PDF, picture, XLSX, CSV, as offices do."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import segno
from openpyxl import Workbook
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from bench.radar_forms import Chance, Form

FONT = "STSong-Light"
FONT_FILES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
PAGE = (595, 842)
SCAN = (992, 1403)
# Where values stand beside their labels, and how far lines are apart, in pixels of a sheet.
VALUES, LINE, FIRST_LINE = 336, 50, 208
MEDIA = {
    "pdf": "report.pdf",
    "scan": "scan.pdf",
    "jpeg": "scan.jpg",
    "xlsx": "sheet.xlsx",
    "csv": "sheet.csv",
}
SYSTEM_SEAL = (700, 1040)
CODE_AT, CODE_SIDE = (104, 1130), 210
_OFFICES = (
    "Microsoft Word",
    "WPS 文字",
    "LIMS 4.2",
    "Crystal Reports",
    "iText 5.5.13",
    "JasperReports",
    "税务发票平台",
)


def pdf_of(chance: Chance, form: Form, *, made_on: date | None = None, producer: str = "") -> bytes:
    """The form as its issuer's system prints it, made a little after its last date."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=PAGE, invariant=True, pageCompression=chance.choice((0, 1)))
    office = producer or chance.choice(_OFFICES)
    page.setCreator(office)
    page.setProducer(office)
    draw_form(chance, page, form)
    page.showPage()
    page.save()
    made = made_on or _last(form) + timedelta(days=chance.randint(0, 3))
    hour, minute = chance.randint(8, 18), chance.randint(0, 59)
    at = datetime(made.year, made.month, made.day, hour, minute, tzinfo=UTC)
    return _stamped(target.getvalue(), made=at)


def draw_form(chance: Chance, page: canvas.Canvas, form: Form) -> None:
    """Letterhead, dates, lines and rows on one page."""
    left, top = chance.randint(60, 80), 780
    page.setFont(FONT, 16)
    page.drawString(left, top, f"{form.issuer.name} {form.title}")
    page.setFont(FONT, 10)
    page.drawString(
        left, top - 20, f"No. {form.number}    Tel {form.issuer.telephone}    {form.issuer.standard}"
    )
    down = top - 60
    for label, day in form.dates:
        page.drawString(left, down, f"{label}：{form.dated(day)}")
        down -= 18
    two = form.issuer.layout == "columns"
    for index, (label, value) in enumerate(form.lines):
        page.drawString(left + (250 if two and index % 2 else 0), down, f"{label}：{value}")
        if not two or index % 2 or index == len(form.lines) - 1:
            down -= 18
    for row in form.rows:
        for column, cell in enumerate(row):
            page.drawString(left + 95 * column, down - 6, cell)
        page.line(left, down - 10, left + 480, down - 10)
        down -= 18
    page.drawString(left, 70, "本文件由系统出具，复印无效。")
    if form.code():
        page.drawImage(ImageReader(code_of(form)), 460, 90, 80, 80)


def code_of(form: Form) -> Image.Image:
    """The QR code of a form, as large as a phone reads it on paper."""
    target = io.BytesIO()
    segno.make(form.code(), error="m").save(target, kind="png", scale=6, border=3)
    return Image.open(target).convert("RGB")


def scan_of(chance: Chance, form: Form) -> Image.Image:
    """The form printed, sealed by hand, and laid on a scanner: a little turned and shifted, grey, noisy."""
    seal = (chance.randint(620, 760), chance.randint(940, 1100))
    return _scanned(chance, sheet_of(form, seal=seal))


def sheet_of(form: Form, *, seal: tuple[int, int]) -> Image.Image:
    """The form as a picture, straight from a system: the same pixels wherever the same is said."""
    sheet = Image.new("RGB", SCAN, (255, 255, 255))
    pen = ImageDraw.Draw(sheet)
    left, down = 104, 96
    pen.text((left, down), f"{form.issuer.name} {form.title}", fill=0, font=font(32))
    head = f"No. {form.number}   Tel {form.issuer.telephone}   {form.issuer.standard}"
    pen.text((left, down + 48), head, fill=0, font=font(18))
    down += 112
    for label, text in [*((label, form.dated(day)) for label, day in form.dates), *form.lines]:
        pen.text((left, down), label, fill=0, font=font(21))
        pen.text((left + VALUES, down), text, fill=0, font=font(21))
        if form.issuer.layout == "list":
            pen.line((left, down + 35, 880, down + 35), fill=(150, 150, 150))
        down += LINE
    for row in form.rows:
        for column, cell in enumerate(row):
            pen.text((left + 160 * column, down), cell, fill=0, font=font(19))
        down += 42
    if form.code():
        code = code_of(form)
        sheet.paste(code.resize((CODE_SIDE, CODE_SIDE), Image.Resampling.NEAREST), CODE_AT)
    _seal(pen, seal)
    return sheet


def jpeg_of(chance: Chance, image: Image.Image, *, software: str = "", made: datetime | None = None) -> bytes:
    """A photograph's or scanner's file."""
    target = io.BytesIO()
    exif = Image.Exif()
    if software:
        exif[0x0131] = software
    if made is not None:
        exif[0x0132] = made.strftime("%Y:%m:%d %H:%M:%S")
    image.save(target, "JPEG", quality=chance.randint(60, 92), exif=exif.tobytes())
    return target.getvalue()


def png_of(image: Image.Image) -> bytes:
    """A picture from a system."""
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def scanned_pdf_of(chance: Chance, image: Image.Image, *, made_on: date) -> bytes:
    """A scan as a PDF of one image."""
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=PAGE, invariant=True)
    scanner = chance.choice(("Canon MF Scan Utility", "HP Scan", "EPSON Scan 2", "CamScanner"))
    page.setCreator(scanner)
    page.setProducer(scanner)
    inner = io.BytesIO(jpeg_of(chance, image))
    page.drawImage(ImageReader(inner), 0, 0, PAGE[0], PAGE[1])
    page.showPage()
    page.save()
    return _stamped(
        target.getvalue(), made=datetime(made_on.year, made_on.month, made_on.day, 10, 12, tzinfo=UTC)
    )


def xlsx_of(form: Form) -> bytes:
    """The form as a sheet: labels beside values."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append([f"{form.issuer.name} {form.title}"])
    sheet.append(["No.", form.number])
    for label, day in form.dates:
        sheet.append([label, form.dated(day)])
    for line in form.lines:
        sheet.append(list(line))
    for row in form.rows:
        sheet.append(list(row))
    last = _last(form)
    made = datetime(last.year, last.month, last.day, 15, 30) + timedelta(days=1)  # noqa: DTZ001  sheets have no zone
    book.properties.created = book.properties.modified = made
    book.properties.creator = "统计员"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def csv_of(form: Form) -> bytes:
    """The form as text."""
    lines = [f"{form.issuer.name} {form.title}", f"No.,{form.number}"]
    lines += [f"{label},{form.dated(day)}" for label, day in form.dates]
    lines += [f"{label},{value.replace(',', '')}" for label, value in form.lines]
    lines += [",".join(cell.replace(",", "") for cell in row) for row in form.rows]
    return "\n".join(lines).encode()


def print_form(chance: Chance, form: Form, medium: str) -> bytes:
    """The file of a form in one of `MEDIA`."""
    if medium == "pdf":
        return pdf_of(chance, form)
    if medium == "xlsx":
        return xlsx_of(form)
    if medium == "csv":
        return csv_of(form)
    if medium == "png":
        return png_of(sheet_of(form, seal=SYSTEM_SEAL))
    image = scan_of(chance, form)
    if medium == "jpeg":
        return jpeg_of(chance, image)
    return scanned_pdf_of(chance, image, made_on=_last(form) + timedelta(days=chance.randint(0, 9)))


def _last(form: Form) -> date:
    """The last date that lies before printing; a certificate's validity does not."""
    days = [day for label, day in form.dates if "有效" not in label and "Valid" not in label]
    return max(days)


def _stamped(content: bytes, *, made: datetime) -> bytes:
    """The library writes one fixed time into both fields; the same length is put in its place."""
    fixed = b"D:20000101000000+00'00'"
    if content.count(fixed) != 2:
        raise ValueError("the library writes its times in another way")
    return content.replace(fixed, made.strftime("D:%Y%m%d%H%M%S+00'00'").encode())


def font(size: int) -> ImageFont.FreeTypeFont:
    for name in FONT_FILES:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise FileNotFoundError(FONT_FILES[0])


def _seal(pen: ImageDraw.ImageDraw, place: tuple[int, int]) -> None:
    (x, y), r = place, 96
    pen.ellipse((x - r, y - r, x + r, y + r), outline=(200, 30, 30), width=5)
    pen.text((x - 56, y - 16), "检测专用章", fill=(200, 30, 30), font=font(22))


def _scanned(chance: Chance, sheet: Image.Image) -> Image.Image:
    tone = chance.randint(240, 255)
    turned = sheet.rotate(
        chance.uniform(-0.8, 0.8), resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
    )
    moved = ImageChops.offset(turned, chance.randint(-12, 12), chance.randint(-15, 15))
    tinted = ImageChops.multiply(moved, Image.new("RGB", SCAN, (tone, tone, chance.randint(tone - 8, tone))))
    noise = Image.effect_noise(SCAN, chance.uniform(4, 12)).convert("L")
    noisy = ImageChops.add(tinted, Image.merge("RGB", (noise, noise, noise)), scale=1, offset=-128)
    return noisy.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.8)))


def chance_of(seed: str) -> Chance:
    """Random numbers of a name."""
    return random.Random(seed)  # noqa: S311  which documents are drawn is no secret

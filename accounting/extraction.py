"""Reads the traits of a stranger's file. Alone knows pypdf, Pillow, ImageHash, ZXing; runs apart.

Called in a process of its own only (`accounting.extraction_apart`): each of these libraries can be made to
take minutes and gigabytes by a few kilobytes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import imagehash
import zxingcpp
from openpyxl import load_workbook
from PIL import Image, ImageFilter, ImageOps
from pypdf import PdfReader

from accounting.domain.files import CSV, JPEG, PDF, PNG, XLSX
from accounting.domain.radar.traits import ImagePrint, Story, Traits
from accounting.extraction_pdf import sections_of, surface_of

TEXT_MAX = 40_000
PAGES_MAX = 30
IMAGES_MAX = 20
CELLS_MAX = 20_000
# Smaller pictures are logos and seals, which every document of a house has.
SIDES_MIN = (500, 350)
COLUMNS, ROWS = 6, 8
TILE = 128
HASH_SIZE = 16
# Grey levels between paper and ink; below it a tile is empty paper with its noise.
INK = 40
# A sheet is mostly paper; a photograph has no such level.
PAPER_SHARE = 0.6
# Codes are looked for in what a phone would see: a larger picture is made smaller first.
CODE_SIDE_MIN, CODE_SIDE_MAX, CODES_MAX, CODE_TEXT_MAX = 40, 3_000, 5, 500
_CODES = frozenset({zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode})
_STAMP = re.compile(r"D:(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?")


def traits_of(content: bytes, media_type: str) -> Traits:
    """The traits of a file whose kind is known from its content; raises what its reader raises."""
    if media_type == PDF.media_type:
        return _pdf(content)
    if media_type in (PNG.media_type, JPEG.media_type):
        return _picture(content)
    if media_type == XLSX.media_type:
        return _workbook(content)
    if media_type == CSV.media_type:
        return Traits(text=_columns(content))
    return Traits(readable=False)


def print_image(image: Image.Image, *, page: int = 1) -> ImagePrint:
    """Hashes of an image: margins are cut off first, so that a copy with another margin is still the same."""
    grey = ImageOps.exif_transpose(image).convert("L")
    grey = grey.crop(_ink_box(grey))
    whole = str(imagehash.phash(grey, hash_size=HASH_SIZE))
    even = grey.resize((COLUMNS * TILE, ROWS * TILE), Image.Resampling.LANCZOS)
    boxes = [
        (column * TILE, row * TILE, (column + 1) * TILE, (row + 1) * TILE)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    return ImagePrint(page, whole, tuple(_tile(even.crop(box)) for box in boxes))


def _tile(tile: Image.Image) -> str:
    extrema: Any = tile.getextrema()
    dark, light = extrema
    return str(imagehash.phash(tile, hash_size=HASH_SIZE)) if light - dark > INK else ""


def _ink_box(grey: Image.Image) -> tuple[int, int, int, int]:
    """Where ink stands on paper, to the pixel; the whole image when it is no sheet of paper.

    Specks of a scanner are smaller than the filter, letters are not.
    """
    levels = grey.histogram()
    paper = max(range(256), key=levels.__getitem__)
    near = sum(levels[max(0, paper - INK) : paper + INK])
    if near < PAPER_SHARE * grey.width * grey.height:
        return (0, 0, *grey.size)
    ink = grey.filter(ImageFilter.BoxBlur(1)).point(lambda level: 255 if level < paper - 2 * INK else 0)
    return ink.getbbox() or (0, 0, *grey.size)


def _pdf(content: bytes) -> Traits:
    reader = PdfReader(io.BytesIO(content))
    pages = reader.pages[:PAGES_MAX]
    text = "\n".join(_page_text(page) for page in pages)[:TEXT_MAX]
    images: list[ImagePrint] = []
    codes: list[str] = []
    # One after the other: thirty scanned pages at once would take gigabytes.
    for number, image in _page_images(pages):
        codes += codes_in(image)
        if _is_large(image):
            images.append(print_image(image, page=number))
    told: Any = reader.metadata or {}
    sections = sections_of(content)
    covered, odd = surface_of(reader, pages)
    story = Story(
        software=" / ".join(str(told[key]) for key in ("/Creator", "/Producer") if told.get(key))[:200],
        made_at=_iso(str(told.get("/CreationDate", ""))),
        changed_at=_iso(str(told.get("/ModDate", ""))),
        sections=sections.count,
        signed=sections.signed,
        edits=sections.edits,
        edits_after_signature=sections.edits_after_signature,
        covered=covered,
        odd_fonts=odd,
    )
    return Traits(text=text, images=tuple(images), story=story, codes=_few(codes), pages=len(pages))


def codes_in(image: Image.Image | None) -> list[str]:
    """What the QR codes of a picture say."""
    if image is None or min(image.size) < CODE_SIDE_MIN:
        return []
    grey = image.convert("L")
    grey.thumbnail((CODE_SIDE_MAX, CODE_SIDE_MAX))
    read = zxingcpp.read_barcodes(grey)
    return [one.text[:CODE_TEXT_MAX] for one in read if one.format in _CODES and one.text]


def _few(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))[:CODES_MAX]


def _page_text(page: Any) -> str:
    """Text with its columns kept apart; plain text where the layout cannot be found."""
    laid_out: str = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
    return laid_out if laid_out.strip() else str(page.extract_text())


def _page_images(pages: Any) -> Iterator[tuple[int, Image.Image]]:
    given = 0
    for number, page in enumerate(pages, start=1):
        for one in page.images:
            if given >= IMAGES_MAX:
                return
            given += 1
            yield number, one.image


def _is_large(image: Image.Image | None) -> bool:
    return image is not None and image.width >= SIDES_MIN[0] and image.height >= SIDES_MIN[1]


def _picture(content: bytes) -> Traits:
    image = Image.open(io.BytesIO(content))
    exif = image.getexif()
    inner = exif.get_ifd(0x8769)
    software = str(exif.get(0x0131) or image.info.get("Software") or "").strip("\x00 ")
    story = Story(
        software=software[:200],
        made_at=_exif_time(str(inner.get(0x9003) or "")),
        changed_at=_exif_time(str(exif.get(0x0132) or "")),
    )
    upright = ImageOps.exif_transpose(image)
    return Traits(
        images=(print_image(image),) if _is_large(image) else (),
        story=story,
        codes=_few(codes_in(upright)),
        pages=1,
    )


def _workbook(content: bytes) -> Traits:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    about = book.properties
    story = Story(
        software=str(about.lastModifiedBy or about.creator or "")[:200],
        made_at=about.created.isoformat() if about.created else "",
        changed_at=about.modified.isoformat() if about.modified else "",
    )
    lines: list[str] = []
    cells = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True, max_col=40):
            values = ["" if value is None else _cell(value) for value in row]
            cells += len(values)
            lines.append("\t".join(values).rstrip("\t"))
            if cells > CELLS_MAX:
                break
    return Traits(text="\n".join(lines)[:TEXT_MAX], images=tuple(_media(content)), story=story)


def _columns(content: bytes) -> str:
    """The text of a CSV with its cells apart; a comma between them is none between thousands."""
    text = content.decode("utf-8-sig", errors="replace")[:TEXT_MAX]
    separator = max((",", ";", "\t"), key=text.count)
    if text.count(separator) == 0:
        return text
    return "\n".join("\t".join(row) for row in csv.reader(io.StringIO(text), delimiter=separator))


def _cell(value: object) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def _media(content: bytes) -> Iterator[ImagePrint]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"xl/media/[^/]+\.(png|jpe?g)", name)]
        for name in names[:IMAGES_MAX]:
            image = Image.open(io.BytesIO(archive.read(name)))
            if _is_large(image):
                yield print_image(image)


def _iso(stamp: str) -> str:
    """A PDF's time as ISO text, without its zone."""
    match = _STAMP.match(stamp)
    if match is None:
        return ""
    year, month, day, hour, minute, second = (part or "00" for part in match.groups())
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}"


def _exif_time(text: str) -> str:
    day, _, time = text.strip("\x00 ").partition(" ")
    return f"{day.replace(':', '-')}T{time}" if time else ""

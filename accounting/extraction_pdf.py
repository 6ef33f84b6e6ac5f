"""The structure of a PDF: sections appended to it, what they replaced, and text under patches. Runs apart."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pypdf.generic import ContentStream

INFLATED_MAX = 8 * 1024 * 1024
_OBJECT = re.compile(rb"(?<!\d)(\d+) (\d+) obj\b(.*?)\bendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)")
_SUBSET = re.compile(r"/([A-Z]{6})\+(.+)")
# A patch is light; darker fills are bars and shades of a form.
LIGHT = 0.9
PATCH_SIDES_MIN = (8.0, 5.0)
# An edited figure is a few characters; a second subset with more is a merged document.
ODD_GLYPHS_MAX = 24
_FIGURES_ONLY = re.compile(r"[\d\s.,:/年月日%-]+")


@dataclass(frozen=True, slots=True)
class Sections:
    """count: how many times the file was closed. edits: what later sections did to pages, in words of
    `Story`."""

    count: int
    signed: bool
    edits: tuple[str, ...]
    edits_after_signature: tuple[str, ...]


def sections_of(content: bytes) -> Sections:
    """The sections of a PDF. A first part for fast viewing counts as one with the rest of its file."""
    ends = [match.end() for match in re.finditer(rb"%%EOF", content)]
    first = 1 if b"/Linearized" in content[:2048] and len(ends) > 1 else 0
    original = ends[first] if ends else len(content)
    signed_to = max((int(match[3]) + int(match[4]) for match in _BYTE_RANGE.finditer(content)), default=0)
    return Sections(
        count=max(1, len(ends) - first),
        signed=signed_to > 0,
        edits=_edits(content[original:]),
        edits_after_signature=_edits(content[signed_to:]) if signed_to else (),
    )


def surface_of(reader: Any, pages: Sequence[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Texts under patches with other text on them, and fonts that a few figures have to themselves."""
    covered: list[str] = []
    odd: list[str] = []
    for page in pages:
        covered += _covered(reader, page)
        odd += _odd_fonts(page)
    return tuple(covered[:5]), tuple(odd[:5])


def _edits(part: bytes) -> tuple[str, ...]:
    kinds = {kind for body in _bodies(part) if (kind := _kind(body))}
    return tuple(sorted(kinds))


def _bodies(part: bytes) -> Iterator[bytes]:
    for match in _OBJECT.finditer(part):
        body = match[3]
        yield body
        if b"/ObjStm" in body:
            yield from re.split(rb"(?=<<)", _inflated(body))


def _kind(body: bytes) -> str:
    """What an object of a later section does to the pages; nothing for signatures, metadata, forms,
    indexes."""
    head = body[:600]
    if b"/Sig" in head or b"/Metadata" in head or b"/XRef" in head or b"/ObjStm" in head:
        return ""
    if re.search(rb"/Subtype\s*/(FreeText|Square|Redact|Ink)\b", head):
        return "overlay"
    if b"/FontFile" in head or re.search(rb"/Type\s*/Font\b", head):
        return "font"
    if re.search(rb"/Subtype\s*/Image\b", head):
        return "image"
    if re.search(rb"/Subtype\s*/Form\b", head):
        return ""
    return "content" if b"stream" in body and _draws(body) else ""


def _draws(body: bytes) -> bool:
    """Whether a stream shows text or images as a page's content does."""
    data = _inflated(body)
    return bool(re.search(rb"\bBT\b.*?\b(Tj|TJ)\b", data, re.S) or re.search(rb"/\w+\s+Do\b", data))


def _inflated(body: bytes) -> bytes:
    match = _STREAM.search(body)
    if match is None:
        return b""
    if b"/FlateDecode" not in body[: match.start()]:
        return match[1][:INFLATED_MAX]
    try:
        return zlib.decompressobj().decompress(match[1], INFLATED_MAX)
    except zlib.error:
        return b""


@dataclass(slots=True)
class _Pen:
    """Where a page's drawing stands: transformation (a, d, e, f without turns), text position, fill."""

    scale: tuple[float, float] = (1.0, 1.0)
    shift: tuple[float, float] = (0.0, 0.0)
    text: tuple[float, float] = (0.0, 0.0)
    light: bool = False


def _covered(reader: Any, page: Any) -> list[str]:
    """Patches that hide text shown before them and have text shown after them."""
    marks = list(_marks(reader, page))
    found = []
    for turn, (kind, box) in enumerate(marks):
        if kind != "patch":
            continue
        under = sum(1 for what, place in marks[:turn] if what == "text" and _inside(place, box))
        over = sum(1 for what, place in marks[turn + 1 :] if what == "text" and _inside(place, box))
        if under and over:
            found.append(f"x {round(box[0])}, y {round(box[1])}")
    return found


def _marks(reader: Any, page: Any) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Texts by place and light patches by box, in the order in which the page is drawn."""
    content = page.get_contents()
    if content is None:
        return
    pen, kept, boxes = _Pen(), [], []
    for operands, operator in ContentStream(content, reader).operations:
        if operator == b"q":
            kept.append((pen.scale, pen.shift, pen.light))
        elif operator == b"Q" and kept:
            pen.scale, pen.shift, pen.light = kept.pop()
        elif operator == b"re":
            boxes.append(_box(pen, [float(one) for one in operands]))
        elif operator in (b"f", b"F", b"f*", b"B", b"B*", b"b"):
            yield from (("patch", box) for box in boxes if pen.light and _is_patch(box))
            boxes = []
        elif operator in (b"n", b"S", b"s"):
            boxes = []
        elif operator in (b"Tj", b"TJ", b"'", b'"'):
            yield "text", _place(pen, pen.text)
        else:
            _move(pen, operator, operands)


def _move(pen: _Pen, operator: bytes, operands: Any) -> None:
    if operator == b"BT":
        pen.text = (0.0, 0.0)
    elif operator == b"cm":
        a, _, _, d, e, f = (float(one) for one in operands)
        pen.shift = (pen.shift[0] + pen.scale[0] * e, pen.shift[1] + pen.scale[1] * f)
        pen.scale = (pen.scale[0] * a, pen.scale[1] * d)
    elif operator == b"Tm":
        pen.text = (float(operands[4]), float(operands[5]))
    elif operator in (b"Td", b"TD"):
        pen.text = (pen.text[0] + float(operands[0]), pen.text[1] + float(operands[1]))
    elif operator in (b"g", b"rg", b"sc", b"scn", b"k"):
        values = [float(one) for one in operands if isinstance(one, int | float)]
        pen.light = bool(values) and (max(values) <= 1 - LIGHT if operator == b"k" else min(values) >= LIGHT)


def _place(pen: _Pen, point: tuple[float, float]) -> tuple[float, float]:
    return (pen.scale[0] * point[0] + pen.shift[0], pen.scale[1] * point[1] + pen.shift[1])


def _box(pen: _Pen, given: list[float]) -> tuple[float, ...]:
    x, y, width, height = given
    one, two = _place(pen, (x, y)), _place(pen, (x + width, y + height))
    return (min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))


def _is_patch(box: tuple[float, ...]) -> bool:
    return box[2] - box[0] >= PATCH_SIDES_MIN[0] and box[3] - box[1] >= PATCH_SIDES_MIN[1]


def _inside(place: tuple[float, ...], box: tuple[float, ...]) -> bool:
    return box[0] - 2 <= place[0] <= box[2] and box[1] - 2 <= place[1] <= box[3]


def _odd_fonts(page: Any) -> list[str]:
    """A font of which a page has two subsets, one for a few figures only."""
    shown: dict[str, str] = {}

    def note(text: str, _cm: Any, _tm: Any, font: Any, _size: Any) -> None:
        name = str(font.get("/BaseFont", "")) if font else ""
        shown[name] = shown.get(name, "") + text

    page.extract_text(visitor_text=note)
    families: dict[str, list[str]] = {}
    for name in shown:
        if match := _SUBSET.fullmatch(name):
            families.setdefault(match[2], []).append(name)
    return [
        f"{family} {shown[name].strip()[:20]}"
        for family, names in families.items()
        if len(names) > 1
        for name in names
        if 0 < len(shown[name].strip()) <= ODD_GLYPHS_MAX and _FIGURES_ONLY.fullmatch(shown[name].strip())
    ]

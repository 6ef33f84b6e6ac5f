"""What a file is by its content, whether its name says the same, and what in it would run or burst. Pure."""

import io
import re
import zipfile
from dataclasses import dataclass
from enum import Enum

from accounting.domain.pdf_streams import object_streams, plain_names


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be evidence: endings of its name, and its media type."""

    endings: tuple[str, ...]
    media_type: str


PDF = FileKind(("pdf",), "application/pdf")
PNG = FileKind(("png",), "image/png")
JPEG = FileKind(("jpg", "jpeg"), "image/jpeg")
XLSX = FileKind(("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
CSV = FileKind(("csv", "txt"), "text/csv")
KINDS = (PDF, PNG, JPEG, XLSX, CSV)
ALLOWED = ", ".join(ending for kind in KINDS for ending in kind.endings)


def kind_of(name: str, content: bytes) -> FileKind | None:
    """The kind of a file, if name and content agree; None for any other, whatever its name says."""
    ending = name.rpartition(".")[2].lower()
    found = next((kind for kind in KINDS if _is(kind, content)), None)
    return found if found is not None and ending in found.endings else None


class Danger(Enum):
    """Why a file of an allowed kind is not kept: it runs, it is locked, it bursts when it is opened."""

    RUNS = "runs"
    LOCKED = "locked"
    BURSTS = "bursts"


# A workbook of a plant's year is some megabytes when unpacked; a scan of A3 at 600 dpi has 70 million points.
UNPACKED_MAX_MB = 200
PACKED_RATIO_MAX = 200
PACKED_FREE = 20 * 1024 * 1024
PIXELS_MAX = 150_000_000
_RUNS = re.compile(rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm|XFA)(?![A-Za-z])|/JS\s*[(<\d]")
_LOCKED = re.compile(rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)")
_MACROS = re.compile(r"xl/(vbaProject|activeX/|macrosheets/|embeddings/).*")


def danger_of(kind: FileKind, content: bytes) -> tuple[Danger, str] | None:
    """Why a file must not be kept, with the thing that was found; None for a harmless one."""
    if kind is PDF:
        return _pdf_danger(content)
    if kind is XLSX:
        return _workbook_danger(content)
    width, height = _size(kind, content)
    return (Danger.BURSTS, f"{width} x {height}") if width * height > PIXELS_MAX else None


def _pdf_danger(content: bytes) -> tuple[Danger, str] | None:
    if _LOCKED.search(content):
        return Danger.LOCKED, "/Encrypt"
    for part in (content, *object_streams(content)):
        # What nobody here can look into might run: writers of documents pack in one way only.
        if part is None:
            return Danger.RUNS, "/ObjStm"
        if found := _RUNS.search(plain_names(part)):
            return Danger.RUNS, found[0].decode("ascii", "replace").rstrip("(< 0123456789\r\n\t")
    return None


def _workbook_danger(content: bytes) -> tuple[Danger, str] | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        return Danger.LOCKED, "zip"
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(1, len(content))
    if unpacked > UNPACKED_MAX_MB * 1024 * 1024 or (unpacked > PACKED_FREE and ratio > PACKED_RATIO_MAX):
        return Danger.BURSTS, f"{unpacked // (1024 * 1024)} MB"
    found = next((part.filename for part in parts if _MACROS.fullmatch(part.filename)), "")
    return (Danger.RUNS, found[:80]) if found else None


def _size(kind: FileKind, content: bytes) -> tuple[int, int]:
    """Width and height that an image says it has; 0 for anything else."""
    if kind is PNG:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if kind is not JPEG:
        return 0, 0
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        mark, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return (
                int.from_bytes(content[place + 7 : place + 9], "big"),
                int.from_bytes(content[place + 5 : place + 7], "big"),
            )
        place += 2 + length
    return 0, 0


def _is(kind: FileKind, content: bytes) -> bool:
    if kind is PDF:
        # Readers accept some bytes before the mark; a file that has its end mark too is a whole PDF.
        return content[:1024].find(b"%PDF-") >= 0 and b"%%EOF" in content[-2048:]
    if kind is PNG:
        return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"
    if kind is JPEG:
        return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9")
    if kind is XLSX:
        return _is_workbook(content)
    return _is_text(content)


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    # NotImplementedError: a directory that asks for a newer reader than any.
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    """Text in UTF-8 without control characters but tabs and line ends."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\r\n" for character in text)

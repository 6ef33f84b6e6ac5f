"""What a file is by its content, whether its name says the same, and what in it would run or burst. Pure."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum

from accounting.domain.pdf_dangers import running_part


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
_LOCKED = re.compile(rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)")
PARTS_MAX = 5_000
TYPES_MAX = 1024 * 1024
# Programs in a workbook, and what it would fetch from elsewhere when it is opened.
_MACROS = re.compile(
    r"vbaProject|activeX/|macrosheets/|embeddings/|externalLinks/|connections\.xml|queryTables/"
    r"|\.(zip|rar|7z|gz|exe|dll|js|vbs|bat|cmd|ps1|scr|msi|jar|lnk|hta)$",
    re.IGNORECASE,
)
# A cell of a table that a spreadsheet program would carry out: a call of another program, a fetch.
_COMMANDS = re.compile(
    r"(?:HYPERLINK|WEBSERVICE|IMPORT\w{1,12}|DDE|EXEC)\s{0,3}\(|\w\s{0,3}\|[^\r\n|!]{0,200}!", re.IGNORECASE
)
_FORMULA = re.compile(r"(?:^|[\r\n,;\t\"])\s{0,5}[=+@-][^\r\n]*\Z")
FORMULA_MAX = 300
# Heads of other kinds: a PDF behind one of them is two files in one.
_OTHER_HEADS = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"PK",
    b"MZ",
    b"GIF8",
    b"\x7fELF",
    b"<",
    b"Rar!",
    b"BM",
    b"II*",
    b"MM\x00*",
)
_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|svg|html|script|body|iframe)", re.IGNORECASE)


def danger_of(kind: FileKind, content: bytes) -> tuple[Danger, str] | None:
    """Why a file must not be kept, with the thing that was found; None for a harmless one."""
    if kind is PDF:
        return _pdf_danger(content)
    if kind is XLSX:
        return _workbook_danger(content)
    if kind is CSV:
        return _command(content.decode("utf-8-sig"))
    width, height = _size(kind, content)
    return (Danger.BURSTS, f"{width} x {height}") if width * height > PIXELS_MAX else None


def _command(text: str) -> tuple[Danger, str] | None:
    """The first cell of a table that is a formula which calls a program or fetches something."""
    for match in _COMMANDS.finditer(text):
        before = max(0, match.start() - FORMULA_MAX)
        if _FORMULA.search(text[before : match.start() + 1]) or _FORMULA.search(text[before : match.start()]):
            return Danger.RUNS, match[0][:40]
    return None


def _pdf_danger(content: bytes) -> tuple[Danger, str] | None:
    if _LOCKED.search(content):
        return Danger.LOCKED, "/Encrypt"
    found = running_part(content)
    return (Danger.RUNS, found) if found else None


def _workbook_danger(content: bytes) -> tuple[Danger, str] | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > PARTS_MAX:
            return Danger.BURSTS, f"{len(parts)} parts"
        types = _types_of(archive)
    if any(part.flag_bits & 1 for part in parts):
        return Danger.LOCKED, "zip"
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(1, len(content))
    if unpacked > UNPACKED_MAX_MB * 1024 * 1024 or (unpacked > PACKED_FREE and ratio > PACKED_RATIO_MAX):
        return Danger.BURSTS, f"{unpacked // (1024 * 1024)} MB"
    found = next((name for part in parts if _MACROS.search(name := part.filename.replace("\\", "/"))), "")
    found = found or ("macroEnabled" if b"macroenabled" in types.lower() else "")
    return (Danger.RUNS, found[:80]) if found else None


def _types_of(archive: zipfile.ZipFile) -> bytes:
    """The list of a workbook's kinds of parts, of which a small part is enough; nothing where none is."""
    try:
        with archive.open("[Content_Types].xml") as file:
            return file.read(TYPES_MAX)
    except (KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError):
        return b""


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
        whole = content[:1024].find(b"%PDF-") >= 0 and b"%%EOF" in content[-2048:]
        return whole and not content[:1024].lstrip().startswith(_OTHER_HEADS) and not _is_archive(content)
    if kind is PNG:
        head = content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"
        return head and not _is_also(content)
    if kind is JPEG:
        whole = content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9")
        return whole and not _is_also(content)
    if kind is XLSX:
        return _is_workbook(content)
    return _is_text(content)


def _is_also(content: bytes) -> bool:
    """Whether an image is a document or an archive as well."""
    return b"%PDF-" in content[:1024] or _is_archive(content)


def _is_archive(content: bytes) -> bool:
    """Whether an archive hangs on a file: its end mark is read from behind, whatever stands before."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _is_workbook(content: bytes) -> bool:
    """A workbook from its first byte, without a name twice or one that leads out of it."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
        leads_out = any(".." in re.split(r"[/\\]", name) or name.startswith(("/", "\\")) for name in names)
        return "xl/workbook.xml" in names and len(set(names)) == len(names) and not leads_out
    # NotImplementedError: a directory that asks for a newer reader than any.
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    """Text in UTF-8 without control characters but tabs and line ends, and no page of a browser."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if _MARKUP.match(text):
        return False
    return all(character.isprintable() or character in "\t\r\n" for character in text)

"""What a file is by its content, and whether its name says the same. Pure."""

import io
import zipfile
from dataclasses import dataclass


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

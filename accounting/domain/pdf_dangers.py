"""What in a PDF runs, leads elsewhere by itself, or rides along unseen. Pure, in bounded time."""

import re

from accounting.domain.pdf_streams import object_streams, plain_names

# Short names are asked for with what must follow them: four letters of a packed image are met by chance.
_RUNS = re.compile(
    rb"/(JavaScript|Launch|RichMedia|ImportData|SubmitForm|GoToR|GoToE|Rendition|Movie|Sound)(?![A-Za-z])"
    rb"|/Subtype\s*/(?:3D|U3D|PRC)(?![A-Za-z])|/XFA\s*(?:\[|<<|\d+\s+\d+\s+R)|/AA\s*(?:<<|\d+\s+\d+\s+R)"
)
# What is done on opening may be a place in the document itself, nothing else. A document has one; a few more
# are of earlier sections.
_OPENS = re.compile(rb"/OpenAction(?![A-Za-z])")
_ACTION = re.compile(rb"\s*(?:(<<.*?>>)|(\d{1,9})\s+(\d{1,5})\s+R)", re.S)
OPENS_MAX, ACTION_MAX = 8, 2_000
_GOES_TO = re.compile(rb"/S\s*/(\w+)")
_EMBEDDED = re.compile(rb"/EmbeddedFile(?!s)(?![A-Za-z])")
_NAMED = re.compile(rb"/U?F\s*(?=[(<][^<])")
_FILE_NAME = re.compile(rb"\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f\s]*>", re.S)
NAMES_MAX, NAME_MAX = 2_000, 1_000
# Electronic invoices carry their own record in these; whatever else is inside was looked at by nobody.
RECORDS = (".xml", ".xbrl", ".json", ".csv", ".txt")


def running_part(content: bytes) -> str:
    """The name of the first thing of a PDF that must not be kept, or nothing."""
    parts: list[bytes] = []
    for part in (content, *object_streams(content)):
        # What nobody here can look into might run: writers of documents pack in one way only.
        if part is None:
            return "/ObjStm"
        plain = plain_names(part)
        if running := _RUNS.search(plain):
            return _name(running)
        if opening := _opening(plain):
            return opening
        parts.append(plain)
    return _attached(parts) if any(_EMBEDDED.search(part) for part in parts) else ""


def _name(found: re.Match[bytes]) -> str:
    """The name of what was found, without what follows it."""
    if found[1]:
        return f"/{found[1].decode('ascii')}"
    return re.split(rb"[<\[]", found[0])[0].decode("ascii", "replace")[:20].rstrip(" 0123456789\r\n\tR")


def _attached(parts: list[bytes]) -> str:
    """The first file inside that is no record, by the names that the document gives its files."""
    count = 0
    for part in parts:
        for begins in _NAMED.finditer(part):
            written = _FILE_NAME.match(part[begins.end() : begins.end() + NAME_MAX])
            count += 1
            name = _text(written[0]) if written and count <= NAMES_MAX else ""
            if not name.lower().endswith(RECORDS):
                return f"/EmbeddedFile {name}".rstrip()
    return "" if count else "/EmbeddedFile"


def _opening(plain: bytes) -> str:
    """What the document does by itself when it is opened, unless it only shows one of its pages."""
    for number, begins in enumerate(_OPENS.finditer(plain)):
        if number >= OPENS_MAX:
            return "/OpenAction"
        match = _ACTION.match(plain[begins.end() : begins.end() + ACTION_MAX])
        if match is None:
            continue
        action = match[1] or b""
        if match[2]:
            place = re.search(rb"(?<!\d)%s\s+%s\s+obj" % (match[2], match[3]), plain)
            action = plain[place.end() : place.end() + ACTION_MAX].partition(b"endobj")[0] if place else b""
        kind = _GOES_TO.search(action)
        if kind is not None and kind[1] != b"GoTo":
            return f"/OpenAction /{kind[1].decode('ascii', 'replace')}"
    return ""


def _text(written: bytes) -> str:
    """A PDF string, plain or in hexadecimal, as text."""
    if written.startswith(b"<"):
        digits = re.sub(rb"\s", b"", written[1:-1])
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    else:
        raw = re.sub(rb"\\(.)", rb"\1", written[1:-1], flags=re.S)
    text = raw.decode("utf-16" if raw.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1", "replace")
    return text.strip("\x00 ")[:80]

"""What a file is, by its content: hostile ones are of no kind, and nothing falls over."""

import base64
import io
import zipfile
import zlib

import pytest

from accounting.domain.files import Danger, danger_of, kind_of


def workbook() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


def asking_for_a_newer_reader(content: bytes) -> bytes:
    place = content.index(b"PK\x01\x02") + 6
    return content[:place] + bytes([99]) + content[place + 1 :]


def test_a_workbook_is_a_workbook() -> None:
    found = kind_of("measured.xlsx", workbook())
    assert found is not None
    assert found.media_type.endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", asking_for_a_newer_reader(workbook())),
        ("a.xlsx", workbook()[:-8]),
        ("a.pdf", workbook()),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"<html>%PDF-1.7</html>"),
        ("a.png", b"\x89PNG\r\n\x1a\n<script>"),
        ("../../a", b""),
    ],
)
def test_a_hostile_file_is_of_no_kind(name: str, content: bytes) -> None:
    assert kind_of(name, content) is None


SCRIPT = b"1 0 << /S /JavaScript /JS (app.alert(1)) >>"
HARMLESS = b"1 0 << /Type /Page >>"


def packed(head: bytes, data: bytes) -> bytes:
    """A PDF with one object stream: objects in it are seen by no plain search of the file."""
    return b"%PDF-1.7\n5 0 obj\n<< " + head + b" >>\nstream\n" + data + b"\nendstream\nendobj\n%%EOF"


MANY = [packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b" " * 4_000_000))] * 9


@pytest.mark.parametrize(
    ("content", "danger"),
    [
        (packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(SCRIPT)), Danger.RUNS),
        (packed(b"/Filter /FlateDecode /Type /Obj#53tm", zlib.compress(SCRIPT)), Danger.RUNS),
        (packed(b"/Type /ObjStm", SCRIPT), Danger.RUNS),
        (
            packed(
                b"/Filter [/ASCII85Decode /FlateDecode] /Type /ObjStm",
                base64.a85encode(zlib.compress(SCRIPT)) + b"~>",
            ),
            Danger.RUNS,
        ),
        (packed(b"/Type /ObjStm /F#69lter /LZWDecode", b"\x80\x0b\x60\x50"), Danger.RUNS),
        (packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(HARMLESS)), None),
        (packed(b"/Type /ObjStm", HARMLESS), None),
        (packed(b"/Type /XObject /Filter /DCTDecode", b"a picture"), None),
        # What readers forgive: a wrong checksum, a padded dictionary, a carriage return alone.
        (packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(SCRIPT)[:-4] + b"0000"), Danger.RUNS),
        (
            packed(b"/Type /ObjStm /Pad (" + b"x" * 2_000 + b")/Filter /FlateDecode", zlib.compress(SCRIPT)),
            Danger.RUNS,
        ),
        (
            packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(SCRIPT)).replace(
                b"stream\n", b"stream\r", 1
            ),
            Danger.RUNS,
        ),
        (packed(b"/Type /ObjStm /Pad (" + b"x" * 70_000 + b")", HARMLESS), Danger.RUNS),
        (
            packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(HARMLESS)[:2] + b"\xff" * 20),
            Danger.RUNS,
        ),
        # A script behind more than is looked through, in one stream or in many.
        (
            packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b" " * 5_000_000 + SCRIPT)),
            Danger.RUNS,
        ),
        (
            b"%PDF-1.7\n"
            + b"".join(MANY)
            + packed(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(SCRIPT)),
            Danger.RUNS,
        ),
    ],
)
def test_a_script_in_an_object_stream_is_found_or_its_packing_refused(
    content: bytes, danger: Danger | None
) -> None:
    kind = kind_of("report.pdf", content)
    assert kind is not None
    found = danger_of(kind, content)
    assert (found[0] if found else None) == danger

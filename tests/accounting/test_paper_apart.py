"""A stranger's PDF: whatever it asks for, it is read within bounds and nobody else waits for it."""

import time
import zlib

import pytest
from lexicon.refusals import Refusal, Refused
from proof.report import NotAReport

from accounting import paper_apart


def pdf(stream: bytes, *, pages: int) -> bytes:
    """A whole PDF whose pages all show one stream."""
    packed = zlib.compress(stream, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b" ".join([b"3 0 R"] * pages) + b"]/Count %d>>" % pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + table + end


def test_a_small_pdf_without_a_report_is_told_so() -> None:
    with pytest.raises(NotAReport, match="no_attachment"):
        paper_apart.read(pdf(b"BT /F 1 Tf (a) Tj ET", pages=1))


def test_json_needs_no_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_apart, "_child", lambda _: 1 / 0)
    assert paper_apart.read(b"{}").content == b"{}"


def test_a_pdf_of_three_kilobytes_that_asks_for_minutes_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = pdf(b"BT /F 1 Tf " + b"(a) Tj " * 200_000 + b"ET", pages=1000)
    assert len(bomb) < 10_000
    begun = time.monotonic()
    monkeypatch.setattr(paper_apart, "WALL_S_MAX", 4)
    with pytest.raises(NotAReport, match="torn_pdf"):
        paper_apart.read(bomb)
    assert time.monotonic() - begun < 30


def test_while_two_are_read_a_third_is_asked_to_wait() -> None:
    with paper_apart._PLACES, paper_apart._PLACES, pytest.raises(Refused) as refused:
        paper_apart.read(b"%PDF-1.4")
    assert refused.value.refusal is Refusal.RATE_LIMITED
    with pytest.raises(NotAReport):
        paper_apart.read(b"%PDF-1.4")

"""Documents by kind: what each must show, what must agree with its line, and both places of what does not."""

import csv
import io
import tomllib
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from lexicon.terms import EvidenceKind
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from accounting.domain.documents.frame import Certificate, Document, Frame, Line, Value
from accounting.domain.documents.reading import LINES_MAX, in_unit, sheet_of, unit_of
from accounting.domain.documents.remarks import PaperRemark, Says
from accounting.domain.documents.rules import paper_rules
from accounting.domain.documents.sums import check_documents
from accounting.domain.files import CSV, PDF
from accounting.extraction import traits_of

TABLE = tomllib.loads((Path(__file__).parents[1] / "tables" / "documents.toml").read_text(encoding="utf-8"))
KINDS: dict[str, dict[str, Any]] = {row["kind"]: row for row in TABLE["document"]}
FAULTS = [(row["kind"], fault) for row in TABLE["document"] for fault in row["faults"]]
FREE = {"photo", "other"}


def line_of(slug: str, zh: str, en: str, *meters: str, fuel: bool = False, **values: tuple[str, str]) -> Line:
    known = {
        name.replace("__", "."): Value(
            stream=slug, name=name.replace("__", "."), value=Fraction(text), unit=unit, printed=text
        )
        for name, (text, unit) in values.items()
    }
    return Line(slug=slug, names=(zh, en), fuel=fuel, values=known, meters=meters)


LINES = [
    line_of(
        "coal", "煤", "Coal", "feeder", fuel=True,
        quantity=("1000", "t"), carbon_ad=("55.62", "%"), moisture_ar=("14.30", "%"),
    ),
    line_of("grid", "购电", "Grid power", "grid-in", quantity=("215.640", "MWh")),
    line_of(
        "ore", "矿石", "Ore",
        balance__purchased=("500", "t"), balance__opening=("120", "t"), balance__closing=("150", "t"),
    ),
    line_of("clinker", "熟料", "Clinker", quantity=("52000", "t")),
]  # fmt: skip
FRAME = Frame(
    first=date(2026, 6, 1), last=date(2026, 6, 30), enterprise="阿尔法电力有限公司",
    usci="91310000MA1FL0000X",
    lines={line.slug: line for line in LINES},
    meters={"feeder": ("皮带秤",), "grid-in": ("关口表",)},
    register=(
        Certificate(
            meter="grid-in", number="JL-2026-0101", serial="E-2041", calibrated_on=date(2026, 1, 10),
            valid_until=date(2027, 1, 9), allowed=Fraction("0.5"), error=Fraction("0.1"),
        ),
    ),
)  # fmt: skip


def document(kind: str, text: str | None = None, name: str = "a") -> Document:
    row = KINDS[kind]
    stream = row.get("stream", "coal")
    return Document(
        id=name, kind=kind, title=f"{kind} of June", stream=stream,
        sheet=sheet_of((row["text"] if text is None else text).strip()),
        accreditation=row.get("accreditation", ""),
        supports=tuple(FRAME.lines[stream].values[one] for one in row.get("supports", ())),
    )  # fmt: skip


def told(*documents: Document) -> list[PaperRemark]:
    return [one for remarks in check_documents(documents, FRAME).values() for one in remarks]


def test_every_kind_is_in_the_table_or_free_of_demands() -> None:
    assert set(paper_rules().kinds) == set(KINDS)
    assert set(EvidenceKind) == set(KINDS) | FREE
    named = {field for kind in paper_rules().kinds.values() for any_of in kind.fields for field in any_of}
    assert named - {"accreditation"} <= set(paper_rules().fields)


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_clean_document_nothing_is_said(kind: str) -> None:
    assert told(document(kind)) == []


@pytest.mark.parametrize(("kind", "fault"), FAULTS)
def test_what_is_wrong_is_said_with_reason_and_both_places(kind: str, fault: dict[str, Any]) -> None:
    before, after = fault["change"]
    text = KINDS[kind]["text"]
    assert before in text
    found = {one.says.name: one for one in told(document(kind, text.replace(before, after)))}
    assert fault["says"] in found
    remark = found[fault["says"]]
    assert fault["words"] in remark.words("en")
    assert remark.words("zh") != remark.words("en")
    assert fault["against"] in remark.against[1] or fault["against"] in remark.against[0]
    if "line" in fault:
        assert f"line {fault['line']} of the document" in remark.at[1]
        assert f"文件第 {fault['line']} 行" in remark.at[0]


def test_every_remark_there_is_comes_up_in_the_table_or_below() -> None:
    below = {"not_read", "supplier_differs"}
    assert {fault["says"] for _, fault in FAULTS} | below == {one.name for one in Says}


@pytest.mark.parametrize("kind", KINDS)
def test_a_scan_without_text_says_so_and_nothing_is_guessed(kind: str) -> None:
    [remark] = told(replace(document(kind), sheet=None))
    assert remark.says is Says.not_read
    assert "人工核对" in remark.words("zh")
    assert "none was guessed" in remark.words("en")


def test_invoices_of_a_line_count_together_and_a_scan_among_them_is_no_shortage() -> None:
    half = KINDS["invoice"]["text"].replace("1,000.00 t", "500.00 t")
    one, two = document("invoice", half, "a"), document("invoice", half.replace("24310000", "2"), "b")
    assert told(one, two) == []
    [short] = told(one)
    assert short.says is Says.quantity_differs
    assert [each.says for each in told(one, replace(two, sheet=None))] == [Says.not_read]
    over = document("invoice", half.replace("500.00 t", "700.00 t"), "b")
    remarks = told(one, over)
    assert [each.says for each in remarks] == [Says.quantity_differs]
    assert "2 documents" in remarks[0].at[1]


def test_weighbridge_slips_may_be_a_sample_but_not_more_than_the_line() -> None:
    slips = [
        document("weighbridge", KINDS["weighbridge"]["text"].replace("778121", str(n)), str(n))
        for n in range(31)
    ]
    assert told(*slips[:30]) == []
    [over] = told(*slips)
    assert over.says is Says.quantity_exceeds
    assert "1026.1 t" in over.words("en")


def test_a_value_of_several_reports_lies_between_theirs() -> None:
    text = KINDS["lab_report"]["text"]
    low = document("lab_report", text.replace("55.62", "54.80").replace("14.30", "13.90"), "a")
    high = document("lab_report", text.replace("55.62", "56.40").replace("14.30", "14.80"), "b")
    assert told(low, high) == []
    [carbon] = told(
        low, document("lab_report", text.replace("55.62", "55.10").replace("14.30", "14.80"), "b")
    )
    assert carbon.says is Says.value_differs


def test_an_invoice_comes_from_a_supplier_of_the_contracts_on_file() -> None:
    other = KINDS["invoice"]["text"].replace("北辰能源有限公司", "南海能源有限公司")
    assert told(document("invoice"), document("contract", name="c")) == []
    [strange] = told(document("invoice", other), document("contract", name="c"))
    assert strange.says is Says.supplier_differs
    assert "contract of June" in strange.against[1]
    assert "line 3" in strange.against[1]


def printed(text: str) -> str:
    """The text of a PDF with these lines, by the product's own reader."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    target = io.BytesIO()
    page = canvas.Canvas(target)
    page.setFont("STSong-Light", 11)
    for number, line in enumerate(text.strip().splitlines()):
        for column, cell in enumerate(line.split("  ")):
            page.drawString(60 + 160 * column, 780 - 20 * number, cell)
    page.save()
    return traits_of(target.getvalue(), PDF.media_type).text


def as_csv(text: str) -> str:
    """The text of a CSV with a cell for each label and value, by the product's own reader."""
    target = io.StringIO()
    writer = csv.writer(target)
    for line in text.strip().splitlines():
        writer.writerow([part for cell in line.split("  ") for part in cell.split("：")])
    return traits_of(target.getvalue().encode(), CSV.media_type).text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("medium", [printed, as_csv], ids=["pdf", "csv"])
def test_the_same_document_as_a_file_reads_the_same(medium: Any, kind: str) -> None:
    assert told(document(kind, medium(KINDS[kind]["text"]))) == []


def test_units_as_forms_write_them() -> None:
    assert unit_of("万千瓦时") == ("MWh", 10, "")
    assert unit_of("吨") == ("t", 1, "")
    assert unit_of("MJ/kg") == ("GJ/t", 1, "")
    assert unit_of("斤") == ("", 1, "斤")
    assert in_unit(Fraction(2500), "kg", "t") == Fraction(5, 2)
    assert in_unit(Fraction(1), "m3", "Nm3") is None
    [found] = sheet_of("数量（吨）\t1,250.5").fields["quantity"]
    assert (found.value, found.unit) == (Fraction("1250.5"), "t")


def test_a_long_table_is_read_so_far_and_says_that_it_is_not_whole() -> None:
    rows = "\n".join(f"净重：10.00 t {n}" for n in range(LINES_MAX + 1))
    assert not sheet_of(rows).whole
    assert sheet_of("净重：10.00 t").whole
    assert len(sheet_of(rows).fields["net"]) == LINES_MAX

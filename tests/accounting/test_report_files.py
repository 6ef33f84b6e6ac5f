"""Emission report and verification report as workbooks and pages: exact, equal bytes, their JSON inside."""

import io
import json
import re
import zipfile
from hashlib import sha256

import pytest
from lexicon import canonical
from openpyxl import load_workbook
from proof.report import NotAReport, Opened

from accounting.chain.models import ChainReport
from accounting.domain.clauses import clause_text, every_clause
from accounting.models import RenderedFile, VerificationCase
from accounting.paper import open_paper, pages_show, read_paper
from accounting.report_sheets import ATTACHED, Table, write_report
from accounting.services import files
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CASE, Stage
from tests.accounting.test_reports import endorsed, print_all, report_of, verify  # noqa: F401

TABLES = [Table("数据", ("名称", "tCO₂e"), [("煤", "271325.958138"), ("=1+1", "-0.5")], {1: "#,##0.000000"})]
CONTENT = '{"a":"<&>","zh":"碳"}'


def test_a_workbook_is_the_same_bytes_twice_and_keeps_every_digit() -> None:
    made = write_report(TABLES, CONTENT)
    assert made == write_report(TABLES, CONTENT)
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "tCO₂e"],
        ["煤", 271325.958138],
        ["=1+1", -0.5],
    ]
    assert sheet["A3"].data_type == "s"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"<v>271325.958138</v>" in archive.read("xl/worksheets/sheet1.xml")
        assert b"customXml" in archive.read("xl/_rels/workbook.xml.rels")
    assert read_paper(made).content.decode() == CONTENT


def test_workbooks_that_are_torn_bare_or_hide_entities_are_no_reports() -> None:
    made = write_report(TABLES, CONTENT)
    for name, body, reason in (
        (ATTACHED, b"<!DOCTYPE x [<!ENTITY a 'b'>]><report>&a;</report>", "torn_workbook"),
        (ATTACHED, b"<other>{}</other>", "no_attachment"),
        ("xl/worksheets/sheet1.xml", b"<worksheet", "torn_workbook"),
        (ATTACHED, b"0" * (33 * 1024 * 1024), "too_large"),
    ):
        with pytest.raises(NotAReport, match=reason):
            read_paper(with_part(made, name, body))
    for content, reason in ((made[:-200], "torn_workbook"), (without(made, ATTACHED), "no_attachment")):
        with pytest.raises(NotAReport, match=reason):
            read_paper(content)


def test_a_page_that_leaves_out_what_a_rule_put_in_is_shown_as_different() -> None:
    line = {"tco2e": "3.100000", "adjustments": [{"tco2e": "0.640123"}]}
    content = {"lines": [line], "total": {"cover_t": "3", "tco2e": "3.100000"}}
    opened = Opened("ab" * 32, content, ())
    assert pages_show(opened, "3 3.100000 3.100 0.640").holds
    assert pages_show(opened, "3 3.100000 3.100").detail == "0.640"
    big = {"lines": [{"tco2e": "-259829.116470"}], "total": {"cover_t": "271487", "tco2e": "271487.172114"}}
    printed = "271,487 tCO₂e 271,487.172114 \u2212259,829.116"
    assert pages_show(Opened("ab" * 32, big, ()), printed).holds
    assert pages_show(Opened("ab" * 32, big, ()), printed.replace("\u2212", "")).detail == "-259829.116"
    assert pages_show(opened, "3 tCO\u2082e\n3.100000\n0.640123", exact=True).holds
    assert pages_show(opened, "3 tCO\u2082e\n3.100000\n0.64", exact=True).detail == "0.640123"


@pytest.mark.parametrize("lines", [None, 7, [1, "x"], [{}], [{"tco2e": [], "adjustments": {"a": 1}}]])
def test_strangers_data_of_any_shape_is_compared_and_breaks_nothing(lines: object) -> None:
    assert not pages_show(Opened("ab" * 32, {"lines": lines, "total": {}}, ()), "nothing").holds


def with_part(made: bytes, name: str, body: bytes) -> bytes:
    """A workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, body if one == name else old.read(one))
    return out.getvalue()


def without(made: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
    return out.getvalue()


@pytest.mark.db
def test_the_reports_workbook_is_made_once_carries_the_json_and_is_found_on_the_ledger(
    stage: Stage,
    endorsed: None,  # noqa: F811
) -> None:
    report = report_of(stage)
    assert print_all(("xlsx", "zh"), ("xlsx", "en")) == 2
    path = f"reports/{report['id']}/xlsx/"
    book = stage.get("alpha_head", path, lang="zh").content
    assert book == stage.get("alpha_head", path, lang="zh").content
    assert sha256(read_paper(book).content).hexdigest() == report["digest"]
    sheets = load_workbook(io.BytesIO(book)).worksheets
    assert [sheet.title for sheet in sheets] == [
        "温室气体排放报告", "附表1 排放量", "附表2 活动水平", "附表3 排放因子", "设备与计量器具", "其他说明",
    ]  # fmt: skip
    cells = {str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row}
    assert {"271325.958138", "271487.172114", report["digest"]} <= cells
    english = load_workbook(io.BytesIO(stage.get("alpha_head", path, lang="en").content))
    words = " ".join(str(cell.value) for sheet in english for row in sheet.iter_rows() for cell in row)
    assert "Signed" not in words
    assert "fossil fuel combustion" in words
    assert [one for one in every_clause() if one in words and one not in clause_text(one, "en")] == []
    assert "271487 tCO₂e" in words
    answer = stage.ok(verify(stage, "r.xlsx", book))
    assert answer["found"]
    assert all(check["holds"] for check in answer["checks"]), answer["checks"]


@pytest.mark.db
def test_a_workbook_with_an_edited_cell_is_shown_as_different(stage: Stage, endorsed: None) -> None:  # noqa: F811
    report = report_of(stage)
    print_all(("xlsx", "zh"))
    book = stage.get("alpha_head", f"reports/{report['id']}/xlsx/", lang="zh").content
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        body = archive.read("xl/worksheets/sheet3.xml")
    edited = with_part(book, "xl/worksheets/sheet3.xml", body.replace(b"271325.958138", b"71325.958138"))
    paper = read_paper(edited)
    shown = pages_show(open_paper(paper.content), paper.text or "", exact=paper.exact)
    assert (shown.holds, shown.detail) == (False, "271325.958138")
    answer = stage.ok(verify(stage, "r.xlsx", edited))
    assert {check["name"]: check["holds"] for check in answer["checks"]}["pages"] is False


@pytest.mark.db
def test_the_verification_report_has_its_chapters_and_the_digest_that_the_ledger_approved(
    stage: Stage,
    endorsed: None,  # noqa: F811
) -> None:
    report = report_of(stage)
    content = stage.get("alpha_head", f"reports/{report['id']}/verification/").content
    record = json.loads(ChainReport.objects.get(pk=CASE).record)
    assert record["approval"]["verification_digest"] == sha256(content).hexdigest()
    told = json.loads(content)
    assert told["schema"] == "tanheng-verification/5"
    assert re.fullmatch(r"[A-Z_-]+-[0-9A-Z_]{6}-[0-9A-Z_]{6}-2026-06-1", told["number"]), told["number"]
    assert [one["role"] for one in told["signers"]] == ["lead_auditor", "technical_reviewer", "approver"]
    assert told["results"][0]["reported_g"] == "271325958138"
    assert told["recomputation"]["recalculated_g"] == told["total_g"]
    for language, chapters in (
        ("zh", ("一、概述", "二、核查过程", "三、核查发现", "四、核查结果", "五、附件", "不符合项清单")),
        ("en", ("1. Overview", "2. Process", "3. Findings", "4. Results", "5. Annexes", "Non-conformities")),
    ):
        path = f"reports/{report['id']}/verification/html/"
        page = stage.get("alpha_head", path, lang=language).content.decode()
        assert all(chapter in page for chapter in chapters)
        assert "271,487.172114" in page
        assert report["minted_at"][:10] in page
        assert ("MEE Climate" in page, "环办气候" in page) == (language == "en", language == "zh")


@pytest.mark.db
def test_verification_files_are_equal_when_made_again(stage: Stage, endorsed: None) -> None:  # noqa: F811
    report_of(stage)
    found: list[bytes] = []
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        kinds = (RenderedFile.Kind.VERIFICATION_PDF, RenderedFile.Kind.VERIFICATION_XLSX)
        RenderedFile.objects.exclude(kind__in=kinds, language="zh").delete()
        case = VerificationCase.objects.get(pk=CASE)
        for _ in kinds:
            work = files.claim()
            assert work is not None
            made = files.print_pdf(work)
            assert made == files.print_pdf(work)
            assert read_paper(made).content.decode() == case.verification
            assert files.make(work).sha256 == sha256(made).hexdigest()
            found.append(made)
    for made in found:
        answer = stage.ok(verify(stage, "v", made))
        assert (answer["kind"], answer["found"], answer["total_tco2"]) == (
            "verification", True, "271487.172114",
        )  # fmt: skip
        assert {one["name"]: one["holds"] for one in answer["checks"]} == {
            "results": True, "recomputation": True, "verdicts": True, "pages": True,
        }  # fmt: skip
        digest, file = (sha256(one).hexdigest() for one in (case.verification.encode(), made))
        for whole, holds in ((file, True), ("0" * 64, False)):
            asked = stage.ok(stage.get("", "verify/", digest=digest, file=whole))
            assert (asked["kind"], asked["found"]) == ("verification", True)
            assert asked["checks"] == [{"name": "pages", "holds": holds, "detail": "" if holds else "file"}]
    told = json.loads(case.verification) | {"total_g": "1"}
    changed = stage.ok(verify(stage, "v.json", canonical.encode(told)))
    assert (changed["kind"], changed["found"]) == ("verification", False)
    assert {one["name"]: one["holds"] for one in changed["checks"]}["recomputation"] is False
    assert stage.get("", "verify/", digest=digest, file="x").json()["refusal"] == "field_invalid"


@pytest.mark.db
def test_a_report_that_is_not_minted_has_no_verification_report(stage: Stage) -> None:
    stage.submitted()
    row = stage.ok(stage.get("alpha_head", "reports/"))["results"][0]
    for path in ("verification/", "verification/html/", "verification/pdf/", "verification/xlsx/", "xlsx/"):
        refused = stage.get("alpha_head", f"reports/{row['id']}/{path}")
        assert refused.json()["refusal"] == "step_not_ready", path

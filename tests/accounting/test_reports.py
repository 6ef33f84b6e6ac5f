"""Pages, PDFs and receipts made once; the public comparison of a report with the ledger."""

import io
import json
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from accounting import tasks
from accounting.domain.clauses import clause_text, every_clause
from accounting.models import RenderedFile
from accounting.services import receipts
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CASE, Stage

pytestmark = pytest.mark.db


@pytest.fixture
def endorsed():
    """Somebody who knows every transaction's endorsers; afterwards the project's own again."""
    before = receipts._Asked.function
    receipts.ask(lambda _: ["EnterpriseMSP", "RegulatorMSP"])
    yield
    receipts._Asked.function = before


def report_of(stage: Stage) -> dict:
    stage.minted()
    return stage.ok(stage.get("alpha_head", "reports/", state="minted"))["results"][0]


def print_all(*wanted: tuple[str, str]) -> int:
    """Print what was ordered; with `wanted` (kind, language) only that, as each print takes seconds."""
    made = 0
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        for row in RenderedFile.objects.all():
            if wanted and (row.kind, row.language) not in wanted:
                row.delete()
        while tasks.print_one():
            made += 1
    return made


def verify(stage: Stage, name: str, content: bytes):
    body = {"file": SimpleUploadedFile(name, content)}
    return stage.client_of("").post("/api/v1/verify/", body, format="multipart")


def test_pages_speak_both_languages_and_show_the_cover_in_whole_tonnes(stage: Stage) -> None:
    report = report_of(stage)
    zh = stage.get("alpha_head", f"reports/{report['id']}/html/", lang="zh").content.decode()
    en = stage.get("alpha_head", f"reports/{report['id']}/html/", lang="en").content.decode()
    for page in (zh, en):
        assert '271,487 <span class="unit">tCO₂e' in page
        assert "271,325.958" in page
        assert report["digest"] in page
    assert "温室气体排放报告" in zh
    assert "Greenhouse gas emission report" in en
    assert "reporting guideline, power generation facilities, purchased electricity" in en
    assert [one for one in every_clause() if one in en and one not in clause_text(one, "en")] == []
    refused = stage.get("alpha_head", f"reports/{report['id']}/html/", lang="fr")
    assert refused.json()["refusal"] == "field_invalid"


def test_pdfs_are_made_once_carry_the_json_and_are_equal_at_every_download(stage: Stage, endorsed) -> None:
    report = report_of(stage)
    path = f"reports/{report['id']}/pdf/"
    assert stage.get("alpha_head", path, lang="en").json()["refusal"] == "step_not_ready"
    assert print_all(("pdf", "zh"), ("receipt", "en")) == 2
    assert print_all() == 0
    first = stage.get("alpha_head", path, lang="zh").content
    assert stage.get("alpha_head", path, lang="zh").content == first
    reader = PdfReader(io.BytesIO(first))
    assert sha256(reader.attachments["report.json"][0]).hexdigest() == report["digest"]
    assert "温室气体排放报告" in reader.pages[0].extract_text().replace("⼀", "一")
    receipt = stage.get("alpha_head", f"reports/{report['id']}/receipt/", lang="en").content
    text = PdfReader(io.BytesIO(receipt)).pages[0].extract_text()
    assert report["minted_tx"][:20] in text.replace("\n", "")
    assert "2 / 3" in text
    assert "enterprises' organisation" in text


def test_one_job_printed_twice_gives_the_same_bytes(stage: Stage, endorsed) -> None:
    from accounting.services import files

    report_of(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        work = files.claim()
        assert work is not None
        assert files.print_pdf(work) == files.print_pdf(work)


def test_a_page_that_cannot_be_printed_is_noted_tried_again_and_given_up(stage: Stage, endorsed) -> None:
    from accounting.services import files, printer

    report_of(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        for _ in range(files.ATTEMPTS_MAX):
            work = files.claim()
            assert work is not None
            torn = files.Work(row=work.row, html=work.html, attachment="\ud800")
            with pytest.raises(printer.PrintError):
                files.make(torn)
        row = RenderedFile.objects.get(pk=work.row.pk)
        assert (row.made_at, row.attempts) == (None, files.ATTEMPTS_MAX)
        assert row.error


def test_a_receipt_waits_until_its_block_is_known_and_costs_no_attempt(stage: Stage) -> None:
    report_of(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        from accounting.services import files

        RenderedFile.objects.filter(kind="pdf").delete()
        assert files.claim() is None
        waiting = RenderedFile.objects.filter(kind="receipt", lease_until__isnull=False)
        assert [row.attempts for row in waiting] == [0]


def test_json_pdf_and_digest_are_found_on_the_ledger_without_an_account(stage: Stage, endorsed) -> None:
    report = report_of(stage)
    print_all(("pdf", "en"))
    content = stage.get("alpha_head", f"reports/{report['id']}/json/").content
    pdf = stage.get("alpha_head", f"reports/{report['id']}/pdf/", lang="en").content
    by_digest = stage.ok(stage.get("", "verify/", digest=report["digest"]))
    assert by_digest["found"]
    assert by_digest["total_tco2"] is None
    assert by_digest["tx_id"] == report["minted_tx"]
    assert by_digest["endorsers"] == ["EnterpriseMSP", "RegulatorMSP"]
    for name, given in (("r.json", content), ("r.pdf", pdf)):
        answer = stage.ok(verify(stage, name, given))
        assert answer["found"]
        assert answer["total_tco2"] == "271487.172114"
        assert all(check["holds"] for check in answer["checks"]), answer["checks"]
        assert answer["what"]["zh"] == "账本上有这份报告。"
    names = {check["name"] for check in answer["checks"]}
    assert names == {"lines", "subtotals", "total", "commitment", "guideline", "formulas", "pages"}


def test_a_changed_figure_is_not_on_the_ledger_and_an_edited_pdf_is_shown_as_different(
    stage: Stage, endorsed
) -> None:
    report = report_of(stage)
    print_all(("pdf", "zh"))
    content = json.loads(stage.get("alpha_head", f"reports/{report['id']}/json/").content)
    content["total"]["cover_t"] = "1"
    changed = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    answer = stage.ok(verify(stage, "r.json", changed))
    assert not answer["found"]
    assert [check["name"] for check in answer["checks"] if not check["holds"]] == ["total"]
    assert "摘要" in answer["what"]["zh"]
    edited = PdfWriter(
        clone_from=PdfReader(io.BytesIO(stage.get("alpha_head", f"reports/{report['id']}/pdf/").content))
    )
    edited.remove_page(0)
    out = io.BytesIO()
    edited.write(out)
    answer = stage.ok(verify(stage, "r.pdf", out.getvalue()))
    assert answer["found"]
    assert {check["name"]: check["holds"] for check in answer["checks"]}["pages"] is False
    assert "不一致" in answer["what"]["zh"]


WRONG = [
    ("r.pdf", b"", "file_empty"),
    ("r.pdf", b"hello", "file_kind_wrong"),
    ("r.pdf", b"%PDF-1.7 torn", "file_kind_wrong"),
    ("r.json", b'{"schema":"x"}', "file_kind_wrong"),
    ("r.json", b"[1.5]", "file_kind_wrong"),
    ("r.json", b"[" * 10_000, "file_kind_wrong"),
]


@pytest.mark.parametrize(
    ("name", "content", "refusal"), WRONG, ids=[f"{row[2]}-{n}" for n, row in enumerate(WRONG)]
)
def test_a_file_that_is_no_report_is_refused_by_name(stage: Stage, name, content, refusal: str) -> None:
    assert verify(stage, name, content).json()["refusal"] == refusal


def test_a_pdf_without_the_data_and_a_digest_that_is_none_are_refused(stage: Stage) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    assert verify(stage, "r.pdf", out.getvalue()).json()["refusal"] == "report_attachment_missing"
    assert stage.get("", "verify/", digest="xyz").json()["refusal"] == "field_invalid"
    unknown = stage.ok(stage.get("", "verify/", digest="0" * 64))
    assert (unknown["found"], unknown["state"]) == (False, None)


def test_compute_and_guidelines_are_open_to_everybody(stage: Stage) -> None:
    from accounting.domain.registry import guidelines
    from tests.accounting.cases import all_cases

    case = next(case for case in all_cases() if case["id"] == "CE-2")
    answer = stage.ok(stage.post("", "compute/", case["input"]))
    assert answer["total_tco2e"] == case["expected"]["total_tco2e"]
    assert "total_tco2e" not in stage.ok(stage.post("", "compute/", {"guideline": "x"}))
    listed = stage.ok(stage.get("", "guidelines/"))["results"]
    assert [one["id"] for one in listed] == sorted(guidelines())
    assert stage.get("", "guidelines/nowhere/").json()["refusal"] == "guideline_unknown"
    assert CASE.count("~") == 3

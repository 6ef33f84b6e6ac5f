"""What a printed report must have by the guidelines' template, and the marks of defaults nobody compared."""

import io
import re
from html import unescape

import pytest
import segno
from pypdf import PdfReader

from accounting.models import RenderedFile, Report
from accounting.services.rendering import html_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, MONTH, PLANT, STREAMS, Stage
from tests.accounting.test_every_sector import case_of, model_of, values_of
from tests.accounting.test_reports import endorsed, print_all, report_of  # noqa: F401

pytestmark = pytest.mark.db
# The cover, the five chapters and the declaration of the 2013 form.
PARTS = {
    "zh": (
        "温室气体排放报告", "核算了", "一、基本情况", "二、", "三、", "四、", "五、", "六、声明与签署",
        "本主体对本报告的真实性、完整性和准确性负责", "扫码核对", "统一社会信用代码",
    ),
    "en": (
        "Greenhouse gas emission report", "1. Entity", "2. ", "3. ", "4. ", "5. ",
        "6. Declaration and signature", "answers for the truth, completeness and accuracy", "Scan to check",
    ),
}  # fmt: skip
MARKS = {"zh": "尚未与原文核对", "en": "not yet compared with the printed text"}


def test_a_report_has_the_parts_of_the_template_the_signature_and_a_code_that_leads_to_its_check(
    stage: Stage,
) -> None:
    report = report_of(stage)
    for language, parts in PARTS.items():
        page = unescape(
            stage.get("alpha_head", f"reports/{report['id']}/html/", lang=language).content.decode()
        )
        assert [part for part in parts if part not in page] == [], language
        assert [one["slug"] for one in STREAMS if str(one[f"name_{language}"]) not in page] == []
        [url] = set(re.findall(r"https?://[^\s<\"]+/verify[^\s<\"]*", page))
        assert report["digest"] in url
        assert segno.make(url, error="m").svg_data_uri(scale=4, border=1) in page
        with within(Tenant.objects.get(organisation_id=ALPHA)):
            signed = Report.objects.get(pk=report["id"]).submitted_tx
        assert signed
        assert signed in page


def test_each_default_nobody_compared_carries_its_mark_in_print_and_no_other_value_does(stage: Stage) -> None:
    data = case_of("CE-1")["input"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model_of(data)))
    period = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
    evidence = stage.ok(stage.upload("alpha_manager", period=period), 201)["id"]
    body = {"values": values_of(data, evidence)}
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", body))
    for remark in shown["remarks"]:
        if remark["needs_answer"]:
            answer = {"remark": remark["name"], "stream": remark["stream"], "text": "算例"}
            stage.ok(stage.post("alpha_manager", f"periods/{period}/answers/", answer))
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    doubtful = [
        (line["stream"], one["name"])
        for line in shown["lines"]
        for one in line["parameters"]
        if not one["verified"]
    ]
    assert len(doubtful) > 3
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period=period)
        pages = {language: unescape(html_of(report, language)) for language in MARKS}
    for language, mark in MARKS.items():
        table = pages[language].split("<h2>")[4]
        # Parameters in a row that share a clause share its cell, and the mark in it.
        cells = re.findall(r'<td class="small" rowspan="(\d+)">(.*?)</td>', table, re.DOTALL)
        marked = sum(int(rows) for rows, text in cells if mark in text)
        assert marked == table.count("<tr>") - 1 - sum(int(r) for r, text in cells if mark not in text)
        assert marked == len(doubtful), language


def test_the_verification_report_is_printed_in_english_too(stage: Stage, endorsed: None) -> None:  # noqa: F811
    report = report_of(stage)
    assert print_all((RenderedFile.Kind.VERIFICATION_PDF, "en")) == 1
    content = stage.get("alpha_head", f"reports/{report['id']}/verification/pdf/", lang="en").content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for words in ("1. Overview", "3. Findings", "4. Results", "271,487.172114"):
        assert words in text
    assert not re.search("概述|核查过程|核查发现|结果|附件|不符合项|排放", text)

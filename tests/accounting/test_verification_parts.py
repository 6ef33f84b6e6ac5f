"""A verification report beside its totals: plan, matters, corrections, signatures, declaration; its files."""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from kit import clock
from lexicon import canonical
from openpyxl import load_workbook
from proof.verification import open_verification
from pypdf import PdfReader

from accounting.chain.models import ChainReport
from accounting.models import Report, VerificationCase
from accounting.paper import pages_show
from accounting.services.freezing import loads
from accounting.services.plan_conformity import conformity_of
from accounting.services.verification_pages import verification_html
from accounting.services.verification_parts import Approved
from accounting.services.verified_changes import compared, corrections_of, first_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CASE, MODEL, PLANT, STREAMS, Stage
from tests.accounting.test_main_path import verify_again
from tests.accounting.test_reports import endorsed, print_all, report_of, verify  # noqa: F401

pytestmark = pytest.mark.db
CHAPTER = (
    "基本情况", "核算边界", "核算方法", "活动数据", "排放因子", "排放量", "生产数据", "质量保证和文件存档",
    "数据质量控制计划及执行", "其他",
)  # fmt: skip


def page_of(stage: Stage, language: str) -> str:
    report = stage.ok(stage.get("alpha_head", "reports/", state="minted"))["results"][0]
    path = f"reports/{report['id']}/verification/html/"
    return unescape(stage.get("alpha_head", path, lang=language).content.decode())


def told_of(case: str) -> dict[str, Any]:
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        return loads(VerificationCase.objects.get(pk=case).verification)


def file_plan(stage: Stage, model: dict[str, Any]) -> None:
    """File the plan of a model; the stage's own model takes its place before the month is opened."""
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model))
    path = f"plant-models/{PLANT}/plan/"
    stage.sign_route("alpha_head", f"{path}signing/", path)


def test_chapter_three_states_every_matter_with_the_marks_of_what_was_done(stage: Stage) -> None:
    stage.minted()
    chapter = page_of(stage, "zh").split("三、核查发现", 1)[1].split("不符合项清单", 1)[0]
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", chapter)
    assert [name for name, _, _ in rows] == list(CHAPTER)
    marks = {name: mark for name, mark, _ in rows}
    # A month has no site visit, and no finding was answered: nobody looked, nobody was asked.
    assert (marks["活动数据"], marks["基本情况"], marks["排放量"]) == ("查、验", "查", "验")
    said = {name: text for name, _, text in rows}
    assert "3 行，数据等级：A 实测并签名 3" in said["活动数据"]
    assert "因子与系数 8 个，来源：实测 3、缺省 5" in said["排放因子"]
    assert "271,487.172114" in said["排放量"]
    assert said["生产数据"] == "本期没有填报生产数据。"
    assert "没有已备案的数据质量控制计划" in said["数据质量控制计划及执行"]
    assert "企业基本情况" not in said["基本情况"]
    assert "法定代表人" in said["基本情况"]
    english = page_of(stage, "en").split("3. Findings", 1)[1].split("Non-conformities", 1)[0]
    assert "by source: measured 3, default 5" in english
    assert not re.search("[\u4e00-\u9fff]", english)


def test_an_answered_finding_marks_the_matters_of_which_the_entity_was_asked(stage: Stage) -> None:
    period = stage.sampled()
    number = stage.raise_finding()
    stage.ok(stage.post("alpha_manager", f"periods/{period}/findings/{number}/reply/", {"text": "见附件"}))
    stage.ok(stage.step("lead_auditor", "sample"), 202)
    stage.ok(stage.step("lead_auditor", "recomputation"), 202)
    stage.close_finding(number)
    stage.ok(stage.step("lead_auditor", "findings_closed"), 202)
    stage.ok(stage.step("technical_reviewer", "technical_review"), 202)
    stage.sign_route("approver", f"cases/{CASE}/approval/")
    marks = {one["name"]: one["marks"] for one in told_of(CASE)["matters"]}
    assert marks["basics"] == ["records", "interview"]
    assert marks["activity"] == ["records", "recompute"]
    assert "<td>查、问</td>" in page_of(stage, "zh")


def test_the_report_says_by_which_filed_plan_it_was_made_and_where_it_departs_from_it(stage: Stage) -> None:
    file_plan(stage, MODEL)
    stage.minted()
    told = told_of(CASE)["conformity"]
    assert (told["plan"]["version"], told["differences"]) == (1, [])
    assert told["plan"]["tx"]
    assert "第 1 版数据质量控制计划编制，指南、公式、因子集、区域、排放源和计量点与计划一致。" in page_of(
        stage, "zh"
    )
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period__plant=PLANT)
        statement = loads(report.content)
        statement["input"]["streams"] = [*statement["input"]["streams"][:2], {"id": "lime"}]
        statement["region"] = "north"
        found = conformity_of(report, statement)["differences"]
        assert found == [
            {"what": "region", "stream": "", "planned": "", "found": "north"},
            {"what": "not_in_plan", "stream": "lime", "planned": "", "found": "lime"},
            {"what": "not_in_report", "stream": "grid", "planned": "grid", "found": ""},
        ]
        # A plan that was filed after the signature is none that it was made by.
        taken = ChainReport.objects.get(pk=CASE)
        taken.submitted_at -= timedelta(days=1)
        taken.save()
        assert conformity_of(report, statement)["plan"] is None


def test_a_figure_that_was_typed_over_its_meters_departs_from_the_plan(stage: Stage) -> None:
    file_plan(stage, MODEL)
    period = stage.ready()
    typed = {"stream": "grid", "name": "quantity", "text": "215.640", "unit": "MWh", "origin": "measured"}
    evidence = stage.ok(
        stage.upload("alpha_manager", b"day,MWh\n30,215.640\n", "bill.csv", period=period), 201
    )["id"]
    values = [typed | {"evidence": [evidence]}]
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
    for remark in shown["remarks"]:
        if remark["needs_answer"]:
            body = {"remark": remark["name"], "stream": remark["stream"], "text": "按结算单"}
            stage.ok(stage.post("alpha_manager", f"periods/{period}/answers/", body))
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period=period)
        assert conformity_of(report, loads(report.content))["differences"] == [
            {"what": "meters", "stream": "grid", "planned": "grid-in", "found": ""}
        ]


def test_a_statement_by_other_meters_than_the_plan_has_is_shown_so_in_both_languages(stage: Stage) -> None:
    file_plan(stage, MODEL | {"streams": [STREAMS[0] | {"meters": {"quantity": ["feeder-a"]}}, *STREAMS[1:]]})
    stage.minted()
    zh, en = page_of(stage, "zh"), page_of(stage, "en")
    assert "有 1 处不同（列于第三章）" in zh
    assert "<td>计量点</td><td>煤</td><td>feeder-a</td><td>feeder-a, feeder-b</td>" in zh
    assert "differs from version 1 of the data quality plan, filed on 2026-07-15: 1 (listed" in en
    assert "<td>Meters</td><td>Coal</td><td>feeder-a</td><td>feeder-a, feeder-b</td>" in en


def corrected(stage: Stage) -> str:
    """A minted month, corrected by 100 MWh and minted again after a finding; its period."""
    period = stage.minted()
    clock.tick(timedelta(days=2))
    stage.corrected(period)
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    verify_again(stage, period, CASE.removesuffix("1") + "2")
    return period


def test_corrected_figures_stand_beside_the_reported_ones_with_change_and_reason(stage: Stage) -> None:
    corrected(stage)
    zh, en = page_of(stage, "zh"), page_of(stage, "en")
    row = '<td>购电</td><td class="n">122.979492</td><td class="n">180.009492</td><td>—</td>'
    assert f'{row}<td class="n">57.030000</td><td>第 2 版：关口表计量误差</td>' in zh
    assert '<td class="n">57.030000</td><td>Version 2: 关口表计量误差</td>' in en
    assert '<td>柴油</td><td class="n">38.234484</td><td class="n">38.234484</td><td>是</td>' in zh
    assert '<th class="n">271,487.172114</th><th class="n">271,544.202114</th><th>—</th>' in zh
    told = told_of(CASE.removesuffix("1") + "2")
    assert told["acts"][0]["act"] == "supersede"
    assert told["before"]["total_g"] == "271487172114"
    assert [(one["version"], one["total_g"]) for one in told["corrections"]] == [
        (1, "271487172114"), (2, "271544202114"),
    ]  # fmt: skip
    opened = open_verification(canonical.encode(told))
    assert {one.name: one.holds for one in opened.checks} == {
        "results": True, "recomputation": True, "changes": True, "verdicts": True,
    }  # fmt: skip
    assert pages_show(opened, zh).holds
    assert pages_show(opened, zh.replace("122.979492", "122.979493")).detail == "122.979492"
    told["results"][2]["before_g"] = "100"
    again = {one.name: one.holds for one in open_verification(canonical.encode(told)).checks}
    assert again["changes"] is False


def test_a_changed_line_has_the_reasons_of_the_corrections_that_changed_it_and_no_other(stage: Stage) -> None:
    period = corrected(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        minted = Report.objects.get(period_id=period, version=2)
        content = loads(minted.content)

        def version(number: int, stream: str, grams: str, reason: str) -> Report:
            line = next(one for one in content["lines"] if one["stream"] == stream)
            line["grams"] = grams
            return Report.objects.create(
                period_id=period, version=number, state="returned", content=canonical.encode_text(content),
                digest=f"{number}" * 64, figures_digest="f" * 64, total_g=number, args={}, nonce="ab" * 32,
                reason=reason, created_at=clock.now(),
            )  # fmt: skip

        version(3, "diesel", "1", "柴油磅单更正")
        last = version(4, "grid", "2", "关口表再次更正")
        told = told_of(CASE.removesuffix("1") + "2") | compared(last, minted)
        told |= {"corrections": corrections_of(last, minted)}
        page = unescape(verification_html(canonical.encode_text(told), "zh", approved=Approved()))
    changed = {one["stream"]: one["changed_in"] for one in told["results"]}
    assert changed == {"coal": [], "diesel": [3], "grid": [4]}
    assert re.findall(r"<td>(第 \d 版：[^<]*)</td></tr>", page.split("不符合项清单", 1)[1]) == [
        "第 3 版：柴油磅单更正", "第 4 版：关口表再次更正",
    ]  # fmt: skip


def test_a_first_version_was_reported_as_it_is_confirmed_and_a_returned_one_is_what_was_before(
    stage: Stage,
) -> None:
    period = stage.in_verification()
    stage.sign_route("lead_auditor", f"cases/{CASE}/return/", reason="缺少化验单")
    stage.ok(stage.post("alpha_manager", f"periods/{period}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        one, two = Report.objects.filter(period_id=period).exclude(state="").order_by("version")
        assert first_of(one) is None
        assert corrections_of(one, None) == []
        assert first_of(two) == one
        assert [row["version"] for row in corrections_of(two, one)] == [1, 2]
        # What the enterprise took back before anybody verified it is nothing that was reported.
        Report.objects.filter(pk=one.pk).update(state="withdrawn")
        assert first_of(two) is None


def test_every_signature_has_its_transaction_and_block_and_the_approval_the_minting_ones(
    stage: Stage,
) -> None:
    period = stage.minted()
    acts = told_of(CASE)["acts"]
    assert [(one["act"], one["of"]) for one in acts] == [
        ("submit_statement", ""), ("record_step", "independence"), ("commit_sampling_plan", ""),
        ("record_step", "plan"), ("record_step", "sample"), ("record_step", "recomputation"),
        ("record_step", "findings_closed"), ("record_step", "technical_review"),
    ]  # fmt: skip
    assert all(re.fullmatch("[0-9a-f]{64}", one["tx"]) and one["block"].isdigit() for one in acts)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        case = VerificationCase.objects.get(pk=CASE)
        steps = {entry.step: entry.tx_id for entry in case.log.all()}
        assert {one["of"]: one["tx"] for one in acts if one["act"] == "record_step"} == steps
        report = Report.objects.get(period_id=period)
    assert acts[0]["block"] == str(ChainReport.objects.get(pk=CASE).submitted_block)
    for language, word in (("zh", "批准并铸造"), ("en", "approved and minted")):
        page = page_of(stage, language)
        row = page.split(f"<td>{word}</td>", 1)[1].split("</tr>", 1)[0]
        assert f"<td>{report.minted_block}</td>" in row
        assert report.minted_tx in row
        assert all(one["tx"] in page for one in acts)
    assert report.minted_tx not in case.verification


def test_the_conclusion_compares_with_the_period_before(stage: Stage) -> None:
    stage.minted()
    told = told_of(CASE) | {"previous": {"period": "2026-05", "total_g": "250000000000"}}
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        page = verification_html(canonical.encode_text(told), "zh", approved=Approved())
    assert "与上一期间（2026-05，250,000.000 tCO₂e）相比变化 +8.6%。" in page


def test_body_and_people_declare_in_both_languages(stage: Stage) -> None:
    stage.minted()
    zh, en = page_of(stage, "zh"), page_of(stage, "en")
    for words in ("本人及所在机构未编制该企业的排放报告", "并对核查结论承担责任"):
        assert words in zh
    for words in ("Neither I nor my organisation compiled", "they answer for its conclusion"):
        assert words in en


def test_the_verification_workbook_is_english_throughout_and_exact(stage: Stage, endorsed: None) -> None:  # noqa: F811
    report = report_of(stage)
    assert print_all(("verification_xlsx", "en"), ("verification_xlsx", "zh")) == 2
    path = f"reports/{report['id']}/verification/xlsx/"
    content = stage.get("alpha_head", path, lang="en").content
    sheets = {sheet.title: sheet for sheet in load_workbook(io.BytesIO(content))}
    assert list(sheets) == [
        "Greenhouse gas verification rep", "Results", "Findings", "Signatures and transactions",
        "Non-conformities", "Process", "Annexes", "Supporting documents",
    ]  # fmt: skip
    rows = [[cell.value for cell in row] for row in sheets["Results"].iter_rows()]
    assert rows[0] == [
        "Source stream", "Reported before, tCO₂e", "Verified, tCO₂e", "Same", "Change, tCO₂e", "Reason",
    ]  # fmt: skip
    assert rows[1][:5] == ["Coal", 271325.958138, 271325.958138, "yes", 0]
    assert rows[-1][:5] == ["Total", 271487.172114, 271487.172114, "yes", 0]
    cells = [str(cell.value) for sheet in sheets.values() for row in sheet.iter_rows() for cell in row]
    own = {"甲发电有限公司", "丙核查有限公司"}
    assert {cell for cell in cells if re.search("[\u4e00-\u9fff]", cell)} - own == set()
    answer = stage.ok(verify(stage, "v.xlsx", content))
    assert (answer["kind"], answer["found"]) == ("verification", True)
    assert all(check["holds"] for check in answer["checks"]), answer["checks"]
    chinese = load_workbook(io.BytesIO(stage.get("alpha_head", path, lang="zh").content))
    assert chinese.sheetnames[1:4] == ["核查结果", "核查发现", "签名与上链交易"]


def test_the_chinese_receipt_names_block_transaction_and_endorsers(stage: Stage, endorsed: None) -> None:  # noqa: F811
    report = report_of(stage)
    assert print_all(("receipt", "zh")) == 1
    content = stage.get("alpha_head", f"reports/{report['id']}/receipt/", lang="zh").content
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        minted = Report.objects.get(pk=report["id"])
    text = "".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert "上链回执" in text
    assert f"区块{minted.minted_block}交易" in text
    assert minted.minted_tx in text
    assert "背书组织2/3" in text

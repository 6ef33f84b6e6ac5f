"""The first chapter of a report: what its template asks of the enterprise, kept, checked, frozen, printed."""

import json
from typing import Any

import pytest
from kit import clock

from accounting.domain.entity import demanded_by, entity_fields, fault_of
from accounting.domain.registry import guidelines
from accounting.models import Report
from accounting.paper import open_paper, pages_show, read_paper
from accounting.services import files, prechecks
from accounting.services.freezing import loads
from accounting.services.rendering import html_of
from accounting.services.report_tables import tables_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, PLANT, Stage

ENTERPRISE = {
    "nature": "有限责任公司",
    "industry_code": "D4411",
    "legal_representative": "陈立",
    "registered_capital": "52000.50",
    "address": "江苏省南京市江北新区示例路 8 号",
    "responsible_person": "林悦",
    "responsible_phone": "025-5800 0000",
    "responsible_email": "lin@jiangbei.example",
    "contact_person": "周宁",
    "contact_phone": "+86 138 0000 0000",
    "compiled_by": "本单位",
    "tested_by": "示例煤质检测中心",
}
SITE = {
    "site_address": "江苏省南京市江北新区厂前路 1 号", "longitude": "118.72", "latitude": "32.14",
    "altitude": "21", "changes": "无",
}  # fmt: skip


def given(stage: Stage) -> None:
    stage.ok(stage.put("alpha_manager", "entity/", {"facts": ENTERPRISE}))
    stage.ok(stage.put("alpha_manager", "entity/", {"plant": PLANT, "facts": SITE}))


def check_of(stage: Stage, period: str, name: str) -> dict[str, Any]:
    rows = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))["checks"]
    return next(one for one in rows if one["check"] == name)


def test_every_template_asks_for_person_address_and_industry_and_the_ministrys_for_the_site() -> None:
    for guideline in guidelines():
        names = {one.name for one in demanded_by(guideline)}
        assert {
            "nature", "industry_code", "legal_representative", "address", "responsible_person",
            "responsible_phone", "responsible_email",
        } <= names  # fmt: skip
        assert ({"registered_capital", "longitude", "altitude", "changes"} <= names) == (
            guideline.startswith("mee-")
        )
    assert set(ENTERPRISE) | set(SITE) == set(entity_fields())


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("industry_code", ["4411", "C3041"], ["441", "44110", "Z4411", "４４１１", "火电"]),
        ("responsible_phone", ["0830-5482459", "+86 138 0000 0000"], ["12", "电话", "138-", "1" * 31]),
        ("responsible_email", ["a@b.cn"], ["a@b", "a b@c.cn", "@c.cn", "a@@c.cn"]),
        ("registered_capital", ["0.5", "12000"], ["0", "-1", "1e3", "1,000", ""]),
        ("longitude", ["73", "118.72"], ["72.9", "200", "E118", "118.72°"]),
        ("latitude", ["31.2"], ["2", "55"]),
        ("altitude", ["-154", "0", "4500"], ["-161", "9000", "21m"]),
        ("address", ["江苏省"], ["  ", "一行\n两行", "长" * 121, "北京\u202e市", "上海\u200b"]),
    ],
)
def test_a_fact_is_checked_by_its_form(name: str, right: list[str], wrong: list[str]) -> None:
    field = entity_fields()[name]
    assert [text for text in right if fault_of(field, text) is not None] == []
    assert [text for text in wrong if fault_of(field, text) is None] == []


@pytest.mark.db
def test_facts_are_kept_changed_and_taken_away_and_wrong_ones_are_refused_in_four_parts(stage: Stage) -> None:
    stage.open()
    given(stage)
    shown = stage.ok(stage.get("alpha_head", "entity/"))
    assert {(one["plant"], one["name"]): one["text"] for one in shown["facts"]} == {
        **{("", name): text for name, text in ENTERPRISE.items()},
        **{(PLANT, name): text for name, text in SITE.items()},
    }
    stage.ok(stage.put("alpha_manager", "entity/", {"facts": {"contact_person": " 吴平 ", "tested_by": ""}}))
    again = {one["name"]: one["text"] for one in stage.ok(stage.get("alpha_head", "entity/"))["facts"]}
    assert (again["contact_person"], again["tested_by"], again["nature"]) == ("吴平", "", "有限责任公司")
    for body, word in (
        ({"facts": {"responsible_phone": "12", "contact_person": "不应保存"}}, "负责人电话"),
        ({"facts": {"nonsense": "x"}}, "nonsense"),
        ({"facts": {"longitude": "118"}}, "longitude"),
        ({"plant": PLANT, "facts": {"nature": "x"}}, "nature"),
    ):
        answer = stage.put("alpha_manager", "entity/", body)
        problem = answer.json()
        assert (answer.status_code, problem["refusal"]) == (400, "field_invalid")
        assert all(problem[part]["zh"] and problem[part]["en"] for part in ("what", "meaning", "action"))
        assert problem["case"]
        assert word in problem["what"]["zh"]
    assert stage.put("alpha_manager", "entity/", {"plant": "nowhere", "facts": {}}).status_code == 404
    kept = {one["name"]: one["text"] for one in stage.ok(stage.get("alpha_head", "entity/"))["facts"]}
    assert kept["contact_person"] == "吴平"


@pytest.mark.db
def test_the_pre_check_names_what_is_missing_and_the_report_says_so(stage: Stage) -> None:
    period = stage.ready()
    asked = check_of(stage, period, "entity")
    assert asked["verdict"] == "warned"
    (found,) = asked["found"]
    labels = [one.label for one in demanded_by("mee-2022-power")]
    assert found == {
        "zh": "未填：" + "、".join(label.zh for label in labels),
        "en": "not given: " + ", ".join(label.en for label in labels),
    }
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period_id=period)
        assert '<th>法定代表人</th><td colspan="3">未填写</td>' in html_of(report, "zh")
        assert "not given" in html_of(report, "en")
        rows = prechecks.of_report(report)["checks"]
    assert next(one for one in rows if one["check"] == "entity")["verdict"] == "warned"


@pytest.mark.db
def test_facts_stand_in_json_pages_and_sheets_and_stay_in_a_signed_report(stage: Stage) -> None:
    period = stage.ready()
    given(stage)
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    assert check_of(stage, period, "entity")["verdict"] == "passed"
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period_id=period)
        content = loads(report.content)
        assert {one["name"]: one["text"] for one in content["entity"]["facts"]} == ENTERPRISE | SITE
        before = html_of(report, "zh"), repr(tables_of(report, "en"))
        for language in ("zh", "en"):
            cells = {cell for table in tables_of(report, language) for row in table.rows for cell in row}
            assert set(ENTERPRISE.values()) | set(SITE.values()) <= cells
            page = html_of(report, language)
            assert [text for text in (ENTERPRISE | SITE).values() if text not in page] == []
            assert pages_show(open_paper(report.content.encode()), page).holds
        forged = before[0].replace("陈立", "王五")
        assert pages_show(open_paper(report.content.encode()), forged).detail == "陈立"
    stage.ok(stage.put("alpha_manager", "entity/", {"facts": {"legal_representative": "王五"}}))
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        same = Report.objects.get(period_id=period)
        assert (html_of(same, "zh"), repr(tables_of(same, "en"))) == before
        assert json.dumps(loads(same.content)) == json.dumps(content)


@pytest.mark.db
def test_a_printed_report_shows_every_fact_as_its_reader_finds_it_again(stage: Stage) -> None:
    period = stage.ready()
    given(stage)
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        report = Report.objects.get(period_id=period)
        files.order(report, kind="pdf", language="zh", at=clock.now())
        work = files.claim()
        assert work is not None
        paper = read_paper(files.print_pdf(work))
    assert paper.text is not None
    opened = open_paper(paper.content)
    assert pages_show(opened, paper.text).holds, pages_show(opened, paper.text).detail
    changed = paper.text.replace("118.72", "118.73")
    assert pages_show(opened, changed).detail == "118.72"


@pytest.mark.db
def test_what_was_shown_to_be_signed_changes_with_the_facts(stage: Stage) -> None:
    period = stage.ready()
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    given(stage)
    answer = stage.signed("alpha_head", f"periods/{period}/submission/", fact)
    assert answer.json()["refusal"] == "figures_changed"

"""The main job by clicks: a minted month is corrected, submitted, verified by three people."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.test_tonne import to_readings

PDF = b"%PDF-1.7\n1 0 obj\n<</Note (supplier invoice of the correction)>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def with_key(as_person: Callable[..., Any], slug: str) -> Any:
    """A person whose key file her browser has read."""
    person = as_person(slug)
    person.load_key()
    return person


def press(person: Any, name: str) -> None:
    """Press a button of the page's head, and sign what it shows."""
    person.page.get_by_role("button", name=re.compile(name)).first.click()
    person.sign()


def recompute_here(lead: Any) -> None:
    """The lead auditor's own calculation: all three agree, a second is quick, a changed factor moves it."""
    page = lead.page
    page.get_by_role("link", name="在本机重算").click()
    page.get_by_role("button", name="在本机重算").click()
    page.locator('[data-lamps="equal"]').wait_for(timeout=120_000)
    rows = page.locator("tr[data-equal]")
    assert rows.count() == page.locator('tr[data-equal="true"]').count() > 2
    page.get_by_role("button", name="再算一次").click()
    page.locator('[data-first="false"]').wait_for()
    value = page.locator("form input.num")
    value.fill("0.01")
    page.get_by_role("button", name="试算", exact=True).click()
    page.locator("[data-what-if]").wait_for()
    page.get_by_role("link", name="返回案件").click()


def down_to_readings(lead: Any) -> None:
    """What the lead auditor of an open case opens: line, meter, day, hour, and its two signed readings."""
    page = lead.page
    page.locator("table.calc button[aria-expanded]").first.click()
    page.locator("table.calc button.mono").first.click()
    to_readings(page)
    page.get_by_role("dialog").get_by_role("button", name="关闭").first.click()
    page.get_by_role("dialog").wait_for(state="detached")


def test_a_corrected_month_goes_from_evidence_to_a_minted_report(
    as_person: Callable[..., Any], tmp_path: Path
) -> None:
    head = with_key(as_person, "cement-head")
    head.go("/accounting").locator("tr.link").first.click()
    head.page.get_by_role("button", name="更正").click()
    dialog = head.page.get_by_role("dialog")
    dialog.locator("textarea").fill("供应商补开发票")
    dialog.get_by_role("button", name="开始更正").click()
    dialog.wait_for(state="detached")
    (tmp_path / "补开发票.pdf").write_bytes(PDF)
    evidence = head.page.get_by_role("region", name="证据")
    evidence.locator('input[type="file"]').set_input_files(str(tmp_path / "补开发票.pdf"))
    head.page.get_by_role("link", name="补开发票").wait_for()
    head.page.get_by_role("button", name=re.compile("预检")).click()
    head.page.get_by_role("button", name=re.compile("签署并提交")).wait_for()
    total = head.page.locator(".card-head strong .num").first.inner_text()
    press(head, "签署并提交")
    head.page.get_by_text("已提交").first.wait_for()

    regulator = with_key(as_person, "regulator1")
    waiting = regulator.go("/actions").get_by_role("row").filter(has_text="青峰水泥有限公司")
    waiting.get_by_role("button", name="分派").first.click()
    regulator.sign()

    lead = with_key(as_person, "auditor-lead")
    lead.go("/queue").locator("tr.link").first.click()
    lead.page.get_by_text(total.split("tCO₂")[0].strip()).first.wait_for()
    down_to_readings(lead)
    press(lead, "记录：独立性声明")
    lead.page.get_by_role("button", name="提交抽样计划").click()
    lead.page.get_by_role("dialog").get_by_role("button", name="下一步").click()
    lead.sign()
    press(lead, "记录：抽样计划")

    press(head, "公开抽样随机数")
    regulator.go("/actions")
    press(regulator, "公开")

    for step in ("抽样", "复算", "意见关闭"):
        lead.page.locator("button.primary:not([disabled])").filter(has_text=f"记录：{step}").wait_for(
            timeout=60_000
        )
        if step == "复算":
            recompute_here(lead)
        if step == "意见关闭":
            judge_sample(lead.page)
        press(lead, f"记录：{step}")

    reviewer = with_key(as_person, "auditor-reviewer")
    reviewer.go("/queue").locator("tr.link").first.click()
    press(reviewer, "记录：技术评审")

    approver = with_key(as_person, "auditor-approver")
    approver.go("/queue").locator("tr.link").first.click()
    press(approver, "批准并铸造")

    head.go("/reports").locator("tr.link").first.click()
    head.page.get_by_text("已铸造").first.wait_for()
    digest = head.page.locator(".hash").first.get_attribute("title")
    visitor = as_person("").go(f"/verify?digest={digest}")
    visitor.get_by_text("与链上记录一致").wait_for()


def judge_sample(page: Any) -> None:
    """A verdict on each item by clicks: what the check finds good together, the others one by one."""
    sample = page.locator("section[data-verdicts]")
    sample.get_by_text("自动核验中").first.wait_for(state="detached", timeout=60_000)
    together = sample.get_by_role("button", name=re.compile("自动核验通过的"))
    if together.count():
        together.click()
        together.wait_for(state="detached")
    left = sample.locator('li[data-verdict=""]')
    while count := left.count():
        left.first.get_by_role("button", name="合格", exact=True).click()
        page.wait_for_function(
            f"document.querySelectorAll('.verdicts li[data-verdict=\"\"]').length < {count}"
        )
    page.locator('section[data-verdicts="0"]').wait_for()

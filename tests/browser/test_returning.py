"""A statement sent back by clicks: finding, return, answer, correction, second verification, minted report.

`WALK=<folder>` keeps a picture of each page and the report's PDFs, to be looked at.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_journey import judge_sample, press, with_key

HOUSE = "青峰水泥有限公司"
FINDING, ANSWER, REASON = "发票与台账的数量不一致", "已补开发票并更正", "发票与台账不一致，请更正后重新提交"
PRINTED_WITHIN_S = 120


@pytest.mark.slow
def test_a_returned_statement_is_answered_corrected_submitted_again_and_minted(
    as_person: Callable[..., Any], tmp_path: Path
) -> None:
    head = with_key(as_person, "cement-head")
    period, month = corrected(head, paper(tmp_path, "invoice of the correction"))
    regulator = with_key(as_person, "regulator1")
    lead = with_key(as_person, "auditor-lead")
    assigned(regulator, lead, month)
    found(lead)
    sent_back(lead)

    page = head.go(period)
    page.get_by_text("已退回").first.wait_for()
    page.get_by_text(f"审核机构退回：{REASON}").wait_for()
    page.get_by_text(FINDING).first.wait_for()
    keep(page, "3-returned")
    reply = page.get_by_role("region", name="核查意见").locator("form").first
    reply.locator('input[name="text"]').fill(ANSWER)
    reply.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text(ANSWER).first.wait_for()
    given(page, paper(tmp_path, "invoice after the return"))
    submitted(head)
    keep(page, "4-submitted-again")

    assigned(regulator, lead, month)
    lead.page.get_by_text(FINDING).first.wait_for()
    lead.page.get_by_text(ANSWER).first.wait_for()
    lead.page.get_by_text(re.compile("随第 .* 版结束")).first.wait_for()
    verified(lead, head, period, regulator)
    approved(as_person, month)
    page = head.go("/reports")
    page.locator("tr.link").filter(has_text=month).first.click()
    page.get_by_text("已铸造").first.wait_for()
    keep(page, "9-minted")
    prints(head)


def paper(folder: Path, words: str) -> Path:
    """A file of its own by words and moment."""
    path = folder / f"{words}.pdf"
    path.write_bytes(
        f"%PDF-1.7\n1 0 obj\n<</Note ({words} {time.time()})>>\nendobj\ntrailer\n<<>>\n%%EOF\n".encode()
    )
    return path


def corrected(head: Any, file: Path) -> tuple[str, str]:
    """A minted month opened for a new version and submitted; its address and month."""
    page = head.go("/accounting")
    page.locator("tr.link").first.click()
    page.get_by_role("button", name="更正").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").fill("供应商补开发票")
    dialog.get_by_role("button", name="开始更正").click()
    dialog.wait_for(state="detached")
    given(page, file)
    submitted(head)
    keep(page, "1-submitted")
    return str(page.url).split("/app", 1)[1], str(page.locator("h1 .num").inner_text())


def given(page: Any, file: Path) -> None:
    evidence = page.get_by_role("region", name="证据")
    evidence.locator('input[type="file"]').set_input_files(str(file))
    page.get_by_role("link", name=file.stem).wait_for()


def submitted(head: Any) -> None:
    head.page.get_by_role("button", name=re.compile("预检")).click()
    head.page.get_by_role("button", name=re.compile("签署并提交")).wait_for()
    press(head, "签署并提交")
    head.page.get_by_text("已提交").first.wait_for()


def assigned(regulator: Any, lead: Any, month: str) -> None:
    """Drawn by the regulator, opened by the lead auditor; other cases may wait beside it."""
    row = regulator.go("/actions").get_by_role("row").filter(has_text=HOUSE).filter(has_text=month)
    row.get_by_role("button", name="分派").first.click()
    regulator.sign()
    lead.go("/queue").locator("tr.link").filter(has_text=month).first.click()
    press(lead, "记录：独立性声明")


def found(lead: Any) -> None:
    """A finding with tonnes at stake."""
    page = lead.page
    page.get_by_role("button", name="新增意见").click()
    form = page.locator("form").filter(has=page.locator('textarea[name="text"]'))
    form.locator('input[name="stake"]').fill("12.5")
    form.locator('textarea[name="text"]').fill(FINDING)
    form.get_by_role("button", name="下一步").click()
    lead.sign()
    page.locator("article.remark").get_by_text(FINDING).wait_for()
    keep(page, "2-finding")


def sent_back(lead: Any) -> None:
    page = lead.page
    page.get_by_role("button", name="退回补充").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").fill(REASON)
    dialog.get_by_role("button", name="下一步").click()
    lead.sign()
    keep(page, "2b-sent-back")


def verified(lead: Any, head: Any, period: str, regulator: Any) -> None:
    """The whole of the second verification by the lead, the old finding closed on the way."""
    page = lead.page
    page.get_by_role("button", name="提交抽样计划").click()
    page.get_by_role("dialog").get_by_role("button", name="下一步").click()
    lead.sign()
    press(lead, "记录：抽样计划")
    head.go(period)
    press(head, "公开抽样随机数")
    regulator.go("/actions")
    press(regulator, "公开")
    for step in ("抽样", "复算", "意见关闭"):
        if step == "意见关闭":
            judge_sample(lead.page)
            closed(lead)
        page.locator("button.primary:not([disabled])").filter(has_text=f"记录：{step}").wait_for()
        press(lead, f"记录：{step}")
    keep(page, "6-steps")


def closed(lead: Any) -> None:
    """Every finding that is still open gets its outcome."""
    page = lead.page
    keep(page, "5-answered")
    outcome = page.locator('article.remark input[name="outcome"]')
    while (waiting := outcome.count()) > 0:
        outcome.first.fill("发票已补，数量一致")
        page.get_by_role("button", name="关闭意见").first.click()
        lead.sign()
        page.wait_for_function(
            "n => document.querySelectorAll('article.remark input[name=outcome]').length < n", arg=waiting
        )


def approved(as_person: Callable[..., Any], month: str) -> None:
    for slug, act in (("auditor-reviewer", "记录：技术评审"), ("auditor-approver", "批准并铸造")):
        person = with_key(as_person, slug)
        person.go("/queue").locator("tr.link").filter(has_text=month).first.click()
        press(person, act)


def prints(head: Any) -> None:
    """Both reports in both languages, once the worker has made them."""
    base = f"{head.site.url}/api/v1/reports/{head.page.url.rsplit('/', 1)[1]}"
    for kind in ("pdf", "verification/pdf"):
        for language in ("zh", "en"):
            end = time.monotonic() + PRINTED_WITHIN_S
            answer = head.context.request.get(f"{base}/{kind}/?lang={language}")
            while not answer.ok and time.monotonic() < end:
                time.sleep(1)
                answer = head.context.request.get(f"{base}/{kind}/?lang={language}")
            assert answer.body().startswith(b"%PDF"), (kind, language, answer.status)
            if folder := os.environ.get("WALK"):
                (Path(folder) / f"return-{kind.replace('/', '-')}-{language}.pdf").write_bytes(answer.body())


def keep(page: Any, name: str) -> None:
    if folder := os.environ.get("WALK"):
        page.wait_for_timeout(800)
        page.screenshot(path=str(Path(folder) / f"return-{name}.png"), full_page=True)

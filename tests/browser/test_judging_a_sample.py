"""A sample judged by clicks: passed, failed with its finding, taken back; what the others see; the print.

`WALK=<folder>` keeps a picture of each page, to be looked at.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.test_journey import press, with_key
from tests.browser.test_returning import keep
from tests.browser.test_walk_a_year import MONTHS_MWH, submitted_month
from tests.browser.test_walk_every_sector import Walk, walk  # noqa: F401 (the fixture)

pytestmark = pytest.mark.slow
OUTCOME = "已更正结算单编号"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A typed month's case that waits for its verdicts."""

    case: str


@pytest.fixture
def recomputed(walk: Walk) -> Recomputed:  # noqa: F811
    """A month of typed power, submitted and verified up to its recomputation by programs."""
    from operations.demo import verifying
    from operations.demo.calendar import last_year
    from operations.demo.narrator import Narrator

    narrator, plant = Narrator(quiet=True), f"j-{int(time.time()) % 100000}"
    number, mwh = next(iter(MONTHS_MWH.items()))
    month = f"{last_year()}-{number}"
    statement = submitted_month(walk, plant, month, mwh)
    verifying.open_draw(walk.people, narrator, month)
    verifying.open_case(walk.people, narrator, statement)
    verifying.work_until_recomputed(walk.people, narrator, statement)
    return Recomputed(statement.case)


def test_each_item_is_judged_and_what_failed_has_its_finding_before_the_log_goes_on(
    recomputed: Recomputed, as_person: Callable[..., Any]
) -> None:
    lead = with_key(as_person, "auditor-lead")
    page = lead.go(f"/review/{recomputed.case}")
    sample = page.locator("section[data-verdicts]")
    sample.get_by_text("自动核验中").first.wait_for(state="detached")
    value, file = sample.locator('li[data-kind="value"]'), sample.locator('li[data-kind="evidence"]')
    value.get_by_text("录入值，没有签名可验，请人工核对").wait_for()
    file.get_by_role("button", name="合格", exact=True).wait_for()
    keep(page, "verdicts-1-zh")
    page.get_by_role("button", name="记录：意见关闭").click()
    page.get_by_role("dialog").get_by_text("还有 2 项没有结论").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="关闭").last.click()

    file.get_by_role("button", name="合格", exact=True).click()
    sample.get_by_text("未判定 1").wait_for()
    value.get_by_role("button", name="不合格", exact=True).click()
    form = page.locator("form[data-item]")
    form.wait_for()
    assert form.locator('select[name="kind"]').input_value() == "error"
    assert form.locator('select[name="stream"]').input_value() == "grid"
    assert "外购电力" in form.locator("strong").inner_text()
    assert form.locator("textarea").input_value().startswith("外购电力")
    keep(page, "verdicts-2-finding-zh")
    form.locator("textarea").fill("外购电力的数量与结算单不符")
    form.get_by_role("button", name="下一步").click()
    lead.sign()
    value.get_by_role("link", name="意见 #1").wait_for()
    keep(page, "verdicts-3-failed-zh")

    seen = as_person("auditor-reviewer", language="en", width=390)
    other = seen.go(f"/review/{recomputed.case}")
    other.get_by_text("The lead auditor gives them").wait_for()
    rows = other.locator("section[data-verdicts]")
    assert rows.get_by_role("button").count() == 0
    rows.locator('li[data-verdict="fail"]').get_by_text("Fail", exact=True).wait_for()
    rows.scroll_into_view_if_needed()
    keep(other, "verdicts-4-en")
    assert other.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    outcome = page.locator('article.remark input[name="outcome"]')
    outcome.fill(OUTCOME)
    page.get_by_role("button", name="关闭意见").click()
    lead.sign()
    page.get_by_text(OUTCOME).first.wait_for()
    press(lead, "记录：意见关闭")
    reviewer = with_key(as_person, "auditor-reviewer")
    reviewer.go(f"/review/{recomputed.case}")
    press(reviewer, "记录：技术评审")
    reviewer.page.get_by_text("技术评审已完成，结论不再改变。").wait_for()
    approver = with_key(as_person, "auditor-approver")
    approver.go(f"/review/{recomputed.case}")
    press(approver, "批准并铸造")
    approver.page.get_by_text("已铸造").first.wait_for()

"""A year's site visit by clicks: one inspector gets no further, two reach the minted report.

Plant, months and the steps before the visit are made by programs. `WALK=<folder>` keeps pictures.
Source: Order 775 (the regulation on carbon trading), art. 17: a visit is made by two persons or more.
"""

import base64
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_journey import press, with_key
from tests.browser.test_walk_a_year import MONTHS_MWH, month_of
from tests.browser.test_walk_every_sector import Walk, walk  # noqa: F401 (the fixture)

pytestmark = pytest.mark.slow
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SEAL = {
    "meter": "m1", "zh": "一号进线", "en": "Line 1", "registered": "A-1", "seen": "A-1", "outcome": "same",
}  # fmt: skip
SEEN = "查看电能表、变电所与台账，访谈值班长"
ALONE, BOTH = "还缺第二名核查人员的确认", "两名核查人员已确认"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A year's case that waits for its site visit."""

    case: str
    period: str


@pytest.fixture
def recomputed(walk: Walk) -> Recomputed:  # noqa: F811
    """The year opened, submitted and verified up to its recomputation, by programs."""
    from lexicon.terms import Role
    from operations.demo import reporting, verifying
    from operations.demo.calendar import last_year
    from operations.demo.cast import AUDITOR, POWER
    from operations.demo.narrator import Narrator

    narrator, year, plant = Narrator(quiet=True), last_year(), f"v-{int(time.time()) % 100000}"
    for number, mwh in MONTHS_MWH.items():
        month_of(walk, plant, f"{year}-{number}", mwh)
    verifying.open_draw(walk.people, narrator, year)
    shown = walk.head.post("/periods/", {"plant": plant, "period": year})
    statement = reporting.submit(walk.people, narrator, house=POWER, period=shown)
    verifying.open_case(walk.people, narrator, statement)
    verifying.work_until_recomputed(walk.people, narrator, statement)
    lead = walk.people.in_house(AUDITOR, Role.LEAD_AUDITOR)
    verifying.judge(lead, f"/cases/{statement.case}", narrator)
    return Recomputed(statement.case, str(shown["id"]))


def test_one_inspector_gets_no_further_and_two_reach_the_minted_report(
    recomputed: Recomputed,
    walk: Walk,  # noqa: F811
    as_person: Callable[..., Any],
) -> None:
    lead = with_key(as_person, "auditor-lead")
    page = lead.go(f"/review/{recomputed.case}")
    recorded_without_a_network(lead, recomputed)
    page.get_by_role("button", name="记录：现场核查").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").fill(SEEN)
    dialog.get_by_role("button", name="下一步").click()
    dialog.get_by_text(SEEN).wait_for()
    lead.sign()
    page.get_by_text(ALONE).wait_for()
    assert page.get_by_role("button", name="确认现场核查").count() == 0, "nobody is the second to herself"
    alone = lead.context.request.get(f"{lead.site.url}/api/v1/cases/{recomputed.case}/visit/")
    assert (alone.status, alone.json()["refusal"]) == (409, "same_person")
    look(as_person, recomputed, "1-alone")

    refused_before_it_is_signed(lead)
    keep(page, "visit-2-refused")
    page.get_by_role("dialog").get_by_role("button", name="关闭").last.click()
    page.reload()
    refused = page.locator(".timeline li").filter(has_text="意见关闭")
    refused.wait_for()
    assert "待上链" not in refused.inner_text(), "what the ledger refused waits for nothing"
    approver = with_key(as_person, "auditor-approver")
    page_of_approver = approver.go(f"/review/{recomputed.case}")
    page_of_approver.get_by_text(ALONE).wait_for()
    assert page_of_approver.get_by_role("button", name="批准并铸造").count() == 0

    second = with_key(as_person, "auditor-inspector")
    page = second.go(f"/review/{recomputed.case}")
    press(second, "确认现场核查")
    page.get_by_text(BOTH).wait_for()
    assert page.get_by_text(ALONE).count() == 0
    look(as_person, recomputed, "3-both")

    lead.page.get_by_text(BOTH).wait_for()
    press(lead, "记录：意见关闭")
    reviewer = with_key(as_person, "auditor-reviewer")
    reviewer.go(f"/review/{recomputed.case}")
    press(reviewer, "记录：技术评审")
    press(approver, "批准并铸造")
    page_of_approver.get_by_text("已铸造").first.wait_for()
    minted = [row for row in walk.head.rows("/reports/") if row["period_id"] == recomputed.period]
    assert [row["state"] for row in minted] == ["minted"]
    look(as_person, recomputed, "4-minted")


def recorded_without_a_network(lead: Any, at: Recomputed) -> None:
    """In a cellar: place and photograph stay on the device, and come with their own times afterwards."""
    page = lead.page
    card = page.get_by_role("region", name="现场记录")
    card.get_by_text("报告没有用到计量表。").wait_for()
    # Asked before the network goes: the browser writes each request that fails to its console.
    address = f"{lead.site.url}/api/v1/cases/{at.case}/visit/"
    lead.context.route(f"{address}**", lambda route: route.abort("internetdisconnected"))
    card.get_by_label("现场地点").fill("变电所、电能表间")
    card.get_by_role("button", name="保存记录").click()
    card.get_by_text("本机有 1 项未发送").wait_for()
    picture = {"name": "铅封.png", "mimeType": "image/png", "buffer": PNG}
    card.locator('input[type="file"]').set_input_files(picture)
    card.get_by_text("本机有 2 项未发送").wait_for()
    card.get_by_text("在本机，未发送").wait_for()
    keep(page, "visit-0-offline")
    time.sleep(2)
    lead.context.unroute(f"{address}**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    card.get_by_text("未发送").first.wait_for(state="detached")
    card.get_by_role("link", name="铅封").wait_for()
    told = lead.context.request.get(f"{address}record/").json()
    assert told["place"] == "变电所、电能表间"
    assert datetime.fromisoformat(told["at"]) - datetime.fromisoformat(told["captured_at"]) > timedelta(
        seconds=1
    )
    [photo] = told["photos"]
    file = lead.context.request.get(f"{lead.site.url}/api/v1/cases/{at.case}/evidence/{photo['id']}/content/")
    assert file.body() == PNG
    page.reload()
    card.get_by_role("link", name="铅封").wait_for()
    assert card.get_by_text("未发送").count() == 0, "what the server has is kept no longer"
    told["seals"] = [
        SEAL,
        SEAL | {"meter": "m2", "zh": "二号进线", "en": "Line 2", "seen": "B-9", "outcome": "differs"},
    ]
    lead.context.route(f"{address}record/", lambda route: route.fulfill(json=told))
    page.reload()
    card.get_by_text("登记： A-1").first.wait_for()
    keep(page, "visit-0-seals")
    lead.context.unroute(f"{address}record/")
    page.reload()
    card.get_by_text("报告没有用到计量表。").wait_for()


def refused_before_it_is_signed(lead: Any) -> None:
    """The next step is not even there to be signed by the one inspector, and it is said why."""
    page = lead.page
    page.get_by_role("button", name="记录：意见关闭").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("现场核查尚缺第二名核查人员的确认").wait_for()
    assert dialog.get_by_role("button", name="确认并签名").count() == 0
    assert dialog.get_by_text(re.compile(r"区块 #\d+")).count() == 0


def look(as_person: Callable[..., Any], at: Recomputed, name: str) -> None:
    """The case as the lead auditor sees it, in both languages and widths, to be looked at."""
    if not os.environ.get("WALK"):
        return
    for language in ("zh", "en"):
        for width in (1440, 390):
            person = as_person("auditor-lead", language=language, width=width)
            page = person.go(f"/review/{at.case}")
            page.locator(".timeline").wait_for()
            keep(page, f"visit-{name}-{language}-{width}")
            person.context.close()


def keep(page: Any, name: str) -> None:
    if folder := os.environ.get("WALK"):
        page.wait_for_timeout(1_200)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

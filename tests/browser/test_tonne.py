"""One click after another from a tonne to the signed readings behind it, and from there to the ledger."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

pytestmark = pytest.mark.slow
# Of two readings: signature, place in the day's tree, root on the ledger; then their difference.
LAMPS = ["true"] * 7


def to_readings(page: Any) -> None:
    """In the open panel: a day, an hour, and both its readings proved by this browser."""
    panel = page.get_by_role("dialog")
    # The story's month has as many days as the story was told for.
    panel.get_by_role("button", name=re.compile(r"^\d{4}-\d\d-04\b")).click()
    panel.get_by_role("button", name="05:00").click()
    panel.locator("[data-holds]").nth(len(LAMPS) - 1).wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-holds]')].every((lamp) => lamp.dataset.holds === 'true')"
    )
    assert [lamp.get_attribute("data-holds") for lamp in panel.locator("[data-holds]").all()] == LAMPS
    total, first, last = (figure(one) for one in (panel.locator("strong").first, *readings(panel)))
    assert last - first == total, "the hour is the difference of its readings"


def readings(panel: Any) -> list[Any]:
    return panel.locator(".big-figure").all()


def figure(shown: Any) -> Decimal:
    return Decimal(shown.inner_text().split("吨")[0].strip().replace(",", ""))


def month_of(head: Any) -> str:
    """The newest month of the power plant with a minted report: which it is goes by the day of the story."""
    answer = head.context.request.get(f"{head.site.url}/api/v1/reports/").json()["results"]
    minted = [row["period"] for row in answer if (row["plant"], row["state"]) == ("jiangbei", "minted")]
    return str(max(period for period in minted if len(period) == len("2026-02")))


def test_a_report_s_tonne_is_four_clicks_from_a_signed_reading(as_person: Callable[..., Any]) -> None:
    head = as_person("power-head")
    page, month = head.go("/reports"), month_of(head)
    page.get_by_role("row").filter(has_text=month).filter(has_text="jiangbei").first.click()
    page.locator("table.calc button[aria-expanded]").first.click()
    page.get_by_role("button", name="u1-feeder-a").click()
    to_readings(page)
    page.get_by_role("dialog").get_by_role("link", name="证明").first.click()
    page.get_by_text("锚定日读数").first.wait_for()


def test_a_regulator_goes_the_same_way_for_a_stated_purpose(as_person: Callable[..., Any]) -> None:
    report = f"jiangbei {month_of(as_person('power-head'))}"
    regulator = as_person("regulator1")
    page = regulator.go("/chain")
    page.get_by_role("button", name="报告", exact=True).click()
    page.get_by_role("link", name=report).first.click()
    page.get_by_label("目的").fill("浏览器走查：随机抽一吨")
    page.get_by_role("button", name="打开").click()
    page.get_by_role("row").filter(has_text="u1-feeder-a").get_by_role("button").click()
    to_readings(page)
    page = as_person("admin").go("/chain")
    page.get_by_role("button", name="报告", exact=True).click()
    page.get_by_role("link", name=report).first.click()
    page.get_by_text("引用的读数锚定").wait_for()
    assert page.get_by_label("目的").count() == 0, "an administrator reads no enterprise's readings"

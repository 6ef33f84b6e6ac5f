"""/try without an account: a worked example, a figure changed, a stream added, nothing kept."""

from collections.abc import Callable
from typing import Any

import pytest

EXAMPLES = {
    "ndrc-2013-steel": "11196092.728599",
    "ndrc-2013-grid": "8270042.405000",
    "mee-2024-aluminium": "3955311.814731",
    "mee-2022-power": "808818.032855",
}


def choose(page: Any, guideline: str) -> None:
    page.locator("main select").first.select_option(guideline)
    page.get_by_role("button", name="载入算例").click()


@pytest.mark.parametrize(("guideline", "total"), EXAMPLES.items())
def test_a_worked_example_gives_its_total(guideline: str, total: str, as_person: Callable[..., Any]) -> None:
    page = as_person("").go("/try")
    choose(page, guideline)
    page.locator(f'[data-total="{total}"]').wait_for()


def test_a_changed_figure_and_a_wrong_one_are_answered(as_person: Callable[..., Any]) -> None:
    page = as_person("").go("/try")
    choose(page, "ndrc-2013-grid")
    page.locator('[data-total="8270042.405000"]').wait_for()
    sold = page.get_by_label("外售", exact=True)
    sold.fill("205635000")
    page.locator('[data-total="751.655000"]').wait_for()
    sold.fill("205635001")
    page.get_by_text("输配电损失为负").first.wait_for()
    assert page.locator("[data-total]").count() == 0


def test_a_stream_of_ones_own_takes_the_defaults(as_person: Callable[..., Any]) -> None:
    page = as_person("").go("/try")
    page.locator("main select").first.select_option("ndrc-2013-steel")
    page.get_by_label("选择排放源").select_option("material/limestone")
    page.get_by_role("button", name="添加排放源").click()
    page.get_by_label("活动量", exact=True).fill("1000")
    page.locator('[data-total="440.000000"]').wait_for()
    page.get_by_role("button", name="公式与数值").first.click()
    page.get_by_text("1,000 × 0.44").wait_for()

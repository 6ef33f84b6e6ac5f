"""What a report says besides its figures, clicked: the enterprise's facts and a year's supplementary table.

Facts are given under settings and a wrong one is refused by name; a year of a glass works takes its output,
says the intensity and keeps it. `WALK=<folder>` keeps pictures of both in either language.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.accounting.cases import all_cases
from tests.browser.test_walk_every_sector import Walk, as_programs, prepared, values_of

# Both leave facts and a plant on the site that other walks would read.
pytestmark = pytest.mark.slow
FOLDER = os.environ.get("WALK")


@pytest.fixture(scope="module")
def walk(site: Any) -> Walk:
    """The power plant's head as a program, and the month of the demo's story."""
    cast = as_programs(site, "power-head")
    head = cast.by_slug["power-head"]
    month = max(row["period"] for row in head.rows("/periods/") if len(row["period"]) == len("2026-06"))
    return Walk(people=cast, head=head, month=month, folder=None)


def kept(page: Any, name: str) -> None:
    if FOLDER:
        page.screenshot(path=str(Path(FOLDER) / f"{name}.png"), full_page=True)


def english(page: Any) -> None:
    page.get_by_role("button", name="EN", exact=True).first.click()


def test_the_enterprises_facts_are_given_refused_and_no_longer_asked_for(
    as_person: Callable[..., Any],
) -> None:
    person = as_person("power-head")
    page = person.go("/settings")
    form = page.locator('form[data-owner="entity"]')
    form.get_by_label("法定代表人").fill("陈立")
    form.get_by_label("负责人电话").fill("12")
    form.get_by_role("button", name="保存").click()
    refused = form.get_by_role("alert")
    refused.get_by_text("负责人电话").first.wait_for()
    refused.get_by_text("没有保存").wait_for()
    form.get_by_label("负责人电话").fill("025-5800 0000")
    form.get_by_role("button", name="保存").click()
    form.get_by_role("status").get_by_text("已保存").wait_for()
    kept(page, "entity-zh")
    page.reload()
    assert page.locator('form[data-owner="entity"]').get_by_label("法定代表人").input_value() == "陈立"
    english(page)
    page.locator('form[data-owner="entity"]').get_by_label("Legal representative").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    kept(page, "entity-en-phone")


def test_a_glass_works_year_takes_its_output_and_says_the_intensity(
    walk: Walk,
    as_person: Callable[..., Any],
) -> None:
    case = next(one for one in all_cases() if one["id"] == "FG-1")
    plant, period = prepared(walk, case)
    year_name = walk.month[:4]
    typed(walk, case, period)
    year = walk.head.post("/periods/", {"plant": plant, "period": year_name})
    person = as_person("power-head")
    page = person.go(f"/accounting/{year['id']}")
    form = page.locator("form[data-supplementary]")
    output = form.locator('[data-row="output"] input')
    output.wait_for()
    page.get_by_text("未填：2 平板玻璃产量").wait_for()
    output.fill("-5")
    form.get_by_role("button", name="保存").click()
    form.get_by_role("alert").get_by_text("没有保存").wait_for()
    output.fill("50000")
    form.get_by_role("button", name="保存").click()
    form.locator('[data-row="intensity"]').get_by_text("0.231812").wait_for()
    kept(page, "supplement-zh")
    english(page)
    page.get_by_text("Supplementary data of a flat glass producer").first.wait_for()
    page.get_by_text("1 CO₂ emissions, total").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    kept(page, "supplement-en-phone")


def typed(walk: Walk, case: dict[str, Any], period: str) -> None:
    """The case's figures, as a program types them."""
    fields = ("stream", "name", "text", "unit", "origin")
    values = [dict(zip(fields, row, strict=True)) for row in values_of(case["input"])]
    walk.head.post(f"/periods/{period}/activity/", {"values": values})

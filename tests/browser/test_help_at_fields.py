"""Help opens the course at what is wrong: from a remark, from a refused file, and from a model's trial.

The plant of the last two is made by programs.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_model_builder import posted

pytestmark = pytest.mark.slow
MODEL = {"guideline": "ndrc-2013-power", "region": "north"}
STREAM = {"slug": "gas", "kind": "fuel", "item": "natural_gas", "unit": "1e4Nm3"}
NAMED = {"name_zh": "天然气", "name_en": "Gas"}


@pytest.fixture
def plant(as_person: Callable[..., Any]) -> tuple[str, str]:
    """A plant with a model and an open month; its id and the month's."""
    head = as_person("power-head")
    head.go("/home")
    plant = f"help-{int(time.time()) % 100000}"
    names = {"name_zh": "求助分厂", "name_en": "Works in need"}
    posted(head, "plants/", {"id": plant, "sector": "power", "region": "north"} | names)
    token = next(one["value"] for one in head.context.cookies() if "csrf" in one["name"])
    answer = head.context.request.put(
        f"{head.site.url}/api/v1/plant-models/{plant}/",
        data=MODEL | {"streams": [STREAM | NAMED]},
        headers={"X-CSRFToken": token, "Referer": f"{head.site.url}/"},
    )
    assert answer.ok, answer.text()
    return plant, str(posted(head, "periods/", {"plant": plant, "period": "2026-01"})["id"])


def step(page: Any, key: str) -> Any:
    """The course's step that is read, inside the application."""
    page.wait_for_url(re.compile(r"/app/help/"))
    found = page.locator(f'[data-step="{key}"]')
    found.wait_for()
    return found


def test_a_remark_opens_the_step_of_its_field_with_the_field_marked(as_person: Callable[..., Any]) -> None:
    person = as_person("cement-head")
    page = person.go("/accounting")
    page.locator("tr.link").first.click()
    remark = page.locator(".remark").filter(has_text="低位发热量的缺省值尚未与指南原文核对").first
    remark.get_by_role("link", name="怎么填").click()
    reading = step(page, "fuel_factors")
    assert reading.locator("mark").inner_text() == "低位发热量"


def test_a_refused_file_opens_the_step_about_evidence(
    as_person: Callable[..., Any], plant: tuple[str, str], tmp_path: Path
) -> None:
    page = as_person("power-head").go(f"/accounting/{plant[1]}")
    (tmp_path / "发票.pdf").write_bytes(b"PK\x03\x04 no portable document")
    card = page.get_by_role("region", name="证据")
    card.locator('input[type="file"]').set_input_files(str(tmp_path / "发票.pdf"))
    card.get_by_role("link", name="怎么填").click()
    step(page, "evidence").get_by_text("内容要与扩展名相符").wait_for()


def test_a_models_trial_opens_the_step_of_the_value_that_is_wrong(
    as_person: Callable[..., Any], plant: tuple[str, str]
) -> None:
    """95 for an oxidation rate is a percentage where a share is wanted."""
    page = as_person("power-head").go(f"/model/{plant[0]}")
    form = page.locator("form").filter(has=page.get_by_role("button", name="加入", exact=True))
    for name, value in (("quantity", "1000"), ("oxidation", "95")):
        form.locator("select").nth(1).select_option(name)
        form.locator("input").fill(value)
        form.get_by_role("button", name="加入", exact=True).click()
    page.locator("form").filter(has=page.locator('input[type="month"]')).get_by_role("button").click()
    wrong = page.locator(".danger-text li").first
    wrong.get_by_role("link", name="怎么填").click()
    assert step(page, "fuel_factors").locator("mark").inner_text().endswith("氧化率")


def test_an_entry_shows_what_to_expect_and_its_field_in_error_opens_its_step(
    as_person: Callable[..., Any], plant: tuple[str, str]
) -> None:
    """Nobody typed one before: what is expected goes by the default, and a value outside it is told there."""
    head = as_person("power-head")
    head.go("/home")
    quantity = {"stream": "gas", "name": "quantity", "text": "1000", "unit": "1e4Nm3", "origin": "supplier"}
    posted(head, f"periods/{plant[1]}/activity/", {"values": [quantity]})
    page = head.go(f"/accounting/{plant[1]}")
    page.locator(".tree-list").get_by_role("button").filter(has_text="天然气").click()
    form = page.get_by_role("region", name="录入值").locator("form")
    form.locator("select").first.select_option("cc")
    form.get_by_text(re.compile(r"预期 [0-9.]+ – [0-9.]+ .* · 按缺省值")).wait_for()
    outside = form.get_by_text("超出预期范围，需要说明")
    form.locator('input[inputmode="decimal"]').fill("15.3")
    assert outside.count() == 0
    form.locator('input[inputmode="decimal"]').fill("153")
    outside.wait_for()
    form.get_by_role("link", name="怎么填").click()
    assert step(page, "fuel_factors").locator("mark").inner_text().endswith("单位热值含碳量")


def test_a_sheet_s_row_in_error_opens_the_step_of_its_field(
    as_person: Callable[..., Any], plant: tuple[str, str], tmp_path: Path
) -> None:
    page = as_person("power-head").go(f"/accounting/{plant[1]}")
    (tmp_path / "wrong.csv").write_text(
        "stream,name,value,unit,origin\ngas,oxidation,-1,1,measured\n", encoding="utf-8"
    )
    card = page.get_by_role("region", name="表格导入")
    card.locator('input[type="file"]').set_input_files(str(tmp_path / "wrong.csv"))
    card.get_by_text("-1 为负").wait_for()
    card.get_by_role("link", name="怎么填").first.click()
    assert step(page, "fuel_factors").locator("mark").inner_text().endswith("氧化率")

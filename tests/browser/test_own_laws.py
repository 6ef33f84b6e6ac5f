"""A plant's laws of physics: declared and tried by its head, seen by a trader, read by the regulator."""

import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow
PAGE = "/witnesses/jiangbei"


def test_a_law_is_declared_tried_on_a_month_kept_and_taken_back(as_person: Callable[..., Any]) -> None:
    page = as_person("power-head").go(PAGE)
    forms = page.locator("fieldset.model-stream")
    forms.first.wait_for()
    before = forms.count()
    page.get_by_label("定律种类").select_option(label="原料与产品")
    page.get_by_role("button", name="添加定律").click()
    law = forms.nth(before)
    law.get_by_text("原料用量 = 单耗").wait_for()
    keep = page.get_by_role("button", name="保存定律")
    assert keep.is_disabled()
    page.get_by_text("左右两侧都要勾选计量点").wait_for()
    sides = law.locator("fieldset.law-side")
    sides.nth(0).locator("input").first.check()
    # What stands on the left cannot stand on the right too.
    assert sides.nth(1).locator("input").first.is_disabled()
    sides.nth(1).locator("input:enabled").last.check()
    page.get_by_role("button", name="试算").click()
    page.get_by_text("物理见证", exact=True).nth(1).wait_for()
    keep.click()
    page.get_by_text("已保存").wait_for()
    page.reload()
    forms.nth(before).wait_for()
    forms.nth(before).get_by_role("button", name="删除这条定律").click()
    page.get_by_role("button", name="保存定律").click()
    page.get_by_text("已保存").wait_for()
    assert forms.count() == before


def test_a_trader_sees_what_laws_say_and_may_declare_none(as_person: Callable[..., Any]) -> None:
    page = as_person("power-trader").go(PAGE)
    page.get_by_text("可以设置定律；您可以查看结果").wait_for()
    page.get_by_role("heading", name=re.compile("heat-power")).wait_for()
    assert page.get_by_role("button", name="保存定律").count() == 0


def test_the_regulator_opens_an_enterprises_laws_for_a_purpose(as_person: Callable[..., Any]) -> None:
    person = as_person("regulator1")
    rows = person.context.request.get(f"{person.site.url}/api/v1/oversight/enterprises/").json()["results"]
    account = next(row["account"] for row in rows if "江北" in row["name"])
    page = person.go(f"/enterprises/{account}")
    purpose = page.locator("form.purpose")
    purpose.locator("input").fill("年度抽查")
    purpose.locator("button").click()
    page.get_by_role("link", name="物理见证").click()
    page.get_by_role("heading", name=re.compile("heat-power")).wait_for()
    assert "年度抽查" in page.locator("main").inner_text()
    assert page.locator("main").get_by_role("checkbox").count() == 0

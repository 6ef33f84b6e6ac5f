"""Carry-over by clicks: a limit set by two organisations, what is over it refused, what is within it done."""

import re
from typing import Any

import pytest

from tests.browser.test_cancelling import Make, confirm, holding, region, with_key

pytestmark = pytest.mark.slow


def test_a_limit_is_set_by_two_organisations_and_carried_over_within(as_person: Make) -> None:
    admin, regulator = with_key(as_person, "admin"), with_key(as_person, "regulator1")
    trader = with_key(as_person, "power-trader")
    page = admin.go("/parameters")
    page.get_by_role("button", name="总量上限").click()
    form = page.get_by_role("form", name="总量上限")
    form.get_by_label("品种").fill("CEA-2026")
    form.get_by_label(re.compile("上限")).fill("1000000")
    form.get_by_role("button", name="提出修改").click()
    admin.sign()
    confirm(regulator, "/parameters", "设定参数：总量上限")
    page = admin.go("/parameters")
    page.get_by_role("button", name="结转限额").click()
    form = page.get_by_role("form", name="结转限额")
    form.get_by_role("button", name="提出修改").click()
    form.get_by_text("格式不对").first.wait_for()
    mine = trader.context.request.get(f"{trader.site.url}/api/v1/me/").json()["account"]
    form.get_by_label("企业").select_option(value=mine)
    for name, value in (("转入年度", "2026"), ("卖出", "100"), ("买入", "0")):
        form.get_by_label(re.compile(name)).fill(value)
    form.get_by_role("button", name="提出修改").click()
    admin.sign()
    confirm(regulator, "/parameters", "设定参数：结转限额")
    before = holding(trader, 2025, "free")
    page = trader.go("/assets")
    carried(trader, "10151")
    told = page.get_by_role("dialog").get_by_role("alert")
    told.get_by_text(re.compile("可结转")).first.wait_for()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("取消|关闭")).last.click()
    carried(trader, "150")
    trader.sign()
    region(trader, "结转记录").get_by_text("CEA-2026").wait_for()
    assert (holding(trader, 2025, "free"), holding(trader, 2026, "free")) == (before - 150, 150)


def carried(trader: Any, quantity: str) -> None:
    form = trader.page.get_by_role("form", name="结转")
    form.get_by_label("转入年度").select_option(value="2026")
    form.get_by_label("转出年度").select_option(value="2025")
    form.get_by_label(re.compile("数量")).fill(quantity)
    form.get_by_role("button", name="结转").click()

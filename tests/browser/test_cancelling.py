"""An account's own limits, and cancelling allowances within them by one person and above them by two."""

import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Make = Callable[..., Any]


def with_key(as_person: Make, slug: str) -> Any:
    person = as_person(slug)
    person.load_key()
    return person


def region(person: Any, name: str) -> Any:
    """A list by its title."""
    return person.page.get_by_role("region", name=name, exact=True).last


def confirm(person: Any, path: str, what: str) -> None:
    """The second person's word on the act that says `what`."""
    row = person.go(path).get_by_role("row").filter(has_text=what).first
    row.get_by_role("button", name="复核").click()
    person.sign()


def holding(person: Any, vintage: int, field: str) -> int:
    answer = person.context.request.get(f"{person.site.url}/api/v1/assets/").json()
    return sum(int(row[field]) for row in answer["holdings"] if int(row["vintage"]) == vintage)


def test_within_its_own_limit_one_person_cancels_and_above_it_two(as_person: Make) -> None:
    trader, head = with_key(as_person, "power-trader"), with_key(as_person, "power-head")
    page = trader.go("/assets")
    form = page.get_by_role("form", name="自有限额")
    form.get_by_label(re.compile("单人注销上限")).fill("很多")
    form.get_by_role("button", name="提出修改").click()
    form.get_by_text("请输入 0 或整数吨").wait_for()
    form.get_by_label(re.compile("单人注销上限")).fill("3")
    form.get_by_role("button", name="提出修改").click()
    trader.sign()
    confirm(head, "/assets", "自有限额")
    trader.go("/assets")
    cancelled(trader, tonnes=3, told="在单人上限之内")
    region(trader, "注销记录").get_by_text("已注销").first.wait_for()
    cancelled(trader, tonnes=40, told="经本单位另一人复核")
    region(trader, "配额批次").get_by_text("注销待复核").wait_for()
    assert holding(trader, 2025, "pending_cancellation") == 40
    waiting = region(trader, "注销记录").get_by_role("row").filter(has_text="待复核")
    assert waiting.get_by_role("button", name="复核").count() == 0, "nobody confirms her own"
    head.go("/assets")
    waiting = region(head, "注销记录").get_by_role("row").filter(has_text="待复核")
    waiting.get_by_role("button", name="复核").click()
    head.sign()
    waiting.wait_for(state="detached")
    assert holding(trader, 2025, "pending_cancellation") == 0


def cancelled(trader: Any, *, tonnes: int, told: str) -> None:
    form = trader.page.get_by_role("form", name="自愿注销")
    form.get_by_role("button", name="自愿注销").click()
    form.get_by_text("请写明理由").wait_for()
    form.get_by_label("品种").select_option(index=1)
    form.get_by_label(re.compile("数量")).fill(str(tonnes))
    form.get_by_label("理由").fill("浏览器走查：公益注销")
    form.get_by_role("button", name="自愿注销").click()
    trader.page.get_by_role("dialog").get_by_text(told).wait_for()
    trader.sign()

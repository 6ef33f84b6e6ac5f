"""Keys lost, powers ended, as people click it: new keys by colleagues or authorities; a suspension."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_trading import order, quote

pytestmark = pytest.mark.slow


def ask_for_new_keys(person: Any, reason: str) -> None:
    """On a device that has no key: keys are made, their code is kept, and others are asked to bind them."""
    page = person.go("/settings")
    page.get_by_text("本设备没有签名密钥").wait_for()
    page.get_by_role("button", name="生成新密钥", exact=True).click()
    page.locator('[data-testid="recovery-code"] li').first.wait_for()
    lines = page.locator('[data-testid="recovery-code"] li').all_inner_texts()
    form = page.get_by_role("form", name="设备与恢复码都丢失")
    form.get_by_label("原因").fill(reason)
    send = form.get_by_role("button", name="提交申请")
    assert send.is_disabled(), "who has not kept the code asks for nothing"
    page.get_by_label("请输入第 3 行以确认已保存").fill(re.sub(r"\s", "", lines[2]))
    send.click()
    page.get_by_text("等待他人发起").wait_for()


def propose(helper: Any, path: str, reason: str) -> None:
    """Whoever knows her proposes to bind what she asked for, and nothing else can be proposed."""
    row = helper.go(path).get_by_role("row").filter(has_text=reason)
    row.get_by_role("button", name="发起换绑").click()
    helper.page.get_by_role("dialog").get_by_text(reason).wait_for()
    helper.sign()


def waiting_act(person: Any, path: str, words: str) -> Any:
    """An act's row in the list of acts of two persons."""
    person.go(path)
    return person.page.get_by_role("row").filter(has_text=words).last


def test_two_colleagues_bind_new_keys_at_once_and_the_old_key_is_worth_nothing(
    as_person: Callable[..., Any],
) -> None:
    old, head, colleague = (as_person(slug) for slug in ("power-trader", "power-head", "power-carbon"))
    for person in (old, head, colleague):
        person.load_key()
    new = as_person("power-trader")
    ask_for_new_keys(new, "浏览器走查：手机与打印件一起遗失")
    propose(head, "/settings", "手机与打印件一起遗失")
    row = waiting_act(head, "/settings", "更换密钥")
    row.wait_for()
    assert row.get_by_role("button", name="复核").count() == 0, "who proposed does not confirm"
    waiting_act(colleague, "/settings", "更换密钥").get_by_role("button", name="复核").click()
    colleague.sign()
    page = new.go("/settings")
    page.get_by_text("本设备可以签名", exact=True).first.wait_for(timeout=90_000)
    new.go("/market")
    price = f"{int(quote(new)['high_cents']) / 100:.2f}"  # the highest allowed: nobody takes it
    order(new, side="卖出", way="挂单等待", price=price, quantity="1")
    old.go("/settings").get_by_text("本设备的密钥没有绑定到您的账户").wait_for()
    old.page.locator('input[type="file"]').first.set_input_files(old.site.people["power-trader"]["key"])
    old.page.get_by_text("其中的密钥没有绑定到您的账户").wait_for()
    old.go("/market")
    ticket = old.page.locator("form.ticket")
    ticket.get_by_role("button", name="卖出", exact=True).click()
    ticket.locator("input").nth(0).fill(price)
    ticket.locator("input").nth(1).fill("1")
    ticket.get_by_role("button", name=re.compile("核对并签名")).click()
    dialog = old.page.get_by_role("dialog")
    dialog.get_by_text("本设备的密钥没有绑定到您的账户").wait_for()
    assert dialog.get_by_role("button", name="确认并签名").is_disabled(), "the old key signs nothing"


def test_authorities_bind_new_keys_only_after_three_days_in_which_the_account_may_object(
    as_person: Callable[..., Any],
) -> None:
    head, admin, regulator = (as_person(slug) for slug in ("cement-head", "admin", "regulator1"))
    for person in (head, admin, regulator):
        person.load_key()
    lost = as_person("cement-trader")
    ask_for_new_keys(lost, "浏览器走查：只剩一位同事")
    propose(admin, "/people", "只剩一位同事")
    lost.go("/settings").get_by_text("等待第二人复核").wait_for()
    waiting_act(regulator, "/actions", "更换密钥").get_by_role("button", name="复核").click()
    regulator.sign()
    lost.go("/settings").get_by_text("等待期内").wait_for()
    page = admin.go("/people")
    page.get_by_role("button", name="延时中", exact=True).last.click()
    row = page.get_by_role("row").filter(has_text="更换密钥").last
    row.get_by_text("可执行").wait_for()
    assert row.get_by_role("button", name="执行").count() == 0, "three days have not passed"
    page = head.go("/settings")
    page.get_by_role("button", name="延时中", exact=True).last.click()
    page.get_by_role("row").filter(has_text="更换密钥").last.get_by_role("button", name="撤回").click()
    head.sign()
    lost.go("/settings").get_by_text("等待他人发起").wait_for()
    lost.page.get_by_role("button", name="撤回申请").click()
    lost.page.get_by_role("button", name="生成新密钥", exact=True).wait_for()


def test_a_suspended_enterprise_trades_no_more_until_two_administrators_reinstate_it(
    as_person: Callable[..., Any],
) -> None:
    first, second = as_person("admin"), as_person("admin2")
    for person in (first, second):
        person.load_key()
    member = as_person("cement-trader", fresh=True)
    member.load_key()
    for act, words in (("停用单位", "停用 青峰水泥有限公司"), ("恢复单位", "恢复 青峰水泥有限公司")):
        page = first.go("/people?q=青峰")
        page.get_by_role("button", name=act, exact=True).first.click()
        form = page.get_by_role("form", name=words)
        form.get_by_label("理由与依据").fill(f"浏览器走查：{act}")
        form.get_by_role("button", name=re.compile("核对并签名")).click()
        first.sign()
        row = waiting_act(second, "/people", f"浏览器走查：{act}")
        row.get_by_role("button", name="复核").click()
        second.sign()
        row.wait_for(state="detached")
        if act == "停用单位":
            member.go("/market").get_by_text("您的权限已停用").wait_for(timeout=60_000)
            assert member.page.locator("form.ticket").count() == 0
    member.go("/market").locator("form.ticket").wait_for(timeout=60_000)

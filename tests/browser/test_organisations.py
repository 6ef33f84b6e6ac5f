"""One sign-in, two enterprises: joined by clicks, chosen in the menu; rights, keys and other tabs follow."""

import re
from collections.abc import Callable
from typing import Any


def account_menu(page: Any) -> Any:
    page.locator(".top .menu button").first.click()
    return page.locator(".menu-list")


def join(code: str, guest: Any) -> None:
    """Keys for the second enterprise, made from the session that is there; no password is asked for."""
    page = guest.go(f"/invitation?code={code}")
    page.get_by_role("button", name="生成密钥与恢复码").click()
    lines = page.locator('[data-testid="recovery-code"] li')
    lines.first.wait_for()
    page.get_by_label("请输入第 3 行以确认已保存").fill(re.sub(r"\s", "", lines.nth(2).inner_text()))
    assert page.locator('input[name="password"]').count() == 0
    page.get_by_role("button", name="接受邀请").click()
    page.get_by_text("待审核").wait_for()


def admit(as_person: Callable[..., Any], name: str) -> None:
    """The administrator approves, the regulator confirms."""
    admin = as_person("admin")
    admin.load_key()
    page = admin.go("/registrations")
    page.locator("tr").filter(has_text=name).first.click()
    page.get_by_role("button", name="通过并签名").click()
    admin.sign()
    regulator = as_person("regulator1")
    regulator.load_key()
    page = regulator.go("/actions")
    page.get_by_role("button", name="复核", exact=True).first.click()
    regulator.sign()


def test_everything_follows_the_chosen_organisation(as_person: Callable[..., Any]) -> None:
    head = as_person("cement-head")
    guest = as_person("power-carbon", fresh=True)
    page = head.go("/members")
    page.locator('[name="name"]').fill("周同")
    page.locator('[name="email"]').fill(head.site.people["power-carbon"]["email"])
    page.locator('select[name="role"]').select_option("trader")
    page.get_by_role("button", name="生成邀请码").click()
    join(page.locator('[data-testid="invitation-code"]').inner_text(), guest)
    admit(as_person, "周同")
    page = guest.go("/live")
    page.locator(".top .who").get_by_text("江北热电有限公司").wait_for()
    other_tab = guest.context.new_page()
    other_tab.goto(f"{guest.site.url}/app/home")
    other_tab.locator(".top .who").get_by_text("江北热电有限公司").wait_for()
    account_menu(page).get_by_role("button", name="青峰水泥有限公司").click()
    page.locator(".top .who").get_by_text("青峰水泥有限公司").wait_for()
    other_tab.locator(".top .who").get_by_text("青峰水泥有限公司").wait_for()
    for path in ("/home", "/live", "/accounting", "/assets"):
        page = guest.go(path)
        page.locator("h1").first.wait_for()
        page.wait_for_timeout(800)
        assert "江北热电" not in page.locator("main").inner_text()
    page = guest.go("/devices")
    page.get_by_text("您可以查看，新增和修改由仪表员").wait_for()
    page = guest.go("/settings")
    page.get_by_text("本设备可以签名", exact=True).first.wait_for()
    account_menu(page).get_by_role("button", name="江北热电有限公司").click()
    page.locator(".top .who").get_by_text("江北热电有限公司").wait_for()
    guest.go("/devices").get_by_role("button", name="新增厂区").wait_for()

"""Each role signs in by clicks and finds its own menu; others' pages are refused by the server."""

from collections.abc import Callable
from typing import Any

import pytest

MENUS = {
    "power-head": [
        "工作台",
        "实时监测",
        "厂区与计量点",
        "排放核算",
        "排放报告",
        "交易市场",
        "配额与碳币",
        "履约",
        "密钥与设置",
    ],
    "auditor-lead": ["核查队列", "排放报告", "搜索", "区块链", "密钥与设置"],
    "regulator1": [
        "监管总览",
        "待办事项",
        "企业",
        "交易市场",
        "清缴义务",
        "溯源",
        "搜索",
        "区块链",
        "密钥与设置",
    ],
    "admin": ["用户审核", "人员", "发行", "待办事项", "企业", "搜索", "区块链", "待上链事项", "密钥与设置"],
}


@pytest.mark.parametrize("slug", MENUS)
def test_a_person_signs_in_and_sees_the_menu_of_her_role(slug: str, as_person: Callable[..., Any]) -> None:
    person = as_person(slug, fresh=True)
    texts = person.page.locator(".side nav a .text").all_inner_texts()
    assert texts == MENUS[slug]
    person.page.locator("h1").first.wait_for()
    assert person.page.locator("h1").count() == 1


def test_a_wrong_password_is_told_in_words_and_lets_nobody_in(as_person: Callable[..., Any]) -> None:
    visitor = as_person("")
    page = visitor.go("/login")
    page.locator('input[name="email"]').fill("nobody@demo.example")
    page.locator('input[name="password"]').fill("wrong-password-1")
    page.locator('button[type="submit"]').click()
    page.get_by_text("邮箱或密码不正确").wait_for()
    assert page.locator(".shell").count() == 0


def test_a_visitor_who_asks_for_an_inner_page_comes_to_the_sign_in_page_once(
    as_person: Callable[..., Any],
) -> None:
    page = as_person("").go("/accounting")
    page.locator('input[name="password"]').wait_for()
    assert page.url.count("next=") == 1


@pytest.mark.parametrize(
    ("slug", "path"),
    [
        ("power-head", "/oversight"),
        ("power-head", "/obligations"),
        ("power-trader", "/members"),
        ("auditor-lead", "/devices"),
        ("power-head", "/registrations"),
        ("power-trader", "/queue"),
        ("auditor-lead", "/assets"),
        ("regulator1", "/registrations"),
    ],
)
def test_another_roles_page_shows_that_it_is_not_hers(
    slug: str, path: str, as_person: Callable[..., Any]
) -> None:
    page = as_person(slug).go(path)
    page.get_by_text("您没有权限查看此页").first.wait_for()


def test_another_enterprises_period_and_report_are_not_there(as_person: Callable[..., Any]) -> None:
    owner = as_person("power-head")
    owner.go("/accounting").locator("tr.link").first.click()
    owner.page.wait_for_url("**/accounting/*-*")
    period = owner.page.url.rsplit("/", 1)[1]
    owner.go("/reports").locator("tr.link").first.click()
    owner.page.wait_for_url("**/reports/*-*")
    report = owner.page.url.rsplit("/", 1)[1]
    stranger = as_person("cement-head")
    for path in (f"/accounting/{period}", f"/reports/{report}"):
        stranger.go(path).get_by_text("没有找到这一页").first.wait_for()


def test_an_address_that_does_not_exist_says_so(as_person: Callable[..., Any]) -> None:
    as_person("power-head").go("/no/such/page").get_by_text("没有找到这一页").first.wait_for()


def test_signing_out_ends_the_session(as_person: Callable[..., Any]) -> None:
    person = as_person("regulator2", fresh=True)
    page = person.page
    page.locator(".top .menu button").click()
    page.get_by_role("button", name="退出登录").click()
    page.locator('input[name="password"]').wait_for()
    person.go("/oversight")
    page.locator('input[name="password"]').wait_for()

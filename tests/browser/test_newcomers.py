"""A new enterprise: applied for, approved by two, and every page of nothing says what comes first."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import fresh_code
from tests.browser.test_organisations import admit
from tests.browser.test_registration import PDF, check_sign

pytestmark = pytest.mark.slow
# What a page says to an enterprise that has nothing yet.
PAGES = {
    "/home": "从零到第一个月",
    "/live": "先新增厂区，再接入网关和计量点",
    "/day": "先新增厂区，再接入网关和计量点",
    "/devices": "先建厂区，再接网关和计量点",
    "/accounting": "还没有核算期",
    "/reports": "还没有报告",
    "/market": "还没有委托",
    "/assets": "还没有配额",
    "/compliance": "还没有清缴义务",
    "/members": "没有进行中的邀请",
    "/outbox": "没有卡住的事项",
    "/search?q=2026": "没有找到",
}


def apply(newcomer: Any, folder: Path, *, name: str, email: str, password: str) -> None:
    """The application of an enterprise, keys made in this browser."""
    (folder / "licence.pdf").write_bytes(PDF)
    page = newcomer.go("/register")
    body = f"91330000MA0N{time.time_ns() // 1_000_000 % 100_000:05d}"
    for field, text in (
        ("usci", body + check_sign(body)),
        ("name", name),
        ("contact", "沈新"),
        ("email", email),
        ("phone", "13800000000"),
        ("password", password),
    ):
        page.locator(f'input[name="{field}"]').fill(text)
    page.locator('input[name="documents"]').set_input_files(str(folder / "licence.pdf"))
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="生成密钥与恢复码").click()
    lines = page.locator('[data-testid="recovery-code"] li')
    lines.first.wait_for()
    page.get_by_label("请输入第 3 行以确认已保存").fill(re.sub(r"\s", "", lines.nth(2).inner_text()))
    page.get_by_role("button", name="提交注册").click()
    page.locator('[data-testid="registration-code"]').wait_for()


def enter(newcomer: Any, *, email: str, password: str) -> None:
    """The first sign-in, which sets up the second factor before anything else."""
    page = newcomer.go("/login")
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="password"]').fill(password)
    page.locator('button[type="submit"]').click()
    secret = page.locator("code.mono").inner_text()
    page.locator('input[name="code"]').fill(fresh_code(secret))
    page.get_by_role("button", name="启用").click()
    # The server asks for the password once more where the sign-in is not fresh.
    again = page.locator('input[name="password"]')
    page.locator(".shell").or_(again).first.wait_for()
    if again.count():
        again.fill(password)
        page.get_by_role("button", name="启用").click()
    page.locator(".shell").wait_for()


def test_a_new_enterprise_is_approved_and_every_page_of_nothing_says_what_comes_first(
    as_person: Callable[..., Any], tmp_path: Path
) -> None:
    stamp = str(time.time_ns() // 1_000_000)[-7:]
    name, email, password = f"新岸玻璃{stamp}有限公司", f"shen-{stamp}@xinan.example", "Xinan-2026-key"
    newcomer = as_person("")
    apply(newcomer, tmp_path, name=name, email=email, password=password)
    admit(as_person, name)
    enter(newcomer, email=email, password=password)
    for path, words in PAGES.items():
        page = newcomer.go(path)
        page.get_by_text(words).first.wait_for()
        keep_picture(page, path)
    page = newcomer.go("/home")
    steps = page.get_by_role("region", name="从零到第一个月").get_by_role("listitem")
    steps.nth(4).wait_for()
    assert steps.count() == 5
    assert page.get_by_text("没有待办事项").count() == 0, "the steps are what there is to do"
    newcomer.go("/live").get_by_role("link", name="新增厂区").click()
    for field, text in (
        ("id", f"kiln-{stamp}"),
        ("name_zh", "一号窑"),
        ("name_en", "Kiln 1"),
        ("region", "zhejiang"),
    ):
        page.locator(f'input[name="{field}"]').fill(text)
    page.locator('select[name="sector"]').select_option("glass")
    page.get_by_role("button", name="保存").first.click()
    page.get_by_text("还没有计量点").wait_for()
    page = newcomer.go("/home")
    steps.first.get_by_text("（已完成）").wait_for(state="attached")
    keep_picture(page, "/home-later")
    steps.last.get_by_role("link").click()
    page.wait_for_url(re.compile(rf"/model/kiln-{stamp}"))


def keep_picture(page: Any, path: str) -> None:
    """A picture for whoever asked for them (`SHOTS=<folder>`)."""
    if folder := os.environ.get("SHOTS"):
        page.wait_for_timeout(1_500)
        page.screenshot(path=f"{folder}/new{re.sub('[^a-z]', '_', path)}.png", full_page=True)

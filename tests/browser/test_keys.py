"""A person's keys by clicks: a new recovery code, a new device that has only the code, the end of a key."""

import re
from collections.abc import Callable
from typing import Any

import pytest


def new_code(person: Any) -> list[str]:
    """A fresh recovery code, kept as asked and bound; its four lines."""
    page = person.go("/settings")
    page.get_by_role("button", name="制作新的恢复码").click()
    page.locator('[data-testid="recovery-code"] li').first.wait_for()
    texts = page.locator('[data-testid="recovery-code"] li').all_inner_texts()
    lines = [re.sub(r"\s", "", text) for text in texts]
    bind = page.get_by_role("button", name="签名并绑定")
    assert bind.is_disabled(), "who has not kept the code binds nothing"
    page.get_by_label("请输入第 3 行以确认已保存").fill(lines[2])
    bind.click()
    person.sign()
    return lines


def give_code(page: Any, text: str) -> None:
    page.get_by_label("恢复码（4 行）").fill(text)
    page.get_by_role("button", name="生成新密钥并绑定").click()


def shown_key(page: Any, use: str, place: int = 0) -> Any:
    """A row of the bound keys by its use, newest first."""
    return page.locator("table.grid tbody tr").filter(has_text=use).nth(place)


@pytest.fixture
def trader_with_code(as_person: Callable[..., Any]) -> tuple[Any, list[str]]:
    person = as_person("cement-trader")
    person.load_key()
    return person, new_code(person)


def test_a_new_device_signs_after_the_printed_code_and_can_be_cut_off_again(
    trader_with_code: tuple[Any, list[str]], as_person: Callable[..., Any]
) -> None:
    first, lines = trader_with_code
    second = as_person("cement-trader")
    page = second.go("/settings")
    page.get_by_text("本设备没有签名密钥").wait_for()
    other = "1" if lines[1][0] != "1" else "2"
    give_code(page, "\n".join([lines[0], other + lines[1][1:], *lines[2:]]))
    told = page.get_by_role("alert").filter(has_text="第 2 行的校验字符不符")
    told.wait_for()
    for part in ("没有生成任何密钥", "请对照打印件检查这一行", "案例编号"):
        assert part in told.inner_text()
    give_code(page, " ".join(line.lower() for line in lines))
    page.get_by_text("本设备可以签名了").wait_for(timeout=60_000)
    page.get_by_text("本设备可以签名", exact=True).first.wait_for()
    page.reload()
    page.get_by_text("本设备可以签名", exact=True).first.wait_for()
    row = shown_key(page, "恢复密钥")
    row.get_by_role("button", name="解除绑定").click()
    second.sign()
    shown_key(page, "恢复密钥").get_by_text("已解绑").wait_for()
    page = first.go("/settings")
    shown_key(page, "签名密钥").get_by_role("button", name="解除绑定").click()
    first.sign()
    page = second.go("/settings")
    page.get_by_text("本设备的密钥没有绑定到您的账户").wait_for()
    give_code(page, "\n".join(lines))
    page.get_by_role("alert").filter(has_text="这个恢复码已作废").wait_for()


def test_another_persons_code_binds_nothing_and_leaves_no_key(
    trader_with_code: tuple[Any, list[str]], as_person: Callable[..., Any]
) -> None:
    _, lines = trader_with_code
    stranger = as_person("power-trader")
    page = stranger.go("/settings")
    give_code(page, "\n".join(lines))
    told = page.get_by_role("alert").filter(has_text="这个恢复码不属于您的账户")
    told.wait_for()
    assert "核对打印件上的人员编号" in told.inner_text()
    page.reload()
    page.get_by_text("本设备没有签名密钥").wait_for()

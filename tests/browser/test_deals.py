"""A block deal between two heads, and an act of two regulators: proposed, read in plain words, confirmed."""

import re
from collections.abc import Callable
from typing import Any

from tests.browser.test_trading import free_coin


def quote(person: Any) -> dict[str, Any]:
    """The first instrument's quote."""
    url = f"{person.site.url}/api/v1/market/"
    first = person.context.request.get(url).json()["results"][0]
    found: dict[str, Any] = person.context.request.get(f"{url}{first['unit']}-{first['vintage']}/").json()
    return found


def test_a_block_is_proposed_by_one_head_and_accepted_by_the_other(as_person: Callable[..., Any]) -> None:
    seller, buyer = (as_person(slug) for slug in ("power-head", "cement-head"))
    for person in (seller, buyer):
        person.load_key()
    terms = quote(seller)
    assert terms["session"]["phase"] == "block", terms["session"]
    quantity, price = int(terms["block_min_t"]), int(terms["block_low_cents"])
    before = free_coin(seller), free_coin(buyer)
    page = seller.go("/market?tab=blocks")
    form = page.get_by_role("form", name="发起大宗协议")
    form.get_by_role("button", name=re.compile("核对并签名")).click()
    form.get_by_text("请选择对手").wait_for()
    form.get_by_label("对手").select_option(index=1)
    form.get_by_role("button", name="卖出", exact=True).click()
    form.get_by_label(re.compile("价格")).fill(f"{price / 100:.2f}")
    form.get_by_label(re.compile("数量")).fill(str(quantity - 1))
    form.get_by_text("大宗协议不少于").wait_for()
    form.get_by_label(re.compile("数量")).fill(str(quantity))
    form.get_by_role("button", name=re.compile("核对并签名")).click()
    seller.sign()
    page.get_by_text("待对方确认").first.wait_for()
    page = buyer.go("/market?tab=blocks")
    page.get_by_role("button", name="接受", exact=True).first.click()
    buyer.sign()
    page.get_by_text("已成交").first.wait_for()
    cents = quantity * price
    assert (free_coin(seller), free_coin(buyer)) == (before[0] + cents, before[1] - cents)
    follow(seller, as_person("regulator1"), quantity)


def follow(seller: Any, regulator: Any, quantity: int) -> None:
    """From the agreement to its proof, from there to its serials; the regulator reads both names."""
    page = seller.go("/market?tab=blocks")
    page.get_by_role("row").filter(has_text="已成交").first.get_by_role("link").click()
    proof = page.get_by_role("dialog")
    proof.get_by_text("接受大宗协议").first.wait_for()
    proof.get_by_role("link", name="溯源").click()
    page.get_by_text("个节点全部守恒").wait_for()
    token = page.locator('input[name="token"]').input_value()
    page = regulator.go(f"/trace?q={token}")
    page.get_by_text("个节点全部守恒").wait_for()
    page.locator(".trace-node").filter(has_text="青峰水泥").first.wait_for()
    page.get_by_role("row").filter(has_text="接受大宗协议").first.get_by_text(f"{quantity:,} 吨 @").wait_for()


def test_two_regulators_freeze_an_enterprise_and_let_it_trade_again(as_person: Callable[..., Any]) -> None:
    first, second = (as_person(slug) for slug in ("regulator1", "regulator2"))
    for person in (first, second):
        person.load_key()
    for act, box in (("冻结", "禁止交易"), ("解冻", "恢复交易")):
        page = first.go("/actions")
        form = page.get_by_role("form", name="发起双人操作")
        page.get_by_role("button", name=act, exact=True).click()
        form.get_by_label("企业", exact=True).select_option(index=1)
        form.get_by_label(re.compile(box)).check()
        form.get_by_role("button", name=re.compile("核对并签名")).click()
        form.get_by_text("请写明理由").wait_for()
        form.get_by_label("理由与依据").fill(f"浏览器走查：{act}")
        form.get_by_role("button", name=re.compile("核对并签名")).click()
        first.sign()
        page = second.go("/actions")
        row = page.get_by_role("row").filter(has_text=f"浏览器走查：{act}")
        row.get_by_role("button", name="复核").click()
        page.get_by_role("dialog").get_by_text("内容摘要").wait_for()
        second.sign()
        row.wait_for(state="detached")


def test_a_proposal_is_taken_back(as_person: Callable[..., Any]) -> None:
    regulator = as_person("regulator1")
    regulator.load_key()
    page = regulator.go("/actions")
    form = page.get_by_role("form", name="发起双人操作")
    page.get_by_role("button", name="暂停交易", exact=True).click()
    form.get_by_label("理由与依据").fill("浏览器走查：不暂停")
    form.get_by_role("button", name=re.compile("核对并签名")).click()
    regulator.sign()
    row = page.get_by_role("row").filter(has_text="浏览器走查：不暂停")
    row.get_by_role("button", name="撤回").click()
    regulator.sign()
    row.wait_for(state="detached")

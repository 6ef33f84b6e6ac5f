"""Two people in two browsers trade with keys loaded from their files; the regulator's wall sees it."""

import re
from collections.abc import Callable
from typing import Any


def order(person: Any, *, side: str, way: str, price: str, quantity: str) -> None:
    """Fill in the ticket and sign it."""
    ticket = person.page.locator("form.ticket")
    ticket.get_by_role("button", name=side, exact=True).click()
    ticket.get_by_role("button", name=way, exact=True).click()
    ticket.locator("input").nth(0).fill(price)
    ticket.locator("input").nth(1).fill(quantity)
    ticket.get_by_role("button", name=re.compile("核对并签名")).click()
    person.sign()


def free_coin(person: Any) -> int:
    """Free coin in 0.01, from the interface."""
    return int(person.context.request.get(f"{person.site.url}/api/v1/assets/").json()["coin"]["free_cents"])


def quote(person: Any) -> dict[str, Any]:
    """The first instrument's quote."""
    url = f"{person.site.url}/api/v1/market/"
    first = person.context.request.get(url).json()["results"][0]
    found: dict[str, Any] = person.context.request.get(f"{url}{first['unit']}-{first['vintage']}/").json()
    return found


def test_a_listing_is_taken_and_both_sides_and_the_regulator_see_it(as_person: Callable[..., Any]) -> None:
    seller, buyer, regulator = (as_person(slug) for slug in ("power-trader", "cement-trader", "regulator1"))
    sellers_key, buyers_key = seller, buyer
    sellers_key.load_key()
    buyers_key.load_key()
    wall = regulator.go("/oversight")
    wall.locator(".feed li").first.wait_for()
    seller.go("/market")
    buyer.go("/market")
    before = free_coin(seller), free_coin(buyer)
    price = f"{int(quote(seller)['low_cents']) / 100:.2f}"  # the lowest allowed: nobody's offer is better
    order(seller, side="卖出", way="挂单等待", price=price, quantity="7")
    buyer.page.locator(".book .down").last.wait_for()
    order(buyer, side="买入", way="按盘口成交", price=price, quantity="7")
    cents = round(float(price) * 100) * 7
    seller.go("/market")
    assert (free_coin(seller), free_coin(buyer)) == (before[0] + cents, before[1] - cents)
    seller.page.locator(".tape-card tbody tr").first.wait_for()
    wall.locator(".feed li").filter(has_text="成交").filter(has_text="7 吨").first.wait_for()


def test_an_order_out_of_the_band_is_told_before_anything_is_signed(as_person: Callable[..., Any]) -> None:
    trader = as_person("power-trader")
    page = trader.go("/market")
    ticket = page.locator("form.ticket")
    ticket.locator("input").nth(0).fill("9999.00")
    ticket.locator("input").nth(1).fill("1")
    ticket.get_by_role("button", name=re.compile("核对并签名")).click()
    ticket.get_by_text("价格超出涨跌幅").wait_for()
    assert page.get_by_role("dialog").count() == 0


def test_without_a_key_the_page_says_why_it_cannot_sign(as_person: Callable[..., Any]) -> None:
    trader = as_person("cement-trader")
    page = trader.go("/market")
    ticket = page.locator("form.ticket")
    ticket.get_by_role("button", name="买入", exact=True).click()
    ticket.locator("input").nth(0).fill(f"{int(quote(trader)['low_cents']) / 100:.2f}")
    ticket.locator("input").nth(1).fill("1")
    ticket.get_by_role("button", name=re.compile("核对并签名")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("本设备没有签名密钥").wait_for()
    assert dialog.get_by_role("button", name="确认并签名").is_disabled()

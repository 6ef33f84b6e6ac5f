"""Block deals beyond the first: declined, lapsed with its session, delivered, and followed to serials."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import trading_day
from tests.browser.test_auctions import holding
from tests.browser.test_trading import free_coin, quote

pytestmark = pytest.mark.slow
NAMES = {"seller": "江北热电有限公司", "buyer": "青峰水泥有限公司"}


def propose(seller: Any, *, quantity: int, cents: int) -> None:
    """The seller's head offers a block to the other enterprise."""
    form = seller.go("/market?tab=blocks").get_by_role("form", name="发起大宗协议")
    form.get_by_label("对手").select_option(label=NAMES["buyer"])
    form.get_by_role("button", name="卖出", exact=True).click()
    form.get_by_label(re.compile("价格")).fill(f"{cents / 100:.2f}")
    form.get_by_label(re.compile("数量")).fill(str(quantity))
    form.get_by_role("button", name=re.compile("核对并签名")).click()
    seller.sign()


def newest(person: Any) -> Any:
    """The newest agreement's row on her page."""
    person.go("/market?tab=blocks")
    return person.page.get_by_role("region", name="我的大宗协议").last.locator("tbody tr").first


def test_a_block_is_declined_lapses_and_is_delivered_and_every_tonne_of_it_is_traced(
    as_person: Callable[..., Any],
) -> None:
    people = ("power-head", "cement-head", "cement-trader", "regulator1")
    seller, buyer, trader, regulator = (as_person(slug) for slug in people)
    for person in (seller, buyer, trader):
        person.load_key()
    with trading_day.by_hand(seller) as day:
        day.begin()
        terms = quote(seller)
        quantity, cents = int(terms["block_min_t"]), int(terms["block_low_cents"])
        before = holding(seller), holding(buyer), free_coin(seller), free_coin(buyer)
        propose(seller, quantity=quantity, cents=cents)
        assert holding(seller) == before[0] - quantity, "what is offered is locked"
        row = newest(trader)
        row.get_by_text("待我方确认").wait_for()
        assert row.get_by_role("button", name="接受").count() == 0, "only a head agrees to a block"
        row.get_by_role("button", name="拒绝").click()
        trader.sign()
        newest(seller).get_by_text("已拒绝").wait_for()
        assert holding(seller) == before[0]
        propose(seller, quantity=quantity, cents=cents)
        day.begin()
        newest(buyer).get_by_text("随场次失效").wait_for()
        assert newest(buyer).get_by_role("button").count() <= 1, "nothing is left to answer"
        assert (holding(seller), free_coin(buyer)) == (before[0], before[3])
        propose(seller, quantity=quantity, cents=cents)
        newest(buyer).get_by_role("button", name="接受", exact=True).click()
        buyer.sign()
        newest(seller).get_by_text("已成交").wait_for()
        paid = quantity * cents
        after = holding(seller), holding(buyer), free_coin(seller), free_coin(buyer)
        assert after == (before[0] - quantity, before[1], before[2] + paid, before[3] - paid), (
            "T+1 for the buyer"
        )
        follow(seller, regulator, quantity)
    assert holding(buyer) in (before[1], before[1] + quantity)


def follow(seller: Any, regulator: Any, quantity: int) -> None:
    """From the agreement to its proof, from there to its serials; the regulator reads both names."""
    newest(seller).get_by_role("link").click()
    proof = seller.page.get_by_role("dialog")
    proof.get_by_text("接受大宗协议").first.wait_for()
    proof.get_by_role("link", name="溯源").click()
    seller.page.get_by_text("个节点全部守恒").wait_for()
    token = seller.page.locator('input[name="token"]').input_value()
    page = regulator.go(f"/trace?q={token}")
    page.get_by_text("个节点全部守恒").wait_for()
    page.locator(".trace-node").filter(has_text="青峰水泥").first.wait_for()
    rows = page.get_by_role("row").filter(has_text="接受大宗协议")
    rows.first.get_by_text(f"{quantity:,} 吨 @").wait_for()

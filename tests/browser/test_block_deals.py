"""Block deals that come to nothing: one is declined, one lapses with its session; nothing stays locked."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import trading_day
from tests.browser.test_auctions import holding
from tests.browser.test_trading import free_coin, quote

pytestmark = pytest.mark.slow
BUYER = "青峰水泥有限公司"


def propose(seller: Any, *, quantity: int, cents: int) -> None:
    """The seller's head offers a block to the other enterprise."""
    form = seller.go("/market?tab=blocks").get_by_role("form", name="发起大宗协议")
    form.get_by_label("对手").select_option(label=BUYER)
    form.get_by_role("button", name="卖出", exact=True).click()
    form.get_by_label(re.compile("价格")).fill(f"{cents / 100:.2f}")
    form.get_by_label(re.compile("数量")).fill(str(quantity))
    form.get_by_role("button", name=re.compile("核对并签名")).click()
    seller.sign()


def newest(person: Any) -> Any:
    """The newest agreement's row on her page."""
    person.go("/market?tab=blocks")
    return person.page.get_by_role("region", name="我的大宗协议").last.locator("tbody tr").first


def test_a_block_is_declined_or_lapses_with_its_session_and_all_is_free_again(
    as_person: Callable[..., Any],
) -> None:
    seller, buyer, trader = (as_person(slug) for slug in ("power-head", "cement-head", "cement-trader"))
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
        assert (holding(seller), holding(buyer), free_coin(seller), free_coin(buyer)) == before

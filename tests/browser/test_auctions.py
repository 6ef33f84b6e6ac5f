"""A sealed auction as people click it, from its notice to delivery; one bid is never revealed."""

import json
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import trading_day
from tests.browser.test_trading import free_coin

pytestmark = pytest.mark.slow
OFFERED_T, WON_T, LOST_T = 200, 120, 60
WON_CENTS, LOST_CENTS, FLOOR_CENTS = 7_120, 7_010, 6_950


def holding(person: Any) -> int:
    """Free allowances of the first instrument, in t."""
    answer = person.context.request.get(f"{person.site.url}/api/v1/assets/").json()
    return int(answer["holdings"][0]["free"])


def open_sale(seller: Any) -> None:
    page = seller.go("/market?tab=auctions")
    form = page.get_by_role("form", name="发起竞价")
    form.get_by_role("button", name="核对并签名").click()
    form.get_by_text("请输入价格，最多两位小数").wait_for()
    form.get_by_label(re.compile("底价")).fill(f"{FLOOR_CENTS / 100:.2f}")
    form.get_by_label(re.compile("数量")).fill("99999999")
    form.get_by_text(re.compile("超过可卖数量")).wait_for()
    form.get_by_label(re.compile("数量")).fill(str(OFFERED_T))
    form.get_by_role("button", name="核对并签名").click()
    seller.sign()
    notice(seller).get_by_text("已公告").wait_for()


def notice(person: Any) -> Any:
    """The newest notice's row."""
    return person.page.get_by_role("region", name="竞价公告").last.locator("tbody tr").first


def bid(bidder: Any, *, quantity: int, cents: int) -> None:
    page = bidder.go("/market?tab=auctions")
    notice(bidder).get_by_role("button", name="报价", exact=True).click()
    form = page.get_by_role("form", name="报价")
    form.get_by_label(re.compile("价格")).fill("1.00")
    form.get_by_text("低于底价").wait_for()
    form.get_by_label(re.compile("价格")).fill(f"{cents / 100:.2f}")
    form.get_by_label(re.compile("数量")).fill(str(quantity))
    form.get_by_role("button", name="核对并签名").click()
    bidder.sign()
    form.wait_for(state="detached")


def own_bids(person: Any) -> Any:
    return person.page.get_by_role("region", name="我的报价").last.locator("tbody tr")


def exported(bidder: Any) -> bytes:
    """What the link saves."""
    address = bidder.page.get_by_role("link", name="导出报价备份").get_attribute("href")
    return urllib.parse.unquote(address.partition(",")[2]).encode()


def test_sealed_bids_decide_a_sale_and_one_is_never_revealed(as_person: Callable[..., Any]) -> None:
    seller, bidder, colleague = (as_person(slug) for slug in ("power-trader", "cement-trader", "cement-head"))
    for person in (seller, bidder, colleague):
        person.load_key()
    with trading_day.by_hand(seller) as day:
        day.begin()
        open_sale(seller)
        bidder.go("/market?tab=auctions")
        notice(bidder).get_by_text("已公告").wait_for()
        assert notice(bidder).get_by_role("button").count() == 0, "no bids before their time"
        day.turn("auction")
        before = free_coin(bidder), holding(bidder), free_coin(seller)
        bid(bidder, quantity=WON_T, cents=WON_CENTS)
        bid(bidder, quantity=LOST_T, cents=LOST_CENTS)
        own_bids(bidder).nth(1).get_by_text("密封，可在本浏览器开标").wait_for()
        assert free_coin(bidder) == before[0] - WON_T * WON_CENTS - LOST_T * LOST_CENTS
        nobody_reads_them(seller)
        day.turn("block")
        reveal_what_was_won(bidder, colleague)
        notice(seller).get_by_text("开标中").wait_for()
        assert notice(seller).get_by_role("button", name="结束竞价").count() == 0, "one bid is still sealed"
        day.end()
        seller.go("/market?tab=auctions")
        notice(seller).get_by_text("待结束").wait_for()
        notice(seller).get_by_role("button", name="结束竞价").click()
        seller.sign()
        notice(seller).get_by_text(re.compile(rf"{WON_T} 吨 × {WON_CENTS / 100:.2f}")).wait_for()
        paid = WON_T * WON_CENTS
        assert (free_coin(bidder), holding(bidder)) == (before[0] - paid, before[1] + WON_T)
        assert free_coin(seller) == before[2] + paid
        bidder.go("/market?tab=auctions")
        for words in ("已中标", "未中标"):
            own_bids(bidder).get_by_text(words).first.wait_for()


def nobody_reads_them(seller: Any) -> None:
    """The seller's page and what it asked for know how many bids there are, and nothing of what they say."""
    seller.go("/market?tab=auctions")
    notice(seller).get_by_text("报价中").wait_for()
    told = seller.context.request.get(f"{seller.site.url}/api/v1/auctions/").text()
    assert json.loads(told)["results"][0]["bids"] == 2
    assert str(WON_CENTS) not in told


def reveal_what_was_won(bidder: Any, colleague: Any) -> None:
    """A colleague's browser has no seals before it reads the backup; one bid of two is revealed."""
    bidder.go("/market?tab=auctions")
    own_bids(bidder).nth(1).get_by_text("密封，可在本浏览器开标").wait_for()
    page = colleague.go("/market?tab=auctions")
    own_bids(colleague).first.get_by_text("密封，内容不在本浏览器").wait_for()
    assert page.get_by_role("button", name="开标", exact=True).count() == 0
    load = page.locator('input[type="file"][accept*="json"]').last
    load.set_input_files({"name": "bids.json", "mimeType": "application/json", "buffer": b"{}"})
    page.get_by_text("这不是报价备份").wait_for()
    load.set_input_files({"name": "bids.json", "mimeType": "application/json", "buffer": exported(bidder)})
    own_bids(colleague).first.get_by_text("密封，可在本浏览器开标").wait_for()
    row = own_bids(bidder).filter(has_text=f"{WON_CENTS / 100:.2f}")
    row.get_by_role("button", name="开标", exact=True).click()
    bidder.sign()
    row.get_by_text("已开标").wait_for()

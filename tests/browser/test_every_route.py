"""Every route of every role: both languages complete, no sideways scroll, nothing serious for axe."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import axe

ROUTES = {
    "": [
        "/",
        "/verify",
        "/try",
        "/guide",
        "/guide/ndrc-2013-cement",
        "/login",
        "/invitation",
        "/register",
        "/register/status",
    ],
    "power-head": [
        "/home",
        "/live",
        "/day",
        "/devices",
        "/compliance",
        "/members",
        "/accounting",
        "/witnesses/jiangbei",
        "/help",
        "/help/mee-2022-power",
        "/reports",
        "/market",
        "/assets",
        "/search",
        "/settings",
        "/chain",
    ],
    "auditor-lead": ["/queue", "/reports"],
    "regulator1": ["/oversight", "/obligations", "/actions", "/enterprises", "/trace", "/search"],
    "admin": ["/registrations", "/people", "/issuance", "/parameters", "/actions", "/outbox"],
}
CASES = [(slug, path) for slug, paths in ROUTES.items() for path in paths]
# A key that was not translated shows itself as it is written: two or more words joined by points.
RAW_KEY = re.compile(r"\b(?:[a-z][A-Za-z0-9]+\.){1,3}[a-z][A-Za-z0-9]+\b")
ALLOWED = re.compile(r"demo\.example|jiangbei|qingfeng|\.pem|\.com|public_url|localhost|quantity|balance\.")


def settled(page: Any) -> None:
    """The page has said what it has to say."""
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(900)


@pytest.mark.parametrize(("slug", "path"), CASES)
def test_a_route_has_no_raw_key_and_no_sideways_scroll(
    slug: str, path: str, as_person: Callable[..., Any]
) -> None:
    for language, width in (("zh", 1280), ("en", 390)):
        page = as_person(slug, language=language, width=width).go(path)
        settled(page)
        words = page.locator("body").inner_text()
        assert [key for key in RAW_KEY.findall(words) if not ALLOWED.search(key)] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")


@pytest.mark.parametrize(("slug", "path"), CASES)
def test_axe_finds_nothing_serious(slug: str, path: str, as_person: Callable[..., Any]) -> None:
    for theme in ("light", "dark"):
        page = as_person(slug, theme=theme).go(path)
        settled(page)
        assert axe(page) == []


def test_an_english_page_has_no_chinese_of_ours(as_person: Callable[..., Any]) -> None:
    page = as_person("", language="en").go("/register")
    settled(page)
    words = page.locator("main").inner_text()
    assert not re.search(r"[一-鿿]", words)

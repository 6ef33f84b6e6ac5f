"""Every route of every role: both languages complete, no sideways scroll, nothing serious for axe."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import axe

ROUTER = Path(__file__).resolve().parents[2] / "dashboards" / "src" / "router.tsx"
# `{list}` in an address stands for the first row of that list of the API, as this person sees it.
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
        "/devices/{meters}",
        "/compliance",
        "/members",
        "/accounting",
        "/accounting/{periods}",
        "/model/jiangbei",
        "/witnesses/jiangbei",
        "/help",
        "/help/mee-2022-power",
        "/reports",
        "/reports/{reports}",
        "/market",
        "/market?tab=blocks",
        "/market?tab=auctions",
        "/assets",
        "/search",
        "/settings",
        "/chain",
    ],
    "auditor-lead": ["/queue", "/review/{cases}", "/reports"],
    "regulator1": [
        "/oversight",
        "/obligations",
        "/actions",
        "/enterprises",
        "/enterprises/{oversight/enterprises}",
        "/enterprises/{oversight/enterprises}/witnesses?purpose=抽查",
        "/enterprises/{oversight/enterprises}/known/jiangbei/{month}?purpose=抽查",
        "/trace",
        "/search",
    ],
    "admin": [
        "/registrations",
        "/registrations/{registrations}",
        "/people",
        "/issuance",
        "/parameters",
        "/factors",
        "/actions",
        "/outbox",
    ],
}
CASES = [(slug, path) for slug, paths in ROUTES.items() for path in paths]
# A key that was not translated shows itself as it is written: two or more words joined by points.
RAW_KEY = re.compile(r"\b(?:[a-z][A-Za-z0-9]+\.){1,3}[a-z][A-Za-z0-9]+\b")
ALLOWED = re.compile(
    r"demo\.example|jiangbei|qingfeng|\.pem|\.com|public_url|localhost|quantity|balance\.|report\.pdf|proof\.json"
)
# These open from a case that is under way: `test_open_case` opens each, `test_journey` the second.
OF_OPEN_CASES = {"/review/$case/witnesses", "/review/$case/recompute", "/review/$case/known"}
# This from a proposal, of which the demo has none: `test_factor_updates` opens one.
OF_PROPOSALS = {"/factors/$proposal"}


def reached(person: Any, path: str) -> Any:
    """Her page at this address, its `{list}` filled in, and `{month}` by the enterprise's last report."""
    api = f"{person.site.url}/api/v1"
    if found := re.search(r"\{([^}]+)\}", path):
        answer = person.context.request.get(f"{api}/{found[1]}/").json()["results"][0]
        one = str(answer.get("id") or answer["account"])
        path = path.replace(found[0], one)
        if "{month}" in path:
            shown = person.context.request.get(f"{api}/{found[1]}/{one}/?purpose=抽查").json()
            path = path.replace("{month}", shown["reports"][-1]["period"])
    return person.go(path)


def test_every_route_of_the_router_is_walked_here() -> None:
    routes = set(re.findall(r'^ +(?:open|page)\("([^"]+)"', ROUTER.read_text("utf-8"), re.MULTILINE))
    walked = {path.split("?")[0] for _, path in CASES}
    shapes = [
        re.compile(re.sub(r"\$\w+", "[^/]+", route) + r"\Z")
        for route in routes - OF_OPEN_CASES - OF_PROPOSALS
    ]
    plain = {re.sub(r"\{[^}]+\}", "one", path) for path in walked}
    assert len(routes) > 40
    assert [one.pattern for one in shapes if not any(one.match(path) for path in plain)] == []


@pytest.mark.parametrize("slug", ["", "power-head"])
def test_an_address_that_is_no_page_says_so_and_leads_back(slug: str, as_person: Callable[..., Any]) -> None:
    page = as_person(slug).go("/nowhere")
    page.get_by_role("heading", level=1, name="没有找到这一页").wait_for()
    page.get_by_role("link", name="进入系统").click()
    page.get_by_role("heading", level=1).first.wait_for()
    assert "没有找到" not in page.locator("body").inner_text()


def settled(page: Any) -> None:
    """The page has said what it has to say."""
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(900)


@pytest.mark.parametrize(("slug", "path"), CASES)
def test_a_route_has_no_raw_key_and_no_sideways_scroll(
    slug: str, path: str, as_person: Callable[..., Any]
) -> None:
    for language, width in (("zh", 1280), ("en", 390)):
        page = reached(as_person(slug, language=language, width=width), path)
        settled(page)
        words = page.locator("body").inner_text()
        assert [key for key in RAW_KEY.findall(words) if not ALLOWED.search(key)] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")


@pytest.mark.parametrize(("slug", "path"), CASES)
def test_axe_finds_nothing_serious(slug: str, path: str, as_person: Callable[..., Any]) -> None:
    for theme in ("light", "dark"):
        page = reached(as_person(slug, theme=theme), path)
        settled(page)
        assert axe(page) == []


def test_an_english_page_has_no_chinese_of_ours(as_person: Callable[..., Any]) -> None:
    page = as_person("", language="en").go("/register")
    settled(page)
    words = page.locator("main").inner_text()
    assert not re.search(r"[一-鿿]", words)

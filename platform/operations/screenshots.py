"""`make screenshots`: pictures of the pages of a running demo, each role signed in, into docs/pictures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from tanheng.env import REPOSITORY, Environment

from operations.demo import one_time

CHROMIUM = "/usr/bin/chromium"
FOLDER = REPOSITORY / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1440, "height": 900}
# Charts draw and live figures arrive a moment after the page.
SETTLES_MS = 2500
PAGES: Mapping[str, Mapping[str, str]] = {
    "": {"visitor": "/app/", "verify": "/app/verify", "register": "/app/register"},
    "power-head": {
        "workbench": "/app/home",
        "live": "/app/live",
        "accounting": "/app/accounting",
        "assets": "/app/assets",
    },
    "cement-trader": {"market": "/app/market"},
    "auditor-lead": {"queue": "/app/queue"},
    "regulator2": {"wall": "/app/oversight", "enterprises": "/app/enterprises", "trace": "/app/trace"},
    "admin": {"registrations": "/app/registrations", "issuance": "/app/issuance", "chain": "/app/chain"},
}


def main() -> int:
    """Exit status: 0, or 1 without a running demo."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--url", default=Environment.read().public_url)
    parser.add_argument("--home", type=Path, default=REPOSITORY / "var" / "demo")
    arguments = parser.parse_args()
    listed = arguments.home / "keys" / "people" / "sign-ins.json"
    if not listed.exists():
        print("there is no demo to photograph; run `make demo` in another terminal", file=sys.stderr)
        return 1
    people = {row["email"].split("@")[0]: row for row in json.loads(listed.read_text("utf-8"))}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for slug, pages in PAGES.items():
            photograph(browser, arguments.url, people.get(slug), pages)
        browser.close()
    return 0


def photograph(browser: Browser, url: str, person: dict[str, Any] | None, pages: Mapping[str, str]) -> None:
    """One person's pages, in a browser context of her own; None: a visitor."""
    context = browser.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    if person is not None:
        sign_in(page, url, person)
    for name, path in pages.items():
        page.goto(url + path, wait_until="load")
        page.wait_for_timeout(SETTLES_MS)
        page.screenshot(path=FOLDER / f"{name}.png")
        print(f"{name}.png  {page.title()}  {page.url}", flush=True)
    context.close()


def sign_in(page: Page, url: str, person: dict[str, Any]) -> None:
    """Password and second factor, as a person types them."""
    page.goto(f"{url}/app/login", wait_until="load")
    page.fill("input[name=email]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.click("button[type=submit]")
    page.wait_for_selector("input[name=code]")
    page.fill("input[name=code]", one_time.code(person["totp"]))
    page.click("button[type=submit]")
    page.wait_for_url(lambda now: "/login" not in now, timeout=20_000)


if __name__ == "__main__":
    sys.exit(main())

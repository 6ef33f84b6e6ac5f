"""`make screenshots`: pictures of the real pages for README and docs, from the demo's story on its own site.

`--site ADDRESS=HOME` takes them from a demo that is up already. Those of an outage (`outage-*`) are cut from
what `WALK=<folder>` keeps of tests/browser/test_network_outage.py, which makes the outage.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.demo import one_time
from operations.demo.narrator import Narrator
from operations.site import running, scratch_ports

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
# Charts come after the numbers; a picture waits for both.
SETTLE_MS = 4_000
TRIES = 3
# Pictures of live pages come last, when a chart of the last hour has something to show.
LIVE_FOR_S = 150.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: who looks at which page, in which language and theme, in a window of which width."""

    name: str
    slug: str
    path: str
    language: str = "zh"
    theme: str = "light"
    width: int = 1440


SHOTS = (
    Shot("home-zh", "", "/"),
    Shot("verify-en", "", "/verify", "en"),
    Shot("accounting-zh", "power-head", "/accounting/*"),
    Shot("market-zh", "power-head", "/market"),
    Shot("assets-en", "power-head", "/assets", "en"),
    Shot("ledger-zh", "regulator1", "/chain"),
    Shot("wall-zh-dark", "regulator1", "/oversight", "zh", "dark"),
    Shot("wall-en", "regulator1", "/oversight", "en"),
    Shot("issuance-zh", "admin", "/issuance"),
    Shot("live-zh", "power-head", "/live"),
    Shot("live-en-dark", "power-head", "/live", "en", "dark"),
    Shot("live-phone", "power-head", "/live", "zh", "light", 390),
)


@contextmanager
def site(asked: str) -> Iterator[tuple[str, Path]]:
    """(address, home) of a demo that is up, or of one told for the pictures."""
    if asked:
        address, _, home = asked.partition("=")
        yield address, Path(home)
        return
    from operations.demo.metering import go_live
    from operations.demo.story import tell

    with (
        tempfile.TemporaryDirectory(prefix="tanheng-pictures-") as folder,
        running(Path(folder), scratch_ports()) as up,
    ):
        told = tell(up, Narrator())
        devices = [go_live(up, gateway) for gateway in told.gateways]
        yield up.url, up.home
        for device in devices:
            device.terminate()


def sign_in(page: Any, address: str, person: dict[str, str]) -> None:
    """By the page, as a person does. Raises RuntimeError when no code is taken."""
    from playwright.sync_api import TimeoutError as Late

    page.goto(f"{address}/app/login")
    page.locator('input[name="email"]').fill(person["email"])
    page.locator('input[name="password"]').fill(person["password"])
    page.locator('button[type="submit"]').click()
    for _ in range(TRIES):
        page.locator('input[name="code"]').fill(one_time.code(person["totp"]))
        page.locator('button[type="submit"]').click()
        try:
            page.locator(".shell").wait_for(timeout=10_000)
        except Late:
            page.wait_for_timeout(int(one_time.seconds_left() * 1000) + 500)
        else:
            return
    raise RuntimeError(f"{person['email']} cannot sign in")


def take(
    browser: Any, shot: Shot, address: str, people: dict[str, dict[str, str]], states: dict[str, Any]
) -> None:
    """One picture into docs/pictures."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900}, storage_state=states.get(shot.slug)
    )
    context.add_init_script(
        f"localStorage.setItem('tanheng-language','{shot.language}');"
        f"localStorage.setItem('tanheng-theme','{shot.theme}')"
    )
    page = context.new_page()
    if shot.slug and shot.slug not in states:
        sign_in(page, address, people[shot.slug])
        states[shot.slug] = context.storage_state()
    _open(page, address, shot.path)
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=str(PICTURES / f"{shot.name}.png"))
    context.close()


def _open(page: Any, address: str, path: str) -> None:
    """A page by its address; `/accounting/*` is the first of its list."""
    if not path.endswith("/*"):
        page.goto(f"{address}/app{path}")
        return
    page.goto(f"{address}/app{path[:-2]}")
    page.locator("tr.link").first.click()
    page.locator(".page-head").wait_for()


def main() -> int:
    """Takes all pictures; exit status 1 without Chromium."""
    parser = argparse.ArgumentParser(prog="python -m operations.screenshots", description=__doc__)
    parser.add_argument("--site", default="", metavar="ADDRESS=HOME")
    parser.add_argument("names", nargs="*", help="only these pictures")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("no Chromium on this machine: apt-get install chromium\n")
        return 1
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with site(given.site) as (address, home), sync_playwright() as playwright:
        rows = json.loads((home / "keys" / "people" / "sign-ins.json").read_text("utf-8"))
        people = {row["email"].split("@")[0]: row for row in rows}
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        states: dict[str, Any] = {}
        began = time.monotonic()
        for shot in SHOTS:
            if not given.names or shot.name in given.names:
                if shot.path == "/live" and not given.site:
                    time.sleep(max(0.0, LIVE_FOR_S - (time.monotonic() - began)))
                take(browser, shot, address, people, states)
                sys.stdout.write(f"docs/pictures/{shot.name}.png\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

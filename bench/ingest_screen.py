"""A reading on the screen: from a publish to the digits of the live page in a real Chromium."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from tanheng.env import REPOSITORY

from bench.chromium import CHROMIUM, browser
from bench.figures import Figure, Outcome, Skipped, percentile
from bench.ingest_page import FIRST, LIVE_P95_S, LIVE_S, RATE, SETTLES_S, Published, publish, signed_in
from bench.ingest_pipe import PLANT, Pipe
from ingest.simulation.plant import load

OPEN_WITHIN_MS = 60_000
BUILT = REPOSITORY / "dashboards" / "dist" / "index.html"
# Every change of a row of the table of meters: the clock, the meter, the digits that stand there.
_WATCH = """
() => {
  window.seenReadings = [];
  const last = {};
  const look = () => {
    for (const row of document.querySelectorAll("table.grid tbody tr")) {
      const name = row.querySelector("td .mono"), value = row.querySelectorAll("td")[2];
      if (!name || !value || last[name.textContent] === value.textContent) continue;
      last[name.textContent] = value.textContent;
      window.seenReadings.push([Date.now(), name.textContent, value.textContent]);
    }
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


def soon(pipe: Pipe, store: str) -> Outcome:
    """From a publish until the page of a signed-in person shows it, or a newer reading of that meter."""
    name = f"{store}_publish_to_screen_p95_at_{RATE}_readings_per_s"
    if CHROMIUM is None:
        return Skipped(figure=name, because="there is no Chromium (PATH)")
    if not BUILT.exists():
        return Skipped(figure=name, because="the front end is not built (make demo)")
    client = signed_in(pipe)
    # Where a browser is led to: keys work there.
    site = client.base_url.replace("127.0.0.1", "localhost")
    with browser() as chromium:
        context = chromium.new_context(locale="zh-CN")
        context.add_cookies(
            [{"name": one.name, "value": one.value or "", "url": site} for one in client.http.cookies.jar]
        )
        # By this mark the front end knows that somebody is signed in (dashboards/src/api/me.ts).
        context.add_init_script("localStorage.setItem('tanheng-signed-in', 'yes')")
        page = context.new_page()
        page.goto(f"{site}/app/live")
        _open_plant(page)
        page.evaluate(_WATCH)
        published = publish(pipe, first=FIRST + RATE * LIVE_S)
        time.sleep(SETTLES_S)
        seen = page.evaluate("() => window.seenReadings")
    return Figure(name=name, value=percentile(delays(published, seen), 0.95), unit="s", limit=LIVE_P95_S)


def _open_plant(page: Any) -> None:
    """The plant that is published for; where the enterprise has others, its name is a button."""
    spec = load(PLANT)
    rows = page.locator("table.grid tbody tr td .mono")
    rows.first.wait_for(timeout=OPEN_WITHIN_MS)
    button = page.get_by_role("button", name=spec.name_zh, exact=True)
    if button.count():
        button.click()
    rows.get_by_text(spec.meters[0].slug, exact=True).first.wait_for(timeout=OPEN_WITHIN_MS)


def delays(published: Sequence[Published], seen: Sequence[Any]) -> list[float]:
    """Seconds from each publish until its meter's digits were at least that reading; infinite where never.

    seen: (clock in ms, meter, text of its value) of each change on the page.
    """
    shown: dict[str, list[tuple[float, int]]] = {}
    for at_ms, meter, text in seen:
        if digits := re.match(r"[0-9,]+", text):
            shown.setdefault(meter, []).append((at_ms, int(digits[0].replace(",", ""))))
    return [
        (min((at for at, stood in shown.get(meter, []) if stood >= value), default=float("inf")) - ts_ms)
        / 1000
        for meter, ts_ms, value in published
    ]

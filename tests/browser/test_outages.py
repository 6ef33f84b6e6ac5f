"""What the platform does not take is said where people would look for a fault, and goes when it is over."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.slow
def test_each_page_of_the_plant_says_what_is_away_since_when_and_what_it_means(
    as_person: Callable[..., Any],
) -> None:
    """The server's answer is put in its place here; that it is right: tests/ingest/test_reception.py."""
    person, told = as_person("power-operator"), {"reception": "store", "since": "2026-11-26T15:28:11+00:00"}
    page = person.page
    page.route("**/api/v1/reception/", lambda route: route.fulfill(json=told))
    for path in ("/home", "/live", "/day", "/devices"):
        told["reception"] = "store"
        person.go(path)
        notice = page.locator('[data-testid="taking"]')
        notice.get_by_text("平台存储暂不可用").wait_for()
        assert "自 2026-11-26 23:28:11 起" in notice.inner_text()
        assert "不是厂里的故障" in notice.inner_text()
        told["reception"] = "receiving"
        notice.get_by_text("平台存储暂不可用").wait_for(state="detached", timeout=20_000)

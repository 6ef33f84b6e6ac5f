"""What a plant sees while its own network is away and after, on a site of its own that is thrown away.

First the platform's worker dies: said as the platform's, and nothing is missing. Then the plant's line to
the broker is cut: four silent meters are one alarm, its cause the network; four gaps remain, each with owner
and due date, until what was noted by hand is sent again; sent once more, it counts no second time, and a
storm of it is named. `WALK=<folder>` keeps pictures in both languages and widths.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Running, _running
from tests.browser.cut_lines import EVERY_S, GATEWAYS, PLANT, Feed, Line, away, equipped

pytestmark = pytest.mark.slow
SHANGHAI = timezone(timedelta(hours=8))
METERS = [meter for meters in GATEWAYS.values() for meter in meters]
DUE_DAYS, LEAST_COUNT = 3, Decimal("0.01")
STORM = 2 * 86_400 // EVERY_S + 1
NETWORK, REFILLED = f"厂区网络中断，影响 {len(METERS)} 个计量点", "已补传，自动关闭"


@dataclass(frozen=True, slots=True)
class Works:
    """The site with the plant, and what can happen to it."""

    up: Any
    line: Line
    feed: Feed
    head: Any
    running: Running


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """People of the demo, a plant of two gateways at work through one line."""
    from operations.demo import people
    from operations.demo.client import save_sign_ins
    from operations.demo.narrator import Narrator
    from operations.site import running, scratch_ports

    _not_across_midnight()
    home = tmp_path_factory.mktemp("cut")
    ports = scratch_ports()
    with running(home, {**ports, "DJANGO_SETTINGS_MODULE": "tanheng.settings"}) as up:
        keys = home / "keys" / "people"
        cast = people.come_in(up, Narrator(quiet=True), keys=keys)
        save_sign_ins(keys / "sign-ins.json", list(cast.by_slug.values()))
        line = Line(int(ports["TANHENG_MQTT_PORT"]))
        head = cast.by_slug["power-head"]
        feed = equipped(head, line)
        feed.history()
        with feed.at_work():
            yield Works(up, line, feed, head, _running(home, up.url))


@pytest.fixture(scope="module")
def site(works: Works) -> Running:
    """Here everybody looks at the site with the cut lines."""
    return works.running


@pytest.fixture(scope="module")
def _states() -> dict[str, Any]:
    """Sessions of this site only."""
    return {}


def _not_across_midnight() -> None:
    """The page is of a day: a walk that begins in its last quarter of an hour begins tomorrow."""
    now = datetime.now(SHANGHAI)
    if now.hour == 23 and now.minute >= 45:
        time.sleep((60 - now.minute) * 60)


def test_an_outage_is_one_alarm_then_gaps_with_owner_and_due_date_then_nothing_missing(
    works: Works, as_person: Callable[..., Any]
) -> None:
    page = as_person("power-operator").go("/day")
    balanced(page)
    assert alarms(page).count() == 0
    look(as_person, "1-before")

    taking = page.locator('[data-testid="taking"]')
    with away(works.up, "ingest"):
        taking.get_by_text("平台暂未接收读数").wait_for(timeout=90_000)
        assert "不是厂里的故障" in taking.inner_text()
        look(as_person, "2-worker-away")
    taking.get_by_text("平台暂未接收读数").wait_for(state="detached", timeout=90_000)
    page.reload()
    balanced(page)
    assert page.get_by_text("这一天没有缺口").count() == 1, "the broker kept it all"

    works.line.cut()
    page.get_by_text(NETWORK).wait_for(timeout=420_000)
    assert alarms(page).count() == 1, "the silent meters are told once, with their cause"
    assert "应是厂区网络" in alarms(page).inner_text()
    page.get_by_text(f"{len(METERS)} 个计量点静默").wait_for()
    assert page.get_by_text("平衡", exact=True).count() == 0, "what they read meanwhile is not known"
    home = as_person("power-operator").go("/home")
    home.get_by_role("link", name=re.compile(NETWORK)).wait_for()
    look(as_person, "3-network-away")

    works.line.join()
    rows = gaps(page)
    rows.nth(len(METERS) - 1).wait_for(timeout=120_000)
    page.get_by_text(NETWORK).wait_for(state="detached", timeout=120_000)
    assert sorted(row.locator(".mono").first.inner_text() for row in rows.all()) == sorted(
        meter[0] for meter in METERS
    )
    due = (datetime.now(SHANGHAI) + timedelta(days=DUE_DAYS)).date().isoformat()
    missing = sum(len(gateway.notebook) for gateway in works.feed.gateways)
    page.get_by_text(f"缺 {missing} 条").wait_for(timeout=60_000)
    for row in rows.all():
        assert "未指派" in row.inner_text()
        assert due in row.inner_text()
        assert "待补传" in row.inner_text()
        row.get_by_role("button", name="由我处理").click()
        row.get_by_text("马川").wait_for()
    look(as_person, "4-gaps")
    home = as_person("power-operator").go("/home")
    home.get_by_role("link", name=re.compile(f"{len(METERS)} 个缺口待补，最早 {due} 到期")).click()
    home.get_by_role("region", name="缺口").get_by_text("马川").first.wait_for()

    noted = [(gateway, list(gateway.notebook)) for gateway in works.feed.gateways]
    assert sum(gateway.refill() for gateway in works.feed.gateways) == missing
    page.wait_for_function(
        "([words, n]) => document.body.innerText.split(words).length - 1 === n",
        arg=[REFILLED, len(METERS)],
        timeout=120_000,
    )
    for row in rows.all():
        assert "马川" in row.inner_text(), "who saw to it stays"
        assert row.get_by_role("button").count() == 0
    balanced(page)
    assert alarms(page).count() == 0
    look(as_person, "5-refilled")
    for gateway, readings in noted:
        gateway.send(readings)
    told_again(page, missing)
    balanced(page)
    look(as_person, "6-sent-again")
    gateway, readings = noted[-1]
    gateway.send(readings * (STORM * len(GATEWAYS[gateway.name]) // len(readings) + 1))
    storm = page.locator('[data-testid="repeated-much"]')
    storm.wait_for(timeout=120_000)
    assert all(meter in storm.inner_text() for meter, *_ in GATEWAYS[gateway.name]), storm.inner_text()
    assert "coal-belt" not in storm.inner_text(), "the other gateway sent no storm"
    balanced(page)
    look(as_person, "7-storm")
    hours_are_the_registers(works)


def alarms(page: Any) -> Any:
    return page.get_by_role("alert")


def gaps(page: Any) -> Any:
    return page.get_by_role("region", name="缺口").locator("tbody tr")


def balanced(page: Any) -> None:
    """All that was issued is stored, and nothing is missing."""
    page.get_by_text("平衡", exact=True).wait_for(timeout=120_000)
    told = page.locator('[data-testid="equation"]').inner_text()
    issued, stored, *rest = (int(number) for number in re.findall(r"\d+", told))
    assert issued == stored > 0, told
    assert rest == [0, 0, 0], told


def told_again(page: Any, at_least: int) -> None:
    """What came twice is told as harmless; a round that was under way at the cut may have come twice, too."""
    told = page.locator('[data-testid="repeated"]')
    told.wait_for(timeout=60_000)
    end = time.monotonic() + 60
    while (count := int(re.findall(r"\d+", told.inner_text())[0])) < at_least:
        assert time.monotonic() < end, (count, at_least)
        time.sleep(1)
    assert count <= at_least + 2 * len(METERS), (count, at_least)
    assert "每条只计一次" in told.inner_text()
    assert page.locator('[data-testid="repeated-much"]').count() == 0, "sending again is no storm"


def hours_are_the_registers(works: Works) -> None:
    """Each meter's hours sum to what its register rose by, in whole least counts, the outage included."""
    ids = {row["slug"]: row["id"] for row in works.head.rows("/meters/", plant=PLANT)}
    now = datetime.now(SHANGHAI)
    stretch = {"from": (now - timedelta(days=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    for gateway in works.feed.gateways:
        for meter, *_ in GATEWAYS[gateway.name]:
            end = time.monotonic() + 60
            while True:
                before = gateway.counts[meter]
                rows = works.head.get(f"/meters/{ids[meter]}/hours/", **stretch)["results"]
                found = sum((Decimal(row["quantity"]) for row in rows), Decimal(0)) / LEAST_COUNT
                if before - found == gateway.first[meter] and before == gateway.counts[meter]:
                    break
                assert time.monotonic() < end, (meter, found, before - gateway.first[meter])
                time.sleep(1)


def look(as_person: Callable[..., Any], name: str) -> None:
    """Pictures of the plant's pages, to be looked at."""
    if not (folder := os.environ.get("WALK")):
        return
    for language in ("zh", "en"):
        for width in (1440, 390):
            person = as_person("power-operator", language=language, width=width)
            for path in ("day", "live", "home"):
                page = person.go(f"/{path}")
                page.locator("h1").first.wait_for()
                page.wait_for_timeout(2_000)
                page.screenshot(
                    path=str(Path(folder) / f"outage-{name}-{path}-{language}-{width}.png"), full_page=True
                )
            person.context.close()

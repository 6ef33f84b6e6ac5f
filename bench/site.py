"""The whole product with the demo's data: live feed, interface, memory idle and under load."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lexicon.terms import Role
from operations.demo import live
from operations.demo.cast import CEMENT, POWER
from operations.demo.metering import Gateway, equip, go_live
from operations.demo.narrator import Narrator
from operations.demo.story import Told, tell
from operations.site import Site, running, scratch_ports
from operations.supervisor.footprint import rows_of

from bench.crowd import plant_of
from bench.figures import Figure, Outcome, percentile

LIVE_P95_S = 1.0
# One a second and meter; what the demo's plants lack comes from a third one.
READINGS_PER_S = 100
API_P95_MS = 100.0
IDLE_MB, LOADED_MB = 1500.0, 2500.0
REQUESTS = 40
# What the pages of an enterprise and of a regulator ask for first.
ROUTES = (
    "/me/",
    "/plants/",
    "/meters/",
    "/periods/",
    "/reports/",
    "/assets/",
    "/market/",
    "/listings/",
    "/trades/",
)
OVERSIGHT = ("/oversight/overview/", "/oversight/enterprises/", "/oversight/trades/", "/explorer/blocks/")
LOAD_SETTLES_S = 10.0


def run() -> Iterator[Outcome]:
    """Figures of one scratch site; the story's own readings are the load of the memory figure."""
    with (
        tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder,
        running(Path(folder) / "home", scratch_ports()) as site,
    ):
        time.sleep(LOAD_SETTLES_S)
        yield _memory("rss_idle", site, IDLE_MB)
        told = tell(site, Narrator(quiet=True))
        yield from _api(told)
        yield from _live_and_loaded(site, told)


def _memory(name: str, site: Site, limit_mb: float) -> Figure:
    """Plain sum of the resident memory of all processes: a page that several share counts in each of them."""
    total = sum(row.rss_mb for row in rows_of(site.home / "run"))
    return Figure(name=name, value=total, unit="MB", limit=limit_mb, scales=False)


def _api(told: Told) -> Iterator[Figure]:
    enterprise, regulator = told.people.in_house(POWER, Role.HEAD), told.people.regulator
    times = []
    for client, routes in ((enterprise, ROUTES), (regulator, OVERSIGHT)):
        for route in routes:
            for _ in range(REQUESTS):
                began = time.perf_counter()
                client.get(route)
                times.append((time.perf_counter() - began) * 1000)
    yield Figure(name="api_p95", value=percentile(times, 0.95), unit="ms", limit=API_P95_MS)


def _live_and_loaded(site: Site, told: Told) -> Iterator[Figure]:
    """100 meters at a reading a second: two plants in the background, the first one watched."""
    watched, second = told.gateways
    background = [go_live(site, gateway) for gateway in (second, _crowd(site, told))]
    try:
        delays = live.watch(site, told.people, Narrator(quiet=True), watched)
        yield Figure(
            name=f"live_p95_at_{READINGS_PER_S}_readings_per_s",
            value=percentile(delays, 0.95),
            unit="s",
            limit=LIVE_P95_S,
        )
        yield _memory("rss_loaded", site, LOADED_MB)
    finally:
        for device in background:
            device.terminate()
            device.wait()


def _crowd(site: Site, told: Told) -> Gateway:
    """A third plant, with the meters that the demo's plants lack; it has a gateway of its own."""
    meters = READINGS_PER_S - sum(len(gateway.plant.meters) for gateway in told.gateways)
    return equip(
        site,
        told.people,
        Narrator(quiet=True),
        house=replace(CEMENT, slug="crowd"),
        plant=plant_of(meters, site.home),
    )


if __name__ == "__main__":
    from bench.harness import main

    main("site")

"""Readings under fire: worker, broker, stores and agent die, a store stays away, the network is cut, messages
come twice.

A simulated gateway keeps its own integer truth, of readings that it signs and of some that it does not. In
the end the store must hold each reading once and no other, and hours, days and months must be what the truth
alone comes to.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tanheng.env import REPOSITORY, Environment, postgres_program

from ingest.influx_home import Address
from operations import broker, influx, influx_bucket
from operations.demo.narrator import Narrator
from operations.drills.figures import Figure, Outcome, Skipped
from operations.drills.readings_agent import KILLS, Edge
from operations.drills.reaper import CUTS, Reaper
from operations.drills.wire import Wire
from operations.influx_bucket import SERVER, Bucket, NoBucket
from operations.programs import Used, used
from operations.site import Site, running, scratch_ports

READINGS_MIN, UNSIGNED_MIN = 200_000, 5_000
METERS = 40
WORKER_KILLS = 4
EMBEDDED = "embedded PostgreSQL"
# The load goes on until everybody has died, and never longer than this.
AT_MOST_S = 480.0
PREPARED_WITHIN_S = 240.0
CHECKED_WITHIN_S = 300.0


def run(narrator: Narrator, *, seed: int) -> Iterator[Outcome]:
    """Figures of a scratch product of its own; at an InfluxDB that INFLUX_URL names it has its own bucket."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanheng-drill-")))
        bucket: Bucket | None = None
        try:
            bucket = stack.enter_context(influx_bucket.given(Environment.read()))
        except NoBucket as error:
            yield Skipped("readings_at_influx_url", str(error))
        ports = scratch_ports()
        gateways = stack.enter_context(Wire(int(ports["TANHENG_MQTT_PORT"])).laid())
        unreached, settings = _reached(bucket, stack)
        site = stack.enter_context(running(folder / "home", ports | settings))
        there = {entry.name for entry in site.entries()}
        stores = [name for name in ("postgres", "influx") if name in there]
        yield from _programs(stores, bucket)
        reaper = Reaper(
            site,
            victims=victims(stores),
            away=stores,
            gateways=gateways,
            unreached=unreached,
            seed=seed,
        )
        told = _fire(site, folder, reaper, port=gateways.port, seed=seed)
        narrator.line(f"killed: {dict(reaper.kills)}; away: {reaper.away_s}; cut: {reaper.cuts} times")
        narrator.line(f"the gateway: {told['sent']}; the agent: {told['agent']}")
        yield from _figures(told, reaper, stores, unreached)
        yield from _skipped(stores, bucket, unreached)


def _reached(bucket: Bucket | None, stack: ExitStack) -> tuple[dict[str, Wire], dict[str, str]]:
    """The wire to a server that is not ours, and the settings of a site that reaches it by that wire."""
    if bucket is None:
        return {}, {}
    address = Address.parse(bucket.url)
    if address.scheme != "http":
        return {}, {"INFLUX_URL": bucket.url}
    wire = stack.enter_context(Wire(address.port, address.host).laid())
    return {"influx": wire}, {"INFLUX_URL": address.at(wire.port).url}


def _programs(stores: Sequence[str], bucket: Bucket | None) -> Iterator[Used]:
    """Broker and the readings' store, where they are other people's programs or servers."""
    if path := broker.program():
        yield used(path)
    if bucket is not None:
        yield bucket.used()
    elif "influx" in stores and (server := influx.program(Environment.read())):
        yield used(server)
    else:
        yield Used(program=EMBEDDED, version=used(str(postgres_program("postgres"))).version)


def _skipped(
    stores: Sequence[str], bucket: Bucket | None, unreached: Mapping[str, Wire]
) -> Iterator[Skipped]:
    """What this store cannot be made to suffer, and why."""
    if "influx" in stores:
        return
    if bucket is None:
        asked = Environment.read().series == "embedded"
        why = "TANHENG_SERIES=embedded" if asked else "there is no influxd (INFLUXD_BIN, PATH, INFLUX_URL)"
        yield Skipped("readings_influx_killed", why)
        return
    yield Skipped("readings_influx_killed", f"the {SERVER} is not ours to kill: set INFLUXD_BIN for that")
    if not unreached:
        yield Skipped(
            "influx_away", f"the {SERVER} is reached by TLS, which knows no wire of ours in between"
        )


def victims(stores: Sequence[str]) -> list[str]:
    """Who dies, and how often."""
    return ["ingest"] * WORKER_KILLS + ["hours", "broker", *stores]


def _fire(site: Site, folder: Path, reaper: Reaper, *, port: int, seed: int) -> dict[str, Any]:
    """What the gateway sent, and what was found of it. port: where gateways find the broker."""
    ready, until = folder / "ready", folder / "until"
    truth, unsigned = folder / "truth.json", folder / "unsigned.json"
    words = ["--ready", ready, "--until", until, "--truth", truth, "--unsigned", unsigned]
    words += ["--meters", METERS, "--port", port, "--seed", seed]
    with (folder / "load.log").open("w", encoding="utf-8") as log:
        load = _program("operations.drills.readings_load", words, site, stdout=subprocess.PIPE, stderr=log)
        _await(ready, load)
        with _beside(Edge.provisioned(site, folder / "edge", port=port, seed=seed)) as edge:
            reaper.run(at_most_s=AT_MOST_S)
        until.touch()
        said, _ = load.communicate()
    if load.returncode:
        raise RuntimeError((folder / "load.log").read_text(encoding="utf-8")[-2_000:])
    agent = edge.finish()
    found = _found([truth, unsigned, edge.truth_file(agent["boot"])], site)
    return {
        "sent": json.loads(said.splitlines()[-1]),
        "found": dict(zip(("signed", "unsigned", "agent"), found["files"], strict=True)),
        "elsewhere": found["elsewhere"],
        "dirty": found["dirty"],
        "agent": agent | {"kills": edge.kills},
    }


@contextmanager
def _beside(edge: Edge) -> Iterator[Edge]:
    """An agent that works and dies until the block ends."""
    until = threading.Event()
    thread = threading.Thread(target=edge.run, args=(until,), name="edge", daemon=True)
    thread.start()
    try:
        yield edge
    finally:
        until.set()
        thread.join()


def _found(truths: list[Path], site: Site) -> dict[str, Any]:
    check = _program("operations.drills.readings_check", truths, site, stdout=subprocess.PIPE, stderr=None)
    said, _ = check.communicate(timeout=CHECKED_WITHIN_S)
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def _program(module: str, words: list[Any], site: Site, *, stdout: Any, stderr: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, words)],
        cwd=REPOSITORY,
        env=site.environment(),
        stdout=stdout,
        stderr=stderr,
        text=True,
    )


def _await(ready: Path, load: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PREPARED_WITHIN_S
    while not ready.exists() and load.poll() is None and time.monotonic() < end:
        time.sleep(0.2)


def _figures(
    told: Mapping[str, Any], reaper: Reaper, stores: Sequence[str], unreached: Iterable[str]
) -> Iterator[Figure]:
    sent = told["sent"]
    yield _at_least("readings_published", sent["readings"], "readings", READINGS_MIN)
    yield _at_least("unsigned_published", sent["unsigned"], "readings", UNSIGNED_MIN)
    for whose, prefix in (("signed", ""), ("unsigned", "unsigned_"), ("agent", "agent_")):
        yield from _exact(prefix, told["found"][whose])
    yield Figure("readings_at_other_meters", float(told["elsewhere"]), "readings", 0.0)
    yield _at_least("sent_twice", sent["again"], "batches", 500)
    yield _at_least("out_of_order", sent["disordered"], "readings", 4_800)
    yield Figure("hours_not_computed", float(told["dirty"]), "hours", 0.0)
    yield _at_least("spooled", reaper.spooled, "messages", 1)
    yield _at_least("worker_killed", reaper.kills["ingest"], "times", WORKER_KILLS)
    for name in victims(stores)[WORKER_KILLS:]:
        yield _at_least(f"{name}_killed", reaper.kills[name], "times", 1)
    for name, title in (("broker", "broker"), ("ingest", "worker")):
        while_away = reaper.kills_while_away[name]
        yield _at_least(f"{title}_killed_while_a_store_was_away", while_away, "times", len(stores))
    yield _at_least("network_cut", reaper.cuts, "times", CUTS)
    yield from _of_the_agent(told["agent"])
    for name in [*stores, *unreached]:
        yield _at_least(f"{name}_away", reaper.away_s.get(name, 0.0), "s", 60.0)


def _exact(prefix: str, found: Mapping[str, int]) -> Iterator[Figure]:
    """What must be nothing: each reading once and no other, each hour, day and month as the truth has it."""
    for name in ("lost", "doubled", "invented"):
        yield Figure(f"{prefix or 'readings_'}{name}", float(found[name]), "readings", 0.0)
    yield Figure(f"{prefix or 'sequences_'}missing", float(found["missing"]), "readings", 0.0)
    held = float(found["quarantined"] + found["refused"])
    yield Figure(f"{prefix or 'readings_'}not_stored", held, "readings", 0.0)
    yield Figure(f"{prefix}hours_off", float(found["hours_off"]), "hours and days", 0.0)
    yield Figure(f"{prefix}months_off", float(found["months_off"]), "least counts", 0.0)


def _of_the_agent(agent: Mapping[str, Any]) -> Iterator[Figure]:
    yield _at_least("agent_killed", agent["kills"], "times", KILLS)
    yield _at_least("agent_readings", agent["readings"], "readings", 1)
    yield Figure("agent_waiting", float(agent["waiting_readings"]), "readings", 0.0)


def _at_least(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(name, float(value), unit, float(limit), at_most=False)

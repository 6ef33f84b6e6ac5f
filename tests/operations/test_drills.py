"""The drills: what their last line promises, the killer on real processes, the story under fire (slow)."""

import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from operations.drills import readings, readings_load, trades
from operations.drills.beside import beside
from operations.drills.figures import Figure, Skipped, summary
from operations.drills.killer import Killer
from operations.drills.readings_unsigned import Loose
from operations.drills.story import VICTIMS, victims
from operations.drills.visitor import Visitor
from operations.supervisor import roster, table
from tanheng.env import Environment

from ingest.mqtt import Broker, Client, Message


def test_a_figure_without_an_answer_never_holds() -> None:
    silent = Figure("rows_that_differ", -1.0, "rows", 0.0)
    assert not silent.holds
    assert summary([silent])["ok"] is False


def test_one_broken_promise_makes_the_drill_fail() -> None:
    kept, broken = Figure("faults", 0.0, "rules", 0.0), Figure("kills", 0.0, "processes", 1.0, at_most=False)
    assert summary([kept])["ok"] is True
    assert summary([kept, broken])["ok"] is False


def test_every_victim_is_a_process_of_the_product(tmp_path: Path) -> None:
    stages = table.product(Environment.read({"TANHENG_HOME": str(tmp_path)}))
    names = {process.name for stage in stages if isinstance(stage, tuple) for process in stage}
    assert {victim for victims in VICTIMS.values() for victim in victims} <= names
    assert set(trades.SERVICES) <= names
    # Whoever adds a process of the site decides which drill kills it; InfluxDB dies under readings alone.
    assert names - {victim for victims in VICTIMS.values() for victim in victims} - set(trades.SERVICES) <= {
        "influx"
    }


def test_a_visitor_tells_faults_from_a_site_that_is_away() -> None:
    statuses = iter([500, 503, 200])

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(next(statuses, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    visitor = Visitor(f"http://127.0.0.1:{server.server_port}", ["/"])
    try:
        with visitor.asking():
            end = time.monotonic() + 10
            while visitor.answers[200] < 1 and time.monotonic() < end:
                time.sleep(0.02)
        assert (visitor.answers[500], visitor.answers[503], visitor.faults) == (1, 1, 1)
        assert visitor.is_answered()
    finally:
        server.shutdown()
        server.server_close()
    assert not visitor.is_answered()


def test_the_killer_waits_until_all_victims_are_back_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.drills.killer.PAUSE_S", (0.0, 0.0))
    monkeypatch.setattr("operations.drills.killer.LOOK_S", 0.01)
    states = iter(["starting", "waiting", "ready"])
    seen: list[str] = []
    site: Any = type("Site", (), {})()

    def entries() -> list[Any]:
        seen.append(next(states, "gone"))
        return [roster.entry_of("worker", os.getpid(), state=seen[-1])]

    site.entries = entries
    killer = Killer(site, ["worker"], seed=1)
    killer._await_all()
    assert seen == ["starting", "waiting", "ready"]


def test_the_killer_is_not_misled_by_a_roster_that_has_not_noticed_a_death(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("operations.drills.killer.BACK_WITHIN_S", 0.05)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    entry = roster.entry_of("ingest", dead.pid, state="ready")
    dead.wait()
    mine = roster.entry_of("ingest", os.getpid(), state="ready")
    site: Any = type("Site", (), {"home": tmp_path})()
    (tmp_path / "run").mkdir()
    killer = Killer(site, ["ingest"], seed=1)
    for entries, told, at_work in (
        ([entry], {"pid": dead.pid, "connected": True}, False),
        ([mine], {"pid": dead.pid, "connected": True}, False),
        ([mine], {"pid": os.getpid(), "connected": False}, False),
        ([mine], {"pid": os.getpid(), "connected": True}, True),
    ):
        (tmp_path / "run" / "ingest.json").write_text(json.dumps({"at": time.time()} | told))
        site.entries = lambda entries=entries: entries
        assert killer._are_at_work() is at_work


def test_the_killer_kills_what_it_is_told_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.drills.killer.PAUSE_S", (0.01, 0.02))
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    spared = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    site: Any = type("Site", (), {})()
    entries = [
        roster.entry_of("worker", victim.pid, state="ready"),
        roster.entry_of("web", spared.pid, state="ready"),
    ]
    site.entries = lambda: entries
    killer = Killer(site, ["worker"], seed=1)
    try:
        with killer.at_work():
            assert victim.wait(timeout=10) == -9
            time.sleep(0.1)
        assert set(killer.kills) == {"worker"}, (
            "on a slow machine it may strike before the first death is seen"
        )
        assert spared.poll() is None
    finally:
        spared.kill()
        spared.wait()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", list(VICTIMS))
def test_the_story_comes_out_right_while_processes_die(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "operations", "drill", name, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-2_000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["ok"], told


def test_a_drill_on_real_fabric_kills_its_orderers(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path))
    assert victims("ledger") == VICTIMS["ledger"]
    monkeypatch.setenv("TANHENG_LEDGER_ENGINE", "fabric")
    monkeypatch.setenv("TANHENG_LEDGER_CONSENSUS", "bft")
    killed = victims("ledger")
    assert len(killed) == len(VICTIMS["ledger"]) + 3
    assert {"orderer-enterprise", "orderer-auditor", "orderer-regulator", "orderer2-regulator"} < set(killed)
    assert victims("ingest") == VICTIMS["ingest"]


def test_what_could_not_be_tried_is_said_and_counts_for_nothing() -> None:
    told = summary([Figure("lost", 0.0, "readings", 0.0), Skipped("influx_killed", "there is no influxd")])
    assert told["ok"] is True
    assert told["skipped"] == [{"figure": "influx_killed", "because": "there is no influxd"}]
    assert list(told["figures"]) == ["lost"]


def test_the_gateway_s_truth_has_every_sequence_once_and_a_register_that_rises_in_time() -> None:
    sent: list[tuple[str, int]] = []
    device: Any = type(
        "Device", (), {"send": lambda _self, meter, _unit, samples: sent.append((meter, len(samples)))}
    )()
    meters = [f"meter-{n}" for n in range(8)]
    gateway = readings_load.Gateway(device, meters, random.Random(3), start_ms=1_700_000_000_000)  # noqa: S311
    for _ in range(2):
        gateway.round()
        gateway.disorder()
    for meter in meters:
        truth = gateway.truth.readings[meter]
        assert [seq for _, _, seq in truth] == list(range(1, len(truth) + 1))
        in_time = sorted(truth)
        assert all(a[0] < b[0] and a[1] <= b[1] for a, b in itertools.pairwise(in_time))
    assert gateway.truth.readings["meter-0"] != sorted(gateway.truth.readings["meter-0"]), "in disorder"
    assert sum(count for _, count in sent) == gateway.sent == sum(map(len, gateway.truth.readings.values()))


def test_an_unsigned_reading_is_sent_again_until_its_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, bytes]] = []
    monkeypatch.setattr(Client, "publish", lambda _self, topic, payload: sent.append((topic, payload)))
    broker = Broker("127.0.0.1", 1, "t_000001.gw-1", "")
    loose = Loose(broker, "crowd", random.Random(3), start_ms=1_700_000_000_000)  # noqa: S311
    loose._client = Client(broker, client_id="loose")
    loose.round()
    assert (loose.sent, len(sent)) == (200, 200)
    assert sent[0][0] == "v1/t_000001.gw-1/crowd/loose-1/r"

    def receipt(boot: int, to: int) -> None:
        text = json.dumps({"v": 1, "boot": boot, "from": 2, "to": to, "hash": ""}).encode()
        loose._receipts.put(Message("ack/t_000001.gw-1/crowd/loose-1", text, 0))

    monkeypatch.setattr("operations.drills.readings_unsigned.RESEND_S", -1.0)
    receipt(1, 50)
    receipt(0, 48)
    sent.clear()
    loose.pump()
    again = [json.loads(payload)["seq"] for topic, payload in sent if "/loose-1/" in topic]
    assert again == [1, 49, 50], "what came before the platform first heard the device has no receipt"
    assert (len(sent), loose.resent) == (153, 153)


def test_the_worker_dies_four_times_and_each_store_once_at_least() -> None:
    names = readings.victims(["postgres", "influx"])
    assert (names.count("ingest"), names.count("broker")) == (4, 1)
    assert {"postgres", "influx"} <= set(names)


def test_what_ends_the_work_beside_a_story_early_ends_the_drill() -> None:
    def broken() -> None:
        raise LookupError("no such process")

    with pytest.raises(LookupError, match="no such process"), beside("x", broken, threading.Event()):
        pass


def test_work_beside_a_story_goes_on_until_the_story_ends() -> None:
    stop, ended = threading.Event(), threading.Event()

    def work() -> None:
        stop.wait(30)
        ended.set()

    with beside("x", work, stop):
        assert not ended.wait(0.05)
    assert ended.is_set()

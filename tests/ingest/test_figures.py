"""Every figure that the worker publishes, with the value that what happened makes of it."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from lexicon.refusals import Refusal

from ingest.buffer import Limits
from ingest.figures import FIGURES_S, Figures
from ingest.series.influx import LINES_PER_REQUEST
from ingest.spool import _framed
from tests.ingest.conftest import Device
from tests.ingest.test_writer import messages, new_worker, worker  # noqa: F401 (fixtures)

SHOWN = {
    "at", "pid", "connected", "waiting", "spool_bytes", "spool_damaged", "away", "since", "messages",
    "readings", "repeats", "held", "spooled", "flushes", "rate_per_s", "lag_s", "reasons",
}  # fmt: skip


class Clock:
    """The process's clock, moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr("ingest.figures.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def figures(tmp_path: Path) -> Figures:
    return Figures(tmp_path / "ingest.json")


def shown(figures: Figures) -> dict[str, Any]:
    return dict(json.loads(figures.path.read_text()))


def test_a_flush_waits_a_quarter_of_a_second_and_the_store_gets_5000_lines_a_request() -> None:
    assert (Limits().wait_s, LINES_PER_REQUEST) == (0.25, 5_000)


def test_the_rate_is_what_was_stored_between_two_writes_over_their_time(
    clock: Clock, figures: Figures
) -> None:
    rates = []
    for passed, stored in ((0, 0), (2, 500), (4, 4_000), (2.5, 0)):
        clock.now += passed
        figures.readings += stored
        figures.write(idle=False, connected=True)
        rates.append(shown(figures)["rate_per_s"])
    assert rates == [0.0, 250.0, 1000.0, 0.0]


def test_two_writes_in_quick_succession_keep_the_rate_of_before(clock: Clock, figures: Figures) -> None:
    figures.write(idle=False, connected=True)
    clock.now += 2
    figures.readings += 500
    figures.write(idle=False, connected=True)
    clock.now += 0.001
    figures.readings += 500
    # The connection went: it is written at once, and a thousandth of a second tells no rate.
    figures.write(idle=False, connected=False)
    assert (shown(figures)["connected"], shown(figures)["rate_per_s"]) == (False, 250.0)


def test_it_is_written_every_two_seconds_and_at_once_when_work_has_ended(
    clock: Clock, figures: Figures
) -> None:
    figures.write(idle=False, connected=True)
    figures.messages = 7
    clock.now += FIGURES_S / 2
    figures.write(idle=False, connected=True)
    assert shown(figures)["messages"] == 0, "busy, and not due yet"
    figures.write(idle=True, connected=True)
    assert shown(figures)["messages"] == 7
    figures.messages = 8
    clock.now += FIGURES_S
    figures.write(idle=False, connected=True)
    assert shown(figures)["messages"] == 8


def test_a_trouble_has_its_beginning_until_it_is_over_also_over_a_restart(
    figures: Figures, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    at = [50.0]
    monkeypatch.setattr("ingest.figures.time.time", lambda: at[0])

    def told(of: Figures, **state: Any) -> dict[str, float]:
        clock.now += FIGURES_S
        of.write(idle=False, **state)
        return dict(shown(of)["since"])

    assert told(figures, connected=True, away=True, spool_bytes=0) == {"store": 50.0}
    at[0] = 60.0
    assert told(figures, connected=True, away=True, spool_bytes=9) == {"store": 50.0, "behind": 60.0}
    at[0] = 70.0
    again = Figures(figures.path)
    assert told(again, connected=False, away=True, spool_bytes=9) == {
        "broker": 70.0, "store": 50.0, "behind": 60.0,
    }  # fmt: skip
    at[0] = 80.0
    assert told(again, connected=True, away=False, spool_bytes=0) == {}


@pytest.mark.db
def test_the_worker_tells_what_it_spooled_stored_repeated_and_held(
    worker: Any,  # noqa: F811 (the fixture)
    device: Device,
) -> None:
    def told() -> dict[str, Any]:
        worker.figures._written_at = 0.0
        worker.write_figures()
        return shown(worker.figures)

    worker.client.connected = threading.Event()
    first = messages(device, 1, 2, 3)
    worker.store.error = OperationalError("away")
    worker.keep(first)
    waiting = told()
    frames = sum(len(_framed(one)) for one in first)
    assert (waiting["spooled"], waiting["spool_bytes"], waiting["away"]) == (3, frames, True)
    assert (waiting["messages"], waiting["readings"], waiting["flushes"]) == (3, 0, 0)
    assert waiting["connected"] is False
    worker.store.error = None
    worker.drain()
    worker.client.connected.set()
    worker.keep([first[2], *messages(device, 4)])
    worker.buffer.put(messages(device, 5, 6))
    stored = told()
    assert (stored["spooled"], stored["spool_bytes"], stored["away"]) == (3, 0, False)
    assert (stored["messages"], stored["readings"], stored["repeats"]) == (5, 4, 1)
    assert (stored["flushes"], stored["waiting"], stored["connected"]) == (2, 2, True)
    assert (stored["held"], stored["reasons"], stored["pid"]) == (0, {}, os.getpid())
    assert abs(stored["at"] - time.time()) < 60
    worker.figures.hold([Refusal.READING_TORN, Refusal.SEQUENCE_FORK, Refusal.READING_TORN])
    last = told()
    assert (last["held"], last["reasons"]) == (3, {"reading_torn": 2, "sequence_fork": 1})
    assert last["spool_damaged"] == 0
    (worker.spool.home / "000000000001.damaged").touch()
    assert told()["spool_damaged"] == 1
    assert set(last) == SHOWN, "a figure that is new here has no test yet"

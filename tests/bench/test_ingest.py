"""What the ingest bench makes of what it measured: delays of an open page, cost by meters, two in turns."""

import json

import pytest

from bench.figures import Figure, Table, summary
from bench.harness import _line
from bench.ingest_costs import growth
from bench.ingest_page import Page, delays
from bench.ingest_rates import Cost
from bench.ingest_screen import delays as screen_delays
from bench.ingest_telegraf import figures

AT_MS = 1_780_000_000_000
AT = "2026-05-28T20:26:40+00:00"
LATER = "2026-05-28T20:26:41+00:00"


def frame(meter: str, at: str) -> dict:
    return {"meters": {meter: {"value": "1.0", "unit": "t", "at": at, "quality": "good", "signed": False}}}


def test_a_reading_is_on_the_page_with_the_first_frame_that_shows_it_or_a_newer_one() -> None:
    seconds = AT_MS / 1000
    frames = [
        (seconds + 0.2, frame("a", AT)),
        (seconds + 1.5, frame("a", LATER)),
        (seconds + 9, frame("a", LATER)),
    ]
    found = delays([("a", AT_MS, 1), ("a", AT_MS + 400, 2), ("b", AT_MS, 3)], frames)
    assert found[0] == pytest.approx(0.2, abs=0.001)
    assert found[1] == pytest.approx(1.1, abs=0.001)
    assert found[2] == float("inf"), "of another meter nothing was shown, so it fails the figure"


def test_a_reading_is_on_the_screen_when_its_digits_or_a_newer_one_s_stand_there() -> None:
    seen = [[AT_MS + 200, "a", "1,000t"], [AT_MS + 900, "a", "1,020.50t"], [AT_MS + 950, "b", "—"]]
    published = [("a", AT_MS, 1_000), ("a", AT_MS + 400, 1_010), ("a", AT_MS, 1_021), ("b", AT_MS, 1)]
    found = screen_delays(published, seen)
    assert found[:2] == pytest.approx([0.2, 0.5], abs=0.001)
    assert found[2:] == [float("inf"), float("inf")]


def test_a_page_takes_frames_of_its_topic_alone_and_tells_a_refusal() -> None:
    page = Page("plant.t_1.x")
    page.take(json.dumps({"t": "delta", "topic": "plant.t_1.other", "data": frame("a", AT)}), 1.0)
    page.take(json.dumps({"t": "ping", "seqs": {}}), 2.0)
    assert (page.frames, page.subscribed.is_set(), page.fault) == ([], False, "")
    page.take(json.dumps({"t": "snap", "topic": "plant.t_1.x", "data": frame("a", AT)}), 3.0)
    assert page.frames == [(3.0, frame("a", AT))]
    assert page.subscribed.is_set()
    page.take(json.dumps({"t": "err", "code": "no_permission", "topic": "plant.t_1.x"}), 4.0)
    assert "no_permission" in page.fault


def cost(cpu_us: float, per_s: float = 1.0) -> Cost:
    return Cost(readings=100, cpu_us=cpu_us, per_s=per_s)


def test_each_size_is_held_against_the_fewest_meters_of_the_same_turn() -> None:
    table = {
        10: [cost(10.0), cost(20.0), cost(10.0)],
        100: [cost(16.0), cost(22.0), cost(11.0)],
        10_000: [cost(12.0), cost(30.0), cost(14.0)],
    }
    assert growth(table) == pytest.approx([1.0, 1.1, 1.4])


def test_ours_and_telegraf_s_are_compared_turn_by_turn() -> None:
    turns = [(cost(10, 30), cost(20, 20)), (cost(30, 10), cost(40, 20)), (cost(18, 20), cost(30, 20))]
    found = {one.name: one for one in figures(turns)}
    assert found["single_cpu_of_telegraf"].value == pytest.approx(0.6)
    assert found["single_drain_of_telegraf"].value == pytest.approx(1.0)
    assert found["telegraf_single_cpu"].value == 30
    assert found["single_cpu_of_telegraf"].holds(9.0)
    assert not any(one.scales for one in found.values()), "a slower machine is slower for both"


def test_a_table_is_printed_under_its_name_and_stands_in_the_last_line() -> None:
    table = Table(name="cost_by_meters", head=("meters", "us"), rows=((10, 9.5), (10_000, 12.25)))
    assert _line(table, 1.0).split("\n") == [
        "  cost_by_meters:",
        "     meters     us",
        "         10    9.5",
        "      10000  12.25",
    ]
    figure = Figure(name="x", value=1, unit="", limit=1)
    told = summary([table, figure], factor=1.0)
    assert told["tables"] == {"cost_by_meters": [{"meters": 10, "us": 9.5}, {"meters": 10_000, "us": 12.25}]}
    assert "tables" not in summary([figure], factor=1.0)

"""InfluxDB under the contract of all stores: INFLUX_URL names one, INFLUXD_BIN or PATH a server to start."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from lexicon.terms import ReadingQuality
from operations.influx_bucket import NoBucket, made_at
from tanheng.env import REPOSITORY

from ingest.blocks import parted
from ingest.influx_home import BUCKET, Address
from ingest.intake import Point
from ingest.series import SeriesUnavailable
from ingest.series.influx import InfluxSeries
from tests.ingest.series.contract import BAD, GOOD, SeriesContract, block, point
from tests.ingest.series.influx_double import WEEK_NS, Double, answering
from tests.ingest.series.influx_server import (
    Server,
    facts,
    free_port,
    needs_influx,
    needs_program,
    new_series,
)

Stored = Callable[..., int]


@pytest.mark.influx
@needs_influx
def test_a_bucket_of_our_own_at_a_real_server_is_gone_afterwards_and_theirs_is_not_written(url: str) -> None:
    before, theirs = _buckets(url), InfluxSeries(url, lambda key: facts("t_theirs", key))
    with made_at(url) as bucket:
        ours = InfluxSeries(bucket.url, lambda key: facts("t_theirs", key))
        ours.write([point(1, 1)])
        assert ours.range(1, from_ns=0, to_ns=2**62) == [point(1, 1)]
        assert _buckets(url) == before | {Address.parse(bucket.url).bucket}
        assert bucket.version
    assert _buckets(url) == before
    assert theirs.range(1, from_ns=0, to_ns=2**62) == []


@pytest.mark.influx
@needs_influx
def test_what_is_read_while_it_is_written_is_whole_and_holds_all_that_was_acknowledged(url: str) -> None:
    """InfluxDB keeps the fields of a point apart: who reads amid a write finds some of them only."""
    tenant, meter = f"t_{os.urandom(6).hex()}", 77_001
    writing, reading = (InfluxSeries(url, lambda key: facts(tenant, key)) for _ in range(2))
    begins, at = point(0, 0).t_ns, lambda n: begins + n * 1_000_000
    acknowledged, done, faults = [0], threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            while not done.is_set():
                first = acknowledged[0] + 1
                # Besides, a meter that nobody has met before: not even its fields are all known then.
                fresh = Point(meter + first, at(0), 7, 2, 7, GOOD, True)
                points = [Point(meter, at(n), n, 2, n, GOOD, True) for n in range(first, first + 20)]
                writing.write([*points, fresh])
                acknowledged[0] = first + 19
        except BaseException as error:
            faults.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        end = time.monotonic() + 6
        while time.monotonic() < end:
            known = acknowledged[0]
            if not known:
                continue
            found = reading.range(meter, from_ns=at(known - 19), to_ns=at(known + 10_000))
            assert [one.count for one in found[:20]] == list(range(known - 19, known + 1))
            assert reading.last([meter])[meter].count >= known
            before = reading.before(meter, at(known + 10_000))
            assert before is not None
            assert before.count >= known
            sampled = reading.sampled(meter, from_ns=begins, to_ns=at(known) + 1, step_ns=10**9)
            assert sampled[-1].count == known
            coming = meter + acknowledged[0] + 1
            assert {one.count for one in reading.last([coming]).values()} <= {7}
            assert {one.count for one in reading.range(coming, from_ns=0, to_ns=2**62)} <= {7}
    finally:
        done.set()
        writer.join()
    assert not faults
    assert acknowledged[0] > 1_000


@pytest.mark.influx
@needs_program
def test_a_token_for_one_bucket_makes_no_other_and_the_reason_says_so(server: Server) -> None:
    theirs = Address.parse(server.url)
    found = _told(theirs, f"/api/v2/buckets?name={BUCKET}")["buckets"][0]
    where = {"type": "buckets", "id": found["id"], "orgID": found["orgID"]}
    rights = [{"action": action, "resource": where} for action in ("read", "write")]
    made = _told(theirs, "/api/v2/authorizations", {"orgID": found["orgID"], "permissions": rights})
    before = _buckets(server.url)
    with pytest.raises(NoBucket, match=r"INFLUX_URL: cannot make a bucket: 40[13]"):
        made_at(replace(theirs, token=made["token"]).url).__enter__()
    assert _buckets(server.url) == before


def _buckets(url: str) -> set[str]:
    return {one["name"] for one in _told(Address.parse(url), "/api/v2/buckets?limit=100")["buckets"]}


def _told(address: Address, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 (a server of the tests)
        address.server + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {address.token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 (the same)
        return dict(json.loads(answer.read()))


@pytest.mark.influx
@needs_influx
class TestInfluxSeries(SeriesContract):
    @pytest.fixture
    def series(self, url: str) -> InfluxSeries:
        return new_series(url)


@pytest.mark.influx
@needs_influx
def test_points_of_before_are_read_beside_those_of_now(url: str) -> None:
    """Homes that began before ADR 0055 hold the boot in a field of its own."""
    series, at = new_series(url), [point(n, 0).t_ns for n in range(5)]
    head = series._head(1)
    made = [(5, 1, 16), (0, 2, 0), (-1, 3, 2)]
    old = [
        f"{head} count={100 + n}i,seq={seq}i,boot={boot}i,q={q}i {at[n]}"
        for n, (boot, seq, q) in enumerate(made)
    ]
    series._send("\n".join(old).encode())
    were = [
        Point(1, at[0], 100, 5, 1, GOOD, True),
        Point(1, at[1], 101, 0, 2, GOOD, False),
        Point(1, at[2], 102, -1, 3, BAD, False),
    ]
    assert series.range(1, from_ns=0, to_ns=2**62) == were
    assert series.before(1, at[4]) == were[1]
    now = Point(1, at[3], 103, 6, 1, GOOD, True)
    series.write([were[0], now, Point(1, at[4], 104, -1, 9, BAD, True)])
    found = series.range(1, from_ns=0, to_ns=2**62)
    assert found == [*were, now, Point(1, at[4], 104, -1, 9, BAD, True)]
    assert series.last([1])[1] == found[-1]
    assert series.before(1, at[4] + 1) == now
    assert series.after(1, at[2]) == now
    assert series.after(1, at[0]) == were[0]
    sampled = series.sampled(1, from_ns=0, to_ns=at[4] + 1, step_ns=at[4] + 1)
    assert sampled == [found[-1]]


@pytest.mark.influx
@needs_program
class TestSilence:
    def test_a_server_that_does_not_answer_is_away(self, server: Server, monkeypatch: Any) -> None:
        monkeypatch.setattr("ingest.series.influx.TIMEOUT_MS", 300)
        series = new_series(server.url)
        server.stop()
        try:
            with pytest.raises(SeriesUnavailable):
                series.write([point(1, 1)])
            with pytest.raises(SeriesUnavailable):
                series.last([1])
        finally:
            server.signal(signal.SIGCONT)


class Refusing:
    """How the adapter takes refusals; `series` writes to a server, `stored` says what is in it."""

    def test_one_bad_line_refuses_its_whole_batch(self, series: InfluxSeries, stored: Stored) -> None:
        good = series._lines([point(1, 1), point(2, 2)])
        bad = f"{series._head(1)} count=1.2.3i {point(3, 3).t_ns}"
        series._lines = lambda _points: [good[0], bad, good[1]]  # type: ignore[method-assign]
        with pytest.raises(ValueError, match="refuses a line"):
            series.write([point(1, 1)])
        assert stored(series) == 0

    def test_a_field_of_another_type_refuses_its_line_alone(
        self, series: InfluxSeries, stored: Stored
    ) -> None:
        # A type holds for a measurement in a week of readings: one of the nineties, which nobody else has.
        week_ns = random.randrange(20 * 52, 30 * 52) * WEEK_NS  # noqa: S311
        points = [point(1, 1, meter=2)._replace(t_ns=week_ns + n) for n in range(2)]
        lines = series._lines
        series._lines = lambda _points: [f"{series._head(1)} seq=1.5 {week_ns}"]  # type: ignore[method-assign]
        series.write(points)
        series._lines = lambda all_of: [*lines(all_of[:1]), *map(_without_seq, lines(all_of[1:]))]  # type: ignore[method-assign]
        with pytest.raises(ValueError, match="refuses a line"):
            series.write(points)
        assert stored(series, 2) == 1

    def test_a_flush_of_many_requests_is_kept_whole_and_a_refusal_in_it_is_told(
        self, series: InfluxSeries, stored: Stored, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("ingest.series.influx.LINES_PER_REQUEST", 40)
        points = [point(n, n) for n in range(300)]
        series.write(points)
        assert stored(series) == 300
        lines = series._lines
        again = [one._replace(meter=2) for one in points]
        series._lines = lambda part: [*lines(part), *["no line"] * (again[99] in part)]  # type: ignore[method-assign]
        with pytest.raises(ValueError, match="refuses a line"):
            series.write(again)
        # 40 lines shared the request; all others are done when the caller hears of it and halves its flush.
        assert stored(series, 2) == 300 - 40


def _without_seq(line: str) -> str:
    return line.replace("seq=1i,", "")


class TestRefusingDouble(Refusing):
    """Always: a double that answers as the real one was measured to."""

    @pytest.fixture
    def double(self) -> Iterator[Double]:
        with answering() as made:
            yield made

    @pytest.fixture
    def series(self, double: Double) -> InfluxSeries:
        return new_series(f"http://org:token@127.0.0.1:{double.server_port}/bucket")

    @pytest.fixture
    def stored(self, double: Double) -> Stored:
        return lambda _series, meter=1: sum(f"meter=meter-{meter}" in name for name, _ in double.points)

    def test_a_redelivery_replaces_itself_and_one_millisecond_holds_two(
        self, series: InfluxSeries, stored: Stored
    ) -> None:
        pair = [point(1, 1), point(1, 2)._replace(t_ns=point(1, 1).t_ns + 1, seq=2)]
        series.write(pair)
        series.write(pair[::-1])
        assert stored(series) == 2

    def test_five_thousand_lines_go_in_a_request(
        self, series: InfluxSeries, double: Double, stored: Stored
    ) -> None:
        series.write([point(n, n) for n in range(12_001)])
        assert stored(series) == 12_001
        assert sorted(double.sizes) == [2_001, 5_000, 5_000]

    def test_a_server_in_trouble_or_silent_is_away_and_nothing_is_lost_by_trying_again(
        self, series: InfluxSeries, double: Double, stored: Stored, monkeypatch: Any
    ) -> None:
        double.mood = "away"
        with pytest.raises(SeriesUnavailable):
            series.write([point(1, 1)])
        double.mood = "silent"
        monkeypatch.setattr("ingest.series.influx.TIMEOUT_MS", 200)
        hurried = new_series(f"http://org:token@127.0.0.1:{double.server_port}/bucket")
        with pytest.raises(SeriesUnavailable):
            hurried.write([point(1, 1)])
        double.mood = "ok"
        series.write([point(1, 1)])
        assert stored(series) == 1


@pytest.mark.influx
@needs_influx
class TestRefusingInflux(Refusing):
    @pytest.fixture
    def series(self, url: str) -> InfluxSeries:
        return new_series(url)

    @pytest.fixture
    def stored(self) -> Stored:
        return lambda series, meter=1: len(
            series._rows(series._source(meter, 0, 2**62) + ' |> filter(fn: (r) => r._field == "count")')
        )


def test_a_store_that_is_away_is_named_so() -> None:
    series = InfluxSeries(f"http://org:token@127.0.0.1:{free_port()}/bucket", lambda key: facts("t_1", key))
    with pytest.raises(SeriesUnavailable):
        series.write([point(1, 1)])
    with pytest.raises(SeriesUnavailable):
        series.last([1])


@pytest.mark.parametrize("url", ["", "http://host", "http://org:token@host", "http://host/bucket"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="INFLUX_URL"):
        InfluxSeries(url, lambda key: facts("t_1", key))


def test_a_process_that_used_the_store_ends_without_a_word() -> None:
    """The client library ends its connections once more when it is collected: at the very end, too late."""
    program = (
        "import atexit\n"
        "from ingest.series.influx import InfluxSeries\n"
        "kept = InfluxSeries('http://org:token@127.0.0.1:1/bucket', None)\n"
        "atexit.register(kept.close)\n"
    )
    paths = os.pathsep.join(str(REPOSITORY / part) for part in ("", "platform"))
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_holds_whole_numbers_only() -> None:
    series = InfluxSeries("http://org:token@127.0.0.1:1/bucket", lambda key: facts("t_1", key))
    (line,) = series._lines([point(3, 10**17 + 1)])
    assert line.startswith(
        "reading,tenant=t_1,plant=plant-1,meter=meter-1 count=100000000000000001i,seq=3i,q=144i "
    )
    assert line.endswith(str(point(3, 0).t_ns))


@pytest.mark.parametrize("qualities", [[GOOD] * 3, [GOOD, BAD, GOOD]])
def test_a_block_s_lines_are_its_points(qualities: list[ReadingQuality]) -> None:
    points = [point(7 + n, 100 + n, quality=one) for n, one in enumerate(qualities)]
    series = new_series("http://org:token@127.0.0.1:1/bucket")
    assert series._block_lines([block(points)]).decode().splitlines() == series._lines(points)


def test_a_request_ends_with_the_block_that_fills_it() -> None:
    blocks = [block([point(n, n) for n in range(size)]) for size in (30, 9, 2, 100, 1)]
    assert [[len(one.codes) for one in part] for part in parted(blocks, 40)] == [[30, 9, 2], [100], [1]]

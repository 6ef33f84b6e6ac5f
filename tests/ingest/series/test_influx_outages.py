"""InfluxDB under the contract of outages: a real one where a program is found, and always a double of it."""

import contextlib
import re
import signal
from collections.abc import Iterator, Sequence

import pytest

from ingest.intake import Point, decoded
from ingest.series import SeriesUnavailable
from ingest.series.influx import InfluxSeries
from tests.http_double import serving
from tests.ingest.series.influx_double import Double
from tests.ingest.series.influx_server import Server, needs_program, new_series
from tests.ingest.series.outages import Away, Fault, House, OutageContract

TIMEOUT_MS = 500


class InfluxHouse(House):
    """An adapter whose points of another type have a number with a fraction as their sequence."""

    series: InfluxSeries

    def use(self, url: str) -> None:
        """Writes to that server from now on, to meters of its own."""
        self.series = new_series(url)
        self._others: set[int] = set()
        lines = self.series._lines
        self.series._lines = lambda points: [  # type: ignore[method-assign]
            re.sub(r"seq=(\d+)i", r"seq=\1.5", line) if one.t_ns in self._others else line
            for one, line in zip(points, lines(points), strict=True)
        ]

    def write(self, points: Sequence[Point]) -> None:
        try:
            self.series.write(points)
        except ValueError as error:
            raise Fault(str(error)) from error
        except SeriesUnavailable as error:
            raise Away(str(error)) from error

    def of_another_type(self, one: Point) -> Point:
        self._others.add(one.t_ns)
        return one


class RealHouse(InfluxHouse):
    """A real server, ours to stop and kill."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.use(server.url)

    def stored(self) -> list[Point]:
        return self.series.range(1, from_ns=0, to_ns=2**62)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        self._server.stop()
        try:
            yield
        finally:
            self._server.signal(signal.SIGCONT)

    def kill(self) -> None:
        self._server.kill()

    def start(self) -> None:
        self._server.start()


class DoubleHouse(InfluxHouse):
    """The double; what it was told outlives its end, as what a server wrote does."""

    def __init__(self) -> None:
        self._double = Double()
        self._serving = contextlib.ExitStack()
        self._serving.enter_context(serving(self._double))
        self.use(f"http://org:token@127.0.0.1:{self._double.server_port}/bucket")

    def close(self) -> None:
        self._serving.close()

    def stored(self) -> list[Point]:
        found = []
        for (series, t_ns), fields in self._double.points.items():
            if "meter=meter-1" in series:
                count, seq, q = (int(fields[name][:-1]) for name in ("count", "seq", "q"))
                # 32 numbers a boot, from boot -1 on; below zero what is not good.
                found.append(Point(1, t_ns, count, abs(q) // 32 - 2, seq, *decoded(abs(q) % 32)))
        return sorted(found, key=lambda one: one.t_ns)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        self._double.mood = "silent"
        yield
        self._double.mood = "ok"

    def kill(self) -> None:
        self._double.mood = "dead"
        self._serving.close()

    def start(self) -> None:
        kept, port = self._double, self._double.server_port
        self._double = Double(port)
        self._double.points, self._double.kinds = kept.points, kept.kinds
        self._serving.enter_context(serving(self._double))


class Hurried(OutageContract):
    """With a time-out that a test can wait for."""

    @pytest.fixture(autouse=True)
    def _hurry(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ingest.series.influx.TIMEOUT_MS", TIMEOUT_MS)


class TestDoubleOutages(Hurried):
    @pytest.fixture
    def house(self, _hurry: None) -> Iterator[DoubleHouse]:
        made = DoubleHouse()
        yield made
        made.close()


@pytest.mark.influx
@needs_program
class TestInfluxOutages(Hurried):
    @pytest.fixture
    def house(self, server: Server, _hurry: None) -> RealHouse:
        return RealHouse(server)

"""Answers of InfluxDB amid a write: a point of which only some fields are there is not written yet."""

from collections.abc import Iterator
from typing import Any

import pytest

from ingest.series import SeriesUnavailable
from ingest.series.influx import InfluxSeries
from tests.ingest.series.influx_server import facts

Row = dict[str, str]


def row(t: int, **fields: str) -> Row:
    """A line of the answer; a field that is not given was not there."""
    return {"": "", "table": "0", "_time": time_of(t), **dict.fromkeys(("count", "seq", "q"), ""), **fields}


def time_of(t: int) -> str:
    """Nanosecond t of 1970 as the server writes it."""
    return f"1970-01-01T00:00:00.{t:09d}".rstrip("0").rstrip(".") + "Z"


def whole(t: int) -> Row:
    return row(t, count=str(t), seq=str(t), q="64")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[Row]]]:
    """What the store answers, one after the other; all of it must be asked for."""
    made: list[list[Row]] = []
    monkeypatch.setattr(InfluxSeries, "_rows", lambda _self, _flux: made.pop(0))
    monkeypatch.setattr("ingest.series.influx.WHOLE_S", 0.0)
    yield made
    assert made == []


@pytest.fixture
def series() -> Iterator[InfluxSeries]:
    made = InfluxSeries("http://org:token@127.0.0.1:1/bucket", lambda key: facts("t_1", key))
    yield made
    made.close()


def counts(points: Any) -> list[int]:
    return [one.count for one in points]


def test_a_range_holds_what_is_whole(series: InfluxSeries, answers: list[list[Row]]) -> None:
    answers.append([whole(1), whole(2), row(3, count="3", seq="3")])
    assert counts(series.range(1, from_ns=0, to_ns=9)) == [1, 2]


def test_the_boot_of_an_old_point_alone_is_no_half(series: InfluxSeries, answers: list[list[Row]]) -> None:
    """Points of before have a field more, whose last value stands where the meter's last old point was."""
    answers.append([row(2, boot="7"), whole(900)])
    assert counts(series.last([1]).values()) == [900]
    answers.append(
        [row(2, count="2", seq="2", q="16", boot="7"), row(3, count="3", seq="3", q="-98", boot="")]
    )
    assert [one.boot for one in series.range(1, from_ns=0, to_ns=9)] == [7, 1]
    answers.append([row(2, count="2", seq="2", q="16", boot=""), whole(3)])
    assert counts(series.range(1, from_ns=0, to_ns=9)) == [3]


def test_the_last_is_the_last_that_is_whole(series: InfluxSeries, answers: list[list[Row]]) -> None:
    """The last count is of the new point, all other last fields are of the one before."""
    halves = [row(2, seq="2", q="64"), row(3, count="3")]
    answers += [halves, [whole(2), row(3, count="3")], halves, [whole(2), whole(3)]]
    assert series.last([1])[1].count == 2
    assert series.last([1])[1].count == 3


def test_the_first_is_the_first_that_is_whole(series: InfluxSeries, answers: list[list[Row]]) -> None:
    answers += [[row(2, q="64"), row(3, count="3", seq="3")], [row(2, q="64"), whole(3)]]
    assert series.after(1, 0).count == 3  # type: ignore[union-attr]


def test_a_meter_whose_very_first_point_is_under_way_has_none(
    series: InfluxSeries, answers: list[list[Row]]
) -> None:
    answers += [[row(2, count="2")], [row(2, count="2")]]
    assert series.last([1]) == {}


def test_a_chart_takes_the_last_whole_point_of_each_window(
    series: InfluxSeries, answers: list[list[Row]]
) -> None:
    answers += [[whole(5), row(17, q="64"), row(18, count="18", seq="18")], [whole(17)], []]
    assert counts(series.sampled(1, from_ns=0, to_ns=20, step_ns=10)) == [5, 17]


def test_a_good_point_that_is_known_is_asked_for_until_it_is_whole(
    series: InfluxSeries, answers: list[list[Row]]
) -> None:
    bad = row(8, count="8", seq="8", q="-66")
    answers += [[bad], [{"": "", "_time": time_of(7)}], [row(7, q="64")], [whole(7)]]
    assert series.before(1, 9).count == 7  # type: ignore[union-attr]
    answers += [[bad], [{"": "", "_time": time_of(7)}], *([[row(7, q="64")]] * 20)]
    with pytest.raises(SeriesUnavailable):
        series.before(1, 9)

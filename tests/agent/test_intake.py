"""What sources hand over: marked where the clock is off, watched for falls, counted where no room is."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from lexicon.terms import ReadingQuality
from proof.batches import public_key, split, verify

from agent.clock import ClockCheck
from agent.intake import Intake
from agent.reading import Sample
from agent.spool import Spool
from agent.spool_file import SpoolFull
from agent.words import Notice
from tests.agent.conftest import Told
from tests.agent.made import KEY, T0, A


def sample(value: str, ts_ms: int, **more: object) -> Sample:
    return replace(Sample(meter="energy-a", ts_ms=ts_ms, value=value), **more)  # type: ignore[arg-type]


def events(spool: Spool) -> list[dict[str, object]]:
    made = []
    for _, _, _, payload in spool.events():
        verify(split(payload), public_key(KEY))
        made.append(json.loads(split(payload).body))
    return made


def qualities(spool: Spool) -> list[str]:
    return [quality for (quality,) in spool._ask("select quality from reading order by seq", ())]


def test_a_reading_timed_by_a_clock_that_is_off_is_marked_uncertain_one_with_its_own_time_is_not(
    spool: Spool, intake: Intake
) -> None:
    clock = intake.clock
    intake.take([sample("1", T0)])
    clock.learn(sent_ms=T0, platform_ms=T0 + 300_000, came_ms=T0 + 100)
    intake.take([sample("2", T0 + 1), sample("3", T0 + 2, own_time=True)])
    clock.learn(sent_ms=T0 + 500, platform_ms=T0 + 550, came_ms=T0 + 600)
    intake.take([sample("4", T0 + 3), sample("5", T0 + 4, quality=ReadingQuality.BAD)])
    assert qualities(spool) == ["good", "uncertain", "good", "good", "bad"]


def test_a_register_that_falls_becomes_a_signed_event_with_both_values_and_its_reading_is_kept(
    spool: Spool, intake: Intake, told: Told
) -> None:
    intake.take([sample("8000.5", T0), sample("37", T0 + 1)])
    (event,) = events(spool)
    assert (event["event"], event["old"], event["new"], event["at"]) == ("reset", "8000.5", "37", T0 + 1)
    assert event["meter"] == A
    assert Notice.REGISTER_FELL in told.names()
    assert spool.counts()[0] == 2


def test_a_register_that_flaps_is_one_event_and_the_next_says_how_often_it_fell(
    spool: Spool, intake: Intake, told: Told
) -> None:
    intake.take([sample(value, T0 + n) for n, value in enumerate(("9", "1", "9", "1", "9", "1"))])
    assert [event["before"] for event in events(spool)] == [0]
    assert told.notices == [(Notice.REGISTER_FELL, "energy-a")]
    intake._fell_at.clear()
    intake.take([sample("0", T0 + 99)])
    assert [event["before"] for event in events(spool)] == [0, 2]


def test_a_rollover_a_late_reading_and_text_are_no_fall(spool: Spool, intake: Intake) -> None:
    intake.take([sample("9999.98", T0), sample("0.01", T0 + 10)])
    intake.take([sample("9999.97", T0 - 5), sample("n/a", T0 + 20), sample("0.02", T0 + 30)])
    assert events(spool) == []


def test_a_fall_is_seen_across_a_restart(
    spool: Spool, new_spool: Callable[..., Spool], intake: Intake, told: Told
) -> None:
    intake.take([sample("500", T0)])
    spool.close()
    again = new_spool()
    later = Intake(spool=again, meters=intake.meters, key=KEY, clock=ClockCheck(limit_ms=1), tell=told.tell)
    later.take([sample("4", T0 + 10)])
    assert [event["event"] for event in events(again)] == ["reset"]


def test_a_declared_replacement_is_no_fall_later(spool: Spool, intake: Intake) -> None:
    intake.take([sample("500", T0)])
    intake.event("energy-a", "replaced", register="2", at=T0 + 5, old="500", new="2")
    intake.take([sample("2.5", T0 + 10)])
    assert [event["event"] for event in events(spool)] == ["replaced"]


def test_polled_readings_that_find_no_room_are_counted_and_told_when_there_is_room(
    new_spool: Callable[..., Spool], intake: Intake, told: Told
) -> None:
    intake.spool = new_spool("full", bytes_max=1)
    for n in range(3):
        intake.offer([sample(str(n), T0 + n)])
    assert intake.missed == 3
    assert told.names() == {Notice.SPOOL_FULL}
    with pytest.raises(SpoolFull):
        intake.take([sample("9", T0 + 9)])
    intake.spool = room = new_spool("room")
    intake.offer([sample("10", T0 + 10)])
    (event,) = events(room)
    assert (event["event"], event["count"], event["first"], event["last"]) == ("not_taken", 3, T0, T0 + 2)
    assert intake.missed == 0

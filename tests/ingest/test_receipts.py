"""Receipts of unsigned readings: paced by meter and in all, none lost, always the newest state."""

import json

import pytest

from ingest import receipts
from ingest.message import Receipt
from ingest.receipts import Pacer

METERS = range(5)


class Known:
    """What is known of meters: the last sequence of each."""

    def __init__(self) -> None:
        self.to = dict.fromkeys(METERS, 1)

    def receipt(self, meter: int) -> Receipt | None:
        return Receipt(f"ack/{meter}", 0, self.to[meter], "") if meter in self.to else None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(receipts.time, "monotonic", lambda: now[0])
    return now


def told(sent: list[tuple[str, bytes]]) -> dict[str, int]:
    return {topic: json.loads(text)["to"] for topic, text in sent}


def test_a_meter_is_told_once_a_second_and_then_the_newest(clock: list[float]) -> None:
    pacer, known = Pacer(), Known()
    assert told(pacer.take([], {1: known.receipt})) == {"ack/1": 1}
    for known.to[1] in (2, 3):
        clock[0] += 0.3
        assert pacer.take([], {1: known.receipt}) == pacer.overdue() == []
    clock[0] += 0.5
    assert told(pacer.overdue()) == {"ack/1": 3}
    clock[0] += 5
    assert pacer.overdue() == []


def test_where_more_wait_than_may_go_those_that_wait_longest_go_first(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "UNSIGNED_PER_S", 2)
    pacer, known = Pacer(), Known()
    sent = [told(pacer.take([], dict.fromkeys(METERS, known.receipt)))]
    for _ in range(4):
        clock[0] += 1
        sent.append(told(pacer.take([], dict.fromkeys(METERS, known.receipt))))
    assert [sorted(one) for one in sent] == [
        ["ack/0", "ack/1"],
        ["ack/2", "ack/3"],
        ["ack/0", "ack/4"],
        ["ack/1", "ack/2"],
        ["ack/0", "ack/3"],
    ]


def test_a_signed_receipt_waits_for_nothing(clock: list[float]) -> None:
    pacer, signed = Pacer(), Receipt("ack/9", 1, 7, "ab")
    assert [told(pacer.take([signed], {})) for _ in range(3)] == [{"ack/9": 7}] * 3


def test_of_a_meter_that_memory_has_dropped_nothing_is_told(clock: list[float]) -> None:
    pacer, known = Pacer(), Known()
    known.to.clear()
    assert pacer.take([], {1: known.receipt}) == []
    clock[0] += 2
    assert pacer.overdue() == []

"""A change of the channel that the orderer refuses because it has not heard of the others yet."""

import asyncio
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from ledger import revocation
from ledger.revocation import NotPublished, broadcast

LOST = "invalid update: 0 out of 3 nodes are alive, configuration will result in quorum loss"


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """The orderer's answers, one after the other; an empty one takes the change."""
    left = list(answers)

    async def offer(_network: Any, _envelope: Any) -> None:
        if told := left.pop(0):
            raise NotPublished(told)

    monkeypatch.setattr(revocation, "_offer", offer)
    monkeypatch.setattr(revocation, "UNHEARD_S", 0.0)
    return left


def handed_over() -> None:
    network: Any = None
    asyncio.run(broadcast(network, common_pb2.Envelope()))


def test_it_is_asked_again_until_it_has_heard_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    left = answering(monkeypatch, LOST, LOST, "")
    handed_over()
    assert left == []


def test_any_other_refusal_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    left = answering(monkeypatch, "it is not signed by enough", "")
    with pytest.raises(NotPublished, match="not signed"):
        handed_over()
    assert left == [""]


def test_a_quorum_that_is_lost_is_told_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation, "UNHEARD_FOR_S", -1.0)
    answering(monkeypatch, LOST)
    with pytest.raises(NotPublished, match="quorum loss"):
        handed_over()

"""An envelope is handed in and its status asked for at once: the answer comes with the block."""

import asyncio
from typing import Any

import pytest
from ledger.commit import CommitStatus, confirmed
from ledger.errors import LedgerUnavailable, SubmitError

STATUS = CommitStatus("tx", "VALID", 7)


def play(story: Any) -> Any:
    return asyncio.run(story)


def test_the_peer_is_asked_before_the_orderer_has_answered() -> None:
    async def story() -> CommitStatus:
        asked = asyncio.Event()

        async def status() -> CommitStatus:
            asked.set()
            return STATUS

        return await confirmed(asyncio.wait_for(asked.wait(), 5), status())

    assert play(story()) == STATUS


def test_after_a_submit_that_failed_nobody_waits_for_a_status() -> None:
    told: list[str] = []

    async def submit() -> None:
        await asyncio.sleep(0)
        raise SubmitError("full", status="ABORTED", tx_id="tx")

    async def status() -> CommitStatus:
        try:
            await asyncio.Event().wait()
        finally:
            told.append("over")
        return STATUS

    with pytest.raises(SubmitError):
        play(confirmed(submit(), status()))
    assert told == ["over"]


def test_a_status_that_cannot_be_had_is_told_after_the_submit() -> None:
    told: list[str] = []

    async def submit() -> None:
        await asyncio.sleep(0.01)
        told.append("submitted")

    async def status() -> CommitStatus:
        raise LedgerUnavailable("away", step="commit status", tx_id="tx")

    with pytest.raises(LedgerUnavailable, match="away"):
        play(confirmed(submit(), status()))
    assert told == ["submitted"]

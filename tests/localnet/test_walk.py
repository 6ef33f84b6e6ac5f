"""The walk over all blocks and rows keeps to its share of a processor, in short steps."""

import time

import pytest
from ledger import material
from localnet import walk
from localnet.walk import Pace, find_damage

from tests.localnet.workshop import Workshop


@pytest.fixture
def workshop(tmp_path):
    made = Workshop(material.write(tmp_path), tmp_path / "chain")
    for number in range(4):
        made.commit(made.put(f"key{number}", b"value"))
    return made


def busy(seconds):
    """Uses so much of this thread's processor time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_what_was_worked_is_slept_off(share):
    slept = []
    pace = Pace(share, slept.append)
    began = time.thread_time()
    for _ in range(60):
        busy(0.0004)
        pace.step()
    worked = time.thread_time() - began
    assert sum(slept) == pytest.approx(worked * (1 - share) / share, rel=0.2)
    # Never a long step before a rest: two or three pieces of work make one.
    assert max(slept) * share / (1 - share) < 0.01


def test_a_walk_rests_again_and_again_and_finds_what_was_edited(workshop, monkeypatch):
    monkeypatch.setattr(walk, "STEP_S", 0.0)
    slept = []
    assert find_damage(workshop.chain, pause=slept.append) is None
    # Once for each block, and once for the rows after the first step.
    assert len(slept) >= 4
    workshop.chain.state._writer.execute("UPDATE state SET value=x'00' WHERE key=?", (b"key1",))
    assert "the state of key key1 is not what the blocks say" in find_damage(
        workshop.chain, pause=slept.append
    )

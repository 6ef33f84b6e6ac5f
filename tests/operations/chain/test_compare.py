"""The audit names organisation, key and block of what deviates: in rows, in blocks, in commit hashes."""

import dataclasses

import pytest
from lexicon import canonical
from operations.chain.compare import Deviation, deviations
from operations.chain.peers import Held
from operations.chain.report import judge, lines
from operations.chain.state import State

LOT = ("coin", "ab" * 32, "000000000000")
VALUE = canonical.encode(
    {"owner": "acc_one", "amount_cents": "5", "listing": None, "listing_session": None, "parents": [],
     "origin": "iss_1"}
)  # fmt: skip


def peer(name: str, **changes: object) -> Held:
    told = State(
        height=3,
        values={LOT: VALUE},
        objects={LOT: canonical.decode_object(VALUE)},
        written={LOT: 2},
        headers=[b"h0", b"h1", b"h2"],
        commits=[b"c0", b"c1", b"c2"],
    )
    return dataclasses.replace(Held(name, told, dict(told.values)), **changes)


def three(**changes: object) -> list[Held]:
    return [peer("enterprise"), peer("auditor", **changes), peer("regulator")]


def test_peers_that_agree_have_no_deviation() -> None:
    assert deviations(three()) == []


@pytest.mark.parametrize(
    ("rows", "what", "block"),
    [
        ({LOT: VALUE.replace(b'"5"', b'"6"')}, "the row differs from what the blocks say", 2),
        ({}, "the row is missing", 2),
    ],
)
def test_an_edited_or_removed_row_is_named_with_its_block_and_organisation(
    rows: dict, what: str, block: int
) -> None:
    assert deviations(three(rows=rows)) == [Deviation("auditor", what, block, "~".join(LOT))]


def test_a_row_from_nowhere_is_named() -> None:
    extra = (*LOT[:2], "000000000007")
    [found] = deviations(three(rows={LOT: VALUE, extra: VALUE}))
    assert (found.organisation, found.what, found.block) == ("auditor", "a row that no block wrote", -1)


def test_a_peer_whose_blocks_and_rows_were_both_changed_is_named_against_the_others() -> None:
    changed = State(
        height=3, values={LOT: b"x"}, written={LOT: 2}, headers=[b"h0", b"h1", b"h2"],
        commits=[b"c0", b"cX", b"cY"],
    )  # fmt: skip
    found = deviations(three(told=changed, rows={LOT: b"x"}))
    assert Deviation("auditor", "its commit hash differs from the others'", 1) in found
    assert Deviation("auditor", "the row differs from the others'", 2, "~".join(LOT)) in found


def test_another_block_is_named_by_its_number() -> None:
    fork = dataclasses.replace(peer("auditor").told, headers=[b"h0", b"h1", b"fork"])
    assert deviations(three(told=fork)) == [
        Deviation("auditor", "the block is another one than the others'", 2)
    ]


def test_a_silent_peer_and_a_broken_sum_are_faults_and_the_answer_says_so() -> None:
    told = judge(
        [peer("enterprise"), Held("auditor", State(), {}, silent="no connection"), peer("regulator")]
    )
    assert not told["ok"]
    assert "auditor: does not answer: no connection" in told["faults"]
    assert "enterprise: coin: issued 0, unspent 5, redeemed 0" in told["faults"], "coin without a supply"
    assert told["organisations"]["regulator"]["rows"] == 1
    assert any("does not answer" in line for line in lines(told))


def test_a_row_that_is_no_record_is_a_fault_and_not_a_crash() -> None:
    told = judge([peer("enterprise", rows={LOT: b"not json", ("lot", "x"): b"{}"})])
    assert any("no canonical JSON" in fault for fault in told["faults"])
    assert any("no lot can be read" in fault for fault in told["faults"])

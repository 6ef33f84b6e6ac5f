"""The relay: one effect for each row, whatever fails and whoever is killed when."""

import asyncio
import hashlib
import itertools
import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from kit import clock, outbox
from kit.outbox import OutboxRow, ServiceCall
from ledger.commit import Commit, CommitStatus
from ledger.errors import EndorseError, LedgerUnavailable, PeerDetail, Refusal_
from ledger.proposal import Transaction
from lexicon.terms import OutboxState, Trouble
from tanheng import relay as relay_module
from tanheng.relay import EVENTS, Relay

from market.models import Checkpoint
from tests import world
from tests.tanheng.threads import TestThread, play

pytestmark = pytest.mark.db


class Chain:
    """A ledger in a dictionary: an envelope counts once, an intent counts once; tests make it fail."""

    def __init__(self) -> None:
        self.committed: dict[str, tuple[str, int]] = {}
        self.effects: list[str] = []
        self.proposals: list[tuple[str, tuple[bytes, ...]]] = []
        self.numbers = itertools.count(1)
        self.pending: dict[str, bytes] = {}
        self.fail_propose: list[Exception] = []
        self.fail_submit: list[Exception] = []
        self.codes: list[str] = []
        self.lose_answers = 0
        self.peer_msp = ""
        self.blocks = [1]
        self.asked: list[tuple[str, ...]] = []

    async def height(self) -> int:
        """As many blocks as the peer has at this question; the last figure stays."""
        blocks = self.blocks[0]
        if len(self.blocks) > 1:
            self.blocks.pop(0)
        if not blocks:
            raise LedgerUnavailable("refused", step="evaluate", status="UNAVAILABLE")
        return blocks

    async def propose(self, name: str, *args: bytes, organisations: Sequence[str] = ()) -> Transaction:
        self.asked.append(tuple(organisations))
        if self.fail_propose:
            raise self.fail_propose.pop(0)
        self.proposals.append((name, args))
        tx_id = hashlib.sha256(f"{next(self.numbers)}".encode()).hexdigest()
        return Transaction(tx_id, args[0] + tx_id.encode(), b"")

    async def submit(self, envelope: bytes, tx_id: str) -> Commit:
        if self.fail_submit:
            raise self.fail_submit.pop(0)
        if tx_id not in self.committed:
            code = self.codes.pop(0) if self.codes else "VALID"
            self.committed[tx_id] = (code, len(self.committed) + 1)
            if code == "VALID":
                self.effects.append(envelope.removesuffix(tx_id.encode()).decode())
        if self.lose_answers:
            self.lose_answers -= 1
            raise LedgerUnavailable("connection reset", step="submit", status="UNAVAILABLE")
        return Commit(tx_id)

    async def commit_status(self, tx_id: str, *, timeout_s: float) -> CommitStatus:
        if tx_id not in self.committed:
            raise LedgerUnavailable("unknown", step="commit status", status="DEADLINE_EXCEEDED")
        code, block = self.committed[tx_id]
        return CommitStatus(tx_id, code, block)


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture(autouse=True)
def _stage(frozen_clock) -> None:
    """Time stands still."""


def relay_to(*chains: Chain) -> Relay:
    return Relay(lambda organisation, identity: chains, TestThread(), watchers=chains)


def drain(relay: Relay) -> None:
    play(relay.drain())


def queue(name: str = "unlist", listing: str = "lst_1", subject: str = "") -> OutboxRow:
    body = world.signed_intent("alpha_trader", name, {"listing": listing}, now=clock.now())
    intent = outbox.read_intent(
        text=body["intent"], signature=body["signature"], fingerprint=body["fingerprint"]
    )
    with transaction.atomic():
        return outbox.enqueue(intent=intent, organisation="enterprise", subject=subject)


def row_of(row: OutboxRow) -> OutboxRow:
    return OutboxRow.objects.get(pk=row.pk)


def test_an_intent_goes_up_with_its_signature_and_the_envelope_is_kept(chain: Chain) -> None:
    row = queue()
    drain(relay_to(chain))
    assert chain.effects == [row.intent_text]
    name, args = chain.proposals[0]
    assert name == "unlist"
    assert args == (row.intent_text.encode(), row.signature.encode(), row.fingerprint.encode())
    kept = row_of(row)
    assert kept.state == OutboxState.SENT
    assert bytes(kept.envelope).startswith(row.intent_text.encode())


def test_a_service_call_has_one_argument_and_the_same_call_is_queued_once(chain: Chain) -> None:
    call = ServiceCall("open_session", {"session": 7})
    with transaction.atomic():
        first = outbox.enqueue(intent=call, organisation="regulator", subject="session:7")
        again = outbox.enqueue(intent=call, organisation="regulator", subject="session:7")
    assert first.pk == again.pk
    drain(relay_to(chain))
    assert chain.proposals == [("open_session", (b'{"session":7}',))]


def test_the_same_intent_is_queued_once_and_an_id_used_for_another_text_is_refused() -> None:
    intent_id = str(uuid.uuid4())

    def intent(listing: str) -> outbox.SignedIntent:
        body = world.signed_intent(
            "alpha_trader", "unlist", {"listing": listing}, intent_id=intent_id, now=clock.now()
        )
        return outbox.read_intent(
            text=body["intent"], signature=body["signature"], fingerprint=body["fingerprint"]
        )

    first = intent("lst_1")
    for _ in range(2):
        outbox.enqueue(intent=first, organisation="enterprise", subject="")
    assert OutboxRow.objects.filter(pk=intent_id).count() == 1
    with pytest.raises(outbox.OutboxConflict):
        outbox.enqueue(intent=intent("lst_2"), organisation="enterprise", subject="")


def test_a_conflict_makes_a_new_proposal_of_the_same_intent(chain: Chain) -> None:
    chain.codes = ["MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"]
    row = queue()
    drain(relay_to(chain))
    assert len(chain.proposals) == 3
    assert chain.effects == [row.intent_text]


def test_peers_at_different_heights_are_asked_again(chain: Chain) -> None:
    detail = PeerDetail("p", "AuditorMSP", "ProposalResponsePayloads do not match")
    chain.fail_propose = [EndorseError("failed to collect", status="ABORTED", details=(detail,))]
    row = queue()
    drain(relay_to(chain))
    assert chain.effects == [row.intent_text]


def test_a_lost_answer_sends_the_same_envelope_again_and_has_one_effect(chain: Chain) -> None:
    chain.lose_answers = 1
    row = queue()
    drain(relay_to(chain))
    assert chain.effects == [row.intent_text]
    assert len(chain.proposals) == 1


def test_a_refusal_is_stored_with_its_facts_only_when_it_is_said_twice(chain: Chain) -> None:
    chain.fail_propose = [Refusal_("listing_unknown", {"listing": "lst_1"})]
    early = queue()
    drain(relay_to(chain))
    assert row_of(early).state == OutboxState.SENT, "one peer was a block behind"
    chain.fail_propose = [Refusal_("listing_unknown", {"listing": "lst_1"})] * 2
    row = queue(listing="lst_1")
    drain(relay_to(chain))
    kept = row_of(row)
    assert (kept.state, kept.refusal) == (OutboxState.REFUSED, "listing_unknown")
    assert kept.refusal_facts == '{"listing":"lst_1"}'


def told_of(block: int) -> None:
    Checkpoint.objects.create(reader=EVENTS, block_number=block, tx_id="ab" * 32)


def test_a_peer_that_lacks_a_block_people_were_told_of_cannot_refuse(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "CATCH_UP_S", (0.0,))
    told_of(7)
    chain.blocks = [5, 6, 8]
    chain.fail_propose = [Refusal_("step_missing", {"step": "findings_closed"})] * 3
    row = queue()
    drain(relay_to(chain))
    assert row_of(row).state == OutboxState.SENT, "it was the peer that had not read the step"


def test_who_lacks_a_block_is_left_out_when_a_refusal_is_said_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "SECOND_OPINION_S", 0.0)
    told_of(7)
    chains = [Chain(), Chain(), Chain()]
    for one, msp, blocks in zip(
        chains, ("EnterpriseMSP", "AuditorMSP", "RegulatorMSP"), (5, 8, 8), strict=True
    ):
        one.peer_msp, one.blocks = msp, [blocks]
    chains[0].fail_propose = [Refusal_("step_missing", {"step": "findings_closed"})] * 2
    row = queue()
    drain(relay_to(*chains))
    assert row_of(row).state == OutboxState.SENT
    assert [one.asked for one in chains] == [[()], [("AuditorMSP", "RegulatorMSP")], []]
    assert len(chains[1].proposals) == 1


def test_a_refusal_by_one_of_three_counts_only_with_two_that_know_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "CATCH_UP_S", (0.0,))
    chains = [Chain(), Chain(), Chain()]
    for one, blocks in zip(chains, (8, 0, 3), strict=True):
        one.peer_msp, one.blocks = f"{blocks}MSP", [blocks]
        one.fail_propose = [Refusal_("listing_unknown", {"listing": "lst_1"})] * 99
    row = queue()
    relay = relay_to(*chains)
    drain(relay)
    kept = row_of(row)
    assert (kept.state, kept.trouble) == (OutboxState.WAITING, Trouble.DISAGREEMENT)


def test_an_intent_whose_time_is_over_is_not_sent(chain: Chain) -> None:
    row = queue()
    clock.tick(timedelta(minutes=11))
    drain(relay_to(chain))
    assert row_of(row).state == OutboxState.EXPIRED
    assert chain.proposals == []


def test_a_chain_that_is_down_leaves_the_row_waiting_and_later_carries_it_once(chain: Chain) -> None:
    chain.fail_propose = [LedgerUnavailable("refused", step="endorse", status="UNAVAILABLE")] * 2
    row = queue()
    relay = relay_to(chain)
    drain(relay)
    waiting = row_of(row)
    assert waiting.state == OutboxState.WAITING
    assert waiting.next_at > clock.now()
    assert chain.effects == []
    drain(relay)
    assert row_of(row).attempts == 1, "its time has not come"
    for _ in range(2):
        clock.tick(timedelta(seconds=10))
        drain(relay)
    assert chain.effects == [row.intent_text]


def test_another_organisations_peer_carries_when_the_own_one_is_down(chain: Chain) -> None:
    dead = Chain()
    dead.fail_propose = [LedgerUnavailable("refused", step="endorse", status="UNAVAILABLE")] * 9
    dead.fail_submit = [LedgerUnavailable("refused", step="submit", status="UNAVAILABLE")] * 9

    async def refused(tx_id: str, *, timeout_s: float) -> CommitStatus:
        raise LedgerUnavailable("refused", step="commit status", status="UNAVAILABLE")

    dead.commit_status = refused  # the peer is gone at every step
    row = queue()
    drain(relay_to(dead, chain))
    assert chain.effects == [row.intent_text]


@pytest.mark.parametrize("reached", ["proposed", "submitted"])
def test_a_relay_killed_after_it_stored_the_envelope_sends_those_bytes(chain: Chain, reached: str) -> None:
    row = queue()
    proposed = asyncio.run(chain.propose(row.name, row.intent_text.encode()))
    outbox.store_envelope(row.pk, envelope=proposed.envelope, tx_id=proposed.tx_id, now=clock.now())
    if reached == "submitted":
        asyncio.run(chain.submit(proposed.envelope, proposed.tx_id))
    drain(relay_to(chain))
    assert chain.effects == [row.intent_text]
    assert len(chain.proposals) == 1
    assert row_of(row).tx_id == proposed.tx_id


def test_a_relay_killed_after_an_invalid_commit_proposes_again(chain: Chain) -> None:
    row = queue()
    chain.codes = ["MVCC_READ_CONFLICT"]
    proposed = asyncio.run(chain.propose(row.name, row.intent_text.encode()))
    outbox.store_envelope(row.pk, envelope=proposed.envelope, tx_id=proposed.tx_id, now=clock.now())
    asyncio.run(chain.submit(proposed.envelope, proposed.tx_id))
    drain(relay_to(chain))
    assert chain.effects == [row.intent_text]
    assert row_of(row).tx_id != proposed.tx_id


def test_rows_of_one_subject_go_up_in_order_and_others_at_once(chain: Chain) -> None:
    first = queue(listing="lst_1", subject="registration:1")
    clock.tick(timedelta(milliseconds=1))
    second = queue(listing="lst_2", subject="registration:1")
    clock.tick(timedelta(milliseconds=1))
    other = queue(listing="lst_3", subject="registration:2")
    relay = relay_to(chain)
    drain(relay)
    assert sorted(chain.effects) == sorted([first.intent_text, other.intent_text])
    outbox.commit(
        tx_id=row_of(first).tx_id, intent_id=str(first.pk), block_number=1, committed_at=clock.now()
    )
    drain(relay)
    assert chain.effects[-1] == second.intent_text


def test_a_hundred_rows_are_each_carried_once(chain: Chain) -> None:
    rows = [queue(listing=f"lst_{number}") for number in range(100)]
    drain(relay_to(chain))
    assert sorted(chain.effects) == sorted(row.intent_text for row in rows)


def test_a_transaction_that_is_invalid_for_good_is_refused_with_the_code(chain: Chain) -> None:
    chain.codes = ["BAD_CREATOR_SIGNATURE"]
    row = queue()
    drain(relay_to(chain))
    assert row_of(row).refusal == "transaction_invalid"


def test_a_committed_row_is_found_by_its_intent_after_a_restore() -> None:
    row = queue()
    found = outbox.commit(tx_id="ab" * 32, intent_id=str(row.pk), block_number=5, committed_at=clock.now())
    assert found is not None
    assert row_of(row).state == OutboxState.COMMITTED
    assert (
        outbox.commit(tx_id="ab" * 32, intent_id=str(row.pk), block_number=5, committed_at=clock.now())
        is None
    )


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"a":1}', "[]", '{"v":1}', "\ud800", '{"v": 1}', "not json", '{"v":1,"v":1}'],
)
def test_a_text_that_is_no_intent_is_malformed(text: str) -> None:
    with pytest.raises(outbox.IntentMalformed):
        outbox.read_intent(text=text, signature="", fingerprint="")

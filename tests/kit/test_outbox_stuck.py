"""Stuck intents: what is shown as stuck, why, what to do, and to whom; a retry changes only the time."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from kit import clock, outbox, outbox_stuck
from kit.outbox import OutboxRow
from lexicon.terms import OutboxState, Remedy, Trouble

from tests import world

pytestmark = pytest.mark.db
ALPHA = world.HOUSES["alpha"].account


@pytest.fixture(autouse=True)
def _stage(frozen_clock) -> None:
    """Time stands still."""


def queue(who: str = "alpha_trader", listing: str = "lst_1", subject: str = "") -> OutboxRow:
    body = world.signed_intent(who, "unlist", {"listing": listing}, now=clock.now())
    intent = outbox.read_intent(
        text=body["intent"], signature=body["signature"], fingerprint=body["fingerprint"]
    )
    with transaction.atomic():
        return outbox.enqueue(intent=intent, organisation="enterprise", subject=subject)


def told(**which) -> dict[str, tuple[Trouble, Remedy]]:
    return {
        str(one.row.pk): (one.trouble, one.remedy) for one in outbox_stuck.stuck(now=clock.now(), **which)
    }


def test_a_fresh_intent_is_not_stuck_and_one_that_nobody_carried_is() -> None:
    row = queue()
    assert told() == {}
    clock.tick(timedelta(seconds=16))
    assert told() == {str(row.pk): (Trouble.NOT_CARRIED, Remedy.START_RELAY)}


def test_each_reason_leads_to_its_remedy() -> None:
    waiting, sent, down, done = (queue(listing=f"lst_{n}") for n in range(4))
    outbox.store_envelope(sent.pk, envelope=b"x", tx_id="a" * 64, now=clock.now())
    outbox.back_off(down.pk, until=clock.now(), trouble=Trouble.UNREACHABLE, text="no peer")
    outbox.commit(tx_id="b" * 64, intent_id=str(done.pk), block_number=1, committed_at=clock.now())
    clock.tick(timedelta(seconds=16))
    assert told() == {
        str(waiting.pk): (Trouble.NOT_CARRIED, Remedy.START_RELAY),
        str(sent.pk): (Trouble.NOT_READ, Remedy.START_FOLLOWER),
        str(down.pk): (Trouble.UNREACHABLE, Remedy.RETRY),
    }


def test_what_waits_for_an_earlier_intent_of_its_matter_says_so() -> None:
    first = queue(subject="listing:lst_1")
    clock.tick(timedelta(milliseconds=1))
    second = queue(listing="lst_2", subject="listing:lst_1")
    clock.tick(timedelta(seconds=16))
    assert told()[str(first.pk)][0] is Trouble.NOT_CARRIED
    assert told()[str(second.pk)] == (Trouble.BEHIND, Remedy.WAIT)


def test_an_expired_intent_must_be_signed_again_until_that_was_done() -> None:
    row = queue(subject="listing:lst_1")
    assert outbox.expire(row.pk)
    assert told() == {str(row.pk): (Trouble.EXPIRED, Remedy.SIGN_AGAIN)}
    assert outbox_stuck.retry(row.pk) is False, "its signature ran out: nothing to try"
    clock.tick(timedelta(seconds=1))
    again = queue(subject="listing:lst_1")
    outbox.commit(tx_id="c" * 64, intent_id=str(again.pk), block_number=1, committed_at=clock.now())
    assert told() == {}


def test_a_sent_envelope_forgets_the_trouble_before_it() -> None:
    row = queue()
    outbox.back_off(row.pk, until=clock.now(), trouble=Trouble.UNREACHABLE, text="no peer")
    outbox.store_envelope(row.pk, envelope=b"x", tx_id="a" * 64, now=clock.now())
    clock.tick(timedelta(seconds=16))
    assert told()[str(row.pk)][0] is Trouble.NOT_READ


def test_a_retry_makes_it_due_now_and_changes_nothing_else() -> None:
    row = queue()
    later = clock.now() + timedelta(seconds=5)
    outbox.back_off(row.pk, until=later, trouble=Trouble.CONFLICTS)
    assert outbox.due(now=clock.now(), exclude=(), limit=5) == []
    assert outbox_stuck.retry(row.pk)
    [due] = outbox.due(now=clock.now(), exclude=(), limit=5)
    assert (due.pk, due.state, due.attempts) == (row.pk, OutboxState.WAITING, 1)


def test_an_enterprise_sees_its_own_without_the_nodes_words_and_an_administrator_all(client_of) -> None:
    own, other = queue("alpha_trader"), queue("beta_trader")
    for row in (own, other):
        outbox.back_off(row.pk, until=clock.now(), trouble=Trouble.UNREACHABLE, text="peer 127.0.0.1 refused")
    clock.tick(timedelta(seconds=16))
    [shown] = client_of("alpha_head").get("/api/v1/intents/stuck/").json()["results"]
    assert (shown["id"], shown["nodes"], shown["trouble"]) == (str(own.pk), "", "unreachable")
    assert shown["why"]["zh"] == Trouble.UNREACHABLE.zh
    assert shown["action"]["en"] == Remedy.RETRY.en
    seen = client_of("administrator_1").get("/api/v1/intents/stuck/").json()["results"]
    assert {row["id"]: row["organisation"] for row in seen} == {
        str(own.pk): world.HOUSES["alpha"].name,
        str(other.pk): world.HOUSES["beta"].name,
    }
    assert {row["nodes"] for row in seen} == {"peer 127.0.0.1 refused"}


def test_a_retry_by_the_account_or_an_administrator_is_logged_and_nobody_elses(client_of) -> None:
    from kit.models import AuditEntry

    row = queue()
    outbox.back_off(row.pk, until=clock.now() + timedelta(hours=1), trouble=Trouble.CONFLICTS)
    path = f"/api/v1/intents/{row.pk}/retry/"
    assert client_of("beta_head").post(path).status_code == 404
    assert client_of("alpha_head").post(path).json() == {"intent_id": str(row.pk), "state": "waiting"}
    assert client_of("administrator_1").post(path).status_code == 202
    assert AuditEntry.objects.filter(act="retry_intent").count() == 2


def test_the_command_lists_and_retries(db) -> None:
    from click.testing import CliRunner
    from operations.commands.stuck import stuck as command

    assert json.loads(CliRunner().invoke(command, ["--json"]).output) == {
        "ok": True,
        "stuck": [],
        "retried": 0,
    }
    row = queue()
    outbox.back_off(row.pk, until=clock.now() + timedelta(hours=1), trouble=Trouble.CONFLICTS)
    clock.tick(timedelta(seconds=16))
    answer = CliRunner().invoke(command, ["--json", "--retry", "all"])
    assert answer.exit_code == 1
    found = json.loads(answer.output)
    assert (found["retried"], found["stuck"][0]["trouble"]) == (1, "conflicts")
    assert OutboxRow.objects.get(pk=row.pk).next_at is None
    plain = CliRunner().invoke(command, []).output
    assert str(row.pk) in plain
    assert Trouble.CONFLICTS.zh in plain
    assert CliRunner().invoke(command, ["--retry", "nonsense"]).exit_code == 2

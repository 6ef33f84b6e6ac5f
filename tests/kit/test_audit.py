"""The audit log: edits, removals and reorderings break the chain where they happened."""

import pytest
from django.db import transaction
from kit import audit
from kit.models import AuditEntry

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def lines(db: None, frozen_clock) -> None:
    for number in range(5):
        audit.record("test.act", person="per_one", account="acc_one", subject=f"thing:{number}", count=number)


def test_an_untouched_chain_holds() -> None:
    assert audit.verify() is None


@pytest.mark.parametrize("field", ["person", "account", "act", "subject", "facts"])
def test_an_edited_line_is_found(field: str) -> None:
    AuditEntry.objects.filter(number=3).update(**{field: "other"})
    assert audit.verify() == audit.Broken(3, "its content does not fit its digest")


def test_a_line_edited_with_its_digest_breaks_the_next() -> None:
    line = AuditEntry.objects.get(number=3)
    line.act = "other"
    AuditEntry.objects.filter(number=3).update(act="other", digest=audit._digest(line))
    assert audit.verify() == audit.Broken(4, "it does not continue the line before")


def test_a_removed_line_is_found() -> None:
    AuditEntry.objects.filter(number=2).delete()
    assert audit.verify() == audit.Broken(3, "a line before it is missing")


def test_an_act_that_is_rolled_back_was_never_logged() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _act_and_fail()
    assert not AuditEntry.objects.filter(act="test.gone").exists()
    audit.record("test.next")
    assert audit.verify() is None


def _act_and_fail() -> None:
    audit.record("test.gone")
    raise ZeroDivisionError


def test_an_enterprise_reads_its_own_lines_and_the_regulator_all(client_of) -> None:
    audit.record("test.own", account="acc_alphaaaaaaaa")
    own = client_of("alpha_head").get("/api/v1/audit/").json()["results"]
    every = client_of("regulator_1").get("/api/v1/audit/").json()["results"]
    assert {line["account"] for line in own} == {"acc_alphaaaaaaaa"}
    assert len(every) > len(own)

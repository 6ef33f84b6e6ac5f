"""Accounts, persons, keys, acts of two persons and cases, as the ledger's events tell them."""

from collections.abc import Callable, Mapping
from typing import Any

from ledger.events import LedgerEvent
from lexicon import canonical
from lexicon.arguments import Act
from lexicon.intents import instant_from_text
from lexicon.terms import AccountState, ReportState
from lexicon.transactions import Transaction

from tenants.models import (
    BoundKey,
    CaseAssignment,
    Membership,
    Organisation,
    Person,
    Registration,
    TwoStepAction,
)
from tenants.services import onboarding

_CLOSED = (ReportState.MINTED, ReportState.RETURNED, ReportState.WITHDRAWN, ReportState.SUPERSEDED)


def apply(event: LedgerEvent) -> None:
    """Bring the read models here to where the event says they are; other objects are not looked at."""
    readers: dict[str, Callable[[LedgerEvent, Mapping[str, Any]], None]] = {
        "account": _account,
        "person": _person,
        "action": _action,
        "case": _case,
        "report": _report,
    }
    for kind, read in readers.items():
        for write in event.written(kind):
            if write.value is not None:
                read(event, write.value)
    _advance(event)


def project(event: LedgerEvent) -> None:
    """The read models alone that can be made again from block 0: acts of two persons, and cases' doors."""
    readers = {"action": _action, "case": _case, "report": _report}
    for kind, read in readers.items():
        for write in event.written(kind):
            if write.value is not None:
                read(event, write.value)


def _account(event: LedgerEvent, value: Mapping[str, Any]) -> None:
    organisation, made = Organisation.objects.get_or_create(
        account=value["account"],
        defaults={"kind": value["kind"], "name": value["account"], "created_at": event.at},
    )
    if value["state"] == AccountState.SUSPENDED or organisation.status == AccountState.SUSPENDED or made:
        organisation.status = value["state"]
    elif organisation.status == "applied":
        organisation.status = AccountState.REGISTERED
    organisation.registered_tx = organisation.registered_tx or event.tx_id
    organisation.save(update_fields=["status", "registered_tx"])


def _person(event: LedgerEvent, value: Mapping[str, Any]) -> None:
    person = Person.objects.filter(pk=value["person"]).first()
    if person is None:
        return
    for key in value["keys"]:
        valid_to = key.get("valid_to")
        BoundKey.objects.update_or_create(
            fingerprint=key["fingerprint"],
            defaults={
                "person": person,
                "use": key["use"],
                "spki": key["spki"],
                "status": "unbound" if valid_to else "bound",
                "valid_from": instant_from_text(key["valid_from"]),
            },
            create_defaults={
                "person": person,
                "use": key["use"],
                "spki": key["spki"],
                "status": "unbound" if valid_to else "bound",
                "bound_tx": event.tx_id,
                "valid_from": instant_from_text(key["valid_from"]),
                "created_at": event.at,
            },
        )
    BoundKey.objects.filter(person=person, status="bound", bound_tx="").update(bound_tx=event.tx_id)
    _membership(person, value)
    if event.name == Act.REINSTATE and value.get("active", True):
        # Only the ledger's word lifts what the ledger stopped; a head's stop of a sign-in is hers.
        Membership.objects.filter(person=person, organisation_id=value["account"], status="suspended").update(
            status="active"
        )


def _membership(person: Person, value: Mapping[str, Any]) -> None:
    """People of `initialise` have no application: the ledger's word opens their membership. Others' is
    opened by the last step of their onboarding."""
    if not value.get("active", True):
        Membership.objects.filter(person=person, organisation_id=value["account"]).update(status="suspended")
    elif not Registration.objects.filter(person=person).exists():
        Membership.objects.filter(person=person, organisation_id=value["account"], status="pending").update(
            status="active", role=value["role"]
        )
        Organisation.objects.filter(pk=value["account"]).update(status=AccountState.ACTIVE)


def _action(event: LedgerEvent, value: Mapping[str, Any]) -> None:
    TwoStepAction.objects.update_or_create(
        id=value["action"],
        defaults={
            "act": value["act"],
            "act_args": canonical.encode_text(value["act_args"]),
            "digest": value["digest"],
            "proposed_by": value["proposed_by"],
            "confirmed_by": value.get("confirmed_by") or "",
            "not_before": value.get("not_before") or "",
            "not_after": value["not_after"],
            "state": value["state"],
            "last_tx": event.tx_id,
        },
        create_defaults={
            "act": value["act"],
            "act_args": canonical.encode_text(value["act_args"]),
            "digest": value["digest"],
            "proposed_by": value["proposed_by"],
            "confirmed_by": value.get("confirmed_by") or "",
            "not_before": value.get("not_before") or "",
            "not_after": value["not_after"],
            "state": value["state"],
            "account": str(value["act_args"].get("account", "")),
            "proposed_tx": event.tx_id,
            "last_tx": event.tx_id,
            "created_at": event.at,
        },
    )


def _case(event: LedgerEvent, value: Mapping[str, Any]) -> None:
    CaseAssignment.objects.get_or_create(
        case=_case_name(value),
        defaults={
            "auditor": value["auditor"],
            "account": value["account"],
            "period": value["period"],
            "opened_tx": event.tx_id,
        },
    )


def _report(event: LedgerEvent, value: Mapping[str, Any]) -> None:
    if value["state"] in _CLOSED:
        CaseAssignment.objects.filter(case=_case_name(value)).update(open=False)


def _case_name(value: Mapping[str, Any]) -> str:
    return "~".join(str(value[part]) for part in ("account", "plant", "period", "version"))


def _advance(event: LedgerEvent) -> None:
    """Steps of onboarding that this event completes."""
    if event.name == Transaction.REGISTER:
        for write in event.written("account"):
            if write.value:
                _done("register", event.tx_id, organisation_id=str(write.value["account"]))
    for write in event.written("action"):
        if write.value and write.value["act"] == Act.ACTIVATE:
            step = "propose" if event.name == Transaction.PROPOSE_ACTION else "confirm"
            if step == "propose" or write.value["state"] == "executed":
                _done(step, event.tx_id, action=str(write.value["action"]))


def _done(step: str, tx_id: str, **which: str) -> None:
    for registration in Registration.objects.filter(**which).exclude(state="rejected"):
        onboarding.mark_on_ledger(registration, step, tx_id)

"""From an approval to a working account: steps that are recorded one by one and resumed where they stopped.

On the ledger: register (new accounts), propose, confirm. Then here: schema, device rights, membership last,
so nobody ever enters a half-made tenant.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from kit import audit, clock, outbox
from lexicon.arguments import Act, Activate, ProposeAction, Register
from lexicon.refusals import Refusal, refuse
from lexicon.terms import MSP_OF_KIND, AccountKind, OutboxState, RegistrationState, Role, Sector
from lexicon.transactions import Transaction, to_args

from tenants.access import Viewer
from tenants.models import BoundKey, Membership, OnboardingStep, Organisation, Registration, Tenant
from tenants.services import intents, registrations
from tenants.services.keys import first_keys
from tenants.services.schemas import create_tenant

_LOG = logging.getLogger(__name__)
ON_LEDGER = ("register", "propose", "confirm")
STEPS = {
    AccountKind.ENTERPRISE: ("register", "propose", "confirm", "schema", "device_rights", "membership"),
    AccountKind.AUDITOR: ("register", "propose", "confirm", "membership"),
}
STEPS_OF_JOINING = ("propose", "confirm", "membership")
DONE, WAITING, RUNNING, FAILED = "done", "waiting", "running", "failed"

_device_rights: list[Callable[[Tenant], None]] = []


def on_device_rights(grant: Callable[[Tenant], None]) -> None:
    """What the step `device_rights` runs for a new tenant; ingest registers its own, idempotent."""
    _device_rights.append(grant)


def signing_of(registration: Registration) -> dict[str, dict[str, Any]]:
    """What the administrator signs to approve: step -> {name, args}; without steps that are done."""
    facts = {"propose": {"name": str(Transaction.PROPOSE_ACTION), "args": to_args(_proposal(registration))}}
    if "register" in steps_of(registration):
        facts["register"] = {"name": str(Transaction.REGISTER), "args": to_args(_register(registration))}
    done = set(registration.steps.filter(state=DONE).values_list("name", flat=True))
    return {name: facts[name] for name in sorted(facts, reverse=True) if name not in done}


def steps_of(registration: Registration) -> tuple[str, ...]:
    """The steps that a registration needs, in order; without one that nobody registered work for."""
    if registration.kind == registrations.MEMBER:
        return STEPS_OF_JOINING
    steps = STEPS.get(AccountKind(registration.kind), STEPS_OF_JOINING)
    return tuple(name for name in steps if name != "device_rights" or _device_rights)


def approve(viewer: Viewer, registration_id: str, signed: Mapping[str, Mapping[str, str]]) -> Registration:
    """Approve an application: the signed `register` and `propose_action` go to the outbox, in order.

    Raises: Refused registration_unknown, registration_decided, second_administrator_needed, field_invalid
    (a signature is missing), and those of a signed intent.
    """
    with transaction.atomic():
        registration = registrations.undecided(registration_id)
        if registration.person_id == viewer.person:
            refuse(Refusal.SECOND_ADMINISTRATOR_NEEDED)
        registration.state = RegistrationState.APPROVED
        registration.decided_by, registration.decided_at = viewer.person, clock.now()
        registration.save()
        OnboardingStep.objects.bulk_create(
            OnboardingStep(registration=registration, position=position, name=name)
            for position, name in enumerate(steps_of(registration))
        )
        _send(viewer, registration, signed)
        _log("registration.approve", registration, viewer)
    return registration


def sign_again(viewer: Viewer, registration_id: str, signed: Mapping[str, Mapping[str, str]]) -> Registration:
    """New signatures for steps whose intent the ledger refused or that expired; done steps stay done.

    Raises: Refused registration_unknown, step_not_ready, and those of a signed intent.
    """
    with transaction.atomic():
        registration = approved(registration_id)
        _send(viewer, registration, signed)
        _log("registration.sign_again", registration, viewer)
    return registration


def approved(registration_id: str) -> Registration:
    """The approved application, locked. Raises: Refused registration_unknown, registration_decided."""
    registration = Registration.objects.select_for_update().filter(pk=registration_id).first()
    if registration is None:
        refuse(Refusal.REGISTRATION_UNKNOWN)
    if registration.state != RegistrationState.APPROVED:
        refuse(Refusal.REGISTRATION_DECIDED, state=RegistrationState(registration.state).zh)
    return registration


def mark_signed(registration: Registration, name: str, row: outbox.OutboxRow) -> None:
    """Remember whose intent carries a step."""
    registration.steps.filter(name=name).exclude(state=DONE).update(
        state=RUNNING, intent_id=row.id, detail=""
    )


def mark_on_ledger(registration: Registration, name: str, tx_id: str) -> None:
    """A step is on the ledger; after the last of them the local steps run, once this transaction commits."""
    changed = (
        registration.steps.filter(name=name)
        .exclude(state=DONE)
        .update(state=DONE, tx_id=tx_id, done_at=clock.now(), detail="")
    )
    if changed and name == "confirm":
        transaction.on_commit(lambda: run_local_steps(str(registration.pk)))


def run_local_steps(registration_id: str) -> list[OnboardingStep]:
    """Run the steps after the ledger's that are not done, in order, until one fails; a failure is recorded.

    Idempotent; returns all steps. Raises: Refused registration_unknown, step_not_ready.
    """
    registration = Registration.objects.filter(pk=registration_id).first()
    if registration is None:
        refuse(Refusal.REGISTRATION_UNKNOWN)
    open_step = registration.steps.filter(name__in=ON_LEDGER).exclude(state=DONE).order_by("position").first()
    if open_step:
        refuse(Refusal.STEP_NOT_READY, step=open_step.name)
    for step in registration.steps.exclude(state=DONE).order_by("position"):
        if not _run_step(registration, step):
            break
    return list(registration.steps.order_by("position"))


def resume_all() -> int:
    """Run what was interrupted between the ledger and here; returns how many registrations were touched."""
    waiting = Registration.objects.filter(
        state=RegistrationState.APPROVED, steps__name="confirm", steps__state=DONE
    ).values_list("pk", flat=True)
    for pk in list(waiting):
        run_local_steps(str(pk))
    return len(waiting)


def _run_step(registration: Registration, step: OnboardingStep) -> bool:
    runs: dict[str, Callable[[Registration], None]] = {
        "schema": _make_schema,
        "device_rights": _grant_device_rights,
        "membership": _open_membership,
    }
    try:
        with transaction.atomic():
            runs[step.name](registration)
            step.state, step.done_at, step.detail = DONE, clock.now(), ""
            step.save()
    except Exception as error:  # noqa: BLE001 (the worker's edge: the step is retried, its fault is shown)
        _LOG.exception("step %s of registration %s failed", step.name, registration.pk)
        OnboardingStep.objects.filter(pk=step.pk).update(state=FAILED, detail=str(error)[:500])
        return False
    return True


def _make_schema(registration: Registration) -> None:
    create_tenant(registration.organisation)


def _grant_device_rights(registration: Registration) -> None:
    tenant = Tenant.objects.get(organisation=registration.organisation)
    for grant in _device_rights:
        grant(tenant)


def _open_membership(registration: Registration) -> None:
    Organisation.objects.filter(pk=registration.organisation_id).update(status="active")
    Membership.objects.update_or_create(
        person=registration.person,
        organisation=registration.organisation,
        defaults={"role": registration.role, "status": "active", "created_at": clock.now()},
    )
    registration.state = RegistrationState.ACTIVE
    registration.save(update_fields=["state"])
    _log("registration.active", registration)


def _send(viewer: Viewer, registration: Registration, signed: Mapping[str, Mapping[str, str]]) -> None:
    subject = f"registration:{registration.pk}"
    for step, shown in signing_of(registration).items():
        if _in_flight(registration, step):
            continue
        if step not in signed:
            refuse(Refusal.FIELD_INVALID, field=step, reason="缺少签名 / not signed")
        row = intents.accept(
            viewer, name=shown["name"], args=shown["args"], signed=signed[step], subject=subject
        )
        mark_signed(registration, step, row)


def _in_flight(registration: Registration, step: str) -> bool:
    row = registration.steps.filter(name=step, state=RUNNING).values_list("intent_id", flat=True).first()
    dead = (OutboxState.REFUSED, OutboxState.EXPIRED)
    return row is not None and not outbox.OutboxRow.objects.filter(pk=row, state__in=dead).exists()


def _register(registration: Registration) -> Register:
    organisation = registration.organisation
    kind = AccountKind(organisation.kind)
    return Register(
        account=organisation.account,
        kind=kind,
        msp=MSP_OF_KIND[kind],
        sector=Sector(organisation.sector) if organisation.sector else None,
    )


def _proposal(registration: Registration) -> ProposeAction:
    activate = Activate(
        account=registration.organisation_id,
        person=registration.person_id,
        role=Role(registration.role),
        keys=tuple(_keys(registration)),
    )
    return ProposeAction(action=registration.action, act=Act.ACTIVATE, act_args=to_args(activate))


def _keys(registration: Registration) -> list[Any]:
    keys = first_keys(registration.person)
    if not keys and not BoundKey.objects.filter(person=registration.person).exists():
        refuse(Refusal.KEY_MISSING, use="sign")
    return keys


def _log(act: str, registration: Registration, viewer: Viewer | None = None) -> None:
    audit.record(
        act,
        person=viewer.person if viewer else "",
        account=registration.organisation_id,
        subject=f"registration:{registration.pk}",
    )

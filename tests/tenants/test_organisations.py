"""One sign-in, several enterprises: a further person each, a choice that rights, schema and keys follow."""

import json
from typing import Any

import pytest
from kit.models import AuditEntry
from lexicon.terms import RegistrationState

from tenants.access import CHOSEN, viewer_of, viewer_of_person
from tenants.models import BoundKey, Membership, Person, Registration, User
from tenants.services import tokens
from tests import world
from tests.conftest import NOON
from tests.tenants.test_onboarding import new_keys

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("frozen_clock")]
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
SECOND = "per_secondhouse1"


def in_both(role: str = "trader") -> Person:
    """The head of alpha also works for beta, in another role and with another person on the ledger."""
    user = User.objects.get(email=world.email("alpha_head"))
    person = Person.objects.create(id=SECOND, user=user, name="alpha_head", created_at=NOON)
    Membership.objects.create(
        person=person, organisation_id=BETA, role=role, status="active", created_at=NOON
    )
    return person


def choose(client: Any, account: str) -> Any:
    return client.post("/api/v1/me/organisation/", {"account": account}, format="json")


def test_the_choice_changes_account_schema_role_rights_person_and_keys(client_of: Any) -> None:
    in_both()
    client = client_of("alpha_head")
    before = client.get("/api/v1/me/").json()
    assert {row["account"]: row["role"] for row in before["organisations"]} == {ALPHA: "head", BETA: "trader"}
    assert (before["account"], before["tenant"]) == (ALPHA, "t_000001")
    told = choose(client, BETA).json()
    after = client.get("/api/v1/me/").json()
    assert told == after
    assert (after["account"], after["tenant"], after["role"]) == (BETA, "t_000002", "trader")
    assert (after["person"], after["keys"]) == (SECOND, [])
    assert "submit_statement" in before["rights"]
    assert "submit_statement" not in after["rights"]
    assert client.get("/api/v1/members/").status_code == 403
    assert choose(client, ALPHA).json()["person"] == world.person_id("alpha_head")


@pytest.mark.parametrize("account", [BETA, "acc_nowhere", world.HOUSES["regulator"].account, ""])
def test_nobody_chooses_an_organisation_that_is_not_hers(account: str, client_of: Any) -> None:
    client = client_of("alpha_head")
    answer = choose(client, account)
    assert answer.status_code in (400, 403), answer.json()
    assert client.get("/api/v1/me/").json()["account"] == ALPHA


@pytest.mark.parametrize("status", ["suspended", "ended", "pending"])
def test_a_membership_that_does_not_count_cannot_be_chosen_and_a_chosen_one_falls_back(
    status: str, client_of: Any
) -> None:
    in_both()
    client = client_of("alpha_head")
    choose(client, BETA)
    Membership.objects.filter(person_id=SECOND).update(status=status)
    assert client.get("/api/v1/me/").json()["account"] == ALPHA
    assert choose(client, BETA).json()["refusal"] == "no_membership"


def test_a_signature_of_one_organisation_is_none_of_the_other(client_of: Any) -> None:
    in_both("head")
    client = client_of("alpha_head")
    choose(client, BETA)
    print_of_key = world.fingerprint("alpha_head", "recover")
    args = {"person": world.person_id("alpha_head"), "fingerprint": print_of_key}
    signed = world.signed_intent("alpha_head", "unbind_key", args, now=NOON)
    answer = client.post(f"/api/v1/keys/{print_of_key}/unbinding/", signed, format="json")
    assert answer.status_code == 404, "the key is another person's here"


def test_a_token_stays_in_the_organisation_it_was_made_in(client_of: Any) -> None:
    in_both()
    client = client_of("alpha_head")
    choose(client, BETA)
    viewer = viewer_of(User.objects.get(email=world.email("alpha_head")), chosen=BETA)
    assert viewer is not None
    _, text = tokens.create(viewer, name="robot", days=1)
    program = client_of("")
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert program.get("/api/v1/me/").json()["account"] == BETA
    assert choose(program, ALPHA).json()["refusal"] == "no_permission"


def test_a_person_is_found_in_her_own_organisation() -> None:
    in_both()
    second, first = viewer_of_person(SECOND), viewer_of_person(world.person_id("alpha_head"))
    assert second is not None
    assert first is not None
    assert (second.account, first.account) == (BETA, ALPHA)


def invite(client_of: Any, email: str, *, who: str = "beta_head", role: str = "trader") -> Any:
    body = {"name": "陈明", "email": email, "role": role}
    return client_of(who).post("/api/v1/members/", body, format="json")


def test_who_signs_in_already_joins_by_her_own_session_and_keeps_her_password(client_of: Any) -> None:
    code = invite(client_of, world.email("alpha_head")).json()["code"]
    public = client_of("")
    draft = public.get("/api/v1/registrations/invitation/", {"code": code}).json()
    assert (draft["joins"], draft["organisation"]) == (True, world.HOUSES["beta"].name)
    body = {"code": code, "keys": new_keys(draft), "password": "stolen-by-a-head-1"}
    taken = public.post("/api/v1/registrations/invitation/", body, format="json")
    assert taken.json()["refusal"] == "not_signed_in", "the code alone takes over no sign-in"
    joining = "/api/v1/registrations/invitation/joining/"
    body = {"code": code, "keys": new_keys(draft)}
    assert client_of("").post(joining, body, format="json").status_code == 401
    assert client_of("alpha_trader").post(joining, body, format="json").json()["refusal"] == (
        "registration_unknown"
    )
    done = client_of("alpha_head").post(joining, body, format="json")
    assert done.status_code == 200, done.json()
    row = Registration.objects.get()
    assert (row.state, row.organisation_id) == (RegistrationState.SUBMITTED, BETA)
    assert row.person.user.check_password(world.PASSWORD)
    assert BoundKey.objects.filter(person=row.person, status="pending").count() == 3
    assert AuditEntry.objects.filter(act="member.accept", account=BETA).exists()


@pytest.mark.parametrize("name", ["beta_trader", "lead_auditor", "regulator_1", "administrator_1"])
def test_a_colleague_and_people_of_other_kinds_cannot_be_invited(name: str, client_of: Any) -> None:
    answer = invite(client_of, world.email(name).upper())
    assert (answer.status_code, answer.json()["refusal"]) == (409, "email_registered")


def test_a_further_rejected_application_leaves_the_sign_in_as_it_was(client_of: Any) -> None:
    code = invite(client_of, world.email("alpha_head")).json()["code"]
    draft = client_of("").get("/api/v1/registrations/invitation/", {"code": code}).json()
    body = {"code": code, "keys": json.loads(json.dumps(new_keys(draft)))}
    client_of("alpha_head").post("/api/v1/registrations/invitation/joining/", body, format="json")
    row = Registration.objects.get()
    decision = {"decision": "reject", "reason": "not needed"}
    path = f"/api/v1/registrations/{row.pk}/decision/"
    assert client_of("administrator_1").post(path, decision, format="json").status_code == 200
    assert client_of("alpha_head").get("/api/v1/me/").json()["account"] == ALPHA


def test_a_new_role_is_a_new_membership_after_the_old_one_ended(client_of: Any) -> None:
    head = client_of("alpha_head")
    trader = world.person_id("alpha_trader")
    assert (
        invite(client_of, world.email("alpha_trader"), who="alpha_head", role="operator").status_code == 409
    )
    ended = head.patch(f"/api/v1/members/{trader}/", {"status": "ended"}, format="json")
    assert ended.json()["status"] == "ended"
    assert client_of("alpha_trader").get("/api/v1/intents/").json()["refusal"] == "no_membership"
    back = head.patch(f"/api/v1/members/{trader}/", {"status": "active"}, format="json")
    assert back.status_code == 404, "an ended membership does not come back"
    made = invite(client_of, world.email("alpha_trader"), who="alpha_head", role="operator")
    assert made.status_code == 201, made.json()
    assert Registration.objects.get().person_id != trader


def test_the_choice_is_kept_in_the_session_only(client_of: Any) -> None:
    in_both()
    client = client_of("alpha_head")
    choose(client, BETA)
    assert client.session[CHOSEN] == BETA
    assert client_of("alpha_head").get("/api/v1/me/").json()["account"] == ALPHA

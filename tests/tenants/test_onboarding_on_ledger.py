"""Applications, keys and colleagues through the API, the outbox and the real chaincode, and back."""

from datetime import timedelta

import pytest
from kit import clock
from lexicon.intents import build
from lexicon.signature import sign, spki_of

from tenants.models import BoundKey, Membership, Organisation, Registration, Tenant, User
from tests import world
from tests.market.town import Town, town
from tests.tenants.test_onboarding import apply_for, new_keys, sign_steps

pytestmark = pytest.mark.db


@pytest.fixture
def ledger(db, frozen_clock, settings) -> Town:
    """The people of `tests.world` on a ledger in memory."""
    settings.LEDGER_NETWORK = world.NETWORK
    return town()


@pytest.fixture
def settle(ledger: Town, django_capture_on_commit_callbacks):
    """Relay and follower until nothing is due, with what follows their commits."""

    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            ledger.settle()

    return run


def approve_by(client_of, settle, registration_id: str) -> dict:
    """Both words: the administrator's and the regulator's. The answer: the steps."""
    admin, regulator = client_of("administrator_1"), client_of("regulator_1")
    url = f"/api/v1/registrations/{registration_id}/"
    signatures = sign_steps("administrator_1", admin.get(url).json()["signing"], clock.now())
    answer = admin.post(f"{url}decision/", {"decision": "approve", "signatures": signatures}, format="json")
    assert answer.status_code == 200, answer.json()
    settle()
    [action] = regulator.get("/api/v1/actions/", {"state": "proposed"}).json()["results"]
    signed = world.signed_intent("regulator_1", **_shown(action), now=clock.now())
    answer = regulator.post(f"/api/v1/actions/{action['id']}/confirmation/", signed, format="json")
    assert answer.status_code == 202, answer.json()
    settle()
    return admin.get(f"{url}steps/").json()


def _shown(facts: dict) -> dict:
    return {"transaction": facts["signing"]["name"], "args": facts["signing"]["args"]}


def test_an_enterprise_and_its_head_are_active_on_the_ledger_and_here(client_of, settle, ledger) -> None:
    registration_id = apply_for(client_of("")).json()["registration_id"]
    steps = approve_by(client_of, settle, registration_id)
    assert steps["state"] == "active"
    assert {step["state"] for step in steps["results"]} == {"done"}
    assert all(step["tx_id"] for step in steps["results"] if step["intent_id"])
    row = Registration.objects.get(pk=registration_id)
    [account] = [one for one in ledger.state("account") if one["account"] == row.organisation_id]
    assert (account["state"], account["sector"]) == ("active", "steel")
    assert Tenant.objects.filter(organisation=row.organisation).exists()
    assert BoundKey.objects.filter(person=row.person, status="bound").exclude(bound_tx="").count() == 3


def test_an_auditors_first_person_is_its_approver_and_has_no_schema(client_of, settle) -> None:
    registration_id = apply_for(client_of(""), "auditor", sector="").json()["registration_id"]
    assert approve_by(client_of, settle, registration_id)["state"] == "active"
    row = Registration.objects.get(pk=registration_id)
    assert row.role == "approver"
    assert not Tenant.objects.filter(organisation=row.organisation).exists()
    assert Organisation.objects.get(pk=row.organisation_id).status == "active"


def test_a_second_administrator_joins_the_account_that_is_there(client_of, settle) -> None:
    registration_id = apply_for(client_of(""), "administrator", usci="", sector="").json()["registration_id"]
    steps = approve_by(client_of, settle, registration_id)
    assert [step["name"] for step in steps["results"]] == ["propose", "confirm", "membership"]
    person = Registration.objects.get(pk=registration_id).person
    assert Membership.objects.get(person=person).organisation_id == "administrator"


def test_an_invited_trader_can_sign_in_and_her_key_counts(client_of, settle) -> None:
    head, public = client_of("alpha_head"), client_of("")
    body = {"name": "陈", "email": "chen@example.test", "role": "trader"}
    invited = head.post("/api/v1/members/", body, format="json").json()
    draft = public.get("/api/v1/registrations/invitation/", {"code": invited["code"]}).json()
    answer = {"code": invited["code"], "password": "a quite long sentence", "keys": new_keys(draft)}
    assert public.post("/api/v1/registrations/invitation/", answer, format="json").status_code == 200
    assert approve_by(client_of, settle, invited["registration_id"])["state"] == "active"
    client = client_of("")
    client.force_login(
        User.objects.get(email="chen@example.test"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    me = client.get("/api/v1/me/").json()
    assert (me["role"], me["tenant"], len(me["keys"])) == ("trader", "t_000001", 3)


def test_signatures_that_expired_on_the_way_are_shown_and_new_ones_go_on(client_of, settle) -> None:
    registration_id = apply_for(client_of("")).json()["registration_id"]
    admin = client_of("administrator_1")
    url = f"/api/v1/registrations/{registration_id}/"
    signatures = sign_steps("administrator_1", admin.get(url).json()["signing"], clock.now())
    admin.post(f"{url}decision/", {"decision": "approve", "signatures": signatures}, format="json")
    clock.tick(timedelta(minutes=11))
    settle()
    shown = admin.get(f"{url}steps/").json()
    assert {step["intent_state"] for step in shown["results"][:2]} == {"expired"}
    assert list(shown["signing"]) == ["register", "propose"]
    early = admin.post(f"{url}steps/", {}, format="json")
    assert early.json()["refusal"] == "step_not_ready"
    again = {"signatures": sign_steps("administrator_1", shown["signing"], clock.now())}
    assert admin.post(f"{url}steps/", again, format="json").status_code == 200
    settle()
    assert [step["state"] for step in admin.get(f"{url}steps/").json()["results"][:3]] == [
        "done",
        "done",
        "waiting",
    ]


def test_an_account_the_ledger_knows_already_is_refused_by_name(client_of, settle, ledger) -> None:
    registration_id = apply_for(client_of("")).json()["registration_id"]
    admin = client_of("administrator_1")
    url = f"/api/v1/registrations/{registration_id}/"
    signing = admin.get(url).json()["signing"]
    ledger.sign("administrator_1", "register", signing["register"]["args"])
    signatures = sign_steps("administrator_1", signing, clock.now())
    admin.post(f"{url}decision/", {"decision": "approve", "signatures": signatures}, format="json")
    settle()
    steps = admin.get(f"{url}steps/").json()["results"]
    assert (steps[0]["state"], steps[0]["intent_state"], steps[0]["refusal"]) == (
        "done",
        "refused",
        "account_exists",
    )
    intent = admin.get(f"/api/v1/intents/{steps[0]['intent_id']}/").json()
    assert intent["words"]["what"]["zh"]
    assert steps[1]["state"] == "done"


def test_a_further_device_is_bound_by_a_key_that_counts_and_unbound_again(client_of, settle) -> None:
    head = client_of("alpha_head")
    new = bind_body(head, "alpha_head", "second device")
    answer = head.post("/api/v1/keys/", new, format="json")
    assert answer.status_code == 202, answer.json()
    settle()
    fingerprint = world.fingerprint("second device")
    keys = {key["fingerprint"]: key["status"] for key in head.get("/api/v1/keys/").json()["results"]}
    assert keys[fingerprint] == "bound"
    args = {"person": world.person_id("alpha_head"), "fingerprint": fingerprint}
    signed = world.signed_intent("alpha_head", "unbind_key", args, now=clock.now())
    assert head.post(f"/api/v1/keys/{fingerprint}/unbinding/", signed, format="json").status_code == 202
    settle()
    keys = {key["fingerprint"]: key["status"] for key in head.get("/api/v1/keys/").json()["results"]}
    assert keys[fingerprint] == "unbound"


def test_a_key_drafted_by_one_person_cannot_be_bound_by_another(client_of, settle) -> None:
    body = bind_body(client_of("alpha_head"), "alpha_head", "second device")
    answer = client_of("alpha_trader").post("/api/v1/keys/", body, format="json")
    assert answer.json()["refusal"] == "draft_expired"


def bind_body(client, name: str, device: str) -> dict:
    """A new signing key with its proof, signed in by the person's present key."""
    draft = client.post("/api/v1/keys/draft/").json()
    key = world.key_of(device)
    account = world.HOUSES[world.PEOPLE[name][0]].account
    text = build(
        name="prove_key",
        args={"use": "sign", "key": spki_of(key), "challenge": draft["challenge"]},
        account=account,
        person=world.person_id(name),
        intent_id="proof-of-a-device",
        network=draft["network"],
        not_after=clock.now() + timedelta(days=1),
    )
    new = {
        "use": "sign",
        "spki": spki_of(key),
        "proof": {"intent": text.decode(), "signature": sign(key, text)},
    }
    signed = world.signed_intent(
        name, "bind_key", {"person": world.person_id(name), "key": new}, now=clock.now()
    )
    return {"token": draft["token"], "key": new, **signed}

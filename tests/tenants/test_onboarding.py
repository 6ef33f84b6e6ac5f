"""From a public form to a working enterprise: each step, each "no", and the way back after a failure."""

import json
import stat
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from kit import clock
from kit.models import AuditEntry
from ledger.events import LedgerEvent
from lexicon import canonical
from lexicon.events import Write
from lexicon.intents import build
from lexicon.signature import sign, spki_of

from tenants.domain import usci_check_sign
from tenants.models import BoundKey, Membership, OnboardingStep, Registration, Tenant, TwoStepAction
from tenants.services import ledger, onboarding
from tests import world

pytestmark = pytest.mark.db
BODY = "91310000MA1FL8XQ7"
USCI = BODY + usci_check_sign(BODY)
PDF = b"%PDF-1.7 a licence"
USES = ("sign", "recover", "decrypt")


def new_keys(draft: dict[str, str], owner: str = "newcomer") -> list[dict]:
    """Three keys with proofs, as the registration page makes them."""
    keys = []
    for use in USES:
        key = world.key_of(owner, use)
        spki = spki_of(key)
        proof = None
        if use != "decrypt":
            text = build(
                name="prove_key",
                args={"use": use, "key": spki, "challenge": draft["challenge"]},
                account=draft["account"],
                person=draft["person"],
                intent_id=f"proof-{use}-1",
                network=draft["network"],
                not_after=clock.now() + timedelta(days=7),
            )
            proof = {"intent": text.decode(), "signature": sign(key, text)}
        keys.append({"use": use, "spki": spki, "proof": proof})
    return keys


def form(draft: dict[str, str], **changes: object) -> dict[str, object]:
    """A complete application."""
    given = {
        "token": draft["token"],
        "name": "丁钢铁有限公司",
        "usci": USCI,
        "sector": "steel",
        "contact": "王小明",
        "email": "New.Head@example.test",
        "phone": "13800000000",
        "password": "a quite long sentence",
        "keys": json.dumps(new_keys(draft)),
        "documents": [SimpleUploadedFile("licence.pdf", PDF)],
    }
    return {**given, **changes}


def apply_for(client, kind: str = "enterprise", **changes: object):
    draft = client.post("/api/v1/registrations/draft/", {"kind": kind}, format="json").json()
    return client.post("/api/v1/registrations/", form(draft, **changes), format="multipart")


def happen(name: str, tx: str, **writes: dict) -> None:
    """The follower's call for one event."""
    ledger.apply(
        LedgerEvent(
            block_number=7, tx_id=tx * 64, name=name, at=datetime(2026, 7, 15, tzinfo=UTC), intent="",
            account="", person="",
            writes=tuple(Write(object=kind, key=("x",), value=value) for kind, value in writes.items()),
        )
    )  # fmt: skip


def sign_steps(person: str, signing: dict, now: datetime) -> dict:
    return {
        step: world.signed_intent(person, shown["name"], shown["args"], now=now)
        for step, shown in signing.items()
    }


def approve(client_of, registration_id: str, now: datetime):
    admin = client_of("administrator_1")
    detail = admin.get(f"/api/v1/registrations/{registration_id}/").json()
    signatures = sign_steps("administrator_1", detail["signing"], now)
    answer = admin.post(
        f"/api/v1/registrations/{registration_id}/decision/",
        {"decision": "approve", "signatures": signatures},
        format="json",
    )
    return detail, answer


def action_of(act_args: dict, action: str, **changes: object) -> dict:
    """What the ledger keeps of a proposed `activate`."""
    return {
        "action": action,
        "act": "activate",
        "act_args": act_args,
        "digest": canonical.digest(act_args),
        "proposed_by": world.person_id("administrator_1"),
        "confirmed_by": None,
        "not_after": "2026-07-17T00:00:00Z",
        "state": "proposed",
        **changes,
    }


def chain_says_active(row: Registration, act_args: dict, action: str) -> None:
    keys = [
        {"fingerprint": world.fingerprint("newcomer", key["use"]), "use": key["use"], "spki": key["spki"],
         "valid_from": "2026-07-15T00:00:00Z", "valid_to": None}
        for key in act_args["keys"]
    ]  # fmt: skip
    person = {
        "person": row.person_id,
        "account": row.organisation_id,
        "role": "head",
        "keys": keys,
        "active": True,
    }
    executed = action_of(act_args, action, confirmed_by=world.person_id("regulator_1"), state="executed")
    happen("activate", "c", action=executed, person=person)


def chain_says_proposed(act_args: dict, action: str) -> None:
    happen("propose_action", "b", action=action_of(act_args, action))


def test_an_enterprise_comes_in_from_the_form_to_its_own_schema(
    client_of, frozen_clock, django_capture_on_commit_callbacks
) -> None:
    public = client_of("")
    applied = apply_for(public)
    assert applied.status_code == 201, applied.json()
    registration_id, code = applied.json()["registration_id"], applied.json()["code"]
    assert public.get("/api/v1/registrations/status/", {"code": code}).json()["state"] == "submitted"

    detail, answer = approve(client_of, registration_id, frozen_clock)
    assert answer.status_code == 200, answer.json()
    assert list(detail["signing"]) == ["register", "propose"]
    row = Registration.objects.get(pk=registration_id)
    proposal = detail["signing"]["propose"]["args"]

    happen(
        "register", "a", account={"account": row.organisation_id, "kind": "enterprise", "state": "registered"}
    )
    chain_says_proposed(proposal["act_args"], proposal["action"])
    regulator = client_of("regulator_1")
    [waiting] = regulator.get("/api/v1/actions/", {"state": "proposed"}).json()["results"]
    assert waiting["may_confirm"] is True
    signed = world.signed_intent(
        "regulator_1", waiting["signing"]["name"], waiting["signing"]["args"], now=frozen_clock
    )
    confirmed = regulator.post(f"/api/v1/actions/{waiting['id']}/confirmation/", signed, format="json")
    assert confirmed.status_code == 202, confirmed.json()

    with django_capture_on_commit_callbacks(execute=True):
        chain_says_active(row, proposal["act_args"], proposal["action"])

    status = public.get("/api/v1/registrations/status/", {"code": code}).json()
    assert status["state"] == "active"
    assert {step["state"] for step in status["steps"]} == {"done"}
    assert Tenant.objects.get(organisation=row.organisation).schema_name == "t_000003"
    assert BoundKey.objects.filter(person=row.person, status="bound").count() == 3
    me = client_of("")
    me.force_login(row.person.user, "allauth.account.auth_backends.AuthenticationBackend")
    body = me.get("/api/v1/me/").json()
    assert (body["role"], body["tenant"], body["email"]) == ("head", "t_000003", "new.head@example.test")


def test_a_failed_local_step_is_shown_and_the_retry_runs_the_rest_only(
    client_of, frozen_clock, django_capture_on_commit_callbacks, monkeypatch
) -> None:
    public = client_of("")
    registration_id = apply_for(public).json()["registration_id"]
    broken = {"now": True}

    def grant(tenant: Tenant) -> None:
        if broken["now"]:
            raise OSError("the broker is away")

    monkeypatch.setattr(onboarding, "_device_rights", [grant])
    detail, _ = approve(client_of, registration_id, frozen_clock)
    row = Registration.objects.get(pk=registration_id)
    proposal = detail["signing"]["propose"]["args"]
    happen(
        "register", "a", account={"account": row.organisation_id, "kind": "enterprise", "state": "registered"}
    )
    chain_says_proposed(proposal["act_args"], proposal["action"])
    with django_capture_on_commit_callbacks(execute=True):
        chain_says_active(row, proposal["act_args"], proposal["action"])

    steps = {step.name: step for step in OnboardingStep.objects.filter(registration=row)}
    assert steps["schema"].state == "done"
    assert (steps["device_rights"].state, steps["device_rights"].detail) == ("failed", "the broker is away")
    assert steps["membership"].state == "waiting"
    assert not Membership.objects.filter(person=row.person, status="active").exists()

    broken["now"] = False
    admin = client_of("administrator_1")
    answer = admin.post(f"/api/v1/registrations/{registration_id}/steps/", {}, format="json").json()
    assert [step["state"] for step in answer["results"]] == ["done"] * 6
    assert Tenant.objects.filter(organisation=row.organisation).count() == 1


def test_the_proposer_cannot_be_the_second_person(client_of, frozen_clock) -> None:
    args = {"account": "acc_x12345", "person": "per_x12345", "role": "head", "keys": []}
    chain_says_proposed(args, "act_one1")
    admin = client_of("administrator_1")
    action = TwoStepAction.objects.get()
    signed = world.signed_intent(
        "administrator_1", "confirm_action", {"action": action.id, "digest": action.digest}, now=frozen_clock
    )
    answer = admin.post(f"/api/v1/actions/{action.id}/confirmation/", signed, format="json")
    assert answer.json()["refusal"] == "same_person"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"usci": USCI[:-1] + ("0" if USCI[-1] != "0" else "1")}, "credit_code_invalid"),
        ({"usci": world.HOUSES["alpha"].usci}, "credit_code_registered"),
        ({"email": "ALPHA_head@example.test"}, "email_registered"),
        ({"password": "short"}, "password_weak"),
        ({"documents": [SimpleUploadedFile("empty.pdf", b"")]}, "file_empty"),
        ({"documents": [SimpleUploadedFile("virus.pdf", b"MZ not a pdf")]}, "file_kind_wrong"),
        ({"documents": [SimpleUploadedFile("big.pdf", PDF + b"0" * (10 * 1024 * 1024))]}, "file_too_large"),
        ({"token": "forged"}, "draft_expired"),
        ({"keys": "[]"}, "key_missing"),
        ({"keys": "not json"}, "field_invalid"),
    ],
)
def test_a_wrong_application_is_refused_by_name_and_stores_nothing(client_of, changes, refusal) -> None:
    answer = apply_for(client_of(""), **changes)
    assert answer.json()["refusal"] == refusal, answer.json()
    assert answer.json()["what"]["zh"]
    assert answer.json()["case"]
    assert not Registration.objects.exists()


def test_keys_proved_for_another_draft_are_refused(client_of) -> None:
    client = client_of("")
    other = client.post("/api/v1/registrations/draft/", {"kind": "enterprise"}, format="json").json()
    answer = apply_for(client, keys=json.dumps(new_keys(other)))
    assert answer.json()["refusal"] == "key_proof_invalid"


def test_a_rejection_needs_a_reason_and_frees_credit_code_and_address(client_of) -> None:
    public, admin = client_of(""), client_of("administrator_1")
    registration_id = apply_for(public).json()["registration_id"]
    url = f"/api/v1/registrations/{registration_id}/decision/"
    assert admin.post(url, {"decision": "reject"}, format="json").json()["refusal"] == "reason_required"
    assert admin.post(url, {"decision": "reject", "reason": "照片不清"}, format="json").status_code == 200
    assert (
        admin.post(url, {"decision": "reject", "reason": "x"}, format="json").json()["refusal"]
        == "registration_decided"
    )
    draft = public.post("/api/v1/registrations/draft/", {"kind": "enterprise"}, format="json").json()
    again = form(draft, keys=json.dumps(new_keys(draft, "second newcomer")))
    assert public.post("/api/v1/registrations/", again, format="multipart").status_code == 201


def test_a_supplement_goes_back_into_the_queue(client_of) -> None:
    public, admin = client_of(""), client_of("administrator_1")
    applied = apply_for(public).json()
    url = f"/api/v1/registrations/{applied['registration_id']}/decision/"
    admin.post(url, {"decision": "supplement", "reason": "第 2 页不清"}, format="json")
    status = public.get("/api/v1/registrations/status/", {"code": applied["code"].lower()}).json()
    assert (status["state"], status["remark"]) == ("supplement", "第 2 页不清")
    more = {"code": applied["code"], "documents": [SimpleUploadedFile("page2.png", b"\x89PNG\r\n\x1a\n...")]}
    assert (
        public.post("/api/v1/registrations/supplement/", more, format="multipart").json()["state"]
        == "submitted"
    )


def test_what_is_signed_is_what_the_server_computed(client_of, frozen_clock) -> None:
    registration_id = apply_for(client_of("")).json()["registration_id"]
    admin = client_of("administrator_1")
    signing = admin.get(f"/api/v1/registrations/{registration_id}/").json()["signing"]
    signing["register"]["args"]["sector"] = "power"
    signatures = sign_steps("administrator_1", signing, frozen_clock)
    answer = admin.post(
        f"/api/v1/registrations/{registration_id}/decision/",
        {"decision": "approve", "signatures": signatures},
        format="json",
    )
    assert answer.json()["refusal"] == "intent_not_as_shown"
    assert answer.json()["facts"]["field"] == "args.sector"
    assert Registration.objects.get().state == "submitted"


def test_a_head_invites_a_colleague_who_makes_her_own_keys(client_of, frozen_clock) -> None:
    head, public = client_of("alpha_head"), client_of("")
    invited = head.post(
        "/api/v1/members/",
        {"name": "李会计", "email": "li@example.test", "role": "carbon_manager"},
        format="json",
    ).json()
    draft = public.get("/api/v1/registrations/invitation/", {"code": invited["code"]}).json()
    answer = public.post(
        "/api/v1/registrations/invitation/",
        {"code": invited["code"], "password": "a quite long sentence", "keys": new_keys(draft)},
        format="json",
    )
    assert answer.json()["state"] == "submitted", answer.json()
    detail, approved = approve(client_of, invited["registration_id"], frozen_clock)
    assert approved.status_code == 200, approved.json()
    assert list(detail["signing"]) == ["propose"]
    assert detail["signing"]["propose"]["args"]["act_args"]["role"] == "carbon_manager"
    assert head.get("/api/v1/members/").json()["invitations"][0]["state"] == "approved"


def test_a_head_cannot_invite_a_regulator(client_of) -> None:
    answer = client_of("alpha_head").post(
        "/api/v1/members/", {"name": "x", "email": "x@example.test", "role": "regulator"}, format="json"
    )
    assert answer.json()["refusal"] == "role_kind_mismatch"


def test_an_administrator_reads_a_document_as_an_attachment_and_that_is_logged(client_of) -> None:
    registration_id = apply_for(client_of("")).json()["registration_id"]
    admin = client_of("administrator_1")
    [document] = admin.get(f"/api/v1/registrations/{registration_id}/").json()["documents"]
    url = f"/api/v1/registrations/{registration_id}/documents/{document['id']}/"
    answer = admin.get(url)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(act="registration.look", subject=f"document:{document['id']}").exists()
    assert client_of("regulator_1").get(url).status_code == 403
    other = admin.get(url.replace(registration_id, str(uuid.uuid4())))
    assert other.json()["refusal"] == "not_found"


def test_a_document_lies_under_a_name_of_ours_in_a_private_folder(client_of, settings) -> None:
    evil = SimpleUploadedFile("../../etc/passwd", PDF)
    registration_id = apply_for(client_of(""), documents=[evil]).json()["registration_id"]
    folder = settings.TANHENG.home / "documents" / registration_id
    [file] = folder.iterdir()
    assert uuid.UUID(file.name)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_administrator_does_not_review_her_own_application(client_of, frozen_clock) -> None:
    registration_id = apply_for(client_of("")).json()["registration_id"]
    Registration.objects.update(person_id=world.person_id("administrator_1"))
    BoundKey.objects.filter(status="pending").update(person_id=world.person_id("administrator_1"))
    _, answer = approve(client_of, registration_id, frozen_clock)
    assert answer.json()["refusal"] == "second_administrator_needed"

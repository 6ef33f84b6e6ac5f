"""A person who lost her keys asks for new ones and two others act: through the API, on a ledger in memory."""

from datetime import timedelta

import pytest
from kit import clock

from tenants.models import BoundKey
from tests import world
from tests.market.town import Town, town

pytestmark = pytest.mark.db
API = "/api/v1/"
WHO = "alpha_trader"


@pytest.fixture
def ledger(db, frozen_clock, settings) -> Town:
    """The people of `tests.world` on a ledger in memory."""
    settings.LEDGER_NETWORK = world.NETWORK
    # The people of the tests have one key each on this ledger.
    BoundKey.objects.exclude(use="sign").delete()
    return town("one key each")


def new_keys(draft: dict, who: str = WHO) -> list[dict]:
    """Three new keys as her browser makes them, the first two with their proofs."""
    keys = []
    for use in ("sign", "recover", "decrypt"):
        key = world.key_of(who, f"fresh {use}")
        spki = world.b64(world.spki(key))
        said = {"use": use, "key": spki, "challenge": draft["challenge"]}
        text = world.signed_intent(who, "prove_key", said, now=clock.now())["intent"]
        proof = {"intent": text, "signature": world.sign(text, key)}
        keys.append({"use": use, "spki": spki, **({} if use == "decrypt" else {"proof": proof})})
    return keys


def ask(client, who: str = WHO, reason: str = "手机遗失，恢复码损毁"):
    draft = client.post(f"{API}keys/draft/").json()
    body = {"token": draft["token"], "keys": new_keys(draft, who), "reason": reason}
    return client.post(f"{API}recoveries/", body, format="json")


def send(client, who: str, path: str, name: str, args: dict):
    body = world.signed_intent(who, name, args, now=clock.now())
    return client.post(f"{API}{path}", body, format="json")


def propose(client, who: str, action: str = "act_1", change: dict | None = None):
    [row] = client.get(f"{API}recoveries/").json()["results"]
    args = {"action": action, "act": row["act"], "act_args": {**row["act_args"], **(change or {})}}
    return send(client, who, "actions/", "propose_action", args)


def confirm(client, who: str, action: str = "act_1"):
    shown = client.get(f"{API}actions/{action}/").json()["signing"]
    return send(client, who, f"actions/{action}/confirmation/", shown["name"], shown["args"])


def keys_of(who: str = WHO) -> dict[str, str]:
    rows = BoundKey.objects.filter(person=world.person_id(who), use="sign")
    return dict(rows.values_list("fingerprint", "status"))


def test_administrator_and_regulator_bind_what_she_asked_for_after_three_days(ledger, client_of) -> None:
    admin, regulator, herself = (client_of(who) for who in ("administrator_1", "regulator_1", WHO))
    assert ask(herself).status_code == 201
    assert client_of("beta_head").get(f"{API}recoveries/").json()["results"] == []
    [seen] = admin.get(f"{API}recoveries/").json()["results"]
    assert (seen["act"], seen["person_name"], seen["reason"]) == ("rebind", WHO, "手机遗失，恢复码损毁")
    assert propose(admin, "administrator_1").status_code == 202
    ledger.settle()
    assert confirm(regulator, "regulator_1").status_code == 202
    ledger.settle()
    [own] = herself.get(f"{API}recoveries/").json()["results"]
    assert (own["own"], own["act"], own["action_state"]) == (True, "", "confirmed")
    clock.tick(timedelta(hours=73))
    args = {"action": "act_1"}
    answer = send(regulator, "regulator_1", "actions/act_1/execution/", "execute_action", args)
    assert answer.status_code == 202, answer.json()
    ledger.settle()
    fresh = world.fingerprint(WHO, "fresh sign")
    assert keys_of() == {world.fingerprint(WHO): "unbound", fresh: "bound"}
    assert herself.get(f"{API}recoveries/").json()["results"][0]["action_state"] == "executed"


def test_helpers_propose_her_keys_and_no_others(ledger, client_of) -> None:
    admin, herself = client_of("administrator_1"), client_of(WHO)
    ask(herself)
    kept = {"ended": []}
    assert propose(admin, "administrator_1", change=kept).json()["refusal"] == "recovery_not_asked"
    other = {"person": world.person_id("alpha_head")}
    assert propose(admin, "administrator_1", change=other).json()["refusal"] == "recovery_not_asked"
    [own] = herself.get(f"{API}recoveries/").json()["results"]
    assert own["act"] == ""
    args = {"action": "act_1", "act": "rebind_colleague", "act_args": own["act_args"]}
    answer = send(herself, WHO, "actions/", "propose_action", args)
    assert answer.json()["refusal"] == "same_person"


def test_two_colleagues_help_at_once(ledger, client_of) -> None:
    from tests.market import town as towns

    towns._activate(ledger, "alpha_operator")
    ledger.follow()
    head, operator = client_of("alpha_head"), client_of("alpha_operator")
    ask(client_of(WHO))
    assert head.get(f"{API}recoveries/").json()["results"][0]["act"] == "rebind_colleague"
    assert propose(head, "alpha_head").status_code == 202
    ledger.settle()
    assert confirm(operator, "alpha_operator").status_code == 202
    ledger.settle()
    assert keys_of()[world.fingerprint(WHO, "fresh sign")] == "bound"


def test_a_request_is_taken_back_or_replaced_while_nobody_acts_on_it(ledger, client_of) -> None:
    admin, herself = client_of("administrator_1"), client_of(WHO)
    first = ask(herself).json()["id"]
    assert ask(herself, reason="again").status_code == 201
    assert herself.delete(f"{API}recoveries/{first}/").status_code == 404
    [own] = herself.get(f"{API}recoveries/").json()["results"]
    assert admin.delete(f"{API}recoveries/{own['id']}/").status_code == 404
    propose(admin, "administrator_1")
    ledger.settle()
    assert herself.delete(f"{API}recoveries/{own['id']}/").json()["refusal"] == "rebind_pending"
    assert ask(herself).json()["refusal"] == "rebind_pending"
    taken = send(
        admin, "administrator_1", "actions/act_1/withdrawal/", "withdraw_action", {"action": "act_1"}
    )
    assert taken.status_code == 202, taken.json()
    ledger.settle()
    assert admin.get(f"{API}recoveries/").json()["results"][0]["act"] == "rebind"
    assert herself.delete(f"{API}recoveries/{own['id']}/").status_code == 204
    assert admin.get(f"{API}recoveries/").json()["results"] == []


def test_a_request_proves_three_keys_for_this_person_and_challenge(ledger, client_of) -> None:
    herself = client_of(WHO)
    draft = herself.post(f"{API}keys/draft/").json()
    path, keys = f"{API}recoveries/", new_keys(draft)

    def refused(**changes) -> str:
        body = {"token": draft["token"], "keys": keys, "reason": "lost", **changes}
        return herself.post(path, body, format="json").json()["refusal"]

    assert refused(keys=keys[:2]) == "key_missing"
    assert refused(keys=new_keys({"challenge": "AAAA"})) == "key_proof_invalid"
    assert refused(keys=new_keys(draft, "beta_head")) == "key_proof_invalid"
    assert refused(token="made up") == "draft_expired"
    alien = client_of("alpha_head").post(f"{API}keys/draft/").json()["token"]
    assert refused(token=alien) == "draft_expired"

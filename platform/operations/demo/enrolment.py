"""How people come in: applications, invitations, reviews, confirmations, first sign-in."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from lexicon.terms import AccountKind

from operations import key_files
from operations.demo import papers
from operations.demo.cast import House, Player
from operations.demo.client import API, Client, DemoFailed, Json, member
from operations.key_files import Holder

ACTIVE_WITHIN_S = 60.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody whose application is in the queue, with what she will sign in with."""

    registration: str
    client: Client


class Visitor:
    """A browser without a session, at the public routes."""

    def __init__(self, base_url: str, keys: Path) -> None:
        self.base_url = base_url
        self._http = httpx.Client(base_url=base_url + API, timeout=60.0)
        self._keys = keys

    def apply(self, house: House) -> Applicant:
        """The application of an organisation with its first person."""
        player = house.people[0]
        draft = self._json(self._http.post("/registrations/draft/", json={"kind": house.kind.value}))
        client, new_keys = self._equip(player, draft)
        fields = {
            "token": str(draft["token"]),
            "name": house.name,
            "usci": house.usci,
            "sector": house.sector.value if house.sector else "",
            "contact": player.name,
            "email": player.email,
            "phone": "",
            "password": client.password,
            "keys": json.dumps(new_keys),
        }
        title = "licence.pdf" if house.kind is AccountKind.ENTERPRISE else "accreditation.pdf"
        files = {"documents": (title, papers.page("Business licence", house.usci), "application/pdf")}
        answer = self._json(self._http.post("/registrations/", data=fields, files=files))
        return Applicant(registration=str(answer["registration_id"]), client=client)

    def accept(self, player: Player, code: str) -> Applicant:
        """An invited colleague makes her keys and her password."""
        draft = self._json(self._http.get("/registrations/invitation/", params={"code": code}))
        client, new_keys = self._equip(player, draft)
        body = {"code": code, "password": client.password, "keys": new_keys}
        answer = self._json(self._http.post("/registrations/invitation/", json=body))
        return Applicant(registration=str(answer["id"]), client=client)

    def _equip(self, player: Player, draft: Json) -> tuple[Client, list[dict[str, Any]]]:
        wallet = key_files.make_wallet(self._keys, player.slug)
        holder = Holder(
            person=str(draft["person"]),
            account=str(draft["account"]),
            network=str(draft["network"]),
            challenge=str(draft["challenge"]),
        )
        password = secrets.token_urlsafe(12)
        client = Client(
            base_url=self.base_url,
            email=player.email,
            password=password,
            key=wallet.sign,
            opener=wallet.decrypt,
        )
        return client, list(wallet.new_keys(holder))

    @staticmethod
    def _json(answer: httpx.Response) -> Json:
        if answer.is_error:
            raise DemoFailed(f"{answer.request.url} answered {answer.status_code}: {answer.text[:1000]}")
        body: Json = answer.json()
        return body


def invite(head: Client, player: Player) -> str:
    """The head's invitation of a colleague; gives the code for her."""
    body = {"name": player.name, "email": player.email, "role": player.role.value}
    return str(head.post("/members/", body)["code"])


def activate(administrator: Client, regulator: Client, applicants: Sequence[Applicant]) -> None:
    """The administrator's reviews, the regulator's confirmations, everybody's first sign-in."""
    actions = [_approve(administrator, one.registration) for one in applicants]
    for action in actions:
        _confirm(regulator, action)
    for one in applicants:
        _wait_until_active(administrator, one.registration)
        one.client.sign_in()
        one.client.enrol_second_factor()


def _approve(administrator: Client, registration: str) -> str:
    shown = member(administrator.get(f"/registrations/{registration}/"), "signing")
    signatures = {step: administrator.intent(fact["name"], fact["args"]) for step, fact in shown.items()}
    administrator.post(
        f"/registrations/{registration}/decision/", {"decision": "approve", "signatures": signatures}
    )
    return str(shown["propose"]["args"]["action"])


def _confirm(regulator: Client, action: str) -> None:
    fact = member(_wait_for_action(regulator, action), "signing")
    signed = regulator.intent(fact["name"], fact["args"])
    regulator.post(f"/actions/{action}/confirmation/", signed)


def _wait_for_action(regulator: Client, action: str) -> Json:
    end = time.monotonic() + ACTIVE_WITHIN_S
    while time.monotonic() < end:
        answer = regulator.http.get(f"{API}/actions/{action}/")
        if answer.status_code == httpx.codes.OK:
            body: Json = answer.json()
            return body
        time.sleep(POLL_S)
    raise DemoFailed(f"the act {action} did not reach the regulator: {answer.text[:500]}")


def _wait_until_active(administrator: Client, registration: str) -> None:
    end = time.monotonic() + ACTIVE_WITHIN_S
    while time.monotonic() < end:
        steps = administrator.get(f"/registrations/{registration}/steps/")
        if steps["state"] == "active":
            return
        time.sleep(POLL_S)
    raise DemoFailed(f"registration {registration} is not active: {steps}")

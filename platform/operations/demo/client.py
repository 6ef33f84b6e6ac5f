"""One person of the demo as an outside program: signs in, reads, uploads, signs with a key file."""

from __future__ import annotations

import datetime
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from lexicon import canonical

from operations.demo import one_time
from operations.key_files import KeyFile

ALLAUTH = "/_allauth/browser/v1"
API = "/api/v1"
# An intent is signed and sent in one breath here; half an hour forgives a chain that is down for a while.
INTENT_LIVES = datetime.timedelta(minutes=30)
COMMITTED_WITHIN_S = 60.0
POLL_S = 0.02

Json = dict[str, Any]


class DemoFailed(Exception):
    """The product answered otherwise than the story needs; the text shows the request and the answer.

    refusal: the name of the rule that said no, where one did.
    """

    def __init__(self, text: str, *, refusal: str = "") -> None:
        super().__init__(text)
        self.refusal = refusal


@dataclass(slots=True, kw_only=True)
class Client:
    """A session. totp: the base32 secret of enrolment; key signs, opener opens sealed figures."""

    base_url: str
    email: str
    password: str
    totp: str = ""
    key: KeyFile | None = None
    opener: KeyFile | None = None
    me: Json = field(default_factory=dict)
    # Every signed write, ms: from the stored intent to the read model, by the server's clock.
    confirmations_ms: list[float] = field(default_factory=list)
    # The same from the POST to the answer that shows it, HTTP and the pause between questions included.
    seen_ms: list[float] = field(default_factory=list)
    _http: httpx.Client | None = None

    @property
    def http(self) -> httpx.Client:
        """The session with its cookies, made at first use."""
        if self._http is None:
            self._http = httpx.Client(base_url=self.base_url, timeout=60.0)
        return self._http

    def get(self, path: str, **params: str) -> Json:
        """The JSON of a GET under /api/v1. Raises DemoFailed."""
        return self._answer(self.http.get(API + path, params=params))

    def content(self, path: str, **params: str) -> bytes:
        """The bytes of a GET under /api/v1, for files. Raises DemoFailed."""
        answer = self.http.get(API + path, params=params)
        if answer.is_error:
            raise _failure(answer)
        return answer.content

    def rows(self, path: str, **params: str) -> list[Json]:
        """All rows of a list, page by page."""
        found: list[Json] = []
        while True:
            page = self.get(path, **params)
            found += rows_in(page)
            if not page.get("next"):
                return found
            params = {**params, "cursor": str(page["next"])}

    def post(self, path: str, body: Mapping[str, object]) -> Json:
        """The JSON of a POST under /api/v1, idempotent by a key of its own. Raises DemoFailed."""
        return self._answer(self.http.post(API + path, json=dict(body), headers=self._write_headers()))

    def patch(self, path: str, body: Mapping[str, object]) -> Json:
        """The JSON of a PATCH under /api/v1. Raises DemoFailed."""
        return self._answer(self.http.patch(API + path, json=dict(body), headers=self._write_headers()))

    def put(self, path: str, body: Mapping[str, object]) -> Json:
        """The JSON of a PUT under /api/v1. Raises DemoFailed."""
        return self._answer(self.http.put(API + path, json=dict(body), headers=self._write_headers()))

    def upload(
        self, path: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes, str]]
    ) -> Json:
        """The JSON of a multipart POST. files: field -> (name, content, media type). Raises DemoFailed."""
        answer = self.http.post(
            API + path, data=dict(fields), files=dict(files), headers=self._write_headers()
        )
        return self._answer(answer)

    def intent(self, name: str, args: Mapping[str, object]) -> dict[str, str]:
        """A signed intent, as every write that needs a signature takes it."""
        text = self.intent_text(name, args)
        key = self._key()
        return {"intent": text, "signature": key.sign(text), "fingerprint": key.fingerprint}

    def intent_text(self, name: str, args: Mapping[str, object]) -> str:
        """The canonical text that is signed, from this person's own identity and the facts shown."""
        not_after = datetime.datetime.now(datetime.UTC) + INTENT_LIVES
        return canonical.encode_text(
            {
                "v": 1,
                "network": self.me["network"],
                "name": name,
                "args": args,
                "account": self.me["account"],
                "person": self.me["person"],
                "id": str(uuid.uuid4()),
                "not_after": not_after.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )

    def signed(self, path: str, name: str, args: Mapping[str, object], **more: object) -> Json:
        """POST a signed intent and wait until the read model has it; gives the intent's row."""
        began = time.monotonic()
        answer = self.post(path, {**self.intent(name, args), **more})
        row = self.committed(str(answer["intent_id"]))
        self.seen_ms.append((time.monotonic() - began) * 1000)
        self.confirmations_ms.append(_ms_between(row["created_at"], row["read_at"]))
        return row

    def committed(self, intent_id: str) -> Json:
        """The intent's row once the ledger has it and the read models show it. Raises DemoFailed."""
        end = time.monotonic() + COMMITTED_WITHIN_S
        while time.monotonic() < end:
            row = self.get(f"/intents/{intent_id}/")
            if row["state"] == "committed":
                return row
            if row["state"] in ("refused", "expired"):
                raise DemoFailed(f"intent {row['name']} was {row['state']}: {row}")
            time.sleep(POLL_S)
        raise DemoFailed(f"intent {intent_id} was not committed within {COMMITTED_WITHIN_S:.0f} s")

    def _key(self) -> KeyFile:
        if self.key is None:
            raise DemoFailed(f"{self.email} has no key file")
        return self.key

    def _write_headers(self) -> dict[str, str]:
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        if token := self.http.cookies.get("csrftoken"):
            headers["X-CSRFToken"] = token
        return headers

    def _answer(self, answer: httpx.Response) -> Json:
        if answer.is_error:
            raise _failure(answer)
        body = answer.json() if answer.content else {}
        if not isinstance(body, dict):
            raise DemoFailed(f"{answer.request.url} answered no object")
        return body

    def sign_in(self, code: str = "") -> None:
        """Password, then the second factor where there is one; reads `me`. Raises DemoFailed.

        code: the second factor's, where the present one was used already.
        """
        self.http.get(f"{ALLAUTH}/auth/session")  # sets the CSRF cookie
        answer = self._allauth("/auth/login", {"email": self.email, "password": self.password})
        if answer.status_code == httpx.codes.UNAUTHORIZED and self.totp:
            answer = self._allauth("/auth/2fa/authenticate", {"code": code or one_time.code(self.totp)})
        if answer.is_error:
            raise _failure(answer)
        self.me = self.get("/me/")

    def enrol_second_factor(self) -> None:
        """Set up the second factor of a signed-in person and keep its secret."""
        shown = self.http.get(f"{ALLAUTH}/account/authenticators/totp").json()
        self.totp = str(shown["meta"]["secret"])
        answer = self._activate_totp()
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._allauth("/auth/reauthenticate", {"password": self.password})
            answer = self._activate_totp()
        if answer.is_error:
            raise _failure(answer)
        self.me = self.get("/me/")

    def _activate_totp(self) -> httpx.Response:
        return self._allauth("/account/authenticators/totp", {"code": one_time.code(self.totp)})

    def _allauth(self, path: str, body: Json) -> httpx.Response:
        return self.http.post(ALLAUTH + path, json=body, headers=self._write_headers())


def _ms_between(begin: str, end: str) -> float:
    stretch = datetime.datetime.fromisoformat(end) - datetime.datetime.fromisoformat(begin)
    return stretch.total_seconds() * 1000


def member(body: Json, name: str) -> dict[str, Any]:
    """The object under `name`. Raises DemoFailed."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise DemoFailed(f"no object {name!r} in {str(body)[:300]}")
    return found


def rows_in(body: Json, name: str = "results") -> list[Json]:
    """The list of objects under `name`. Raises DemoFailed."""
    rows = body.get(name)
    if not isinstance(rows, list):
        raise DemoFailed(f"no list {name!r} in {str(body)[:300]}")
    return rows


def _failure(answer: httpx.Response) -> DemoFailed:
    request = answer.request
    try:
        refusal = str(answer.json().get("refusal", ""))
    except (ValueError, AttributeError):
        refusal = ""
    text = f"{request.method} {request.url} answered {answer.status_code}: {answer.text[:1500]}"
    return DemoFailed(text, refusal=refusal)


def save_sign_ins(path: Path, people: list[Client]) -> None:
    """Nothing but what is printed anyway, for programs such as the browser tests."""
    rows = [
        {
            "email": one.email,
            "password": one.password,
            "totp": one.totp,
            "key": str(one.key.path if one.key else ""),
        }
        for one in people
    ]
    path.write_text(canonical.encode_text(rows), encoding="utf-8")

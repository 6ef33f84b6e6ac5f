"""What a person signs: build, read and check an intent. Pure; the signature itself is `lexicon.signature`.

The text that is signed is the text that is shown, stored and sent: nobody re-serialises it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

from lexicon.canonical import NotCanonical, decode_object, encode
from lexicon.codec import Hash, Id, Instant, LongText, Name, Object, Whole, from_json, to_json
from lexicon.refusals import Refusal, Refused
from lexicon.transactions import to_args

# 10 minutes for orders, 7 days for submissions, visits and approvals (design: who signs what); a day of slack
# for clocks and closed chains. A longer-lived signature is refused.
VALID_SECONDS_ORDER = 600
VALID_SECONDS_SUBMISSION = 7 * 86_400
VALID_SECONDS_MAX = 8 * 86_400

# Invisible or direction-changing code points: a fixed list, the same in the browser, free of Unicode tables.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
# The same as canonical JSON escapes; a doubled backslash before it is a plain backslash and no escape.
ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\(?:[bfnrt]|u00)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One act of one person for one account on one network, good until `not_after` (UTC)."""

    v: Annotated[int, Whole(1, 1)]
    network: Hash
    name: Name
    args: Object
    account: Id
    person: Id
    id: Id
    not_after: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIntent:
    """Intent text with the signature (raw r||s, base64url) and the fingerprint of the signing key."""

    text: LongText
    signature: str
    fingerprint: str

    @property
    def intent(self) -> Intent:
        """The intent read from the text. Raises Refused."""
        return parse(self.text.encode("utf-8"))

    def ledger_args(self) -> tuple[bytes, bytes, bytes]:
        """The three arguments of the chaincode call."""
        return self.text.encode("utf-8"), self.signature.encode("ascii"), self.fingerprint.encode("ascii")


def build(
    *, name: str, args: object, account: str, person: str, intent_id: str, network: str, not_after: datetime
) -> bytes:
    """Canonical bytes to sign; `args`: an argument dataclass or a JSON object. Raises Refused."""
    arguments = args if isinstance(args, Mapping) else to_args(args)
    intent = from_json(
        Intent,
        {
            "v": 1,
            "network": network,
            "name": name,
            "args": arguments,
            "account": account,
            "person": person,
            "id": intent_id,
            "not_after": instant_text(not_after),
        },
        "intent",
    )
    text = encode(to_json(intent))
    _refuse_unsafe(text.decode("utf-8"))
    return text


def parse(received: bytes) -> Intent:
    """The intent of received bytes. Raises Refused: not_canonical, unsafe_text, bad_argument."""
    return _parsed(received)


# A chaincode that waits for state reads the same intent again; at most 256 of 12 kB are kept.
@lru_cache(maxsize=256)
def _parsed(received: bytes) -> Intent:
    try:
        value = decode_object(received)
    except NotCanonical as error:
        raise Refused(Refusal.NOT_CANONICAL, reason=error.reason) from error
    _refuse_unsafe(received.decode("utf-8"))
    return from_json(Intent, value, "intent")


def check(intent: Intent, *, network: str, now: datetime) -> None:
    """Raises Refused when the intent is for another network, expired or valid for too long."""
    if intent.network != network:
        raise Refused(Refusal.NETWORK_MISMATCH)
    remaining_s = (instant_from_text(intent.not_after) - now).total_seconds()
    if remaining_s < 0:
        raise Refused(Refusal.INTENT_EXPIRED, not_after=intent.not_after)
    if remaining_s > VALID_SECONDS_MAX:
        raise Refused(Refusal.INTENT_VALID_TOO_LONG)


def digest(text: bytes) -> str:
    """SHA-256 of the intent's received bytes, hex: what `request~` and a report remember."""
    return hashlib.sha256(text).hexdigest()


def instant_text(moment: datetime) -> str:
    """An aware datetime as `2026-06-01T00:00:00Z`, whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# One call asks for the same instant in every round, and strptime is slow.
@lru_cache(maxsize=256)
def instant_from_text(text: str) -> datetime:
    """The aware datetime of `2026-06-01T00:00:00Z`. Raises Refused for a day that does not exist."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Refused(Refusal.BAD_ARGUMENT, field="not_after") from error


def _refuse_unsafe(text: str) -> None:
    """Refuses unsafe characters, written plainly or as JSON escapes."""
    if UNSAFE.search(text) or ESCAPED.search(text):
        raise Refused(Refusal.UNSAFE_TEXT)

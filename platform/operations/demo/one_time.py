"""The second factor's code, as a telephone's authenticator computes it (RFC 6238: SHA-1, 6 digits, 30 s)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

STEP_S, DIGITS = 30, 6
# The server takes a code in its own half minute only: one that would arrive in the next waits for the next.
ON_ITS_WAY_S = 1.5


def code(secret: str, *, at: float | None = None) -> str:
    """The code of this half minute, or of the next where this one is all but over.

    secret: base32 as shown at enrolment.
    """
    if at is None and (left := seconds_left()) < ON_ITS_WAY_S:
        time.sleep(left + 0.01)
    counter = int((time.time() if at is None else at) // STEP_S)
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def seconds_left(*, at: float | None = None) -> float:
    """What is left of this half minute; a code is accepted once, so another sign-in waits for the next."""
    return STEP_S - (time.time() if at is None else at) % STEP_S

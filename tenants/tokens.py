"""What a program's token looks like; only its digest is ever stored."""

import hashlib
import secrets

SCHEME = "Bearer"
PREFIX = "thk_"


def new_token() -> str:
    """A fresh token: 256 random bits, recognisable by its prefix in a leak scan."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(text: str) -> str:
    """SHA-256 of a token, hex. The token itself is random, so no salt is needed."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

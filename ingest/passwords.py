"""Passwords of gateways as Mosquitto keeps them: `$7$iterations$salt$hash`, PBKDF2 with SHA-512. Pure."""

import base64
import binascii
import hashlib
import hmac
import secrets

# Our passwords are 24 random bytes, so a few rounds are enough and reconnecting gateways stay cheap.
ITERATIONS = 10_000
_PARTS = 5


def hash_password(password: str) -> str:
    """The line's second half in a Mosquitto password file."""
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def password_fits(password: str, hashed: str) -> bool:
    """Whether a password is the one of a hash; what is no hash fits none."""
    parts = hashed.split("$")
    if len(parts) != _PARTS or parts[1] != "7" or not parts[2].isdigit():
        return False
    try:
        salt, digest = base64.b64decode(parts[3]), base64.b64decode(parts[4])
    except binascii.Error:
        return False
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, int(parts[2]))
    return hmac.compare_digest(made, digest)

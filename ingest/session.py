"""The name of ingest's session at the broker.

Who signs in there under a session's name takes its place (MQTT 5, 3.1.4-3), whoever it belonged to: a gateway
that knew this one could end ingest's connection and drop what waits for it. So it follows from a secret that
all workers of an installation share, and from nothing that changes while messages wait.
"""

import base64
import hmac
from hashlib import sha256

# Any broker takes a name of 23 letters and digits (MQTT 3.1.1, 3.1.3-5).
LETTERS = 16
# What the session was called in homes made before 2026-12; it is removed, or it would keep a share of all.
FORMERLY = b"ingest-0"


def session_name(secret: str) -> str:
    """The name for an installation's secret key: 80 bits that nobody guesses, equal in every worker."""
    made = hmac.new(secret.encode(), b"tanheng: ingest's session at the broker", sha256).digest()
    return f"ingest-{base64.b32encode(made)[:LETTERS].decode().lower()}"

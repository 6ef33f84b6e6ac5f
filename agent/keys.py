"""The gateway's signing key: made here, never leaves here. Its public half is what is registered."""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from proof.batches import GatewayKey, public_key

from agent.words import AgentError, Notice


def make_key(path: Path) -> GatewayKey:
    """A new key in `path` (PEM, mode 0600), durable when this returns. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_EXCL: a key that is there is never overwritten, its readings could not be told apart from forged ones.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return public_key(key)


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key of a file. Raises AgentError key_missing, key_readable, key_invalid."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except FileNotFoundError:
        raise AgentError(Notice.KEY_MISSING, path=path) from None
    except OSError as error:
        raise AgentError(Notice.KEY_INVALID, path=path, error=error) from error
    if mode & 0o077:
        raise AgentError(Notice.KEY_READABLE, path=path, mode=f"{mode:04o}")
    try:
        loaded = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise AgentError(Notice.KEY_INVALID, path=path, error=error) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise AgentError(Notice.KEY_INVALID, path=path, error=type(loaded).__name__)
    return loaded

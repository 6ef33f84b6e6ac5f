"""Evidence at rest: AES-256-GCM with one key a tenant, wrapped by the master key, under TANHENG_HOME.

The tenant is the schema on the connection. Owns bytes on disk and the wrapped key; not who may read them.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from kit import clock, schema

from accounting.models import DataKey

NONCE_BYTES = 12
KEY_BYTES = 32


class VaultError(RuntimeError):
    """A stored file is missing or was changed, or the master key is not the one that wrapped the tenant's."""


def store(file_id: str, content: bytes) -> None:
    """Write a file's bytes, encrypted; durable when it returns."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(_tenant_key()).encrypt(nonce, content, _context(file_id))
    path = _path(file_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def load(file_id: str, *, digest: str) -> bytes:
    """The bytes of a stored file, if their SHA-256 is `digest`. Raises VaultError."""
    try:
        sealed = _path(file_id).read_bytes()
        content = AESGCM(_tenant_key()).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _context(file_id))
    except (OSError, InvalidTag) as error:
        raise VaultError(f"evidence {file_id} cannot be read") from error
    if sha256(content).hexdigest() != digest:
        raise VaultError(f"evidence {file_id} is not what was uploaded")
    return content


def _tenant_key() -> bytes:
    row = DataKey.objects.order_by("pk").first()
    if row is not None:
        wrapped = bytes(row.wrapped)
        try:
            return AESGCM(_master()).decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], schema.current().schema_name.encode()
            )
        except InvalidTag as error:
            raise VaultError("the master key does not fit the tenant's key") from error
    key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    wrapped = nonce + AESGCM(_master()).encrypt(nonce, key, schema.current().schema_name.encode())
    DataKey.objects.get_or_create(pk=1, defaults={"wrapped": wrapped, "created_at": clock.now()})
    return key if bytes(DataKey.objects.get(pk=1).wrapped) == wrapped else _tenant_key()


def _master() -> bytes:
    secret: str = settings.TANHENG.master_key
    derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=b"tanheng/evidence/1")
    return derive.derive(secret.encode())


def _context(file_id: str) -> bytes:
    """A file moved to another name or another tenant does not open."""
    return f"{schema.current().schema_name}/{file_id}".encode()


def _path(file_id: str) -> Path:
    home: Path = settings.TANHENG.home
    folder: Path = home / "evidence" / schema.current().schema_name
    return folder / f"{file_id}.bin"

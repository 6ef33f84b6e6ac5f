"""Files of a network's material: written whole or not at all, secrets for their owner only."""

import os
from pathlib import Path

from ledger.authority import Issued


def store(path: Path, content: bytes, *, private: bool) -> None:
    """Write a file; whoever reads it sees the old content or the new one. `private`: mode 0600."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def store_pair(certificate: Path, key: Path, issued: Issued) -> None:
    """Write a certificate and its key.

    The key first: what is looked for is the certificate, so a run that ends between the two starts again.
    """
    store(key, issued.key_pem, private=True)
    store(certificate, issued.certificate_pem, private=False)

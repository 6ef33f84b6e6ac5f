"""The chaincode package that all organisations install: the same bytes wherever it is made, so the same id.

It holds no code, only where the running chaincode is found; the address is a template that each peer's
builder fills with its own organisation's (chaincode as a service).
"""

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Mapping

LABEL = "carbon_1"
# The builder of each peer replaces this by the address in its own settings.
ADDRESS = "{{.address}}"
DIAL_TIMEOUT = "10s"


def package() -> bytes:
    """The package's bytes: a gzipped tar of metadata.json and code.tar.gz, without any time in it."""
    connection = {"address": ADDRESS, "dial_timeout": DIAL_TIMEOUT, "tls_required": False}
    metadata = {"type": "ccaas", "label": LABEL}
    code = _archive({"connection.json": _json(connection)})
    return _archive({"metadata.json": _json(metadata), "code.tar.gz": code})


def package_id() -> str:
    """How peers name the package: label and SHA-256 of its bytes. The chaincode registers as this."""
    return f"{LABEL}:{hashlib.sha256(package()).hexdigest()}"


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _archive(files: Mapping[str, bytes]) -> bytes:
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return _stored(inner.getvalue())


def _stored(content: bytes) -> bytes:
    """A gzip file that holds the content as it is (RFC 1951, 1952).

    By hand, because another zlib would compress to other bytes, and the package would have another id.
    """
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    length = len(content).to_bytes(2, "little")
    block = b"\x01" + length + bytes(byte ^ 0xFF for byte in length) + content
    return header + block + zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")

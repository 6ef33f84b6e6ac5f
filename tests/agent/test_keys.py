"""The gateway's key: made once for its owner alone, never replaced, refused when others can read it."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from proof.batches import public_key

from agent.keys import load_key, make_key
from agent.words import AgentError, Notice


def test_a_key_is_made_with_mode_0600_and_read_back(tmp_path: Path) -> None:
    made = make_key(tmp_path / "below" / "gateway.key")
    assert stat.S_IMODE((tmp_path / "below" / "gateway.key").stat().st_mode) == 0o600
    assert public_key(load_key(tmp_path / "below" / "gateway.key")) == made


def test_a_key_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    make_key(tmp_path / "gateway.key")
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "gateway.key")


def test_a_missing_a_foreign_and_a_readable_key_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "gateway.key"
    with pytest.raises(AgentError) as caught:
        load_key(path)
    assert caught.value.notice is Notice.KEY_MISSING
    foreign = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"no key", foreign):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(AgentError) as caught:
            load_key(path)
        assert caught.value.notice is Notice.KEY_INVALID
    path.unlink()
    make_key(path)
    path.chmod(0o644)
    with pytest.raises(AgentError) as caught:
        load_key(path)
    assert caught.value.notice is Notice.KEY_READABLE

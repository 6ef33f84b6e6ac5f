"""The name of ingest's session: equal in every worker of an installation, and nobody else's to guess."""

from ingest.session import FORMERLY, session_name


def test_it_follows_from_the_secret_alone() -> None:
    assert session_name("a") == session_name("a") != session_name("b")
    assert FORMERLY.decode() != session_name("a")


def test_any_broker_takes_it() -> None:
    name = session_name("a")
    assert len(name) == 23
    assert name.replace("-", "").isalnum()

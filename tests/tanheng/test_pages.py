"""The front end's page: one origin, a fresh nonce, never stored; API answers that no browser runs."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

pytestmark = pytest.mark.db
BUILT = '<meta name="csp-nonce" content="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/a.js"></script>'


@pytest.fixture
def built(settings, tmp_path) -> None:
    """A front end that is built."""
    (tmp_path / "dashboards" / "dist").mkdir(parents=True)
    (tmp_path / "dashboards" / "dist" / "index.html").write_text(BUILT)
    settings.BASE_DIR = tmp_path


@pytest.fixture
def local() -> Client:
    return Client(headers={"host": "localhost:8000"})


@pytest.mark.parametrize("path", ["/", "/app/market", "/app/", "/verify"])
def test_every_address_of_the_front_end_is_the_one_page_with_a_fresh_nonce(path, built, local) -> None:
    first, second = local.get(path), local.get(path)
    policy = first["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    assert first.content.decode() == BUILT.replace("__CSP_NONCE__", nonce)
    assert nonce not in second["Content-Security-Policy"]
    assert first["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy


def test_an_address_by_number_is_led_to_localhost_where_keys_and_passkeys_work(built) -> None:
    answer = Client(headers={"host": "127.0.0.1:8000"}).get("/app/market?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "http://localhost:80/app/market?x=1")


def test_a_front_end_that_is_not_built_says_what_to_do(settings, tmp_path, local) -> None:
    settings.BASE_DIR = tmp_path
    answer = local.get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.content.decode()


def test_an_unknown_host_is_refused(built) -> None:
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_an_api_answer_is_never_stored_framed_or_run(client_of) -> None:
    answer = client_of("").get("/api/v1/me/")
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_health_asks_the_database(local) -> None:
    assert local.get("/healthz").json() == {"ok": True}


def test_the_page_comes_also_while_the_database_is_away_and_says_so_itself(built, local, monkeypatch) -> None:
    def away(*_args: object, **_words: object) -> None:
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    local.cookies["sessionid"] = "a" * 32
    assert local.get("/app/live").status_code == 200
    local.raise_request_exception = False
    assert (local.get("/healthz").status_code, local.get("/healthz").json()["refusal"]) == (
        503,
        "database_unavailable",
    )

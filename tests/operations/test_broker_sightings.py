"""What is read from Mosquitto's words: who came in, that somebody was turned away, nothing from a name."""

import io
from datetime import datetime

import pytest
from operations.broker_sightings import Sightings

LET_IN = b"1795662007: New client connected from 127.0.0.1:52868 as t_1.gw-1 (p2, c1, k60, u't_1.gw-1').\n"
OWN = b"1795662007: New client connected from 127.0.0.1:5 as ingest (p5, c0, k60, u'ingest').\n"
WRONG = b"1795662007: Client <unknown> disconnected, not authorised.\n"
NAMED = b"1795662007: New client connected from 127.0.0.1:5 as x (p2, c1, k60, u't_9.gw')."
FULL = b"1795735461: Outgoing messages are being dropped for client ingest-abc.\n"
TOO_LARGE = b"1795735461: Client odd disconnected due to oversize packet.\n"
FORGED = NAMED + b" (p2, c1, k60, u't_1.gw-2').\n"


REVOKED = b"1795674167: OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed\n"


def all_seen(*lines: bytes) -> tuple[dict[str, datetime], ...]:
    sightings, told = Sightings(io.BytesIO(), own="ingest", session="ingest-abc"), []
    for line in lines:
        sightings.see(line)
    sightings.keep(lambda *what: told.append(what))
    return told[0] if told else ({}, {}, {}, {})


def seen(*lines: bytes) -> tuple[dict[str, datetime], ...]:
    return all_seen(*lines)[:2]


def test_a_gateway_that_came_in_is_named_and_ingest_itself_is_not() -> None:
    connected, turned_away = seen(LET_IN, OWN)
    assert (list(connected), turned_away) == (["t_1.gw-1"], {})


def test_a_wrong_sign_in_is_seen_without_a_name() -> None:
    connected, turned_away = seen(WRONG)
    assert connected == {}
    assert set(turned_away) == {"password"}


def test_a_failed_handshake_is_told_from_a_wrong_password() -> None:
    connected, turned_away = seen(REVOKED, WRONG)
    assert connected == {}
    assert set(turned_away) == {"handshake", "password"}


def test_the_ids_under_which_a_name_came_are_known_and_their_number_is_bounded() -> None:
    sightings = Sightings(io.BytesIO(), own="ingest")
    for n in range(200):
        sightings.see(LET_IN.replace(b"as t_1.gw-1", b"as odd (p2) %d" % n))
    ids = sightings.clients_of("t_1.gw-1")
    assert ids == [b"odd (p2) %d" % n for n in range(150, 200)]
    assert sightings.clients_of("t_9.gw") == []


def test_that_ingest_s_queue_is_full_is_seen_and_another_s_is_not() -> None:
    assert list(all_seen(FULL)[3]) == ["ingest"]
    assert all_seen(FULL.replace(b"ingest-abc", b"t_1.gw-1-agent-ab")) == ({}, {}, {}, {})
    assert all_seen(NAMED.replace(b" as x", b" as " + FULL.strip()))[3] == {}


def test_a_client_id_that_another_has_taken_over_is_no_more_of_the_first() -> None:
    sightings = Sightings(io.BytesIO(), own="ingest")
    sightings.see(LET_IN.replace(b"as t_1.gw-1", b"as shared"))
    sightings.see(LET_IN.replace(b"as t_1.gw-1", b"as shared").replace(b"u't_1.gw-1'", b"u't_2.gw-2'"))
    assert sightings.clients_of("t_1.gw-1") == []
    assert sightings.clients_of("t_2.gw-2") == [b"shared"]


def test_a_client_s_own_words_name_nobody() -> None:
    connected, _ = seen(FORGED, b"1: Client t_1.gw-1 disconnected.\n", b"\xff\xfe\n")
    assert list(connected) == ["t_1.gw-2"]


def test_whose_message_was_too_large_is_known_by_the_client_id_that_the_broker_named() -> None:
    named = LET_IN.replace(b"127.0.0.1:52868 as t_1.gw-1", b"127.0.0.1:5 as odd")
    _, _, too_large, _ = all_seen(named, TOO_LARGE)
    assert list(too_large) == ["t_1.gw-1"]
    *_, nobody_s = all_seen(LET_IN, TOO_LARGE, TOO_LARGE.replace(b"odd", b"t_1.gw-1 x"))
    assert nobody_s == {}


def test_what_the_database_did_not_take_is_told_again() -> None:
    sightings = Sightings(io.BytesIO(), own="ingest")
    sightings.see(LET_IN)

    def away(*_: object) -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 (any of it)
        sightings.keep(away)
    told: list[object] = []
    sightings.keep(lambda connected, *_: told.append(list(connected)))
    sightings.keep(lambda connected, *_: told.append(list(connected)))
    assert told == [["t_1.gw-1"]]

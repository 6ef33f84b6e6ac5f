"""Rows as a peer has them: byte for byte, by type and by the beginning of the key, for who may audit."""

import base64
import json

import pytest
from lexicon.canonical import encode

from tests.chaincode.town import Town, accepted, refusal


@pytest.fixture(scope="module")
def town() -> Town:
    return Town().found().people_arrive().rich()


def rows(town: Town, **args: str) -> list[tuple[list[str], bytes]]:
    answer = json.loads(accepted(town.call("state_rows", encode(args), role="service")).payload)
    return [(key, base64.b64decode(value)) for key, value in answer]


def test_every_row_of_a_type_is_given_as_the_state_has_it(town: Town) -> None:
    found = rows(town, object="coin")
    stored = {key: value for key, value in town.values.items() if key.startswith("\x00coin\x00")}
    assert {"\x00" + "\x00".join(key) + "\x00": value for key, value in found} == stored
    assert len(found) > 1


def test_the_beginning_of_a_key_chooses_among_them(town: Town) -> None:
    tx = rows(town, object="coin")[0][0][1]
    assert {key[1] for key, _ in rows(town, object="coin", start=tx)} == {tx}
    assert rows(town, object="lot", start="CEA~000000002026~0000")
    assert rows(town, object="lot", start="CEA~000000002025") == []
    assert rows(town, object="nothing") == []


@pytest.mark.parametrize("role", ["user", "relay", "ingest", "clock", "administrator"])
def test_nobody_but_service_and_regulator_reads_rows(town: Town, role: str) -> None:
    answer = town.call("state_rows", encode({"object": "lot"}), role=role)
    assert refusal(answer) == "certificate_not_allowed"


@pytest.mark.parametrize("start", ["\x00", "a b", "ä", "x" * 201])
def test_a_start_that_is_no_key_is_refused(town: Town, start: str) -> None:
    answer = town.call("state_rows", encode({"object": "lot", "start": start}), role="service")
    assert refusal(answer) in {"bad_argument", "unsafe_text", "not_canonical"}

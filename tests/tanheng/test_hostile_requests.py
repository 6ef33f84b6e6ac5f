"""What a hostile client sends: each is a named refusal, never a fault of ours, and costs little."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from kit import problems

pytestmark = pytest.mark.db
API = "/api/v1"
PUBLIC = f"{API}/compute/"


def refused(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == problems.CONTENT_TYPE, answer.content[:300]
    return answer.status_code, answer.json()["refusal"]


def test_json_larger_than_the_limit_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    large = json.dumps({"a": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    answer = client.post(PUBLIC, large, content_type="application/json")
    assert refused(answer) == (413, "body_too_large")


def test_a_form_larger_than_its_files_may_be_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.generic(
        "POST",
        f"{API}/registrations/",
        b"--b\r\n",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(4 * 1024**3),
    )
    assert refused(answer) == (413, "body_too_large")


@pytest.mark.parametrize("length", ["-1", "99999999999999999999", "NaN"])
def test_a_length_that_is_none_does_no_harm(client: Client, length: str) -> None:
    answer = client.generic("POST", PUBLIC, b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert answer.status_code < 500


def test_json_nested_deeper_than_any_parser_goes_is_malformed(client: Client) -> None:
    answer = client.post(PUBLIC, "[" * 100_000 + "]" * 100_000, content_type="application/json")
    assert refused(answer) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("administrator_1", "registrations/?state=%00"),
        ("administrator_1", "actions/?state=%00"),
        ("administrator_1", "actions/%00/"),
        ("alpha_head", "meters/?plant=%00"),
        ("alpha_head", "quarantine/?reason=%00"),
        ("alpha_head", "plants/%00/today/"),
        ("alpha_head", "plants/%00/model/"),
        ("alpha_head", "reports/?state=%00"),
        ("alpha_head", "periods/?plant=%00"),
        ("alpha_head", "periods/%00/"),
        ("lead_auditor", "cases/%00/"),
        ("", "registrations/status/?code=%00"),
        ("", "guidelines/%00/"),
        ("", "verify/?digest=%00"),
    ],
)
def test_a_nul_in_an_address_is_refused_everywhere(who: str, path: str, client_of: Any) -> None:
    assert refused(client_of(who).get(f"{API}/{path}"))[0] == 400


@pytest.mark.parametrize(
    "place", ["p=abc", "p=\0", "p=2026-99-99", "o=-1&p=1", "r=1&p=" + "9" * 5000, "p=1e999999"]
)
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("alpha_head", "audit/"),
        ("alpha_head", "intents/"),
        ("alpha_head", "periods/"),
        ("alpha_head", "quarantine/"),
        ("alpha_head", "trades/"),
        ("regulator_1", "explorer/blocks/"),
        ("regulator_1", "oversight/trades/"),
        ("regulator_1", "cases/"),
    ],
)
def test_a_cursor_that_we_never_gave_is_refused_by_name(
    who: str, path: str, place: str, client_of: Any
) -> None:
    cursor = quote(base64.b64encode(place.encode()).decode())
    answer = client_of(who).get(f"{API}/{path}?cursor={cursor}")
    assert answer.status_code in (200, 400), answer.content[:300]


def test_a_number_of_five_thousand_digits_is_no_sample_size(client_of: Any) -> None:
    answer = client_of("lead_auditor").get(f"{API}/cases/a~b~2026-06~1/plan/?sample_size={'9' * 5000}")
    assert refused(answer) == (400, "field_invalid")


def test_an_instant_before_all_meters_is_refused_when_a_change_is_declared(client_of: Any) -> None:
    said = {"change": "reset", "at": "0001-01-01T00:00:00Z", "new_start": "0", "note": "n"}
    answer = client_of("alpha_head").post(f"{API}/meters/1/declarations/", said, format="json")
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize("value", ["NaN", "1e999999", "-1", "sNaN", "Infinity", "0x10"])
def test_a_least_count_is_a_plain_positive_number(value: str, client_of: Any) -> None:
    said = {
        "plant": "plant-1", "slug": "coal-1", "name_zh": "a", "name_en": "a", "medium": "coal", "unit": "t",
        "least_count": value, "digits": 8, "gateway": "gw-1", "valid_from": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    answer = client_of("alpha_head").post(f"{API}/meters/", said, format="json")
    assert refused(answer) == (400, "field_invalid")


def test_a_header_that_anybody_can_write_does_not_make_a_new_client_for_the_rate_limits(rf: Any) -> None:
    from rest_framework.throttling import ScopedRateThrottle

    asked = [rf.get(PUBLIC, HTTP_X_FORWARDED_FOR=name) for name in ("198.51.100.1", "198.51.100.2")]
    assert {ScopedRateThrottle().get_ident(request) for request in asked} == {"127.0.0.1"}

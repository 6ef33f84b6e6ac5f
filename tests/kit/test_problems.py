"""Every "no" has one shape and four parts in two languages; a fault tells its case and nothing else."""

import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import RequestFactory
from kit import problems
from lexicon.refusals import Refusal, Refused
from rest_framework import exceptions


class Coded(Exception):
    """The driver's error with its code."""

    def __init__(self, pgcode: str | None) -> None:
        super().__init__("driver")
        self.pgcode = pgcode


PARTS = ("what", "meaning", "action")


@pytest.mark.db
@pytest.mark.parametrize(
    ("error", "status", "refusal"),
    [
        (Refused(Refusal.HOLDING_TOO_SMALL, held=3, asked=5), 409, "holding_too_small"),
        (exceptions.NotAuthenticated(), 401, "not_signed_in"),
        (exceptions.AuthenticationFailed(), 401, "token_refused"),
        (exceptions.PermissionDenied(), 403, "no_permission"),
        (exceptions.PermissionDenied("CSRF Failed: token missing"), 403, "csrf_failed"),
        (PermissionDenied(), 403, "no_permission"),
        (Http404(), 404, "not_found"),
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.NotFound("Invalid cursor"), 400, "cursor_invalid"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.ParseError(), 400, "malformed_json"),
        (exceptions.UnsupportedMediaType("x/y"), 415, "media_type_unsupported"),
        (exceptions.Throttled(wait=3), 429, "rate_limited"),
        (exceptions.ValidationError({"email": ["no address"]}), 400, "field_invalid"),
        (ValidationError("no"), 400, "field_invalid"),
        (RequestDataTooBig(), 413, "body_too_large"),
        (ZeroDivisionError("secret detail"), 500, "internal_fault"),
        (InterfaceError("secret detail"), 503, "database_unavailable"),
        (OperationalError("secret detail"), 503, "database_unavailable"),
    ],
)
def test_each_kind_of_no_is_one_problem_with_four_parts(error, status, refusal) -> None:
    answer = problems.handler(error, {})
    body = answer.data
    assert (answer.status_code, body["status"], body["refusal"]) == (status, status, refusal)
    assert answer.content_type == "application/problem+json"
    for part in PARTS:
        assert body[part]["zh"]
        assert body[part]["en"]
        assert "{" not in body[part]["zh"] + body[part]["en"]
    assert body["type"] == f"/problems/{refusal}"
    assert "secret" not in str(body)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (None, "database_unavailable"),
        ("57P01", "database_unavailable"),
        ("08006", "database_unavailable"),
        ("57014", "internal_fault"),
        ("40P01", "internal_fault"),
    ],
)
def test_a_database_that_is_away_is_told_from_one_that_refuses(code: str | None, refusal: str) -> None:
    error = OperationalError("secret detail")
    error.__cause__ = Coded(code)
    try:
        raise error
    except OperationalError:
        outside = problems.server_error(RequestFactory().get("/api/v1/me/"))
    told = json.loads(outside.content)["refusal"]
    assert problems.handler(error, {}).data["refusal"] == told == refusal


def test_the_first_wrong_field_stands_in_the_sentence_and_all_in_fields() -> None:
    answer = problems.handler(exceptions.ValidationError({"a": ["too short"], "b": {"c": ["missing"]}}), {})
    assert "too short" in answer.data["what"]["en"]
    assert set(answer.data["fields"]) == {"a", "b"}


def test_a_case_number_is_short_dated_and_never_the_same(frozen_clock) -> None:
    cases = {problems.new_case() for _ in range(200)}
    assert len(cases) == 200
    assert all(case.startswith("260715-") and len(case) == 13 for case in cases)


def test_waiting_is_told_in_the_header_too() -> None:
    assert problems.answer(Refusal.LOCKED_OUT, seconds=42)["Retry-After"] == "42"

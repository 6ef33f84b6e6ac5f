"""The answer to somebody locked out after failed sign-ins: a problem with a countdown."""

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, JsonResponse
from kit import problems
from lexicon.refusals import Refusal


def locked_out(request: HttpRequest, *_args: Any, **_facts: Any) -> JsonResponse:
    """429 with the seconds left; other people behind the same address are not concerned."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 600
    return problems.answer(Refusal.LOCKED_OUT, seconds=seconds)

"""The verdicts on a case's sample as they are kept; `verdicts` takes and shows them."""

from typing import Any

from lexicon import canonical
from lexicon.terms import ItemVerdict

from accounting.models import Finding, SampleVerdict, VerificationCase


def verdicts_in(case: VerificationCase) -> list[dict[str, Any]]:
    """Each verdict with who gave it and when, by item; `by_check`: with all whose check was good."""
    return [
        {
            "item": row.item,
            "verdict": row.verdict,
            "by_check": row.by_check,
            "person": row.person,
            "at": row.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for row in SampleVerdict.objects.filter(case=case).order_by("item")
    ]


def digest_of(case: VerificationCase) -> str:
    """Of all verdicts together, as the technical review is of them."""
    return str(canonical.digest(verdicts_in(case)))


def findings_on(case: VerificationCase) -> dict[str, list[int]]:
    """Numbers of the case's findings that the ledger has, by the item of the sample that they are about."""
    found: dict[str, list[int]] = {}
    rows = Finding.objects.filter(case=case).exclude(raised_tx="").exclude(item="")
    for item, number in rows.order_by("number").values_list("item", "number"):
        found.setdefault(item, []).append(number)
    return found


def unfounded(case: VerificationCase) -> list[str]:
    """Items that did not pass and have no finding."""
    founded = findings_on(case)
    rows = SampleVerdict.objects.filter(case=case).exclude(verdict=ItemVerdict.PASS)
    return [item for item in rows.order_by("item").values_list("item", flat=True) if item not in founded]

"""Verdicts on the items of a sample: pass, fail or remark; who leads the verification gives them one by one,
or passes together those whose automatic check is good. They change until the technical review, which is of
them. What did not pass leads to a finding on the item.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ItemVerdict, VerificationStep

from accounting.models import SampleVerdict, VerificationCase
from accounting.services import item_checks, judged, sampled, worklog
from tenants.access import Viewer

NONE = ""


def shown(case: VerificationCase) -> dict[str, Any]:
    """Each item of the sample with names, place, verdict, author and findings; `open`: verdicts may change.

    Raises Refused: plan_missing, sample_not_open, changed_meanwhile.
    """
    items = worklog.items_of(case)
    told = {one["item"]: one for one in judged.verdicts_in(case)}
    founded = judged.findings_on(case)
    places = sampled.streams_of(case, items)
    rows = [
        {
            **named,
            "kind": named["item"].partition(":")[0],
            "stream": places[named["item"]],
            **(told.get(named["item"]) or _UNSAID),
            "findings": founded.get(named["item"], []),
        }
        for named in sampled.named(case, items)
    ]
    counts = Counter(row["verdict"] for row in rows)
    return {
        "open": not worklog.is_recorded(case, VerificationStep.TECHNICAL_REVIEW),
        "counts": {str(verdict): counts[verdict] for verdict in ItemVerdict},
        "missing": counts[NONE],
        "items": rows,
    }


@transaction.atomic
def keep(viewer: Viewer, case: VerificationCase, given: Mapping[str, str]) -> None:
    """Keep verdicts by item; an empty one takes it away, items that are not named keep theirs.

    Raises Refused: step_already_recorded (the technical review), field_invalid (not of the sample).
    """
    case = worklog.held_before(case, VerificationStep.TECHNICAL_REVIEW)
    _require_items(case, given)
    _keep(viewer, case, given)


@transaction.atomic
def pass_checked(viewer: Viewer, case: VerificationCase) -> None:
    """Pass every item that has no verdict and whose automatic check is good now.

    Raises Refused: step_already_recorded (the technical review).
    """
    case = worklog.held_before(case, VerificationStep.TECHNICAL_REVIEW)
    told = {one["item"] for one in judged.verdicts_in(case)}
    waiting = [item for item in worklog.items_of(case) if item not in told]
    good = [one.item for one in item_checks.checks_of(case, waiting) if one.good]
    _keep(viewer, case, dict.fromkeys(good, str(ItemVerdict.PASS)), by_check=True)


def require_item(case: VerificationCase, item: str) -> None:
    """Raises Refused (field_invalid) for an item that the seed did not draw; nothing for no item."""
    if item:
        _require_items(case, [item])


def _require_items(case: VerificationCase, given: Iterable[str]) -> None:
    items = set(worklog.items_of(case))
    for item in given:
        if item not in items:
            refuse(Refusal.FIELD_INVALID, field=item[:60], reason="不在抽样清单中 / not of the sample")


_UNSAID: dict[str, Any] = {"verdict": NONE, "by_check": False, "person": "", "at": None}


def _keep(
    viewer: Viewer, case: VerificationCase, given: Mapping[str, str], *, by_check: bool = False
) -> None:
    """One row an item; who says the same again changes nothing."""
    rows = SampleVerdict.objects.filter(case=case)
    told = dict(rows.values_list("item", "verdict"))
    changed = {item: verdict for item, verdict in given.items() if verdict != told.get(item, NONE)}
    rows.filter(item__in=changed).delete()
    SampleVerdict.objects.bulk_create(
        SampleVerdict(
            case=case,
            item=item,
            verdict=verdict,
            by_check=by_check,
            person=viewer.person,
            at=clock.now(),
        )
        for item, verdict in changed.items()
        if verdict
    )

"""What pages show of factor sets and their proposals. Reads only."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from accounting import people
from accounting.chain.factor_models import FactorProposal, PublishedFactorSet
from accounting.domain.factor_effects import grams_text
from accounting.domain.factors import FactorSet, factor_sets, read_published
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.succession import Draft, row_json
from accounting.services import factor_proposals, factor_versions
from tenants.models import Tenant
from tenants.selectors import organisation_names

Shown = dict[str, Any]


def factor_set_rows() -> list[Shown]:
    """Every set: each of the programs' with the published ones that succeed it, in order."""
    published: dict[str, list[PublishedFactorSet]] = {}
    for row in PublishedFactorSet.objects.order_by("first", "number"):
        published.setdefault(row.first, []).append(row)
    found: list[Shown] = []
    for one in factor_sets().values():
        later = [row for row in published.get(one.id, ()) if row.factor_set in factor_sets()]
        found.append(_set_row(one, None, first=one.id, latest=not published.get(one.id)))
        found += [
            _set_row(factor_sets()[row.factor_set], row, first=one.id, latest=row is later[-1])
            for row in later
        ]
    return found


def factor_set_text(name: str) -> str | None:
    """A set as a file, in the shape in which one is proposed; None for one that is not there."""
    text = factor_versions.text_of(name)
    if text is not None:
        return text
    one = factor_sets().get(name)
    if one is None:
        return None
    head = {"id": one.id, "zh": one.zh, "en": one.en, "roles": list(one.roles), "regional": one.regional}
    table = {"set": head, "row": [row_json(row) for row in one.rows]}
    return json.dumps(table, ensure_ascii=False, indent=1)


def examined(found: Draft) -> Shown:
    """A draft that was looked at."""
    return {
        "since": found.since,
        "unchanged": found.unchanged,
        "changes": [change.as_json() for change in found.changes],
        "remarks": [remark.as_json() for remark in found.remarks],
    }


def factor_proposals_shown() -> list[Shown]:
    """Every proposal, the newest first."""
    rows = list(FactorProposal.objects.order_by("-created_at"))
    names = people.names(sorted({row.person for row in rows}))
    return [_row(row, names) for row in rows]


def factor_proposal(row: FactorProposal) -> Shown:
    """A proposal with its changes and what its simulation came to."""
    sums = factor_proposals.sums_of(row)
    names = organisation_names([one["account"] for one in sums["by_account"]])
    for one in sums["by_account"]:
        one["organisation"] = names.get(one["account"], "")
    pending = factor_proposals.pending(row)
    published = PublishedFactorSet.objects.filter(pk=row.factor_set, digest=row.digest).first()
    simulation = sums | {
        "asked_at": row.asked_at,
        "at": row.simulated_at,
        "done": len(row.done),
        "of": Tenant.objects.exclude(organisation=None).count(),
        "digest": row.simulation_digest,
    }
    return _row(row, people.names([row.person])) | {
        "changes": factor_proposals.changes_in(row),
        "simulation": simulation,
        "values": factor_proposals.values_of(row),
        "action": pending.pk if pending else "",
        "published": published,
    }


def factor_effects(row: FactorProposal, account: str) -> list[Shown]:
    """What a proposal does to each period of an enterprise."""
    return [
        {
            "plant": one.plant,
            "period": one.period,
            "kind": one.kind,
            "state": one.state,
            "effect_g": grams_text(one.effect_g),
            "by_factor": [{"place": place, "effect_g": grams or "0"} for place, grams in one.by_factor],
        }
        for one in row.effects.filter(account=account).order_by("plant", "period")
    ]


def _row(row: FactorProposal, names: Mapping[str, str]) -> Shown:
    later = read_published(row.text)
    plain = ("id", "factor_set", "succeeds", "since", "digest", "created_at")
    return {name: getattr(row, name) for name in plain} | {
        "zh": later.zh,
        "en": later.en,
        "state": factor_proposals.state_of(row),
        "person_name": names.get(row.person, ""),
        "factors": len(later.rows) - len(factor_sets()[row.succeeds].rows),
    }


def _set_row(one: FactorSet, row: PublishedFactorSet | None, *, first: str, latest: bool) -> Shown:
    offering = [
        guideline
        for guideline in guidelines().values()
        if any(first in names for names in guideline.factor_sets.values())
    ]
    return {
        "id": one.id,
        "zh": one.zh,
        "en": one.en,
        "first": first,
        "digest": one.digest,
        "roles": list(one.roles),
        "rows": len(one.rows),
        "guidelines": [{"id": found.id, "zh": found.zh, "en": found.en} for found in offering],
        "items": _items(one, offering),
        "succeeds": one.succeeds,
        "since": one.since,
        "tx_id": row.tx_id if row else "",
        "at": row.at if row else None,
        "latest": latest,
    }


def _items(one: FactorSet, offering: Sequence[Guideline]) -> list[Shown]:
    """What the guidelines that offer a set call its items."""
    wanted = {row.item for row in one.rows}
    found = {
        item: {"id": item, "zh": label.zh, "en": label.en}
        for guideline in offering
        for kind in guideline.streams
        for item, label in kind.items.items()
        if item in wanted
    }
    return [found[item] for item in sorted(found)]

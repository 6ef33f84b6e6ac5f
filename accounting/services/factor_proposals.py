"""Proposals of factor sets: drafted, simulated, signed by two persons as parameters of the ledger.

An administrator drafts and signs; a regulator confirms. Nothing here publishes: the ledger does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from kit import audit, clock
from lexicon.arguments import Act
from lexicon.codec import to_json
from lexicon.intents import instant_text
from lexicon.records import PublishedFactors
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ActionState

from accounting.chain.factor_models import FactorProposal, PublishedFactorSet
from accounting.domain import succession
from accounting.domain.draft_words import DraftName
from accounting.domain.factors import FactorSet, factor_sets, read_published
from accounting.domain.succession import Draft, DraftRemark, changes_of
from tenants.access import Viewer
from tenants.models import TwoStepAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A set as it is asked for. rows: the changed ones or the whole table; text: a file's, instead."""

    succeeds: str
    since: str = ""
    zh: str = ""
    en: str = ""
    rows: Sequence[object] = ()
    text: str = ""


def examine(asked: Asked) -> Draft:
    """What comes of a set that is asked for, with every remark; keeps nothing.

    Raises Refused: factor_set_unknown, factor_set_succeeded.
    """
    base = _base(asked.succeeds)
    names = {
        language: said for language, said in (("zh", asked.zh.strip()), ("en", asked.en.strip())) if said
    }
    if not asked.text:
        return succession.draft(base, since=asked.since, names=names, rows=asked.rows)
    table, remarks = succession.read_file(asked.text)
    head = table.get("set", {})
    said = [str(head[name]) for name in ("succeeds", "id") if head.get(name)]
    if said and base.id not in said:
        remarks = [DraftRemark(0, DraftName.other_set, "", {"given": said[0][:40], "expected": base.id})]
    if remarks:
        return Draft(asked.since, (), 0, tuple(remarks), "")
    return succession.draft(
        base,
        since=asked.since or str(head.get("since") or ""),
        names=names,
        rows=table["rows"],
    )


@transaction.atomic
def propose(viewer: Viewer, asked: Asked) -> tuple[FactorProposal | None, Draft]:
    """Keep a draft, if nothing in it blocks; the draft says what does. Raises Refused: see `examine`,
    factor_proposal_exists.
    """
    found = examine(asked)
    if found.blocked:
        return None, found
    later = read_published(found.text)
    try:
        with transaction.atomic():
            row = FactorProposal.objects.create(
                factor_set=later.id,
                succeeds=later.succeeds,
                since=later.since,
                text=found.text,
                digest=later.digest,
                person=viewer.person,
                created_at=clock.now(),
            )
    except IntegrityError:
        refuse(Refusal.FACTOR_PROPOSAL_EXISTS)
    audit.record("factors.draft", person=viewer.person, account=viewer.account, subject=str(row.pk))
    return row, found


@transaction.atomic
def simulate(viewer: Viewer, row: FactorProposal) -> FactorProposal:
    """Ask for a simulation, or for another one; the task worker makes it.

    Raises Refused: factor_proposal_closed, factor_set_succeeded, factor_proposal_signed.
    """
    row = _need_open(row)
    row.effects.all().delete()
    row.asked_at, row.simulated_at, row.done = clock.now(), None, []
    row.simulation = row.simulation_digest = ""
    row.save()
    audit.record("factors.simulate", person=viewer.person, account=viewer.account, subject=str(row.pk))
    return row


@transaction.atomic
def withdraw(viewer: Viewer, row: FactorProposal) -> FactorProposal:
    """Take a draft back; it stays readable.

    Raises Refused: factor_proposal_closed, factor_proposal_signed.
    """
    row = _need_open(row, latest=False)
    row.withdrawn_by, row.withdrawn_at = viewer.person, clock.now()
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    audit.record("factors.withdraw", person=viewer.person, account=viewer.account, subject=str(row.pk))
    return row


def check(given: PublishedFactors) -> None:
    """Nothing, when an administrator may sign these values: a kept draft, and its last simulation.

    Raises Refused: factor_set_unknown, factor_simulation_missing, factor_set_succeeded.
    """
    row = FactorProposal.objects.filter(digest=given.digest, withdrawn_at=None).first()
    if row is None or _values(row) | {"simulation_digest": given.simulation_digest} != to_json(given):
        refuse(Refusal.FACTOR_SET_UNKNOWN, factor_set=given.factor_set)
    if not row.simulation_digest or row.simulation_digest != given.simulation_digest:
        refuse(Refusal.FACTOR_SIMULATION_MISSING, factor_set=given.factor_set)
    _base(row.succeeds)


def values_of(row: FactorProposal) -> dict[str, str] | None:
    """The values of the parameters' group `factors` that an administrator signs; None before a simulation."""
    return _values(row) if row.simulation_digest else None


def state_of(row: FactorProposal) -> str:
    """drafted, simulating, simulated, signed (by one), published, overtaken (by another), withdrawn."""
    published = PublishedFactorSet.objects.filter(pk=row.factor_set).first()
    if row.withdrawn_at is not None:
        return "withdrawn"
    if published is not None:
        return "published" if published.digest == row.digest else "overtaken"
    if pending(row) is not None:
        return "signed"
    if row.simulated_at is not None:
        return "simulated"
    return "drafted" if row.asked_at is None else "simulating"


def pending(row: FactorProposal) -> TwoStepAction | None:
    """The act of two persons that waits for its second one, if one signed this set."""
    found = TwoStepAction.objects.filter(
        act=Act.SET_PARAMETERS, state=ActionState.PROPOSED, not_after__gte=instant_text(clock.now())
    )
    return found.filter(act_args__contains=f'"digest":"{row.digest}"').order_by("created_at").first()


def sets_of(row: FactorProposal) -> tuple[FactorSet, FactorSet]:
    """The set that is succeeded, and the proposed one."""
    return factor_sets()[row.succeeds], read_published(row.text)


def changes_in(row: FactorProposal) -> list[dict[str, Any]]:
    """The changed factors with their values before and after."""
    return [dict(change.as_json()) for change in changes_of(*sets_of(row))]


def sums_of(row: FactorProposal) -> dict[str, Any]:
    """What a simulation came to: by enterprise and in all, in grams as text, by factor too.

    Counted are open months; open years, which are made of them, and frozen months stand apart.
    """
    total: dict[str, int] = {}
    accounts: dict[str, dict[str, Any]] = {}
    factors: dict[int, int] = {}
    for effect in row.effects.order_by("account", "plant", "period"):
        own = accounts.setdefault(
            effect.account, {"open_g": 0, "frozen_g": 0, "open": 0, "frozen": 0, "without_total": 0}
        )
        if effect.kind == "year":
            continue
        own[effect.kind] += 1
        if effect.effect_g is None:
            own["without_total"] += 1
            continue
        own[f"{effect.kind}_g"] += effect.effect_g
        total[effect.kind] = total.get(effect.kind, 0) + effect.effect_g
        if effect.kind == "open":
            for place, grams in effect.by_factor:
                factors[place] = factors.get(place, 0) + int(grams or 0)
    return {
        "open_g": str(total.get("open", 0)),
        "frozen_g": str(total.get("frozen", 0)),
        "by_factor": [{"place": place, "effect_g": str(grams)} for place, grams in sorted(factors.items())],
        "by_account": [
            {"account": account, **own, "open_g": str(own["open_g"]), "frozen_g": str(own["frozen_g"])}
            for account, own in accounts.items()
        ],
    }


def _values(row: FactorProposal) -> dict[str, str]:
    return {
        "factor_set": row.factor_set,
        "digest": row.digest,
        "succeeds": row.succeeds,
        "succeeds_digest": factor_sets()[row.succeeds].digest,
        "since": row.since,
        "simulation_digest": row.simulation_digest,
    }


def _base(name: str) -> FactorSet:
    """The set to be succeeded. Raises Refused: factor_set_unknown, factor_set_succeeded."""
    base = factor_sets().get(name)
    if base is None:
        refuse(Refusal.FACTOR_SET_UNKNOWN, factor_set=name[:40])
    if PublishedFactorSet.objects.filter(succeeds=name).exists():
        refuse(Refusal.FACTOR_SET_SUCCEEDED, factor_set=name)
    return base


def _need_open(row: FactorProposal, *, latest: bool = True) -> FactorProposal:
    row = FactorProposal.objects.select_for_update().get(pk=row.pk)
    if state_of(row) in ("withdrawn", "published"):
        refuse(Refusal.FACTOR_PROPOSAL_CLOSED)
    if latest:
        _base(row.succeeds)
    if pending(row) is not None:
        refuse(Refusal.FACTOR_PROPOSAL_SIGNED)
    return row

"""A plant's data quality plan: written from model and registers, filed on the ledger by its digest."""

import json
from collections.abc import Mapping, Set
from typing import Any

from django.db import transaction
from kit import clock
from kit.outbox import OutboxRow
from lexicon import canonical
from lexicon.refusals import Refusal, refuse
from lexicon.terms import OutboxState
from lexicon.transactions import SIGNERS, Transaction

from accounting import metered
from accounting.domain.data_rules import DataRule, data_rules
from accounting.domain.entity import PLANT, STREAM, equipment_fields
from accounting.domain.factors import factor_sets
from accounting.domain.registry import guidelines
from accounting.models import PlantModel, QualityPlan, SourceStream
from accounting.services import equipment
from accounting.services.freezing import guideline_hash
from ingest.models import Meter
from tenants.access import Viewer
from tenants.services import intents

FIRST, SCHEMA = "tanheng-plan/1", "tanheng-plan/2"
Signing = dict[str, Any]


def plan_of(account: str, plant: str, version: int) -> dict[str, Any]:
    """What a plant's plan says now; it changes with model and registers only. Raises Refused: not_found."""
    model = PlantModel.objects.filter(pk=plant).first()
    if model is None:
        refuse(Refusal.NOT_FOUND)
    guideline = guidelines()[model.guideline]
    rules = data_rules()
    meters = {row.slug: row for row in metered.meters(plant)}
    known = equipment.facts_of(plant)
    devices = equipment.devices_of(plant, known)
    return {
        "schema": SCHEMA,
        "account": account,
        "plant": plant,
        "version": version,
        "guideline": {"id": guideline.id, "source": guideline.source, "hash": guideline_hash(guideline)},
        "region": model.region,
        "factor_sets": [
            {"role": role, "id": name, "digest": factor_sets()[name].digest}
            for role, name in sorted(model.factor_sets.items())
        ],
        "rules": {
            "gap": _rule(rules.gaps[guideline.gap]),
            "calibration": _rule(rules.calibrations[guideline.calibration]),
        },
        "streams": [
            _stream(row, meters, devices, equipment.texts_of(known.get((STREAM, row.slug), {}), STREAM))
            for row in SourceStream.objects.filter(model=model)
        ],
        **equipment.texts_of(known.get((PLANT, ""), {}), PLANT),
    }


def signing_of(viewer: Viewer, plant: str) -> Signing:
    """The next version of the plan with what is signed to file it.

    Raises Refused: not_found, role_not_allowed, field_invalid (as the plan in force, or one is on its way).
    """
    if viewer.role not in SIGNERS[Transaction.FILE_PLAN]:
        allowed = ", ".join(SIGNERS[Transaction.FILE_PLAN])
        refuse(Refusal.ROLE_NOT_ALLOWED, role=viewer.role, allowed=allowed)
    version = _next(plant)
    plan = plan_of(viewer.account, plant, version)
    in_force = QualityPlan.objects.filter(plant=plant).exclude(filed_tx="").order_by("-version").first()
    if in_force is not None and _same(in_force, plan):
        refuse(Refusal.FIELD_INVALID, field="plan", reason="与已备案的计划相同 / as the plan in force")
    digest = canonical.digest(plan)
    args = {"plant": plant, "version": version, "plan_digest": digest}
    return {"name": Transaction.FILE_PLAN, "args": args, "plan": plan, "digest": digest}


@transaction.atomic
def file(viewer: Viewer, plant: str, signed: Mapping[str, str]) -> OutboxRow:
    """Keep the plan and queue its signed digest; it is in force once the ledger has it."""
    shown = signing_of(viewer, plant)
    row = intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=f"plan:{plant}"
    )
    QualityPlan.objects.update_or_create(
        plant=plant,
        version=shown["args"]["version"],
        defaults={
            "content": canonical.encode_text(shown["plan"]),
            "digest": shown["digest"],
            "intent": row.id,
            "person": viewer.person,
            "created_at": clock.now(),
        },
    )
    return row


def filed(plant: str) -> list[dict[str, Any]]:
    """All versions of a plant's plan, newest first; `filed_tx` is empty for one on its way."""
    rows = QualityPlan.objects.filter(plant=plant).order_by("-version")
    return [
        {
            "version": row.version,
            "digest": row.digest,
            "plan": canonical.decode(row.content.encode()),
            "person": row.person,
            "created_at": row.created_at,
            "filed_tx": row.filed_tx,
            "filed_at": row.filed_at,
            "intent_id": str(row.intent) if row.intent else None,
        }
        for row in rows
    ]


def in_force(account: str, plant: str) -> tuple[QualityPlan | None, bool]:
    """The plan that the ledger has, and whether it still says what the model does."""
    row = QualityPlan.objects.filter(plant=plant).exclude(filed_tx="").order_by("-version").first()
    if row is None:
        return None, False
    return row, _same(row, plan_of(account, plant, row.version))


def _next(plant: str) -> int:
    """The version after the one in force. Raises Refused: field_invalid while one is on its way."""
    last = QualityPlan.objects.filter(plant=plant).order_by("-version").first()
    if last is None:
        return 1
    if last.filed_tx:
        return last.version + 1
    waiting = OutboxRow.objects.filter(pk=last.intent).first() if last.intent else None
    if waiting is not None and waiting.state not in (OutboxState.REFUSED, OutboxState.EXPIRED):
        refuse(Refusal.FIELD_INVALID, field="plan", reason="上一版仍在上链 / the last version is on its way")
    return last.version


def _same(row: QualityPlan, plan: Mapping[str, Any]) -> bool:
    """Whether a kept plan says what another does; one of the first form, while nothing more is known."""
    said = {**plan, "version": row.version}
    if json.loads(row.content)["schema"] == FIRST:
        said = _in_first_form(said)
    return bool(row.digest == canonical.digest(said))


def _in_first_form(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as it was before equipment, devices and departments; one that has any stays as it is."""
    rows = [*plan["streams"], *(meter for row in plan["streams"] for meter in row["meters"])]
    added = set(equipment_fields())
    if any(row.get(name) for row in rows for name in added) or plan["other_equipment"]:
        return dict(plan)
    bare = [
        _without(row, added) | {"meters": [_without(meter, {*added, "serial"}) for meter in row["meters"]]}
        for row in plan["streams"]
    ]
    return _without(plan, {"other_equipment"}) | {"schema": FIRST, "streams": bare}


def _without(row: Mapping[str, Any], names: Set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _rule(rule: DataRule) -> dict[str, Any]:
    return {"id": rule.id, "zh": rule.zh, "en": rule.en, "clause": rule.clause, "verified": rule.verified}


def _stream(
    row: SourceStream, meters: Mapping[str, Meter], devices: Mapping[str, Any], said: Mapping[str, str]
) -> dict[str, Any]:
    bound = [(target, slug) for target, slugs in sorted(row.meters.items()) for slug in slugs]
    return {
        "slug": row.slug,
        "kind": row.kind,
        "item": row.item,
        "variant": row.variant,
        "zh": row.name_zh,
        "en": row.name_en,
        "unit": row.unit,
        "by": "meter" if bound else "entry",
        **said,
        "meters": [_meter(target, slug, meters.get(slug), devices) for target, slug in bound],
    }


def _meter(target: str, slug: str, row: Meter | None, devices: Mapping[str, Any]) -> dict[str, Any]:
    """A metering point as the plan describes it; one that is gone has nothing but its name."""
    return {
        "target": target,
        "medium": row.medium if row else "",
        "unit": row.unit if row else "",
        "interval_s": row.interval_s if row else 0,
        **devices.get(slug, equipment.device(slug, None, [], {})),
    }

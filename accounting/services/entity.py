"""What an enterprise says of itself for the first chapter of its reports: checked, kept, read."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from accounting import metered
from accounting.domain.entity import ENTITY, EntityField, demanded_by, entity_fields, fault_of
from accounting.domain.registry import Label
from accounting.entity_models import EntityFact
from tenants.access import Viewer


def facts_of(plant: str) -> dict[str, str]:
    """What is known for a report on a plant: the enterprise's facts and the plant's own, by name."""
    rows = EntityFact.objects.filter(plant__in=["", plant]).values_list("name", "text")
    return dict(rows)


def stated(guideline: str, plant: str) -> list[dict[str, str]]:
    """The facts a report carries, in the template's order: what is known, and what is asked for and missing.

    A missing one has an empty text. guideline: its id.
    """
    known, demanded = facts_of(plant), {one.name for one in demanded_by(guideline)}
    return [
        {"name": one.name, "zh": one.label.zh, "en": one.label.en, "text": known.get(one.name, "")}
        for one in entity_fields().values()
        if one.name in demanded or known.get(one.name)
    ]


def missing(facts: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those of a report's facts that nobody has given; optional ones are there only when they are given."""
    return [one for one in facts if not one["text"]]


def everything() -> dict[str, Any]:
    """All facts of the enterprise and of its plants, with who changed each last."""
    rows = {(row.plant, row.name): row for row in EntityFact.objects.all()}
    plants = [{"id": one.id, "zh": one.name_zh, "en": one.name_en} for one in metered.plants()]
    places = [("", ENTITY), *((one["id"], "plant") for one in plants)]
    return {
        "plants": plants,
        "facts": [
            {
                "plant": plant,
                "name": field.name,
                "zh": field.label.zh,
                "en": field.label.en,
                "most": field.most,
                "demanded": list(field.demanded),
                "text": rows[plant, field.name].text if (plant, field.name) in rows else "",
                "changed_at": rows[plant, field.name].changed_at if (plant, field.name) in rows else None,
            }
            for plant, of in places
            for field in entity_fields().values()
            if field.of == of
        ],
    }


@transaction.atomic
def keep(viewer: Viewer, *, plant: str, facts: Mapping[str, str]) -> None:
    """Keep facts of the enterprise (plant empty) or of a plant; an empty text takes one away.

    Reports that were signed keep what they say. Raises Refused: not_found (the plant), field_invalid.
    """
    if plant and metered.plant(plant) is None:
        refuse(Refusal.NOT_FOUND)
    checked = {name: _checked(_field(name, plant), text.strip()) for name, text in facts.items()}
    for name, text in checked.items():
        if not text:
            EntityFact.objects.filter(plant=plant, name=name).delete()
            continue
        EntityFact.objects.update_or_create(
            plant=plant,
            name=name,
            defaults={"text": text, "person": viewer.person, "changed_at": clock.now()},
        )
    # Names only: the log outlives a person's wish to have her telephone number forgotten.
    audit.record(
        "entity.keep",
        person=viewer.person,
        account=viewer.account,
        subject=f"plant:{plant}" if plant else "entity",
        fields=", ".join(sorted(checked)),
    )


def _field(name: str, plant: str) -> EntityField:
    field = entity_fields().get(name)
    if field is None or (field.of == ENTITY) == bool(plant):
        refuse(Refusal.FIELD_INVALID, field=name[:40], reason="没有这一项 / no such field")
    return field


def _checked(field: EntityField, text: str) -> str:
    return unfaulty(text, field.label, fault_of(field, text) if text else None)


def unfaulty(text: str, label: Label, fault: Label | None) -> str:
    """The text of a field with nothing wrong. Raises Refused: field_invalid, in both languages."""
    if fault is not None:
        refuse(Refusal.FIELD_INVALID, field=f"{label.zh} / {label.en}", reason=f"{fault.zh} / {fault.en}")
    return text

"""Units and equipment of a plant's source streams, its measuring devices, who is responsible: kept and read.

What nobody has said is an empty text everywhere, and print calls it not stated.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from accounting import metered
from accounting.domain import unit_tables
from accounting.domain.entity import (
    METER,
    PLANT,
    STREAM,
    EntityField,
    equipment_fields,
    equipment_title,
    fault_of,
)
from accounting.domain.registry import Label
from accounting.domain.year import name_without, slug_of
from accounting.entity_models import EquipmentFact
from accounting.models import Calibration, PlantModel, SourceStream
from accounting.services.calibrations import last_day
from accounting.services.entity import unfaulty
from ingest.models import Meter
from tenants.access import Viewer

Facts = Mapping[str, str]
DEMANDED_OF_PLANS = "plan"
SEALS = "seal_numbers"


def facts_of(plant: str) -> dict[tuple[str, str], dict[str, str]]:
    """What is known, by kind of owner and owner: texts by name."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in EquipmentFact.objects.filter(plant=plant).order_by("pk"):
        found.setdefault((row.of, row.owner), {})[row.name] = row.text
    return found


def stamp_of(plant: str) -> dict[str, Any]:
    """Everything that a report freezes of equipment and devices: what a digest over it takes."""
    known = facts_of(plant)
    devices = devices_of(plant, known)
    return {
        "facts": [
            [*place, name, text]
            for place, facts in sorted(known.items())
            for name, text in sorted(facts.items())
            if _is_printed(name)
        ],
        "devices": [devices[meter] for meter in sorted(devices)],
    }


def everything(plant: str) -> dict[str, Any]:
    """All owners of a plant with their facts, given or not. Raises Refused: not_found."""
    known = facts_of(plant)
    return {
        "owners": [
            {
                "of": of,
                "owner": owner,
                "zh": zh,
                "en": en,
                "facts": [
                    {
                        "name": field.name,
                        "zh": field.label.zh,
                        "en": field.label.en,
                        "most": field.most,
                        "demanded": list(field.demanded),
                        "text": known.get((of, owner), {}).get(field.name, ""),
                    }
                    for field in equipment_fields().values()
                    if field.of == of
                ],
            }
            for of, owner, zh, en in _owners(plant)
        ]
    }


@transaction.atomic
def keep(viewer: Viewer, plant: str, *, of: str, owner: str, facts: Facts) -> None:
    """Keep facts of one owner; an empty text takes one away. Reports and plans that were signed keep theirs.

    Raises Refused: not_found (plant or owner), field_invalid.
    """
    if (of, owner) not in {(one[0], one[1]) for one in _owners(plant)}:
        refuse(Refusal.NOT_FOUND)
    checked = {name: _checked(_field(name, of), text.strip()) for name, text in facts.items()}
    for name, text in checked.items():
        place: dict[str, Any] = {"plant": plant, "of": of, "owner": owner, "name": name}
        if not text:
            EquipmentFact.objects.filter(**place).delete()
            continue
        said = {"text": text, "person": viewer.person, "changed_at": clock.now()}
        EquipmentFact.objects.update_or_create(**place, defaults=said)
    audit.record(
        "equipment.keep",
        person=viewer.person,
        account=viewer.account,
        subject=f"plant:{plant}",
        owner=f"{of}:{owner}",
        fields=", ".join(sorted(checked)),
    )


def table_of(plant: str, guideline: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a report freezes: of each stream of its lines the equipment, and the devices that measured it.

    `lacking` names what the template asks for and nobody said.
    """
    known = facts_of(plant)
    devices = devices_of(plant, known)
    rows = [
        {
            **names,
            **texts_of(known.get((STREAM, slug), {}), STREAM),
            "devices": [devices.get(meter, device(meter, None, [], {})) for meter in meters],
        }
        for slug, (names, meters) in _of_lines(lines).items()
    ]
    title = _title(guideline)
    return {
        "zh": title.zh,
        "en": title.en,
        "streams": rows,
        "other": known.get((PLANT, ""), {}).get("other_equipment", ""),
        "lacking": _lacking(guideline, rows),
    }


def device(
    meter: str, row: Meter | None, certificates: Sequence[Calibration], facts: Facts
) -> dict[str, str]:
    """A measuring device as plan and report describe it, with its own newest certificate."""
    own = [one for one in certificates if row is None or last_day(one, row) == one.valid_until]
    last = own[-1] if own else None
    until: date | None = last.valid_until if last else (row.calibrated_until if row else None)
    accuracy = last.required_percent if last else None
    return {
        "meter": meter,
        "serial": last.serial if last else "",
        "certificate": last.certificate if last else (row.calibration if row else ""),
        "calibrated_until": until.isoformat() if until else "",
        "required_percent": "" if accuracy is None else format(accuracy.normalize(), "f"),
        **texts_of(facts, METER),
    }


def texts_of(facts: Facts, of: str) -> dict[str, str]:
    """Every fact of a kind of owner that reports and plans have, by name, empty where nobody said it."""
    named = [one.name for one in equipment_fields().values() if one.of == of and one.printed]
    return {name: facts.get(name, "") for name in named}


def seals_of(plant: str) -> dict[str, str]:
    """The seal numbers that the plant registered, by meter."""
    rows = EquipmentFact.objects.filter(plant=plant, of=METER, name=SEALS)
    return dict(rows.values_list("owner", "text"))


def _is_printed(name: str) -> bool:
    field = equipment_fields().get(name)
    return field is None or field.printed


def devices_of(plant: str, known: Mapping[tuple[str, str], Facts]) -> dict[str, dict[str, str]]:
    """Every measuring device of a plant by its meter's slug. known: `facts_of` the plant."""
    certificates = _certificates(plant)
    return {
        row.slug: device(row.slug, row, certificates.get(row.slug, []), known.get((METER, row.slug), {}))
        for row in metered.meters(plant)
    }


def _title(guideline: str) -> Label:
    """A power unit's form calls it table C.2."""
    words = unit_tables.words()
    own = words["equipment"] if guideline == words["guideline"] else None
    return Label(own["zh"], own["en"]) if own else equipment_title()


def _certificates(plant: str) -> dict[str, list[Calibration]]:
    """The certificates of each meter that were not withdrawn, oldest first."""
    found: dict[str, list[Calibration]] = {}
    for row in Calibration.objects.filter(plant=plant, withdrawn_at=None).order_by("calibrated_on", "pk"):
        found.setdefault(row.meter, []).append(row)
    return found


def _of_lines(
    lines: Sequence[Mapping[str, Any]],
) -> dict[str, tuple[dict[str, str], list[str]]]:
    """By stream its names, without the month of a year's lines, and the meters of all its lines."""
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    for line in lines:
        slug = slug_of(line["stream"])
        names = {
            "stream": slug,
            **{to: name_without(str(line[f"name_{to}"]), line["period"]) for to in ("zh", "en")},
        }
        meters = found.setdefault(slug, (names, []))[1]
        meters += [meter for meter in line["meters"] if meter not in meters]
    return found


def _lacking(guideline: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What the guideline's template or every plan asks for, stream by stream and device by device."""
    asked = {guideline.partition("-")[0], DEMANDED_OF_PLANS}
    wanted = [one for one in equipment_fields().values() if asked & set(one.demanded)]
    found: list[dict[str, str]] = []
    seen = set[str]()
    for row in rows:
        found += _missing(row, row, STREAM, wanted)
        for one in row["devices"]:
            # A device that feeds two streams lacks a thing once.
            if one["meter"] not in seen:
                found += _missing(one, {"zh": one["meter"], "en": one["meter"]}, METER, wanted)
            seen.add(one["meter"])
    return found


def _missing(
    said: Facts, names: Mapping[str, Any], of: str, wanted: Sequence[EntityField]
) -> list[dict[str, str]]:
    return [
        {"zh": f"{names['zh']} {field.label.zh}", "en": f"{names['en']} {field.label.en}"}
        for field in wanted
        if field.of == of and not said[field.name]
    ]


def _owners(plant: str) -> list[tuple[str, str, str, str]]:
    """Plant, streams of its model, meters: kind, slug and names. Raises Refused: not_found."""
    found = metered.plant(plant)
    if found is None:
        refuse(Refusal.NOT_FOUND)
    model = PlantModel.objects.filter(pk=plant).first()
    streams = SourceStream.objects.filter(model=model) if model else []
    return [
        (PLANT, "", found.name_zh, found.name_en),
        *((STREAM, row.slug, row.name_zh, row.name_en) for row in streams),
        *((METER, row.slug, row.name_zh, row.name_en) for row in metered.meters(plant)),
    ]


def _field(name: str, of: str) -> EntityField:
    field = equipment_fields().get(name)
    if field is None or field.of != of:
        refuse(Refusal.FIELD_INVALID, field=name[:40], reason="没有这一项 / no such field")
    return field


def _checked(field: EntityField, text: str) -> str:
    return unfaulty(text, field.label, fault_of(field, text) if text else None)

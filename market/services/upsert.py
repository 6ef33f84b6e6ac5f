"""Rows written in one statement, new or changed: by their primary key, or by their unique constraint."""

from collections.abc import Sequence

from django.db import models


def upsert(
    model: type[models.Model],
    rows: Sequence[models.Model],
    *,
    key: Sequence[str] = (),
    born: Sequence[str] = (),
) -> None:
    """Insert rows, and give those that are there their new values.

    key: the fields that name a row; by default the primary key, or the only unique constraint of a numbered
    table. born: fields that keep the value of the row's first writing.
    """
    if not rows:
        return
    named = list(key) or _key_of(model)
    changed = [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in {*named, *born} and not field.primary_key
    ]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=named, update_fields=changed
    )


def _key_of(model: type[models.Model]) -> list[str]:
    primary = model._meta.pk
    if not isinstance(primary, models.AutoField):
        return [primary.name]
    [constraint] = [c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    return list(constraint.fields)

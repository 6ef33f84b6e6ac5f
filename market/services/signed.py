"""A signed order read back from its own text: its choices are the person's, everything else is checked."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.db import connection, transaction
from kit.outbox import OutboxRow
from lexicon.codec import from_json

from tenants.access import Viewer
from tenants.services import intents

T = TypeVar("T")


def queue_checked(
    viewer: Viewer,
    signed: Mapping[str, str],
    *,
    name: str,
    kind: type[T],
    check: Callable[[T], str],
) -> OutboxRow:
    """The outbox row of a signed order, after `check` of its arguments, which gives the row's subject.

    An order that was queued before gives its row again, whatever has changed since. Raises: Refused as
    `tenants.services.intents.accept`, bad_argument for arguments of another shape, and what `check` refuses.
    """
    intent = intents.read(signed)
    queued = intents.queued(viewer, intent)
    if queued is not None:
        return queued
    args = from_json(kind, intent.args)
    with transaction.atomic():
        _one_at_a_time(viewer.account)
        # An id that is in the outbox already is another text's, or the same signed anew: what it names is on
        # its way under that very id, and only the id is at question.
        subject = "" if OutboxRow.objects.filter(pk=intent.id).exists() else check(args)
        return intents.accept(viewer, name=name, args=args, signed=signed, subject=subject)


def _one_at_a_time(account: str) -> None:
    """Of two orders of an account that come at once the second is checked when the first is queued."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"orders of {account}"])

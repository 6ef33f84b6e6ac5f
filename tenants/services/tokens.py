"""Programs' tokens of a person: made, listed and revoked by herself."""

from datetime import timedelta

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from tenants.access import Viewer
from tenants.models import ApiToken
from tenants.tokens import digest_of, new_token

DAYS_MAX = 365


def create(viewer: Viewer, *, name: str, days: int) -> tuple[ApiToken, str]:
    """The row and the token itself, which is shown once. days: 1 to 365. Raises: Refused field_invalid."""
    if not 1 <= days <= DAYS_MAX:
        refuse(Refusal.FIELD_INVALID, field="days", reason=f"1 - {DAYS_MAX}")
    text = new_token()
    now = clock.now()
    with transaction.atomic():
        token = ApiToken.objects.create(
            person_id=viewer.person,
            name=name,
            digest=digest_of(text),
            hint=text[-4:],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        audit.record(
            "token.create", person=viewer.person, account=viewer.account, subject=f"token:{token.pk}"
        )
    return token, text


def revoke(viewer: Viewer, token_id: str) -> None:
    """End a token of the viewer's; ending it twice changes nothing. Raises: Refused not_found."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update().filter(pk=token_id, person_id=viewer.person).first()
        if token is None:
            refuse(Refusal.NOT_FOUND)
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            token.save(update_fields=["revoked_at"])
            audit.record(
                "token.revoke", person=viewer.person, account=viewer.account, subject=f"token:{token.pk}"
            )

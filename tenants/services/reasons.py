"""Words of which the ledger has the digest only: reasons of acts, instructions for a payout."""

from hashlib import sha256

from kit import clock
from lexicon.refusals import Refusal, refuse

from tenants.access import Viewer
from tenants.models import ActReason

WORDS_MAX = 1000


def digest_of(words: str) -> str:
    """SHA-256 of the words, hex."""
    return sha256(words.encode("utf-8")).hexdigest()


def checked(words: str, digest: str) -> str:
    """The words, without blanks around them. Raises: Refused reason_required, digest_mismatch."""
    told = words.strip()
    if not told:
        refuse(Refusal.REASON_REQUIRED)
    if digest_of(told) != digest:
        refuse(Refusal.DIGEST_MISMATCH)
    return told


def keep(viewer: Viewer, words: str) -> None:
    """The words under their digest; the same words again change nothing."""
    ActReason.objects.get_or_create(
        digest=digest_of(words),
        defaults={"text": words, "person": viewer.person, "created_at": clock.now()},
    )

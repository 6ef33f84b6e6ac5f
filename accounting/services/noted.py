"""The verifiers' notes on a case's matters as they are kept; `matter_notes` takes and shows them."""

from lexicon import canonical

from accounting.models import MatterNote, VerificationCase


def notes_in(case: VerificationCase) -> dict[str, str]:
    """The notes of a case by matter; a matter without one is left out."""
    return dict(MatterNote.objects.filter(case=case).values_list("matter", "text"))


def digest_of(case: VerificationCase) -> str:
    """Of all notes together, as the technical review is of them."""
    return str(canonical.digest(notes_in(case)))

"""The lexicon's refusals as the problem answers need them: words and HTTP status."""

from enum import StrEnum
from http import HTTPStatus

from kit.edge_texts import Words


def words_of(name: str) -> Words:
    """The four-part words of a refusal by its name."""
    raise KeyError(name)


def status_of(refusal: StrEnum) -> int:
    """The HTTP status of a refusal."""
    return HTTPStatus.CONFLICT

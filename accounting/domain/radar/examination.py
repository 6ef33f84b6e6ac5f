"""One document before the radar: everything that its own content and the enterprise's other papers say.
Pure."""

from collections.abc import Sequence

from accounting.domain.radar import arithmetic, chronology, codes, making, sameness
from accounting.domain.radar.suspicions import Suspicion
from accounting.domain.radar.traits import Paper


def examine(paper: Paper, others: Sequence[Paper]) -> list[Suspicion]:
    """All signs of a document, the heaviest first. others: the enterprise's other papers, of all kinds."""
    found = [
        *sameness.twins(paper, others),
        *chronology.order(paper),
        *chronology.stated(paper),
        *chronology.making(paper),
        *chronology.month(paper),
        *chronology.together(paper, others),
        *making.edits(paper),
        *codes.check(paper, others),
        *arithmetic.check(paper.traits.text),
    ]
    return sorted(found, key=lambda one: -one.sign.weight)

"""The shape in which a guideline states its formulas, checks and indicators; no guideline itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from accounting.domain.remarks import Remark
from accounting.domain.statement import Line, SourceStream
from accounting.domain.trees import Node


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula of a line: its template and where the guideline states it."""

    tree: Node
    clause: str


# A check looks at one stream as given and says what the guideline refuses or doubts.
Check = Callable[[SourceStream], Sequence[Remark]]

# A check of all streams together says what one alone cannot show, such as a figure counted twice.
Together = Callable[[Sequence[SourceStream]], Sequence[Remark]]

# A check of all lines says what only tonnes can show, defaults included: more deducted than there is.
Afterwards = Callable[[Sequence[Line]], Sequence[Remark]]

# Indicators from all streams and the total; remarks say why one is missing.
Indicators = Callable[[Sequence[SourceStream], Fraction], tuple[Mapping[str, Fraction], Sequence[Remark]]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a guideline's `formulas.py` exports as RULES.

    definitions: templates that may stand where a name stands (net of a balance, oxidation from residues).
    """

    formulas: Mapping[str, Formula]
    definitions: Mapping[str, tuple[Node, ...]]
    checks: tuple[Check, ...] = ()
    together: tuple[Together, ...] = ()
    afterwards: tuple[Afterwards, ...] = ()
    indicators: Indicators | None = None

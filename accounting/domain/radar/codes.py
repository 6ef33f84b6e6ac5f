"""What a document's QR code says against what it prints, and a code that the laboratory's others have. Pure.

Laboratories print a code that names the report, so that anyone can look it up: number, dates, results. Who
changes a figure seldom makes the code anew; who copies a page takes the other report's code with it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from accounting.domain.radar.chronology import STATED, meaning_of
from accounting.domain.radar.suspicions import Sign, Suspicion
from accounting.domain.radar.traits import Paper
from accounting.domain.radar.wording import dates_of, figures_of

# A number of a report: letters and digits, six characters or more; what else is in a code may be anything.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z0-9-]*\d{3})(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{4,28}[A-Z0-9](?![A-Za-z0-9])"
)
_COMPACT = re.compile(r"(?<![A-Za-z0-9])(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![A-Za-z0-9])")
# In a code, what separates fields in an address: labels end there.
_SEPARATORS = re.compile(r"[&?;|{}\",\n]")
# One document without a code says nothing yet: the laboratory may have begun with it, or have several forms.
EARLIER_MIN = 2


def check(paper: Paper, others: Sequence[Paper]) -> list[Suspicion]:
    """Contradictions of a paper's codes, or that it has none where its laboratory's others have."""
    if paper.traits.codes:
        return [one for code in paper.traits.codes for one in _contradictions(code, paper)][:3]
    return _missing(paper, others)


def _contradictions(code: str, paper: Paper) -> list[Suspicion]:
    """Number, dates and figures of which the code says one and the print another.

    What the print has nothing of its kind for (an address with a word of its own) is no contradiction.
    """
    plain = _COMPACT.sub(r"\1-\2-\3", _SEPARATORS.sub("\n", code).replace("=", ": "))
    found = [
        ("编号 number", *_other_numbers(plain, paper.traits.text)),
        ("日期 date", *_other_dates(plain, paper)),
        ("数值 figure", *_other_figures(plain, paper.traits.text)),
    ]
    return [
        Suspicion(
            sign=Sign.code_differs,
            facts={"what": what, "code": ", ".join(said)[:60], "printed": ", ".join(printed)[:60]},
        )
        for what, said, printed in found
        if said
    ]


Apart = tuple[list[str], list[str]]
"""(what the code says and the print does not, what the print says instead)"""


def _other_numbers(code: str, text: str) -> Apart:
    """Numbers of reports: of one shape with a printed one, and none of these."""
    printed = _numbers(text)
    shapes = {_shape(one) for one in printed}
    said = [one for one in _numbers(code) if _shape(one) in shapes and one not in printed]
    return said, [one for one in printed if _shape(one) in {_shape(other) for other in said}]


def _other_dates(code: str, paper: Paper) -> Apart:
    """Dates of a meaning that the print (a picture's uploader, where nothing is read of it) dates otherwise;
    dates without one, where none of them is printed."""
    printed: dict[str, set[date]] = {}
    for one in dates_of(paper.traits.text):
        printed.setdefault(meaning_of(one.label), set()).add(one.day)
    if not paper.traits.text:
        printed = {STATED[name]: {day} for name, day in paper.stated.items() if name in STATED}
    every = {day for days in printed.values() for day in days}
    said = [(meaning_of(one.label), one.day) for one in dates_of(code)]
    apart = [day for meaning, day in said if meaning and meaning in printed and day not in printed[meaning]]
    bare = [day for meaning, day in said if not meaning]
    if every and bare and not every & set(bare):
        apart += bare
    days = list(dict.fromkeys(apart))
    return [day.isoformat() for day in days], [day.isoformat() for day in sorted(every)] if days else []


def _other_figures(code: str, text: str) -> Apart:
    """Figures whose digits stand nowhere in print, in whatever unit."""
    printed = sorted(figures_of(text))
    digits = {_digits(one) for one in printed}
    said = sorted(one for one in figures_of(code) if digits and _digits(one) not in digits)
    return said, printed if said else []


def _missing(paper: Paper, others: Iterable[Paper]) -> list[Suspicion]:
    """No code, where every readable document of the same laboratory and kind has one."""
    if not paper.traits.readable or not paper.laboratory or not _could_show(paper):
        return []
    same = [
        other
        for other in others
        if (other.tenant, other.kind, other.laboratory) == (paper.tenant, paper.kind, paper.laboratory)
        and other.traits.readable
        and _could_show(other)
    ]
    if len(same) < EARLIER_MIN or not all(other.traits.codes for other in same):
        return []
    last = same[0]
    facts = {
        "laboratory": paper.laboratory, "count": str(len(same)), "other": last.title, "place": last.period,
    }  # fmt: skip
    return [Suspicion(sign=Sign.code_missing, facts=facts, twin=last.id)]


def _could_show(paper: Paper) -> bool:
    """Whether there are pages on which a code could stand: a sheet of figures has none."""
    return paper.traits.pages > 0


def _numbers(text: str) -> list[str]:
    return list(dict.fromkeys(_NUMBER.findall(text)))


def _shape(number: str) -> str:
    """`AK-123456` as `AA-999999`: two numbers of one shape are of one series."""
    return re.sub(r"\d", "9", re.sub(r"[A-Z]", "A", number))


def _digits(figure: str) -> str:
    return figure.replace(".", "").strip("0")

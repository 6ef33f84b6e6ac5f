"""Forged documents against the radar: how many of each class it finds, and how many genuine ones it suspects.

300 genuine documents of six enterprises and 300 forged ones are drawn from a seed; each forged one is handed
in beside all genuine ones. The radar is the product's own: its reader of files, its rules, its threshold.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from accounting.domain.files import KINDS as FILE_KINDS
from accounting.domain.radar.examination import examine
from accounting.domain.radar.sameness import Print, is_copy, print_of
from accounting.domain.radar.suspicions import Sign, Suspicion, is_suspect
from accounting.domain.radar.traits import Paper
from accounting.extraction import traits_of
from bench.figures import Figure, Outcome
from bench.radar_edits import signed
from bench.radar_forgeries import FORGERS, Document, month_after
from bench.radar_forms import KINDS, Chance, form_of, issuer_of
from bench.radar_printing import MEDIA, chance_of, print_form

SEED = "2026"
GENUINE = FORGED = 300
TENANTS, PLANTS, FIRST_MONTH, MONTHS = 6, 2, "2026-01", 6
RECALL_MIN, FALSE_MAX_PERCENT = 0.95, 3.0
# What must be said of each class: finding a copied scan by a wrong reason would be luck.
RIGHT: Mapping[str, frozenset[Sign]] = {
    "same_image": frozenset({Sign.same_image}),
    "same_elsewhere": frozenset({Sign.same_elsewhere}),
    "same_figures": frozenset({Sign.same_figures}),
    "copied_month": frozenset({Sign.copied_month, Sign.same_figures}),
    "dates_disordered": frozenset({Sign.dates_disordered, Sign.made_before}),
    "edited_pdf": frozenset(
        {Sign.edited_later, Sign.edited_after_signature, Sign.covered_text}
        | {Sign.odd_font, Sign.editing_software}
    ),
    "changed_figure": frozenset({Sign.sums_differ, Sign.unit_wrong}),
    "code_of_another": frozenset({Sign.code_differs}),
    "code_removed": frozenset({Sign.code_missing}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What the radar said: signs by document, missed and falsely suspected ones named for whoever tunes
    it."""

    found: Mapping[str, int]
    drawn: Mapping[str, int]
    missed: Sequence[str]
    falsely: Sequence[str]
    genuine: int
    seconds: float


def run() -> Iterator[Outcome]:
    """Recall of each class, false alarms, and the time of one document."""
    result = measure(os.environ.get("TANHENG_RADAR_SEED", SEED), genuine=GENUINE, forged=FORGED)
    for cause in FORGERS:
        share = result.found[cause] / result.drawn[cause]
        yield Figure(
            name=f"recall_{cause}", value=share, unit="share", limit=RECALL_MIN, at_most=False, scales=False
        )
    percent = 100 * len(result.falsely) / result.genuine
    yield Figure(name="false_alarms", value=percent, unit="%", limit=FALSE_MAX_PERCENT, scales=False)
    each = 1000 * result.seconds / (GENUINE + FORGED)
    yield Figure(name="document_read_and_examined", value=each, unit="ms", limit=1000.0)


def measure(seed: str, *, genuine: int, forged: int, tenants: int = TENANTS, months: int = MONTHS) -> Result:
    """Draw the corpus of a seed and put every document before the radar."""
    return examined(seed, corpus(seed, genuine, tenants=tenants, months=months), forged=forged)


def examined(seed: str, pool: Sequence[Document], *, forged: int) -> Result:
    """What the radar says of genuine documents, and of so many forged ones that a seed makes of them."""
    causes = [cause for _ in range(forged // len(FORGERS) + 1) for cause in FORGERS][:forged]
    bad = [FORGERS[cause](chance_of(f"{seed}/{cause}/{n}"), pool) for n, cause in enumerate(causes)]
    started = time.monotonic()
    papers = [paper_of(f"g{n}", one) for n, one in enumerate(pool)]
    prints = [(paper, print_of(paper)) for paper in papers]
    falsely = [
        _told(one, paper)
        for one, paper in zip(pool, papers, strict=True)
        if is_suspect(signs_of(paper, prints))
    ]
    found: Counter[str] = Counter()
    missed = []
    for n, one in enumerate(bad):
        paper = paper_of(f"f{n}", one)
        signs = {each.sign for each in signs_of(paper, prints)}
        if signs & RIGHT[one.cause]:
            found[one.cause] += 1
        else:
            missed.append(
                f"{_told(one, paper)} {one.cause} {one.variant} {sorted(each.name for each in signs)}"
            )
    return Result(found, Counter(causes), missed, falsely, len(pool), time.monotonic() - started)


def corpus(seed: str, size: int, *, tenants: int = TENANTS, months: int = MONTHS) -> list[Document]:
    """Genuine documents: of each plant and kind a series by one issuer, in one medium, month after month."""
    named = [month_after(FIRST_MONTH, step) for step in range(months)]
    places = [(f"t{tenant}", f"t{tenant}-p{plant}") for tenant in range(tenants) for plant in range(PLANTS)]
    pool: list[Document] = []
    for place in cycle(places):
        turn = len(pool)
        for kind in KINDS:
            pool += _series(chance_of(f"{seed}/{place}/{kind}/{turn}"), place, kind, named)
        if len(pool) >= size:
            break
    chance_of(f"{seed}/pool").shuffle(pool)
    return pool[:size]


def paper_of(name: str, document: Document) -> Paper:
    """A document as the product keeps it: its traits by its own reader."""
    ending = MEDIA[document.medium].rpartition(".")[2]
    media_type = next(kind.media_type for kind in FILE_KINDS if ending in kind.endings)
    return Paper(
        id=name, tenant=document.tenant, kind=document.kind, plant=document.plant, period=document.period,
        stream="coal", title=name, stated={}, traits=traits_of(document.content, media_type),
        laboratory=document.form.issuer.name if document.kind == "lab_report" else "",
    )  # fmt: skip


def signs_of(paper: Paper, prints: Sequence[tuple[Paper, Print]]) -> list[Suspicion]:
    """Everything the radar says of a paper beside the others, of its own and of other enterprises."""
    own = [other for other, _ in prints if other.tenant == paper.tenant and other.id != paper.id]
    found = examine(paper, own)
    mine = print_of(paper)
    foreign = (p for other, p in prints if other.tenant != paper.tenant and other.kind == paper.kind)
    if any(is_copy(mine, theirs) for theirs in foreign):
        found.append(Suspicion(sign=Sign.same_elsewhere))
    return found


def _series(chance: Chance, place: tuple[str, str], kind: str, months: Sequence[str]) -> list[Document]:
    issuer = issuer_of(chance, kind)
    media = (
        ("pdf", "pdf", "scan", "jpeg")
        if kind not in ("stock_take", "statement_of_supply")
        else ("pdf", "xlsx", "csv")
    )
    medium = chance.choice(media)
    chosen = chance.sample(list(months), 1 if kind == "calibration" else min(len(months), 5))
    found = []
    for month in sorted(chosen):
        form = form_of(chance, kind, issuer, month)
        content = print_form(chance, form, medium)
        if medium == "pdf" and chance.random() < 0.2:
            content = signed(content)
        found.append(
            Document(
                tenant=place[0],
                plant=place[1],
                period=month,
                kind=kind,
                medium=medium,
                content=content,
                form=form,
            )
        )
    return found


def _told(document: Document, paper: Paper) -> str:
    return f"{paper.id} {document.kind} {document.medium} {document.plant} {document.period}"


if __name__ == "__main__":
    from bench.harness import main

    main("radar")

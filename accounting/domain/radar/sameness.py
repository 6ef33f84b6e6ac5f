"""The same image or the same figures in two documents, and which of those have a good reason. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lexicon.terms import EvidenceKind

from accounting.domain.radar.suspicions import Sign, Suspicion
from accounting.domain.radar.traits import ImagePrint, Paper
from accounting.domain.radar.wording import figures_of, significant

# Distances of hashes of 256 bits; 128 is what two unlike tiles have.
# Of the whole image: only finds candidates, for forms of one kind lie near each other too.
WHOLE_NEAR = 48
# How worn a copy is shows in the tiles where nothing was changed: the distance below which a third of
# them lie.
# Two scans of one sheet, or of one form, are turned and shifted by chance: no tile is near another.
WORN_MAX = 40
# Pictures that a system makes of one form are alike to the pixel but where their figures stand, and
# those are a
# quarter of the page or more; a copy has a date painted over, or two figures.
CRISP_MAX = 6
CHANGED_MAX = Fraction(1, 5)
TILES_MIN = 6
UNLIKE = 128
# Three figures of three digits are equal by chance once in many thousand pairs of documents of one kind.
FIGURES_MIN = 3
DIGITS_MIN = 11
# Where not one figure differs, fewer digits are enough.
DIGITS_ALL_MIN = 9
FIGURES_SHARE_MIN = Fraction(3, 5)
SHOWN_MAX = 5
# These hold for longer than a month, so the same one in several months is as it should be.
STANDING = frozenset({EvidenceKind.CALIBRATION, EvidenceKind.CONTRACT, EvidenceKind.OTHER})


@dataclass(frozen=True, slots=True)
class Print:
    """What may be compared without reading a document: images, and its figures, hashed where they leave
    home."""

    images: tuple[ImagePrint, ...]
    figures: Mapping[str, int]


def print_of(paper: Paper, *, sealed: Callable[[str], str] = str) -> Print:
    """The print of a paper. sealed: hides a figure; digits of each stand beside it."""
    figures = {sealed(figure): significant(figure) for figure in figures_of(paper.traits.text)}
    return Print(paper.traits.images, figures)


def likeness(one: Sequence[ImagePrint], two: Sequence[ImagePrint]) -> Fraction:
    """The largest share of tiles that two documents' images have in common, 0..1; 0 when they are no
    copies."""
    shares = [_share(a, b) for a in one for b in two if distance(a.whole, b.whole) <= WHOLE_NEAR]
    return max(shares, default=Fraction(0))


def shared_figures(one: Mapping[str, int], two: Mapping[str, int], usual: frozenset[str]) -> list[str]:
    """Figures that two documents have in common, if they are too many for chance. usual: of every
    document."""
    own, other = set(one) - usual, set(two) - usual
    both = own & other
    digits = DIGITS_ALL_MIN if both == own else DIGITS_MIN
    enough = len(both) >= FIGURES_MIN and sum(one[figure] for figure in both) >= digits
    if not enough or len(both) < FIGURES_SHARE_MIN * min(len(own), len(other)):
        return []
    return sorted(both, key=lambda figure: (-one[figure], figure))


def twins(paper: Paper, others: Iterable[Paper]) -> list[Suspicion]:
    """What a document has from another of the same enterprise, of another month or another plant.

    The same month's documents of one plant may repeat each other: a scan beside its table, a bill
    beside its slip.
    """
    rivals = [other for other in others if _is_rival(paper, other)]
    usual = usual_figures([*rivals, paper])
    own = print_of(paper)
    found: list[Suspicion] = []
    for other in rivals:
        theirs = print_of(other)
        if share := likeness(own.images, theirs.images):
            facts = _place(other) | {"percent": str(round(100 * share))}
            found.append(Suspicion(sign=Sign.same_image, facts=facts, twin=other.id))
        elif figures := shared_figures(own.figures, theirs.figures, usual):
            moved = other.plant == paper.plant
            facts = _place(other) | {"figures": ", ".join(figures[:SHOWN_MAX]), "count": str(len(figures))}
            sign = Sign.copied_month if moved else Sign.same_figures
            found.append(Suspicion(sign=sign, facts=facts, twin=other.id))
    return found[:SHOWN_MAX]


def is_copy(own: Print, other: Print) -> bool:
    """Whether two documents of one kind, of different enterprises, share an image or their figures."""
    return bool(likeness(own.images, other.images) or shared_figures(own.figures, other.figures, frozenset()))


def usual_figures(papers: Sequence[Paper]) -> frozenset[str]:
    """Figures that a third of five documents or more have: telephone numbers, limits, contract prices."""
    if len(papers) < 5:
        return frozenset()
    counts: dict[str, int] = {}
    for paper in papers:
        for figure in figures_of(paper.traits.text):
            counts[figure] = counts.get(figure, 0) + 1
    return frozenset(figure for figure, count in counts.items() if count >= 4 and 3 * count >= len(papers))


def distance(one: str, two: str) -> int:
    """Bits in which two hashes of equal length differ."""
    return (int(one, 16) ^ int(two, 16)).bit_count()


def _share(one: ImagePrint, two: ImagePrint) -> Fraction:
    """The share of tiles in common, if the two are copies."""
    apart = sorted(
        distance(a, b) if a and b else UNLIKE for a, b in zip(one.tiles, two.tiles, strict=False) if a or b
    )
    if len(apart) < TILES_MIN:
        return Fraction(0)
    worn = apart[len(apart) * 35 // 100]
    changed = Fraction(sum(1 for each in apart if each > 5 * worn + 10), len(apart))
    if worn > WORN_MAX or (worn <= CRISP_MAX and changed > CHANGED_MAX):
        return Fraction(0)
    return 1 - changed


def _is_rival(paper: Paper, other: Paper) -> bool:
    """Whether the two should have nothing in common."""
    if other.id == paper.id or other.kind != paper.kind or not (paper.period and other.period):
        return False
    # A year's file may gather what its months' files say.
    if len(other.period) != len(paper.period) and other.plant == paper.plant:
        return False
    if other.plant != paper.plant:
        return True
    return other.period != paper.period and paper.kind not in STANDING


def _place(paper: Paper) -> dict[str, str]:
    return {"other": paper.title, "place": f"{paper.plant} {paper.period}".strip()}

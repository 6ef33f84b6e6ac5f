"""Dates of a document against one another, against what was stated, and against the file's making. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from accounting.domain.radar.suspicions import Sign, Suspicion
from accounting.domain.radar.traits import Paper
from accounting.domain.radar.wording import Dated, dates_of

# A label's meaning by what it contains; the first that fits counts.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "valid_until": ("有效期", "有效至", "下次检定", "valid", "expires"),
    "sampled": ("采样", "取样", "抽样", "sampl"),
    "received": ("收样", "接样", "送样", "送检", "到样", "receiv"),
    "tested": (
        "检测日期", "检测时间", "检验日期", "化验", "试验", "分析日期", "测试",
        "tested", "test date", "analys",
    ),
    "calibrated": ("检定日期", "校准日期", "calibrated", "calibration date"),
    "reported": ("报告日期", "签发", "批准日期", "出具", "发证", "issued", "report date", "reported"),
    "ordered": ("签订", "合同日期", "订立", "contract date", "signed on"),
    "loaded": ("发货", "装车", "dispatch"),
    "gross": ("毛重时间", "毛重日期", "进厂", "gross at", "arriv"),
    "tare": ("皮重时间", "皮重日期", "出厂", "tare at", "left"),
    "delivered": ("到货", "交货", "收货", "deliver"),
    "invoiced": ("开票", "invoice date", "invoiced"),
    "paid": ("付款", "到账", "paid"),
    "opened": ("期初", "起始", "opening", "from"),
    "closed": ("期末", "截止", "closing", "until"),
}  # fmt: skip
# What must follow what, where a document names both.
CHAINS: tuple[tuple[str, ...], ...] = (
    ("sampled", "received", "tested", "reported"),
    ("calibrated", "reported", "valid_until"),
    ("ordered", "loaded", "gross", "tare"),
    ("ordered", "loaded", "delivered", "paid"),
    ("ordered", "invoiced", "paid"),
    ("opened", "closed"),
)
STATED = {
    "sampled_on": "sampled",
    "received_on": "received",
    "tested_on": "tested",
    "reported_on": "reported",
}
# Such a document speaks of something that had happened when it was written.
PAST = frozenset({"sampled", "received", "tested", "calibrated", "gross", "tare", "delivered", "closed"})
# A plant east of Greenwich dates a file some hours before its UTC day.
ZONE = timedelta(days=1)
WEEK = timedelta(days=7)
TOGETHER_MIN = 3


def meaning_of(label: str) -> str:
    """What a date's label means, or an empty text."""
    low = label.lower()
    return next((name for name, words in MEANINGS.items() if any(word in low for word in words)), "")


def order(paper: Paper) -> list[Suspicion]:
    """Each pair of a document's dates that stands the wrong way round."""
    named = _named(dates_of(paper.traits.text))
    found = []
    for chain in CHAINS:
        known = [(name, dated) for name in chain for dated in named.get(name, ())]
        for earlier, later in _wrong_pairs(known):
            facts = {
                "earlier_label": earlier.label,
                "earlier": earlier.day.isoformat(),
                "later_label": later.label,
                "later": later.day.isoformat(),
            }
            found.append(Suspicion(sign=Sign.dates_disordered, facts=facts))
    return list({tuple(one.facts.items()): one for one in found}.values())[:3]


def stated(paper: Paper) -> list[Suspicion]:
    """Dates that the uploader gave and the document does not have."""
    named = _named(dates_of(paper.traits.text))
    found = []
    for field, name in STATED.items():
        given, shown = paper.stated.get(field), named.get(name, ())
        if given is not None and shown and all(one.day != given for one in shown):
            facts = {"label": shown[0].label, "found": shown[0].day.isoformat(), "stated": given.isoformat()}
            found.append(Suspicion(sign=Sign.dates_differ, facts=facts))
    return found


def making(paper: Paper) -> list[Suspicion]:
    """A file that is older than what it reports."""
    made = _day(paper.traits.story.made_at)
    if made is None:
        return []
    for one in dates_of(paper.traits.text):
        if meaning_of(one.label) in PAST and one.day > made + ZONE:
            facts = {"made": made.isoformat(), "label": one.label, "day": one.day.isoformat()}
            return [Suspicion(sign=Sign.made_before, facts=facts)]
    return []


def month(paper: Paper) -> list[Suspicion]:
    """A month's document without a single date in or next to its month."""
    days = [one.day for one in dates_of(paper.traits.text)]
    if not days or "-" not in paper.period:
        return []
    year, number = (int(part) for part in paper.period.split("-"))
    near = {year * 12 + number + step for step in (-1, 0, 1, 2)}
    if any(day.year * 12 + day.month in near for day in days):
        return []
    return [Suspicion(sign=Sign.other_month, facts={"period": paper.period})]


def together(paper: Paper, others: Iterable[Paper]) -> list[Suspicion]:
    """Samples of three months or more, of one stream, that were all tested in the same week."""
    own = _tested(paper)
    if own is None or "-" not in paper.period:
        return []
    months = {paper.period}
    for other in others:
        same = (other.plant, other.stream, other.kind) == (paper.plant, paper.stream, paper.kind)
        tested = _tested(other) if same and "-" in other.period else None
        if tested is not None and abs(tested - own) < WEEK:
            months.add(other.period)
    if len(months) < TOGETHER_MIN:
        return []
    facts = {"count": str(len(months)), "months": ", ".join(sorted(months))}
    return [Suspicion(sign=Sign.tested_together, facts=facts)]


def _tested(paper: Paper) -> date | None:
    shown = _named(dates_of(paper.traits.text)).get("tested", ())
    return paper.stated.get("tested_on") or (shown[0].day if shown else None)


def _named(dates: Sequence[Dated]) -> dict[str, list[Dated]]:
    named: dict[str, list[Dated]] = {}
    for one in dates:
        if name := meaning_of(one.label):
            named.setdefault(name, []).append(one)
    return named


def _wrong_pairs(known: Sequence[tuple[str, Dated]]) -> list[tuple[Dated, Dated]]:
    """Neighbours of a chain that are out of order; a document of several samples is compared by name once."""
    single: dict[str, Dated] = {}
    counts: dict[str, int] = {}
    for name, dated in known:
        counts[name] = counts.get(name, 0) + 1
        single[name] = dated
    usable = [(name, dated) for name, dated in single.items() if counts[name] == 1]
    wrong = [(one[1], two[1]) for one, two in pairwise(usable) if two[1].day < one[1].day]
    return wrong + _row_pairs(known, counts)


def _row_pairs(known: Sequence[tuple[str, Dated]], counts: Mapping[str, int]) -> list[tuple[Dated, Dated]]:
    """The same for several samples: dates of one line belong together."""
    lines: dict[int, list[Dated]] = {}
    for name, dated in known:
        if counts[name] > 1:
            lines.setdefault(dated.line, []).append(dated)
    return [pair for row in lines.values() for pair in pairwise(row) if pair[1].day < pair[0].day]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

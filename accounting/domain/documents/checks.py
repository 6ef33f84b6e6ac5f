"""Checks of one document by its kind: what it must show, and what must agree with its line. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction

from lexicon.terms import EvidenceKind

from accounting.domain.data_rules import data_rules
from accounting.domain.documents.frame import Certificate, Document, Frame, Line, Value
from accounting.domain.documents.reading import Found, Sheet, in_unit
from accounting.domain.documents.remarks import PaperRemark, Says, Words
from accounting.domain.documents.rules import Kind, paper_rules
from accounting.domain.exact import plain_text
from accounting.domain.remarks import word_of

WHOLE: Words = ("文件全文", "the whole document")
REGISTER: Words = ("检定台账", "calibration register")
_SPACE = re.compile(r"[\s　()（）·.,，]+")
_CNAS = re.compile(r"(?<![A-Z0-9])(?:CNAS\s*)?L\s?\d{4,6}(?!\d)", re.IGNORECASE)
_CMA = re.compile(r"(?<!\d)\d{12}(?!\d)")


def check_document(document: Document, frame: Frame) -> list[PaperRemark]:
    """What is to be said of one document by itself; nothing of a kind that must show nothing."""
    kind = paper_rules().kinds.get(document.kind)
    if kind is None:
        return []
    if document.sheet is None:
        return [PaperRemark(says=Says.not_read, at=WHOLE, against=clause_of(kind))]
    return [remark for check in _CHECKS for remark in check(kind, document, document.sheet, frame)]


def clause_of(kind: Kind) -> Words:
    """The rule of a kind, as a place to look it up; what nobody compared with the print says so."""
    name = EvidenceKind(kind.id)
    marks = ("", "") if kind.verified else ("（未核对）", " (unverified)")
    return f"{name.zh}的要求：{kind.clause[0]}{marks[0]}", f"demands on {name.en}: {kind.clause[1]}{marks[1]}"


def place_of(found: Found) -> Words:
    """Where a field stands in its document."""
    label = found.label.strip()
    zh = f"文件第 {found.line} 行" + (f"“{label}”" if label else "")
    return zh, f"line {found.line} of the document" + (f", “{label}”" if label else "")


def cell_of(line: Line | None, name: str) -> Words:
    """A value of the statement, by the names of its stream and its field."""
    names = line.names if line is not None else ("", "")
    plain = name.removeprefix("balance.")
    return f"报表 {names[0]}·{word_of(plain, 'zh')}", f"statement, {names[1]}: {word_of(plain, 'en')}"


def _fields(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """Every field that must be there and is not."""
    fuel = any(line.fuel for line in lines_of(document, frame))
    wanted = [*kind.fields, *((one,) for one in kind.fuel if fuel)]
    return [_missing(kind, names) for names in wanted if not _has(sheet, names)]


def _has(sheet: Sheet, names: Sequence[str]) -> bool:
    if "accreditation" in names and numbers_in(sheet.text):
        return True
    return sheet.first(*names) is not None


def _missing(kind: Kind, names: Sequence[str]) -> PaperRemark:
    fields = [paper_rules().fields[one] for one in names if one in paper_rules().fields]
    name = EvidenceKind(kind.id)
    facts = {
        "kind_zh": name.zh,
        "kind_en": name.en,
        "field_zh": "或".join(one.zh for one in fields),
        "field_en": " or ".join(one.en for one in fields),
    }
    return PaperRemark(says=Says.field_missing, facts=facts, at=WHOLE, against=clause_of(kind))


def _party(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """The customer is the enterprise, by its name or its credit code."""
    found = sheet.first(kind.party) if kind.party else None
    if found is None or (frame.usci and frame.usci in _SPACE.sub("", sheet.text)):
        return []
    if plain(frame.enterprise) and plain(frame.enterprise) in plain(found.printed):
        return []
    facts = {"label": found.label, "found": found.printed, "name": frame.enterprise}
    against = (f"企业名称 {frame.enterprise} {frame.usci}", f"enterprise {frame.enterprise} {frame.usci}")
    return [PaperRemark(says=Says.party_differs, facts=facts, at=place_of(found), against=against)]


def _days(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """Days that must lie in the period, each with the days it may lie after it."""
    remarks = []
    for name, after in kind.days.items():
        for found in sheet.fields.get(name, ()):
            day = found.day
            if day is not None and not (frame.first <= day and (day - frame.last).days <= after):
                facts = {"label": found.label, "day": day.isoformat()} | _span_of(frame)
                one = PaperRemark(
                    says=Says.day_outside, facts=facts, at=place_of(found), against=_period(frame)
                )
                remarks.append(one)
    return remarks


def _span(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """The days that a bill or a stock take speaks of are those of the period, but for a few."""
    opened, closed = sheet.first("opened"), sheet.first("closed")
    if kind.span is None or opened is None or closed is None or opened.day is None or closed.day is None:
        return []
    outside = max(0, (frame.first - opened.day).days) + max(0, (closed.day - frame.last).days)
    if outside <= kind.span:
        return []
    facts = {"opened": opened.day.isoformat(), "closed": closed.day.isoformat(), "days": str(outside)}
    at = place_of(opened if opened.day < frame.first else closed)
    return [PaperRemark(says=Says.span_outside, facts=facts | _span_of(frame), at=at, against=_period(frame))]


def _late(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """Samples arrive and are tested within the days that the rule allows."""
    sampled = sheet.first("sampled")
    if kind.within_days is None or sampled is None or sampled.day is None:
        return []
    remarks = []
    for name in ("received", "tested"):
        found = sheet.first(name)
        days = (found.day - sampled.day).days if found is not None and found.day is not None else 0
        if found is not None and found.day is not None and days > kind.within_days:
            facts = {
                "label": found.label, "day": found.day.isoformat(), "sampled": sampled.day.isoformat(),
                "days": str(days), "limit": str(kind.within_days),
            }  # fmt: skip
            remarks.append(
                PaperRemark(says=Says.tested_late, facts=facts, at=place_of(found), against=place_of(sampled))
            )
    return remarks


def _accreditation(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """The laboratory's number on the paper is the one that was stated."""
    stated = numbers_in(document.accreditation)
    if not kind.values or not stated:
        return []
    shown = numbers_in(sheet.text)
    against = (f"填报的资质编号 {document.accreditation}", f"stated number {document.accreditation}")
    if not shown:
        facts = {"stated": document.accreditation}
        return [PaperRemark(says=Says.accreditation_absent, facts=facts, at=WHOLE, against=against)]
    if shown.keys() & stated.keys():
        return []
    number, line = next(iter(shown.items()))
    at = (f"文件第 {line} 行", f"line {line} of the document")
    facts = {"found": number, "stated": document.accreditation}
    return [PaperRemark(says=Says.accreditation_differs, facts=facts, at=at, against=against)]


def _meter(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """A bill's meters are meters of its line; a certificate's device is one of the plant's."""
    if not (kind.meter or kind.certificate):
        return []
    name = "meter" if kind.meter else "serial"
    known = numbers_of(document, frame)
    words = (
        f"绑定的计量点与检定台账：{'、'.join(sorted(known))}",
        f"bound meters: {', '.join(sorted(known))}",
    )
    return [
        PaperRemark(
            says=Says.meter_unknown,
            facts={"label": found.label, "found": found.printed, "known": ", ".join(sorted(known)) or "-"},
            at=place_of(found),
            against=words,
        )
        for found in sheet.fields.get(name, ())
        if plain(found.printed) not in {plain(one) for one in known}
    ]


def _certificate(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """A certificate covers the period, stands in the register, and says there what it says itself."""
    if not kind.certificate:
        return []
    return [*_covers(sheet, "calibrated", Says.certificate_off, frame), *_registered(sheet, frame)]


def _contract(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """A contract holds for the whole period."""
    return _covers(sheet, "ordered", Says.contract_ended, frame) if kind.covers else []


def _covers(sheet: Sheet, begins: str, says: Says, frame: Frame) -> list[PaperRemark]:
    first, last = sheet.first(begins), sheet.first("valid_until")
    if first is None or last is None or first.day is None or last.day is None:
        return []
    if first.day <= frame.first and last.day >= frame.last:
        return []
    facts = {"opened": first.day.isoformat(), "closed": last.day.isoformat()} | _span_of(frame)
    at = place_of(last if last.day < frame.last else first)
    return [PaperRemark(says=says, facts=facts, at=at, against=_period(frame))]


def _registered(sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    number = sheet.first("certificate")
    if number is None:
        return []
    row = next((one for one in frame.register if plain(one.number) == plain(number.printed)), None)
    if row is None:
        facts = {"found": number.printed}
        one = PaperRemark(
            says=Says.certificate_unregistered, facts=facts, at=place_of(number), against=REGISTER
        )
        return [one]
    return list(_against_register(sheet, row))


def _against_register(sheet: Sheet, row: Certificate) -> Iterable[PaperRemark]:
    days = (("calibrated", row.calibrated_on), ("valid_until", row.valid_until))
    for name, day in days:
        found = sheet.first(name)
        if found is not None and found.day is not None and found.day != day:
            yield _differs_from_register(found, found.day.isoformat(), day.isoformat(), row)
    for name, share in (("error", row.error), ("allowed", row.allowed)):
        found = sheet.first(name)
        if found is not None and found.value is not None and share is not None and abs(found.value) != share:
            yield _differs_from_register(found, found.printed, f"{plain_text(share)} %", row)


def _differs_from_register(found: Found, shown: str, stated: str, row: Certificate) -> PaperRemark:
    facts = {"label": found.label, "found": shown, "stated": stated}
    against = (f"{REGISTER[0]} {row.meter} {row.number}", f"{REGISTER[1]}, {row.meter} {row.number}")
    return PaperRemark(says=Says.register_differs, facts=facts, at=place_of(found), against=against)


def _stock(kind: Kind, document: Document, sheet: Sheet, frame: Frame) -> list[PaperRemark]:
    """Stocks of a stock take are those of the line's balance."""
    remarks = []
    for name, field in kind.stock.items():
        found = sheet.first(name)
        for line in lines_of(document, frame):
            stated = line.values.get(field)
            if found is None or stated is None or found.value is None:
                continue
            given = in_unit(found.value, found.unit, stated.unit)
            if given is not None and not agrees(given, stated, found):
                facts = {"label": found.label, "found": found.printed, "stated": stated.shown()}
                remarks.append(
                    PaperRemark(
                        says=Says.stock_differs, facts=facts, at=place_of(found), against=cell_of(line, field)
                    )
                )
    return remarks


def agrees(given: Fraction, stated: Value, found: Found) -> bool:
    """Whether two figures are the same to the fewer digits of the two; given: `found` in the value's unit."""
    places = len(stated.printed.partition(".")[2])
    own = Fraction(1, 2 * 10**places)
    scale = abs(given / found.value) if found.value else Fraction(1)
    return abs(given - stated.value) <= max(own, found.half_step() * scale)


def lines_of(document: Document, frame: Frame) -> list[Line]:
    """The lines that a document is about: of its own stream, and of every value that names it."""
    slugs = dict.fromkeys([document.stream, *(one.stream for one in document.supports)])
    return [frame.lines[slug] for slug in slugs if slug in frame.lines]


def numbers_of(document: Document, frame: Frame) -> set[str]:
    """Names and numbers of the meters of a document's lines; of all the plant's without a line."""
    bound = {slug for line in lines_of(document, frame) for slug in line.meters} or set(frame.meters)
    names = {word for slug in bound for word in (slug, *frame.meters.get(slug, ()))}
    return names | {one.serial for one in frame.register if one.meter in bound and one.serial}


def numbers_in(text: str) -> dict[str, int]:
    """Accreditation numbers of a text with their lines: twelve digits of CMA, or L and digits of CNAS."""
    found: dict[str, int] = {}
    rule = data_rules().accreditation
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _CNAS.finditer(line):
            if rule.cnas.fullmatch(match[0]):
                found.setdefault("L" + re.sub(r"\D", "", match[0]), number)
        found |= {match[0]: found.get(match[0], number) for match in _CMA.finditer(line)}
    return found


def plain(text: str) -> str:
    """A name without spaces, brackets and case, for comparing."""
    return _SPACE.sub("", text).casefold()


def _period(frame: Frame) -> Words:
    return (f"核算期 {frame.first} 至 {frame.last}", f"the period, {frame.first} to {frame.last}")


def _span_of(frame: Frame) -> dict[str, str]:
    return {"first": _iso(frame.first), "last": _iso(frame.last)}


def _iso(day: date) -> str:
    return day.isoformat()


_Check = Callable[[Kind, Document, Sheet, Frame], list[PaperRemark]]
_CHECKS: Sequence[_Check] = (
    _fields, _party, _days, _span, _late, _accreditation, _meter, _certificate, _contract, _stock,
)  # fmt: skip

"""Documents of a period together: quantities against the line's, tested values, suppliers. Pure."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from lexicon.terms import EvidenceKind
from lexicon.units import Rounding, Unit, rounded

from accounting.domain.cross_checks import SOURCES_DIFFER_MAX
from accounting.domain.documents.checks import agrees, cell_of, check_document, lines_of, place_of, plain
from accounting.domain.documents.frame import Document, Frame, Line, Value
from accounting.domain.documents.reading import Found, Sheet, in_unit
from accounting.domain.documents.remarks import PaperRemark, Says
from accounting.domain.documents.rules import Kind, paper_rules
from accounting.domain.exact import measure_text, unit_text

Told = dict[str, list[PaperRemark]]
# Of each thing this many remarks: a bill of forty strange meters says it once for some of them.
EACH_MAX = 8


def check_documents(documents: Sequence[Document], frame: Frame) -> Told:
    """What is to be said of each document of a period, by its id; ids without anything are left out."""
    told: Told = {one.id: check_document(one, frame)[:EACH_MAX] for one in documents}
    for more in (_quantities, _rows, _values, _suppliers):
        for name, remark in more(documents, frame):
            told[name].append(remark)
    return {name: remarks for name, remarks in told.items() if remarks}


Said = Iterable[tuple[str, PaperRemark]]


def _quantities(documents: Sequence[Document], frame: Frame) -> Said:
    """All documents of a kind and line together have the line's quantity, or not more than it."""
    for kind in paper_rules().kinds.values():
        mine = [one for one in documents if one.kind == kind.id] if kind.quantity else []
        for line in frame.lines.values():
            group = [one for one in mine if [each.slug for each in lines_of(one, frame)] == [line.slug]]
            stated = next((line.values[name] for name in kind.against if name in line.values), None)
            if group and stated is not None:
                yield from _quantity(kind, group, line, stated)


def _quantity(kind: Kind, group: Sequence[Document], line: Line, stated: Value) -> Said:
    total, last, strange = Fraction(0), None, False
    for document in group:
        for found in _counted(kind, document):
            amount = in_unit(found.value or Fraction(0), found.unit, stated.unit)
            if amount is None:
                strange = True
                yield document.id, _unit(found, line, stated)
                continue
            total, last = total + amount, (document, found)
    unread = any(one.sheet is None or not one.sheet.whole or not _counted(kind, one) for one in group)
    if last is None or strange or not stated.value:
        return
    apart = (total - stated.value) / abs(stated.value)
    over = apart > SOURCES_DIFFER_MAX
    # What could not be read may be what is missing; what is too much already is so without it.
    short = kind.sum == "equal" and -apart > SOURCES_DIFFER_MAX and not unread
    if over or short:
        says = Says.quantity_differs if kind.sum == "equal" else Says.quantity_exceeds
        facts = {
            "found": measure_text(_shown(total), stated.unit),
            "stated": stated.shown(),
            "percent": format(rounded(abs(apart) * 100, Rounding.PERCENT), "f"),
            "tolerance": str(SOURCES_DIFFER_MAX * 100),
        }
        at = place_of(last[1])
        yield (
            last[0].id,
            PaperRemark(says=says, facts=facts, at=_with(group, at), against=cell_of(line, stated.name)),
        )


def _with(group: Sequence[Document], at: tuple[str, str]) -> tuple[str, str]:
    """The place in one document, and the titles of those that were added up with it."""
    if len(group) == 1:
        return at
    titles = [one.title for one in group][:EACH_MAX]
    more_zh, more_en = f"{len(group)} 份文件", f"{len(group)} documents"
    return f"{more_zh}：{'、'.join(titles)}；{at[0]}", f"{more_en}: {', '.join(titles)}; {at[1]}"


def _counted(kind: Kind, document: Document) -> Sequence[Found]:
    """The figures of a document that count: its total if it has one, else all its rows."""
    sheet = document.sheet
    if sheet is None:
        return ()
    name = next((name for name in kind.quantity if sheet.fields.get(name)), None)
    rows = sheet.fields[name] if name else ()
    return rows[:1] if name == "total" else rows


def _unit(found: Found, line: Line, stated: Value) -> PaperRemark:
    facts = {
        "label": found.label, "found": found.printed, "stated": stated.shown(),
        "unit": unit_text(found.unit or found.foreign), "wanted": unit_text(stated.unit),
    }  # fmt: skip
    says = Says.unit_differs if found.unit or found.foreign else Says.unit_missing
    return PaperRemark(says=says, facts=facts, at=place_of(found), against=cell_of(line, stated.name))


def _rows(documents: Sequence[Document], frame: Frame) -> Said:
    """A bill's total is what its meters' readings and multipliers give."""
    for document in documents:
        sheet = document.sheet
        if sheet is None or document.kind != EvidenceKind.STATEMENT_OF_SUPPLY:
            continue
        rows = sheet.fields.get("quantity", ())
        shown = sheet.first("total") or (rows[0] if len(rows) == 1 else None)
        given = _by_readings(sheet)
        if given is None or shown is None or shown.value is None:
            continue
        expected, loose = given
        # Readings of a meter of electricity are kilowatt hours, whatever the total is written in.
        rows_unit = next((one.unit for one in rows if one.unit), "") or (
            Unit.KWH if in_unit(Fraction(1), shown.unit, Unit.KWH) is not None else shown.unit
        )
        total = in_unit(shown.value, shown.unit, rows_unit) if shown.unit else shown.value
        step = shown.half_step() * (total / shown.value if total and shown.value else 1)
        if total is not None and abs(total - expected) > loose + step:
            facts = {
                "label": shown.label,
                "found": shown.printed,
                "expected": measure_text(_shown(expected), rows_unit or "1"),
            }
            against = place_of(sheet.fields["before"][0])
            yield (
                document.id,
                PaperRemark(says=Says.rows_differ, facts=facts, at=place_of(shown), against=against),
            )


def _by_readings(sheet: Sheet) -> tuple[Fraction, Fraction] | None:
    """What the rows of a bill give together, and how far rounding of the readings may carry it."""
    columns = [sheet.fields.get(name, ()) for name in ("before", "after", "multiplier")]
    if not columns[0] or len({len(one) for one in columns}) != 1:
        return None
    expected, loose = Fraction(0), Fraction(0)
    for before, after, multiplier in zip(*columns, strict=True):
        if before.value is None or after.value is None or multiplier.value is None:
            return None
        expected += (after.value - before.value) * multiplier.value
        loose += (before.half_step() + after.half_step()) * abs(multiplier.value)
    return expected, loose


def _values(documents: Sequence[Document], frame: Frame) -> Said:
    """A tested value of a line is the report's, or lies between those of several reports."""
    reports = [one for one in documents if (rule := paper_rules().kinds.get(one.kind)) and rule.values]
    claims: dict[tuple[str, str], list[Document]] = {}
    for document in reports:
        for value in document.supports:
            if "." not in value.name and value.name != "quantity":
                claims.setdefault((value.stream, value.name), []).append(document)
    for (stream, name), group in claims.items():
        line = frame.lines.get(stream)
        stated = line.values.get(name) if line else None
        if line is not None and stated is not None and all(one.sheet is not None for one in group):
            yield from _value(group, line, stated)


def _value(group: Sequence[Document], line: Line, stated: Value) -> Said:
    against = cell_of(line, stated.name)
    labelled = [
        (document, found, amount)
        for document in group
        for found in (document.sheet.parameters.get(stated.name, ()) if document.sheet else ())
        if (amount := _in_unit_of(stated, found)) is not None
    ]
    if any(agrees(amount, stated, found) for _, found, amount in labelled):
        return
    if labelled:
        amounts = [amount for *_, amount in labelled]
        if len(amounts) > 1 and min(amounts) <= stated.value <= max(amounts):
            return
        document, found, _ = labelled[0]
        facts = {"label": found.label, "found": found.printed, "stated": stated.shown()}
        yield (
            document.id,
            PaperRemark(says=Says.value_differs, facts=facts, at=place_of(found), against=against),
        )
        return
    for document in group:
        for found in document.sheet.figures if document.sheet else ():
            amount = _in_unit_of(stated, found)
            if amount is not None and agrees(amount, stated, found):
                return
    yield (
        group[0].id,
        PaperRemark(
            says=Says.value_absent,
            facts={"stated": stated.shown()},
            at=(f"{len(group)} 份报告全文", f"the whole of {len(group)} reports"),
            against=against,
        ),
    )


def _in_unit_of(stated: Value, found: Found) -> Fraction | None:
    """A figure of a report in the unit of the line; one without a unit is taken in the line's."""
    if found.value is None or found.foreign:
        return None
    return in_unit(found.value, found.unit, stated.unit) if found.unit else found.value


def _suppliers(documents: Sequence[Document], frame: Frame) -> Said:
    """Invoices of a line come from a supplier of its contracts, where contracts are on file."""
    for document in documents:
        sheet = document.sheet
        found = sheet.first("seller") if sheet is not None and document.kind == EvidenceKind.INVOICE else None
        if found is None:
            continue
        own = {line.slug for line in lines_of(document, frame)}
        contracts = [
            (one, seller)
            for one in documents
            if one.kind == EvidenceKind.CONTRACT
            and one.sheet is not None
            and (seller := one.sheet.first("seller")) is not None
            and own & {line.slug for line in lines_of(one, frame)}
        ]
        if not contracts or any(_same_party(found, seller) for _, seller in contracts):
            continue
        known = "、".join(seller.printed for _, seller in contracts)
        one, seller = contracts[0]
        at = place_of(seller)
        facts = {"found": found.printed, "known": known}
        yield (
            document.id,
            PaperRemark(
                says=Says.supplier_differs,
                facts=facts,
                at=place_of(found),
                against=(f"合同“{one.title}”{at[0]}", f"contract “{one.title}”, {at[1]}"),
            ),
        )


def _same_party(one: Found, two: Found) -> bool:
    return plain(one.printed) in plain(two.printed) or plain(two.printed) in plain(one.printed)


def _shown(value: Fraction) -> str:
    """At most three decimals, without zeros at the end."""
    text = format(rounded(value, Rounding.PAGE_ACCOUNTING), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

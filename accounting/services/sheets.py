"""Activity data by sheet: templates to fill in, and imports of which every row counts or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from kit import audit
from lexicon.accounting_terms import BalanceField
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Origin

from accounting.domain.assembly import BALANCE, QUANTITY, SECOND
from accounting.domain.registry import Guideline, StreamType, guidelines
from accounting.domain.sheet_rows import Entry, PlantStream, read_rows, units_of, value_names
from accounting.domain.sheets import RowName, RowRemark, filled
from accounting.models import ActivityRecord, ReportingPeriod
from accounting.services import periods, states
from accounting.services.gathering import streams_in
from accounting.sheet_files import read_sheet, write_csv, write_xlsx
from tenants.access import Viewer

CSV, XLSX = "csv", "xlsx"
LANGUAGES = ("zh", "en")
_WORDS = {
    "zh": (
        "每行一个数值；不用的行留空，空行不导入。",
        "“项目”是编号，请不要改；“名称”“含义”只为看，不导入。",
        "数值写成普通十进制数：不写百分号、千位分隔符、公式。单位为 1 的比例写小数（98 % 写 0.98）。",
        "单位必须是列出的单位之一；活动水平与收支平衡只填一种。",
        "来源：measured 实测、calculated 计算、supplier 供应商、default 缺省、substituted 替代。",
        "有任何一行不对，整个文件都不导入，并逐行说明。",
    ),
    "en": (
        "One value a row. Leave rows empty that you do not use; they are not imported.",
        "Name is an id: please keep it. Label and meaning help to read and are not imported.",
        "Write plain decimal numbers: no percent sign, no separators, no formulas. A share with unit 1 is a "
        "fraction (98 % is 0.98).",
        "The unit is one of those listed; give a quantity or a balance, not both.",
        "Origin: measured, calculated, supplier, default or substituted.",
        "If any row is wrong nothing of the file is imported, and each row is named.",
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an import sets. before: what stood there, or None."""

    row: int
    stream: str
    name: str
    text: str
    unit: str
    before: str | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file. With remarks nothing was kept; `applied` says whether anything was."""

    applied: bool
    kind: str
    rows: int
    unchanged: int
    changes: tuple[Change, ...]
    remarks: tuple[RowRemark, ...]
    total_before: str | None
    total_after: str | None


def guideline_template(guideline_id: str, *, kind: str, language: str) -> bytes:
    """Every value that any stream of a guideline may be given. Raises Refused: guideline_unknown,
    field_invalid (kind, language)."""
    guideline = guidelines().get(guideline_id)
    if guideline is None:
        refuse(Refusal.GUIDELINE_UNKNOWN, guideline=guideline_id[:40])
    index = _index(language)
    rows = [
        row
        for stream in guideline.streams
        for item, label in stream.items.items()
        for row in _lines(stream, slug=item, label=(label.zh, label.en)[index], index=index)
    ]
    return _written(rows, guideline, kind=kind, language=language)


def period_template(period: ReportingPeriod, *, kind: str, language: str) -> bytes:
    """The streams of the period's plant with the values typed so far. Raises Refused: field_invalid."""
    guideline = guidelines()[period.guideline]
    index = _index(language)
    typed = _typed(period)
    rows: list[list[str]] = []
    for row in streams_in(period):
        stream = guideline.stream_type(kind=row.kind, item=row.item)
        if stream is not None:
            lines = _lines(
                stream,
                slug=row.slug,
                label=(row.name_zh, row.name_en)[index],
                index=index,
                period=period.period,
                unit=row.unit,
                typed=typed,
                metered=row.meters,
            )
            rows += lines
    return _written(rows, guideline, kind=kind, language=language)


def import_sheet(
    viewer: Viewer,
    period: ReportingPeriod,
    *,
    name: str,
    content: bytes,
    evidence: Sequence[str] = (),
    trial: bool = False,
) -> Imported:
    """Keep every value of a file, or none of them. trial: say what would come of it and keep nothing.

    Raises Refused: period_locked, file_empty, file_too_large, file_kind_wrong, not_found and evidence_late
    (evidence).
    """
    states.need_open(period)
    sheet = read_sheet(name, content)
    rows = filled(sheet.rows)
    remarks = list(sheet.remarks)
    entries: list[Entry] = []
    if not remarks:
        guideline = guidelines()[period.guideline]
        entries, remarks = read_rows(guideline, _streams(period), period=period.period, rows=rows)
    if not remarks and not rows:
        remarks = [RowRemark(1, RowName.no_values)]
    before = (period.result or {}).get("total_tco2e")
    kind = sheet.kind.endings[0]
    if remarks:
        return Imported(False, kind, len(rows), 0, (), tuple(remarks), before, before)
    typed = _typed(period)
    new = [entry for entry in entries if evidence or not _same(entry, typed)]
    after = _keep(viewer, period, new, evidence, trial=trial) if new else before
    changes = tuple(_change(entry, typed) for entry in new)
    return Imported(
        bool(new) and not trial, kind, len(rows), len(entries) - len(new), changes, (), before, after
    )


def _keep(
    viewer: Viewer, period: ReportingPeriod, entries: Sequence[Entry], evidence: Sequence[str], *, trial: bool
) -> str | None:
    """The total after the values, which are kept unless this is a trial."""
    values = [
        periods.Value(
            stream=one.stream,
            name=one.name,
            text=one.text,
            unit=one.unit,
            origin=one.origin,
            note=one.note,
            evidence=evidence,
        )
        for one in entries
    ]
    with transaction.atomic():
        periods.set_values(viewer, period, values)
        after: str | None = (period.result or {}).get("total_tco2e")
        if trial:
            transaction.set_rollback(True)
        else:
            audit.record(
                "accounting.import", person=viewer.person, account=viewer.account, subject=str(period.pk)
            )
    return after


def _streams(period: ReportingPeriod) -> list[PlantStream]:
    return [
        PlantStream(row.slug, row.kind, row.item, row.variant, row.unit, (row.name_zh, row.name_en))
        for row in streams_in(period)
    ]


def _typed(period: ReportingPeriod) -> dict[tuple[str, str], ActivityRecord]:
    return {(row.stream, row.name): row for row in ActivityRecord.objects.filter(period=period)}


def _same(entry: Entry, typed: Mapping[tuple[str, str], ActivityRecord]) -> bool:
    """Whether a row says what stands there already: a template sent back unchanged changes nothing."""
    row = typed.get((entry.stream, entry.name))
    if row is None:
        return False
    return (row.text, row.unit, row.origin, row.note) == (entry.text, entry.unit, entry.origin, entry.note)


def _change(entry: Entry, typed: Mapping[tuple[str, str], ActivityRecord]) -> Change:
    row = typed.get((entry.stream, entry.name))
    before = f"{row.text} {row.unit}" if row else None
    return Change(entry.row, entry.stream, entry.name, entry.text, entry.unit, before)


def _lines(
    stream: StreamType,
    *,
    slug: str,
    label: str,
    index: int,
    period: str = "",
    unit: str = "",
    typed: Mapping[tuple[str, str], ActivityRecord] | None = None,
    metered: Iterable[str] = (),
) -> list[list[str]]:
    """A template's rows of one stream, in the order of `COLUMNS`."""
    rows = []
    for name in value_names(stream):
        row = (typed or {}).get((slug, name))
        activity = name in (QUANTITY, SECOND) or name.startswith(BALANCE)
        usual = unit if activity and unit else units_of(stream, name)[0]
        given = [row.text, row.unit, row.origin, row.note] if row else ["", usual, "", ""]
        meaning = _meaning(stream, name, index) + (_METERED[index] if name in metered else "")
        rows.append([period, slug, label, name, meaning, *given])
    return rows


_METERED = ("（已由计量表取数，一般留空）", " (read from meters; usually left empty)")


def _meaning(stream: StreamType, name: str, index: int) -> str:
    if name == QUANTITY:
        words = ("活动水平", "activity")[index]
    elif name == SECOND:
        words = ("活动水平的第二来源，仅供核对", "activity from a second source, to compare only")[index]
    elif name.startswith(BALANCE):
        field = BalanceField(name.removeprefix(BALANCE))
        words = (field.zh, field.en)[index]
    else:
        parameter = stream.parameters[name]
        words = (parameter.zh, parameter.meaning)[index]
    return f"{words} [{', '.join(units_of(stream, name))}]"


def _index(language: str) -> int:
    if language not in LANGUAGES:
        refuse(Refusal.FIELD_INVALID, field="lang", reason=", ".join(LANGUAGES))
    return LANGUAGES.index(language)


def _written(rows: list[list[str]], guideline: Guideline, *, kind: str, language: str) -> bytes:
    if kind == CSV:
        return write_csv(rows, language=language)
    if kind != XLSX:
        refuse(Refusal.FIELD_INVALID, field="kind", reason=f"{CSV}, {XLSX}")
    title = guideline.zh if language == "zh" else guideline.en
    return write_xlsx(rows, language=language, title=title, words=_WORDS[language], choices=list(Origin))

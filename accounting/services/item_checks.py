"""What the machine can check of a sampled item by itself: signatures, and the way to what was committed.

A day of a meter: signatures and roots. A document: its digest and the radar. A typed value has neither, and
is looked at by a person. A good check is no verdict: a person gives that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounting import metered, vault
from accounting.models import Evidence, VerificationCase
from accounting.services.freezing import loads

Words = tuple[str, str]
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An item, whether everything that could be checked holds, and in words what was found."""

    item: str
    good: bool
    found: tuple[Words, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "good": self.good,
            "zh": "；".join(zh for zh, _ in self.found),
            "en": "; ".join(en for _, en in self.found),
        }


def checks_of(case: VerificationCase, items: Sequence[str]) -> list[Checked]:
    """Each item's check, as things are now; signed bodies and files are read again."""
    statement = loads(case.report.content)
    roots = {(one["day"], one["n"], one["root"]) for one in statement["anchors"]}
    return [_check(item, case.report.period.plant, roots) for item in items]


def _check(item: str, plant: str, roots: set[tuple[str, int, str]]) -> Checked:
    kind, _, name = item.partition(":")
    if kind == "day":
        meter, _, day = name.partition(":")
        return _judged(item, _day_faults(plant, meter, date.fromisoformat(day), roots), _DAY_GOOD)
    if kind == "evidence":
        return _judged(item, _file_faults(name), _FILE_GOOD)
    return Checked(item=item, good=False, found=(_TYPED,))


def _judged(item: str, faults: Iterable[Words], good: Words) -> Checked:
    found = tuple(faults)
    return Checked(item=item, good=not found, found=found or (good,))


def _day_faults(plant: str, meter: str, day: date, roots: set[tuple[str, int, str]]) -> Iterable[Words]:
    proof = metered.day_proof(plant, meter, day)
    if proof is None:
        yield _DAY_FAULTS["gone"]
        return
    if proof.hours != HOURS_A_DAY or proof.estimated or proof.ambiguous:
        yield _DAY_FAULTS["hours"]
    if proof.signed != proof.readings:
        yield _DAY_FAULTS["unsigned"]
    if not proof.batches:
        yield _DAY_FAULTS["no_batches"]
    if proof.wrong:
        yield _DAY_FAULTS["wrong"]
    if proof.pending:
        yield _DAY_FAULTS["pending"]
    if any((day.isoformat(), n, root) not in roots for n, root in proof.roots):
        yield _DAY_FAULTS["not_in_report"]


def _file_faults(digest: str) -> Iterable[Words]:
    row = Evidence.objects.filter(sha256=digest).select_related("scan").prefetch_related("signs").first()
    if row is None:
        yield _FILE_FAULTS["gone"]
        return
    try:
        vault.load(str(row.pk), digest=digest)
    except vault.VaultError:
        yield _FILE_FAULTS["gone"]
    scan = getattr(row, "scan", None)
    if scan is None or scan.scanned_at is None:
        yield _FILE_FAULTS["waiting"]
    elif not scan.readable:
        yield _FILE_FAULTS["unreadable"]
    if row.signs.all():
        yield _FILE_FAULTS["signs"]


_DAY_GOOD = (
    "24 小时齐全，读数全部有签名；重新验证了当日各批的签名与当日的根，根在报告中，已上链",
    "all 24 hours are there and every reading is signed; the batches' signatures and the day's root were"
    " verified again, and the root stands in the report and on the ledger",
)
_FILE_GOOD = (
    "文件能打开，内容与报告中的摘要一致，文件雷达没有提示",
    "the file opens, is the one whose digest stands in the report, and the radar has no sign on it",
)
_TYPED = ("录入值，没有签名可验，请人工核对", "typed: there is no signature to verify, so look at it")
_DAY_FAULTS: Mapping[str, Words] = {
    "gone": ("当日没有数据", "there are no data of the day"),
    "hours": ("当日有缺测、估算或待判定的小时", "hours of the day are missing, estimated or undecided"),
    "unsigned": ("当日有读数没有签名", "readings of the day are not signed"),
    "no_batches": ("当日没有带签名的批次", "the day has no signed batch"),
    "wrong": (
        "有批次的签名、内容或根与登记的不符",
        "a batch's signature, content or root is not what was recorded",
    ),
    "pending": ("有批次尚未上链", "a batch is not on the ledger yet"),
    "not_in_report": ("当日的根不在报告中", "the day's root does not stand in the report"),
}
_FILE_FAULTS: Mapping[str, Words] = {
    "gone": (
        "文件打不开，或内容已不是报告中的那一份",
        "the file does not open, or is not that of the report",
    ),
    "waiting": ("文件雷达还没有检查", "the radar has not looked at it yet"),
    "unreadable": ("文件雷达读不出内容", "the radar cannot read it"),
    "signs": ("文件雷达有提示", "the radar has a sign on it"),
}

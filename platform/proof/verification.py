"""A verification report's JSON opened by anyone: digest, and how its figures fit together."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from lexicon import canonical

from proof.report import SIZE_MAX, Check, NotAReport

SCHEMAS = frozenset(f"tanheng-verification/{version}" for version in (1, 2, 3, 4, 5))
_WHOLE = re.compile("-?[0-9]{1,20}", re.ASCII)
PASSED = "pass"
PARTS = 4  # of a case's name: account, plant, period, version


@dataclass(frozen=True, slots=True)
class OpenedVerification:
    """A verification report: SHA-256 of its bytes (what is approved), its content, what holds in it."""

    digest: str
    content: Mapping[str, object]
    checks: tuple[Check, ...]

    @property
    def place(self) -> dict[str, object]:
        """Account, plant, period and version of the report that was verified."""
        account, plant, period, version = str(self.content["case"]).split("~")
        return {"account": account, "plant": plant, "period": period, "version": int(version)}


def is_verification(received: bytes) -> bool:
    """Whether bytes say of themselves that they are a verification report's JSON."""
    return _schema(received) in SCHEMAS


def open_verification(received: bytes) -> OpenedVerification:
    """The report with every check. Raises NotAReport: too_large, not_json, not_canonical, schema, case."""
    if len(received) > SIZE_MAX:
        raise NotAReport("too_large")
    if not is_verification(received):
        raise NotAReport("schema")
    content = json.loads(received)
    if canonical.encode(content) != received:
        raise NotAReport("not_canonical")
    parts = str(content.get("case")).split("~")
    if len(parts) != PARTS or not parts[-1].isdigit():
        raise NotAReport("case")
    checks = (_results(content), _again(content), *_changes(content), *_verdicts(content))
    return OpenedVerification(sha256(received).hexdigest(), content, checks)


def _schema(received: bytes) -> object:
    try:
        content = json.loads(received)
    except (ValueError, RecursionError):
        return None
    return content.get("schema") if isinstance(content, dict) else None


def _results(content: Mapping[str, object]) -> Check:
    """Every line's verified amount is the reported one, as an approval says."""
    rows = content.get("results")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            return Check("results", holds=False)
        if row.get("reported_g") != row.get("verified_g"):
            return Check("results", holds=False, detail=str(row.get("stream")))
    return Check("results", holds=True)


def _again(content: Mapping[str, object]) -> Check:
    """The recorded recomputation gave the reported total each way."""
    again, total = content.get("recomputation"), content.get("total_g")
    totals = list(again.values()) if isinstance(again, dict) else [total]
    return Check("recomputation", holds=bool(totals) and all(one == total for one in totals))


def _changes(content: Mapping[str, object]) -> list[Check]:
    """Lines as first reported sum to the total first reported; reports made earlier do not have them.

    Each line is rounded by itself, so the sum may be off by a gram for every line.
    """
    corrections = content.get("corrections")
    if not isinstance(corrections, list) or not corrections:
        return []
    named = [content.get(name) for name in ("results", "removed")]
    rows = [row for rows in named if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    first = corrections[0].get("total_g") if isinstance(corrections[0], dict) else None
    texts = [row.get("before_g") or "0" for row in rows]
    if not all(isinstance(text, str) and _WHOLE.fullmatch(text) for text in (first, *texts)):
        return [Check("changes", holds=False)]
    off = abs(int(str(first)) - sum(int(text) for text in texts))
    return [Check("changes", holds=off <= len(texts), detail="" if off <= len(texts) else str(first))]


def _verdicts(content: Mapping[str, object]) -> list[Check]:
    """Each item of the sample has one verdict, in the order drawn, and what did not pass names findings of
    this report on that very item; reports made earlier have no verdicts."""
    told = content.get("verdicts")
    if not isinstance(told, list) or not told:
        return []
    rows = [row for row in told if isinstance(row, dict)]
    found = content.get("findings")
    raised = {
        (row.get("number"), row.get("item"))
        for row in (found if isinstance(found, list) else ())
        if isinstance(row, dict)
    }
    if [row.get("item") for row in rows] != content.get("sample") or len(rows) != len(told):
        return [Check("verdicts", holds=False, detail="sample")]
    for row in rows:
        numbers = row.get("findings")
        named = [(number, row.get("item")) for number in numbers] if isinstance(numbers, list) else []
        if not raised.issuperset(named) or (row.get("verdict") != PASSED and not named):
            return [Check("verdicts", holds=False, detail=str(row.get("item")))]
    return [Check("verdicts", holds=True)]

"""A period frozen for signature: the report's canonical JSON, commitment to its figures, boxes, arguments.

What is frozen here is what is signed, minted and printed; nothing is calculated again afterwards.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kit import clock
from lexicon import canonical, commitment
from lexicon.refusals import Refusal, refuse
from lexicon.signature import to_base64url
from lexicon.terms import REGULATOR_ACCOUNT
from lexicon.units import Rounding, cover_t_from_grams, rounded
from proof import merkle

from accounting import answers, metered, people
from accounting.domain.factors import factor_sets
from accounting.domain.recompute import figures
from accounting.domain.registry import Guideline, guidelines
from accounting.metered import AnchorRef
from accounting.models import Evidence, ReportingPeriod
from accounting.services import entity, equipment, factor_versions, supplementary, unit_tables
from accounting.services.boxes import seal
from accounting.services.calculation import Outcome
from accounting.services.gathering import months_in, with_months
from accounting.services.lines import lines_of
from accounting.services.locking import guideline_digest
from accounting.services.years import summary
from tenants.access import Viewer

SCHEMA = "tanheng-report/1"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A statement ready to be signed. content: canonical JSON; args: of `submit_statement`; nonce: hex."""

    content: str
    digest: str
    total_g: int
    args: dict[str, Any]
    nonce: str


def freeze(viewer: Viewer, period: ReportingPeriod, outcome: Outcome, *, reason: str) -> Frozen:
    """The frozen statement of a period. Raises Refused: anchors_pending, box_missing."""
    anchors = _anchors(period)
    committed = figures_of(outcome)
    salts = [secrets.token_bytes(commitment.SALT_BYTES) for _ in committed]
    leaves = [
        commitment.leaf_hash(salt=salt, name=name, value=value)
        for salt, (name, value) in zip(salts, committed, strict=True)
    ]
    root = merkle.root(leaves).hex()
    guideline = guidelines()[period.guideline]
    content = canonical.encode_text(
        _content(viewer, period, outcome, anchors, reason)
        | {
            "commitment": {
                "root": root,
                "figures": [
                    {"name": name, "value": str(value), "salt": salt.hex()}
                    for salt, (name, value) in zip(salts, committed, strict=True)
                ],
            },
        }
    )
    digest = sha256(content.encode()).hexdigest()
    nonce = secrets.token_hex(32)
    args = {
        "plant": period.plant,
        "period": period.period,
        "version": period.version,
        "statement_digest": digest,
        "figures_root": root,
        "figures_count": len(committed),
        "guideline": guideline.id,
        "guideline_hash": guideline_hash(guideline),
        "factor_sets_hash": factor_sets_hash(_sets(period, outcome)),
        "anchors": [_anchor(period, anchor) for anchor in anchors],
        "total_boxes": _boxes(viewer, period, salt=salts[0], total=committed[0][1]),
        "nonce_commitment": sha256(bytes.fromhex(nonce)).hexdigest(),
    }
    return Frozen(content, digest, committed[0][1], args, nonce)


def figures_of(outcome: Outcome) -> list[tuple[str, int]]:
    """Names and whole grams of all committed figures; the total is leaf 0."""
    return figures(outcome.statement)


def guideline_hash(guideline: Guideline) -> str:
    """Digest of the guideline's published trees."""
    return guideline_digest(guideline.id)


def factor_sets_hash(sets: Sequence[tuple[str, str]]) -> str:
    """Digest over the files of the factor sets in use, by role; a role with several has a list."""
    named: dict[str, list[str]] = {}
    for role, name in sets:
        named.setdefault(role, []).append(factor_sets()[name].digest)
    return canonical.digest({role: one if len(one) > 1 else one[0] for role, one in named.items()})


def _sets(period: ReportingPeriod, outcome: Outcome) -> Sequence[tuple[str, str]]:
    """Role and id of every factor set of a period, in a year also those that some of its months go by."""
    inputs = outcome.statement.inputs
    return inputs.sets_used() if inputs else sorted(period.factor_sets.items())


def context_of(account: str, args: Mapping[str, Any]) -> str:
    """The state key a total's box belongs to."""
    return f"report~{account}~{args['plant']}~{args['period']}~{args['version']}"


def _anchors(period: ReportingPeriod) -> list[AnchorRef]:
    """Anchors of the period's days. Raises Refused while a day with signed readings is not on the ledger."""
    found: list[AnchorRef] = []
    for month in months_in(period):
        anchored, pending = metered.anchors(month.plant, month.period)
        if pending:
            refuse(Refusal.ANCHORS_PENDING, day=pending[0].isoformat())
        found += anchored
    return found


def _anchor(period: ReportingPeriod, anchor: AnchorRef) -> dict[str, Any]:
    return {"plant": period.plant, "day": anchor.day.isoformat(), "n": anchor.n, "root": anchor.root}


def _boxes(viewer: Viewer, period: ReportingPeriod, *, salt: bytes, total: int) -> list[dict[str, str]]:
    """The total for the enterprise's and the regulator's people; the auditor opens the report itself."""
    keys = people.decrypt_keys(viewer.account, REGULATOR_ACCOUNT)
    if not keys:
        refuse(Refusal.BOX_MISSING)
    version = {"plant": period.plant, "period": period.period, "version": period.version}
    text = canonical.encode_text({"salt": salt.hex(), "value": str(total)})
    context = context_of(viewer.account, version)
    return [
        {"fingerprint": key.fingerprint, "box": to_base64url(seal(text, spki=key.spki, context=context))}
        for key in keys
    ]


def _content(
    viewer: Viewer, period: ReportingPeriod, outcome: Outcome, anchors: Sequence[AnchorRef], reason: str
) -> dict[str, Any]:
    """Everything a report says, but the commitment to its figures."""
    guideline = guidelines()[period.guideline]
    statement = outcome.statement
    organisation = people.organisation_of(viewer.account)
    year = summary(period, statement)
    head: dict[str, Any] = {"year": year} if year else {}
    table = supplementary.table_of(period, statement)
    head |= {"supplementary": table} if table else {}
    lines = lines_of(statement, outcome.assembled.sources, period=period)
    own = unit_tables.tables_of(period, statement, lines)
    head |= {"tables": own} if own else {}
    published = _published(_sets(period, outcome))
    head |= {"published_sets": published} if published else {}
    return head | {
        "equipment": equipment.table_of(period.plant, guideline.id, lines),
        "schema": SCHEMA,
        "account": viewer.account,
        "entity": {
            "name": viewer.organisation,
            "usci": organisation.usci if organisation else "",
            "facts": entity.stated(guideline.id, period.plant),
        },
        "plant": _plant(period.plant),
        "period": period.period,
        "version": period.version,
        "reason": reason,
        "made_at": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "guideline": {
            "id": guideline.id,
            "zh": guideline.zh,
            "en": guideline.en,
            "source": guideline.source,
            "rule_version": ", ".join(statement.inputs.versions_used()) if statement.inputs else "",
            "hash": guideline_hash(guideline),
        },
        "factor_sets": [
            {
                "role": role,
                "id": name,
                "zh": factor_sets()[name].zh,
                "en": factor_sets()[name].en,
                "digest": factor_sets()[name].digest,
            }
            for role, name in _sets(period, outcome)
        ],
        "region": period.region,
        "input": outcome.assembled.data,
        "lines": lines,
        "subtotals": [
            {"name": name, "tco2e": str(rounded(value, Rounding.CASE))}
            for name, value in statement.subtotals.items()
        ],
        "indicators": [
            {"name": name, "value": str(rounded(value, Rounding.CASE))}
            for name, value in statement.indicators.items()
        ],
        "total": {
            "grams": str(statement.grams),
            "tco2e": str(rounded(statement.total, Rounding.CASE)),
            "cover_t": str(cover_t_from_grams(statement.grams)),
        },
        "remarks": _remarks(period, outcome),
        "evidence": _evidence(period),
        "anchors": [{"day": one.day.isoformat(), "n": one.n, "root": one.root} for one in anchors],
    }


def _published(sets: Sequence[tuple[str, str]]) -> list[str]:
    """The texts of the published sets in use: with them anybody calculates the report anew."""
    texts = [factor_versions.text_of(name) for name in dict.fromkeys(name for _, name in sets)]
    return [text for text in texts if text is not None]


def _plant(plant: str) -> dict[str, str]:
    found = metered.plant(plant)
    return {"id": plant, "zh": found.name_zh if found else plant, "en": found.name_en if found else plant}


def _remarks(period: ReportingPeriod, outcome: Outcome) -> list[dict[str, Any]]:
    """Every remark with what was answered; facts stand in the sentences."""
    said = answers.Answers(period)
    return [
        {
            "name": remark.name.name,
            "stream": remark.stream,
            "zh": remark.text("zh"),
            "en": remark.text("en"),
            "answer": said.to(remark.name.name, remark.stream, remark.facts),
        }
        for remark in outcome.remarks
    ]


def _evidence(period: ReportingPeriod) -> list[dict[str, str]]:
    rows = Evidence.objects.filter(period__in=with_months(period)).order_by("created_at", "id")
    return [
        {"sha256": row.sha256, "title": row.title, "kind": row.kind, "stream": row.stream} for row in rows
    ]


def loads(content: str) -> dict[str, Any]:
    """The object of a stored report's JSON."""
    result: dict[str, Any] = json.loads(content)
    return result

"""A verification report as a page and as tables, in Chinese or English, from its JSON."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

import segno
from django.template.loader import render_to_string
from lexicon.terms import FindingKind, ItemVerdict, Role, VerificationStep
from lexicon.units import Rounding, rounded

from accounting import people
from accounting.domain.clauses import clause_text
from accounting.domain.exact import grouped_text, page_text
from accounting.report_sheets import Table
from accounting.services import sampled
from accounting.services.freezing import loads
from accounting.services.rendering import verify_url
from accounting.services.verification_parts import Approved, conclusion_of, notes_of, parts_of, tonnes
from accounting.services.verification_words import WORDS

NUMBER = "#,##0.000000"
Facts = dict[str, Any]


def verification_html(verification: str, language: str, *, approved: Approved) -> str:
    """The report's pages. verification: canonical JSON; approved: as the ledger has it. Raises KeyError."""
    return render_to_string("accounting/verification.html", facts_of(verification, language, approved))


def facts_of(verification: str, language: str, approved: Approved) -> Facts:
    """Everything a page or sheet says, as text in one language."""
    report = loads(verification)
    words = WORDS[language]
    digest = sha256(verification.encode()).hexdigest()
    url = verify_url(report["statement_digest"])
    names = people.names(_people(report))
    streams = {one["stream"]: one[language] or one["stream"] for one in report["results"]}
    facts: Facts = {
        "lang": "zh-CN" if language == "zh" else "en",
        "t": words,
        "r": report,
        "plant": report["plant"][language],
        "guideline": report["guideline"][language],
        "guideline_source": clause_text(report["guideline"]["source"], language),
        "total": tonnes(report["total_g"]),
        "reported": tonnes(report["recomputation"]["frozen_g"]),
        "scope": words["scope_text"].format(
            plant=report["plant"][language], period=report["period"], count=len(report["results"])
        ),
        "before": tonnes(report["before"]["total_g"]) if report["before"] else words["before_none"],
        "conclusions": _conclusions(report, language),
        "signers": [_signer(one, language, names, approved.on) for one in report["signers"]],
        "steps": [_step(one, language, names) for one in report["steps"]],
        "findings": [_finding(one, report, language) for one in report["findings"]],
        "results": [_result(one, language) for one in report["results"]],
        "remarks": [
            (streams.get(one["stream"], one["stream"]), one[language], one["answer"])
            for one in report["remarks"]
        ],
        "sample": [sampled.name_of(one, report, language) for one in report["sample"]],
        "verdicts": [_verdict(one, report, language, names) for one in report.get("verdicts", ())],
        "digest": digest,
        "short": digest[:16],
        "verify_url": url,
        "qr": segno.make(url, error="m").svg_data_uri(scale=4, border=1),
    }
    facts |= {"process": _process(facts, language), "chapters": _chapters(facts)}
    return facts | parts_of(report, words, language, names, approved)


def verification_tables(verification: str, language: str, *, approved: Approved) -> list[Table]:
    """The same as sheets: cover, results, non-conformities, process, annexes."""
    facts = facts_of(verification, language, approved)
    words, report = facts["t"], facts["r"]
    cover = [
        *_cover(facts),
        *((words["conclusion"], text) for text in facts["conclusions"]),
        *((one["role"], f"{one['person']} {one['on']}".strip()) for one in facts["signers"]),
        *((words["declarations"], text) for text in facts.get("declarations", ())),
        (words["statement_digest"], report["statement_digest"]),
        (words["report_digest"], facts["digest"]),
        (words["verify"], facts["verify_url"]),
    ]
    return [
        Table(words["title"][:31], (), cover, {}),
        _results_sheet(facts),
        *_later_sheets(facts),
        Table(
            words["nonconformities"][:31],
            tuple(
                words[name] for name in ("no", "kind", "parameter", "text", "at_stake", "reply", "outcome")
            ),
            [tuple(one.values()) for one in facts["findings"]],
            {4: NUMBER},
        ),
        Table(
            _tab(words["s2"]),
            tuple(words[name] for name in ("step", "method", "person", "at", "digest")),
            [tuple(one.values()) for one in facts["steps"]],
            {},
        ),
        _sample_sheet(facts),
        Table(
            words["evidence"][:31],
            (words["evidence"], "SHA-256"),
            [(one["title"], one["sha256"]) for one in report["evidence"]],
            {},
        ),
    ]


def _sample_sheet(facts: Facts) -> Table:
    """The items drawn; since the fifth version with their verdicts."""
    words = facts["t"]
    if not facts["verdicts"]:
        return Table(_tab(words["s5"]), (words["sample"],), [(one,) for one in facts["sample"]], {})
    heads = tuple(words[name] for name in ("sample", "verdict", "basis", "finding", "person", "at"))
    return Table(_tab(words["s5"]), heads, [tuple(one.values()) for one in facts["verdicts"]], {})


def _results_sheet(facts: Facts) -> Table:
    """Each line and the total; since the third version also what was reported before, and why it changed."""
    words = facts["t"]
    if "changes" not in facts:
        heads = (words["source"], words["reported"], words["confirmed"], words["same"])
        rows = [(one["name"], one["reported"], one["verified"], one["same"]) for one in facts["results"]]
        return Table(_tab(words["s4"]), heads, rows, {1: NUMBER, 2: NUMBER})
    names = ("source", "before_g", "confirmed", "same", "change_g", "why")
    changed = facts["changed"]
    total = (words["total"], changed["before"], facts["total"], changed["same"], changed["change"], "")
    lines = [tuple(one.values()) for one in facts["changes"]]
    numbers = {1: NUMBER, 2: NUMBER, 4: NUMBER}
    return Table(_tab(words["s4"]), tuple(words[name] for name in names), [*lines, total], numbers)


def _later_sheets(facts: Facts) -> list[Table]:
    """Sheets since the third version: matters, differences from the plan, versions, signatures."""
    if "matters" not in facts:
        return []
    # The verifiers' own notes are there since the fourth version.
    own = ("own_note",) if "note" in facts["matters"][0] else ()
    heads = {
        "matters": (_tab(facts["t"]["s3"]), ("matter", "mark", "found", *own)),
        "differences": ("", ("matter", "source", "planned", "executed")),
        "corrections": ("", ("version", "total", "why", "digest_of")),
        "acts": ("", ("act", "person", "at", "block", "tx")),
    }
    words = facts["t"]
    allocation = facts["allocation"]["rows"]
    heads_of = tuple(words[one] for one in ("datum", "value", "unit"))
    rows = [tuple(row.values()) for row in allocation]
    annex = [Table(words["allocation"], heads_of, rows, {1: "#,##0.######"})] if allocation else []
    return annex + [
        Table(
            (title or words[name])[:31],
            tuple(words[one] for one in columns),
            [tuple(row.values()) for row in facts[name]],
            {1: NUMBER} if name == "corrections" else {},
        )
        for name, (title, columns) in heads.items()
        if facts[name]
    ]


def _cover(facts: Facts) -> list[tuple[str, str]]:
    words, report = facts["t"], facts["r"]
    return [
        (words["number"], report["number"]),
        (words["entity"], report["entity"]["name"]),
        (words["usci"], report["entity"]["usci"]),
        (words["plant"], facts["plant"]),
        (words["period"], report["period"]),
        (words["guideline"], facts["guideline"]),
        (words["body"], report["auditor"]["name"]),
        (words["version"], str(report["version"])),
        (words["before"], facts["before"]),
        (words["verified"], f"{facts['total']} tCO₂e"),
    ]


def _tab(heading: str) -> str:
    """A chapter's heading without its number."""
    return heading.rpartition("、")[2].rpartition(". ")[2][:31]


def _people(report: Mapping[str, Any]) -> list[str]:
    rows = (*report["signers"], *report["steps"], *report.get("acts", ()), *report.get("verdicts", ()))
    return [one["person"] for one in rows]


def _conclusions(report: Mapping[str, Any], language: str) -> list[str]:
    words = WORDS[language]
    total = tonnes(report["total_g"])
    plan = {"materiality": report["plan"].get("materiality_percent", ""), "rest": report["not_sampled"]}
    return [
        words["c_conform"].format(guideline=report["guideline"][language]),
        words["c_amount"].format(
            plant=report["plant"][language],
            period=report["period"],
            tonnes=grouped_text(page_text(total)),
            exact=grouped_text(total),
        ),
        _change(report, words),
        *conclusion_of(report, words),
        words["c_scope" if report["not_sampled"] else "c_scope_all"].format(**plan),
    ]


def _change(report: Mapping[str, Any], words: Mapping[str, str]) -> str:
    before = report["previous"]
    if not before or int(before["total_g"]) == 0:
        return words["c_change_none"]
    share = Fraction(int(report["total_g"]) - int(before["total_g"]), abs(int(before["total_g"])))
    change = format(rounded(100 * share, Rounding.PERCENT), "+f")
    shown = grouped_text(page_text(tonnes(before["total_g"])))
    return words["c_change"].format(period=before["period"], tonnes=shown, change=change)


def _signer(row: Mapping[str, str], language: str, names: Mapping[str, str], on: str) -> dict[str, str]:
    second = row["role"] == "second_inspector"
    role = WORDS[language]["second_inspector"] if second else getattr(Role(row["role"]), language)
    day = on if row["role"] == Role.APPROVER else row["on"]
    return {"role": role, "person": names.get(row["person"], row["person"]), "on": day}


def _step(row: Mapping[str, str], language: str, names: Mapping[str, str]) -> dict[str, str]:
    method = WORDS[language][f"m_{row['method']}"] if row["method"] else "—"
    return {
        "step": getattr(VerificationStep(row["step"]), language),
        "method": method,
        "person": names.get(row["person"], row["person"]),
        "at": row["at"].replace("T", " "),
        "digest": row["digest"],
    }


def _verdict(
    row: Mapping[str, Any], report: Mapping[str, Any], language: str, names: Mapping[str, str]
) -> dict[str, str]:
    words = WORDS[language]
    return {
        "item": sampled.name_of(row["item"], report, language),
        "verdict": str(getattr(ItemVerdict(row["verdict"]), language)),
        "basis": words["by_check" if row["by_check"] else "by_person"],
        "findings": words["and"].join(str(number) for number in row["findings"]) or "—",
        "person": names.get(row["person"], row["person"]),
        "at": row["at"].replace("T", " "),
    }


def _finding(row: Mapping[str, Any], report: Mapping[str, Any], language: str) -> dict[str, str]:
    streams = {one["stream"]: one[language] or one["stream"] for one in report["results"]}
    # Since the fifth version a finding may be on an item of the sample.
    item = row.get("item")
    place = sampled.name_of(item, report, language) if item else streams.get(row["stream"], row["stream"])
    return {
        "no": str(row["number"]),
        "kind": getattr(FindingKind(row["kind"]), language),
        "stream": place or "—",
        "text": row["text"],
        "at_stake": tonnes(row["at_stake_g"]),
        "reply": row["reply"] or "—",
        "outcome": row["outcome"],
    }


def _result(row: Mapping[str, str], language: str) -> dict[str, str]:
    same = row["reported_g"] == row["verified_g"]
    return {
        "name": row[language] or row["stream"],
        "reported": tonnes(row["reported_g"]),
        "verified": tonnes(row["verified_g"]),
        "same": WORDS[language]["yes"] if same else "—",
    }


def _process(facts: Facts, language: str) -> list[tuple[str, str]]:
    """Sampling and site visit in words."""
    words, report = facts["t"], facts["r"]
    plan, visit = report["plan"], report["visit"]
    sampled = words["plan_text"].format(
        population=plan.get("population", 0), size=plan.get("sample_size", 0), seed=report["seed"] or "—"
    )
    sampled += _judged(report, words)
    seen = visit["note"] if visit else words["visit_none"]
    on_site = _on_site(visit, words, language) if visit and "place" in visit else []
    return [(words["plan"], sampled), (words["visit"], seen), *on_site, *notes_of(report, language)]


def _on_site(visit: Mapping[str, Any], words: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Place, each meter's seals beside the registered ones, photographs by their digests."""
    seals = [
        words[f"seal_{one['outcome']}"].format(
            name=one[language], registered=one["registered"], seen=one["seen"]
        )
        for one in visit["seals"]
    ]
    photos = [f"{one['title']} ({one['captured_at']}) {one['sha256']}" for one in visit["photos"]]
    return [
        (words["place"], f"{visit['place']} {words['seen_at'].format(at=visit['captured_at'])}"),
        (words["seals"], words["semicolon"].join(seals) or "—"),
        (words["photos"], words["semicolon"].join(photos) or "—"),
    ]


def _judged(report: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """How many items passed, failed or were remarked on; nothing in a report without verdicts."""
    told = report.get("verdicts", ())
    if not told:
        return ""
    counts = Counter(one["verdict"] for one in told)
    return words["verdicts_text"].format(
        **{str(one): counts[one] for one in ItemVerdict}, checked=sum(1 for one in told if one["by_check"])
    )


def _chapters(facts: Facts) -> list[tuple[str, str]]:
    """What was found of each matter that a verification looks into."""
    words, report = facts["t"], facts["r"]
    again = report["recomputation"]
    filled = {
        "hash": report["guideline"]["hash"][:16],
        "recalculated": grouped_text(tonnes(again["recalculated_g"])),
        "trees": grouped_text(tonnes(again["by_trees_g"])),
        "frozen": grouped_text(tonnes(again["frozen_g"])),
        "count": len(report["evidence"]),
    }
    matters = ("f_basics", "f_boundary", "f_method", "f_data", "f_quality")
    return [(words[name], words[f"{name}_text"].format(**filled)) for name in matters]

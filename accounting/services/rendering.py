"""A frozen report as a page: HTML in Chinese or English from its JSON, and the receipt of its minting."""

from fractions import Fraction
from hashlib import sha256
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from lexicon.accounting_terms import Indicator, Region, Subtotal
from lexicon.terms import Grade, Origin, Role

from accounting import people
from accounting.domain.clauses import clause_text
from accounting.domain.exact import page_text, tco2e_text, unit_text
from accounting.domain.year import name_without
from accounting.models import Report
from accounting.services.adjusted import adjusted_of
from accounting.services.factor_rows import grouped, parameters_of
from accounting.services.freezing import loads
from accounting.services.unit_tables import in_print
from accounting.services.words import WORDS
from accounting.services.year_tables import Row, halves_of, month_of, once

LANGUAGES = tuple(WORDS)
GRAMS = 1_000_000  # in a tonne


def html_of(report: Report, language: str) -> str:
    """The report's pages. language: zh or en. Raises KeyError for another."""
    return render_to_string("accounting/report.html", facts_of(report, language))


def receipt_of(report: Report, language: str, *, endorsers: list[str], auditor: str) -> str:
    """The receipt of a minted report: block, transaction, endorsers, auditor."""
    case = getattr(report, "case", None)
    facts = facts_of(report, language) | {
        "block": report.minted_block,
        "tx": report.minted_tx,
        "minted_at": report.minted_at.strftime("%Y-%m-%d %H:%M:%SZ") if report.minted_at else "",
        "endorsers": endorsers,
        "auditor": auditor,
        "verification_digest": _verification_digest(case.verification) if case else "",
    }
    return render_to_string("accounting/receipt.html", facts)


def verify_url(digest: str) -> str:
    """The address at which anyone can check a report's digest."""
    return f"{settings.TANHENG.public_url}/verify?digest={digest}"


def _verification_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest() if text else ""


def facts_of(report: Report, language: str) -> dict[str, Any]:
    """Everything pages and sheets of a report say, as text in one language. Raises KeyError for another."""
    content, words = loads(report.content), WORDS[language]
    guideline = content["guideline"][language]
    names = {line["stream"]: line[f"name_{language}"] or line["stream"] for line in content["lines"]}
    url, parameters = verify_url(report.digest), parameters_of(content, language)
    lines = [_line(line, language) for line in content["lines"]]
    halves, factors = _year_in_print(content, lines, parameters, language)
    return {
        "lang": "zh-CN" if language == "zh" else "en",
        "t": words,
        "r": content,
        "plant": content["plant"][language],
        "guideline": guideline,
        "guideline_source": clause_text(content["guideline"]["source"], language),
        "statement": words["statement"].format(period=content["period"], guideline=guideline),
        # One set may stand in two roles; print names it once.
        "sets": list(dict.fromkeys(one[language] for one in content["factor_sets"])),
        "region": getattr(Region(content["region"]), language) if content.get("region") else "",
        "total": page_text(content["total"]["tco2e"]),
        "subtotals": [
            {
                "label": getattr(Subtotal(row["name"]), language),
                "tco2e": page_text(row["tco2e"]),
            }
            for row in content["subtotals"]
        ],
        "indicators": [
            {"label": getattr(Indicator(row["name"]), language), "value": row["value"]}
            for row in content["indicators"]
        ],
        "bridge": [_bridge(row) for row in content.get("year", {}).get("bridge", ())],
        "lines": lines,
        "halves": halves,
        "adjusted": adjusted_of(content, language),
        "entity": _entity(content, language),
        "supplementary": _supplementary(content, language),
        "own": in_print(content, language, words),
        "equipment": _equipment(content, language),
        "parameters": parameters,
        "factors": grouped(factors),
        "remarks": [
            {
                "stream": names.get(row["stream"], row["stream"]),
                "text": row[language],
                "answer": row["answer"],
            }
            for row in content["remarks"]
        ],
        "signatures": _signatures(report, language),
        "digest": report.digest,
        "short": report.digest[:16],
        "verify_url": url,
        "qr": segno.make(url, error="m").svg_data_uri(scale=4, border=1),
    }


def _entity(content: dict[str, Any], language: str) -> list[dict[str, str]]:
    """What the enterprise says of itself; none in reports made before it was asked."""
    absent = WORDS[language]["not_given"]
    rows = content["entity"].get("facts", ())
    return [{"label": one[language], "text": one["text"] or absent} for one in rows]


def _equipment(content: dict[str, Any], language: str) -> dict[str, Any] | None:
    """Equipment and devices of each stream; none in reports made before they were asked for."""
    table, absent = content.get("equipment"), WORDS[language]["not_given"]
    if table is None:
        return None

    def said(row: dict[str, Any]) -> dict[str, Any]:
        texts = {name: text or absent for name, text in row.items() if isinstance(text, str)}
        return {**row, **texts}

    return {
        "title": table[language],
        "other": table["other"] or absent,
        "streams": [
            {
                **said(row),
                "name": row[language] or row["stream"],
                "devices": [said(one) for one in row["devices"]],
            }
            for row in table["streams"]
        ],
    }


def _supplementary(content: dict[str, Any], language: str) -> dict[str, Any] | None:
    """A year's supplementary table as print says it; figures to six decimals as they are frozen."""
    table = content.get("supplementary")
    if table is None:
        return None
    absent = WORDS[language]["not_given"]
    return {
        "title": table[language],
        "clause": table[f"clause_{language}"],
        "basis": table[f"basis_{language}"],
        "verified": table["verified"],
        "rows": [
            {
                "label": one[language],
                "unit": one["unit"],
                "unit_shown": unit_text(one["unit"]),
                "value": one["value"] or (absent if one["entered"] else "—"),
                "how": WORDS[language]["entered" if one["entered"] else "computed"],
            }
            for one in table["rows"]
        ],
    }


def _signatures(report: Report, language: str) -> list[dict[str, str]]:
    """Who signed the statement with the key of which role, when, in which transaction."""
    names = people.names([report.submitted_by])
    return [
        {
            "role": getattr(Role.HEAD, language),
            "person": names.get(report.submitted_by, report.submitted_by),
            "at": report.submitted_at.strftime("%Y-%m-%d %H:%M:%SZ") if report.submitted_at else "",
            "tx": report.submitted_tx,
        }
    ]


def _line(line: dict[str, Any], language: str) -> dict[str, str]:
    grade, origin = Grade(line["grade"]), Origin(line["origin"])
    return {
        "name": line[f"name_{language}"] or line["stream"],
        "item": line[f"item_{language}"],
        "clause": clause_text(line["clause"], language),
        "quantity": line["quantity"],
        "unit": line["unit"],
        "unit_shown": unit_text(line["unit"]),
        "origin": getattr(origin, language),
        "letter": str(grade),
        "grade": f"{grade} {getattr(grade, language)}",
        "tco2e": page_text(line["tco2e"]),
    }


def _year_in_print(
    content: dict[str, Any], lines: list[dict[str, str]], parameters: list[Row], language: str
) -> tuple[list[Row], list[Row]]:
    """A year's months side by side and its factors said once; for a month nothing, and its factors."""
    if "year" not in content:
        return [], parameters
    names = {}
    for line in content["lines"]:
        month = f"{content['period']}-{month_of(line['stream']):02d}"
        names[line["stream"]] = name_without(str(line[f"name_{language}"] or line["stream"]), month)
    bare = [one | {"stream": names[one["of"]]} for one in parameters]
    return halves_of(content, lines, names=names), once(bare, months=WORDS[language]["of_months"])


def _bridge(row: dict[str, Any]) -> dict[str, str]:
    """A month beside its part of the year, tonnes to the gram."""
    own, difference = row["month_g"], row["difference_g"]
    return {
        "period": row["period"],
        "own": "—" if own is None else tco2e_text(Fraction(int(own), GRAMS)),
        "in_year": tco2e_text(Fraction(int(row["year_g"]), GRAMS)),
        "difference": "—" if difference is None else tco2e_text(Fraction(int(difference), GRAMS)),
    }

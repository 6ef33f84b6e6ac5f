"""What verifiers write themselves on each matter of a verification report's third chapter.

The system states facts of each matter; a note is the verifiers' own judgement beside them. Who leads the
verification writes notes until the technical review, which is of the notes, too.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import VerificationStep

from accounting.domain.entity import unseen_in
from accounting.models import Finding, MatterNote, VerificationCase
from accounting.services import worklog
from accounting.services.freezing import loads
from accounting.services.verification_parts import stated_matters
from accounting.services.verification_report import chapter_of
from accounting.services.verification_words import WORDS
from accounting.services.verified_matters import MATTERS
from tenants.access import Viewer

TEXT_MAX = 2000


def shown(case: VerificationCase) -> dict[str, Any]:
    """Each matter as the report would state it now, with marks, note and author; `open`: it may change."""
    statement = loads(case.report.content)
    contents = {entry.step: json.loads(entry.content) for entry in worklog.recorded(case)}
    found = list(Finding.objects.filter(case=case))
    report = {
        "guideline": statement["guideline"],
        **chapter_of(case, statement, contents=contents, found=found),
    }
    stated = {language: stated_matters(report, WORDS[language], language) for language in WORDS}
    rows = {row.matter: row for row in MatterNote.objects.filter(case=case)}
    return {
        "open": not worklog.is_recorded(case, VerificationStep.TECHNICAL_REVIEW),
        "most": TEXT_MAX,
        "matters": [
            {
                "matter": name,
                **{part: {"zh": zh[part], "en": en[part]} for part in ("name", "mark", "found")},
                "note": rows[name].text if name in rows else "",
                "person": rows[name].person if name in rows else "",
                "at": rows[name].at if name in rows else None,
            }
            for name, zh, en in zip(MATTERS, stated["zh"], stated["en"], strict=True)
        ],
    }


@transaction.atomic
def keep(viewer: Viewer, case: VerificationCase, notes: Mapping[str, str]) -> None:
    """Keep notes by matter; an empty text takes one away, matters that are not named keep theirs.

    Raises Refused: step_already_recorded (the technical review), field_invalid (no such matter, a text that
    is too long or has invisible characters).
    """
    case = worklog.held_before(case, VerificationStep.TECHNICAL_REVIEW)
    for matter, text in {name: _checked(name, text) for name, text in notes.items()}.items():
        if not text:
            MatterNote.objects.filter(case=case, matter=matter).delete()
            continue
        row = MatterNote.objects.filter(case=case, matter=matter).first()
        if row is None or row.text != text:
            MatterNote.objects.update_or_create(
                case=case,
                matter=matter,
                defaults={"text": text, "person": viewer.person, "at": clock.now()},
            )


def _checked(matter: str, text: str) -> str:
    """The text with plain line ends. Raises Refused: field_invalid, in both languages."""
    if matter not in MATTERS:
        refuse(Refusal.FIELD_INVALID, field=matter[:40], reason="没有这一项 / no such matter")
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(text) > TEXT_MAX:
        refuse(
            Refusal.FIELD_INVALID, field=matter, reason=f"最多 {TEXT_MAX} 字 / at most {TEXT_MAX} characters"
        )
    if fault := next((one for line in text.split("\n") if (one := unseen_in(line))), None):
        refuse(Refusal.FIELD_INVALID, field=matter, reason=f"{fault.zh} / {fault.en}")
    return text

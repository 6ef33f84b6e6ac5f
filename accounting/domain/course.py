"""A guideline's course: steps in two languages, each bound to the streams and fields it explains; questions.

Texts are data beside the guideline; figures of the worked example are calculated, never typed. Pure.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from lexicon.accounting_terms import Variant

from accounting.domain.compute import guideline_json, result_json, statement_of
from accounting.domain.detail import detail_json
from accounting.domain.exact import compounds_text
from accounting.domain.factors import factor_sets
from accounting.domain.registry import GUIDELINES, Guideline, StreamType, guidelines
from accounting.domain.trees import Json

LANGUAGES = ("zh", "en")
# What a course has to be: long enough to lead through a month, short enough to be read.
STEPS_MIN, STEPS_MAX = 8, 12
QUANTITY, BALANCE, SECOND = "quantity", "balance", "second"


@dataclass(frozen=True, slots=True)
class Words:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. streams: keys of stream types; fields: quantity, balance or parameters that it explains.

    A step without fields explains its streams as a whole; `example` marks the one that shows the case.
    about: names of remarks, of rows' remarks and of refusals that it explains whatever the stream.
    """

    key: str
    title: Words
    text: Words
    streams: tuple[str, ...]
    fields: tuple[str, ...]
    example: bool
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    question: Words
    answer: Words


@dataclass(frozen=True, slots=True)
class Course:
    guideline: str
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]

    def step_of(self, *, stream: str, field: str, about: str = "") -> Step | None:
        """The step for a question: that of what is said (about), else of the stream's field, stream, field.

        `balance.sold` is the balance, a second source is the quantity's; `clinker.cao` is cao.
        """
        said = next((step for step in self.steps if about and about in step.about), None)
        if said is not None:
            return said
        plain = plain_field(field)
        own = [step for step in self.steps if stream in step.streams]
        return next(
            (step for found in (own, self.steps) for step in found if plain in step.fields),
            next(iter(own), None),
        )


def plain_field(field: str) -> str:
    """What a course calls a field that a remark, a refusal or a row names."""
    if field.startswith(BALANCE) or f".{BALANCE}." in field:
        return BALANCE
    name = field.rpartition(".")[2]
    return QUANTITY if name == SECOND else name


@cache
def courses() -> Mapping[str, Course]:
    """Every guideline's course by its id. Raises ValueError for one that is not of the one shape."""
    shared = tomllib.loads((GUIDELINES / "shared_course.toml").read_text(encoding="utf-8"))
    return {found.id: _load(found, shared) for found in guidelines().values()}


def course_json(guideline_id: str) -> dict[str, Json] | None:
    """A course with its guideline, the streams' names and the worked example calculated. None if unknown."""
    course = courses().get(guideline_id)
    schema = guideline_json(guideline_id)
    if course is None or schema is None:
        return None
    head: dict[str, Json] = {name: schema[name] for name in ("id", "zh", "en", "sector", "regime", "source")}
    steps: list[Json] = [
        _step_json(step) | {"marked": marked_defaults(guidelines()[guideline_id], step)}
        for step in course.steps
    ]
    questions: list[Json] = [
        {
            "question": {"zh": one.question.zh, "en": one.question.en},
            "answer": {"zh": one.answer.zh, "en": one.answer.en},
        }
        for one in course.questions
    ]
    kinds: list[Json] = [
        {"key": kind.key, "kind": kind.kind, "items": list(kind.items)}
        for kind in guidelines()[guideline_id].streams
    ]
    return {
        "guideline": head,
        "steps": steps,
        "questions": questions,
        "streams": kinds,
        "example": example_of(guidelines()[guideline_id]),
    }


def marked_defaults(guideline: Guideline, step: Step) -> list[Json]:
    """Defaults a step's fields may take that nobody compared with the print, or whose value is not known.

    One object a row of a factor set: the set, the item in both languages, parameter, variant, value (text, ""
    where the set lists the row without one) and unit. A row of a technique that no stream can choose as its
    variant is left to the step's own words.
    """
    kinds = [kind for kind in guideline.streams if kind.key in step.streams]
    return [row for kind in kinds for field in step.fields for row in _marked(guideline, kind, field)]


def _marked(guideline: Guideline, kind: StreamType, field: str) -> list[Json]:
    return [
        {
            "set": name,
            "item": {"zh": label.zh, "en": label.en},
            "parameter": field,
            "variant": row.variant,
            "value": row.text,
            "unit": row.unit,
        }
        for item, label in (kind.items.items() if field in kind.parameters else ())
        for named in (kind.default_of(item=item, parameter=field),)
        for name in guideline.factor_sets.get(named.role, ())
        for row in factor_sets()[name].defaults(item=named.item, parameter=named.parameter)
        if not row.verified and row.variant in ("", *Variant)
    ]


def example_of(guideline: Guideline) -> dict[str, Json]:
    """The guideline's worked case: id, input, result and every line as the engine gives them now."""
    given = json.loads((guideline.folder / "example.json").read_text(encoding="utf-8"))
    statement = statement_of(given["input"])
    return {
        "case": given["id"],
        "input": given["input"],
        "result": result_json(statement),
        "lines": detail_json(statement),
    }


def _step_json(step: Step) -> dict[str, Json]:
    return {
        "key": step.key,
        "title": {"zh": step.title.zh, "en": step.title.en},
        "text": {"zh": step.text.zh, "en": step.text.en},
        "streams": list(step.streams),
        "fields": list(step.fields),
        "example": step.example,
        "about": list(step.about),
    }


def _load(guideline: Guideline, shared: Mapping[str, Any]) -> Course:
    table = tomllib.loads((guideline.folder / "course.toml").read_text(encoding="utf-8"))
    known = {row["key"]: row for row in shared["step"]}
    sections = {one: _sections(guideline, one) for one in LANGUAGES}
    rows = [known[row["shared"]] | row if "shared" in row else row for row in table["step"]]
    steps = tuple(_step(row, sections) for row in rows)
    if not STEPS_MIN <= len(steps) <= STEPS_MAX or len({step.key for step in steps}) != len(steps):
        raise ValueError(f"{guideline.id}: a course has {STEPS_MIN} to {STEPS_MAX} steps of different keys")
    asked = [*table.get("question", ()), *shared["question"]]
    return Course(guideline.id, steps, tuple(_question(row) for row in asked))


def _step(row: Mapping[str, Any], sections: Mapping[str, Sequence[tuple[str, str]]]) -> Step:
    """A step's text: sections of the guideline's page that it names, then what is its own.

    A step of several sections has each under its heading; a single one goes by the step's title.
    """
    named = row.get("section", [])
    texts = {}
    for one in LANGUAGES:
        if isinstance(named, list):
            parts = [f"**{heading}**\n\n{body}" for heading, body in (sections[one][at] for at in named)]
        else:
            parts = [sections[one][named][1]]
        texts[one] = "\n\n".join([*parts, row.get(f"text_{one}", "")]).strip()
    return Step(
        key=row["key"],
        title=_words(row["zh"], row["en"]),
        text=_words(texts["zh"], texts["en"]),
        streams=tuple(row.get("streams", ())),
        fields=tuple(row.get("fields", ())),
        example=bool(row.get("example", False)),
        about=tuple(row.get("about", ())),
    )


def _sections(guideline: Guideline, language: str) -> list[tuple[str, str]]:
    """Heading and text of each second-level section of the guideline's page, in order."""
    page = (guideline.folder / f"guide.{language}.md").read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in page.split("\n## ")[1:]]
    return [(heading.strip(), body.strip()) for heading, _, body in parts]


def _question(row: Mapping[str, Any]) -> Question:
    return Question(_words(row["q_zh"], row["q_en"]), _words(row["a_zh"], row["a_en"]))


def _words(zh: str, en: str) -> Words:
    return Words(_written(zh), _written(en))


# Standard cubic metres in running text; 1e4Nm3 is what a sheet wants and stays.
_NORMAL = re.compile("(?<![0-9A-Za-z])Nm3(?![0-9A-Za-z])")
_TIMES = re.compile(r"(?<=[\w)\]%]) \* (?=[\w(\[])")


def _written(text: str) -> str:
    """A course's text as print writes it: CO₂ for CO2, Nm³ for Nm3, × between factors."""
    return _TIMES.sub(" × ", _NORMAL.sub("Nm³", compounds_text(text)).replace("1e4 Nm³", "10⁴ Nm³"))

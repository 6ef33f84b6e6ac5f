"""What a report's first chapter says of the enterprise: which facts, whose template asks, their form.

Pure; name and credit code come from the registration and are not among them.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lexicon.intents import UNSAFE

from accounting.domain.exact import is_number, number
from accounting.domain.registry import GUIDELINES, Label

FILE = GUIDELINES / "entity.toml"
EQUIPMENT = GUIDELINES / "equipment.toml"
ENTITY, PLANT, STREAM, METER = "entity", "plant", "stream", "meter"
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,28}[0-9]", re.ASCII)
_EMAIL = re.compile(r"[^\s@,;<>]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
# A class of GB/T 4754 has four digits; people write it with its letter or without.
_INDUSTRY = re.compile(r"[A-T]?[0-9]{4}", re.ASCII)
# Of China with its seas, so that exchanged or projected coordinates are seen; metres from Ayding Lake up.
_EAST, _NORTH, _HIGH = (73, 136), (3, 54), (-160, 8849)


@dataclass(frozen=True, slots=True)
class EntityField:
    """One fact. of: whom it is about; demanded: whose templates ask for it; most: characters; printed: in
    reports and plans."""

    name: str
    label: Label
    of: str
    form: str
    most: int
    demanded: tuple[str, ...]
    printed: bool = True


@cache
def entity_fields() -> Mapping[str, EntityField]:
    """Facts of the first chapter by name, in the order of the template. Raises ValueError (form, owner)."""
    return _read(FILE, {ENTITY, PLANT})


@cache
def equipment_fields() -> Mapping[str, EntityField]:
    """Facts of equipment, devices and departments by name. Raises ValueError (form, owner)."""
    return _read(EQUIPMENT, {STREAM, METER, PLANT})


@cache
def equipment_title() -> Label:
    """The heading of their table where a guideline's form has none of its own."""
    title = tomllib.loads(EQUIPMENT.read_text(encoding="utf-8"))["title"]
    return Label(title["zh"], title["en"])


def _read(path: Path, owners: Set[str]) -> Mapping[str, EntityField]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["field"]
    fields = {
        row["name"]: EntityField(
            name=row["name"],
            label=Label(row["zh"], row["en"]),
            of=row["of"],
            form=row["form"],
            most=row["max"],
            demanded=tuple(row["demanded"]),
            printed=row.get("printed", True),
        )
        for row in rows
    }
    if any(one.form not in _FORMS or one.of not in owners for one in fields.values()):
        raise ValueError(f"{path.name}: form or owner")
    return fields


def demanded_by(guideline: str) -> tuple[EntityField, ...]:
    """The facts that a guideline's template asks for. guideline: its id."""
    template = guideline.partition("-")[0]
    return tuple(one for one in entity_fields().values() if template in one.demanded)


def fault_of(field: EntityField, text: str) -> Label | None:
    """What is wrong with a fact's text, in both languages; None where nothing is."""
    if len(text) > field.most:
        return Label(f"最多 {field.most} 个字符", f"at most {field.most} characters")
    if unseen := unseen_in(text):
        return unseen
    is_right, fault = _FORMS[field.form]
    return None if is_right(text) else fault


def unseen_in(text: str) -> Label | None:
    """What is wrong with characters that nobody sees or that turn a line's direction; None without them."""
    if UNSAFE.search(text):
        return Label("不能有换行、控制字符或不可见字符", "no line breaks, control or invisible characters")
    return None


def _within(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: is_number(text) and low <= number(text) <= high


_FORMS: Mapping[str, tuple[Callable[[str], bool], Label]] = {
    "text": (lambda text: bool(text.strip()), Label("不能为空白", "must not be blank")),
    "phone": (
        lambda text: bool(_PHONE.fullmatch(text)),
        Label(
            "应为 6 至 30 位数字，可有开头的 +、空格与连字符", "6 to 30 digits, with +, blanks and hyphens"
        ),
    ),
    "email": (
        lambda text: bool(_EMAIL.fullmatch(text)),
        Label("应为邮箱地址，如 name@example.cn", "an address such as name@example.cn"),
    ),
    "industry": (
        lambda text: bool(_INDUSTRY.fullmatch(text)),
        Label(
            "应为国民经济行业分类小类，4 位数字，如 4411", "a class of GB/T 4754: four digits such as 4411"
        ),
    ),
    "positive": (
        lambda text: is_number(text) and number(text) > 0,
        Label("应为大于 0 的十进制数", "a decimal number above 0"),
    ),
    "longitude": (_within(*_EAST), Label("应在东经 73 至 136 度之间", "73 to 136 degrees east")),
    "latitude": (_within(*_NORTH), Label("应在北纬 3 至 54 度之间", "3 to 54 degrees north")),
    "altitude": (_within(*_HIGH), Label("应在 -160 至 8849 米之间", "-160 to 8849 metres")),
}

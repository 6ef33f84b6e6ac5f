"""Reading a TOML file with every mistake told at its line: file, line, key, what is wrong, what to do."""

import difflib
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from agent.words import AgentError, Notice

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'.]+)\s*=")
# Stands for a required value that is wrong; nobody sees it, because the problems stop everything.
_WRONG = "wrong"

Place = tuple[str | int, ...]


@dataclass(slots=True)
class Page:
    """A file's text, what its lines hold, and the problems found so far."""

    path: Path
    lines: dict[Place, int]
    problems: list[str] = field(default_factory=list)

    def wrong(self, place: Place, problem: str, remedy: str) -> None:
        """Notes one problem with its place."""
        line = next(
            (self.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self.lines), None
        )
        where = f"{self.path}:{line}" if line else f"{self.path}"
        self.problems.append(f"{where} {_dotted(place)}: {problem} -> {remedy}")

    def stop_if_wrong(self) -> None:
        """Raises AgentError configuration_invalid with all problems, one a line."""
        if self.problems:
            told = "".join(f"\n  {problem}" for problem in self.problems) + "\n"
            raise AgentError(Notice.CONFIGURATION_INVALID, problems=told)


def open_page(path: Path) -> tuple[Page, "Table"]:
    """The file's top table. Raises AgentError configuration_invalid."""
    page = Page(path, {})
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        page.wrong((), "there is no such file 没有此文件", "docs/agent.md has one to begin with 文档中有样例")
    except UnicodeDecodeError as error:
        page.wrong((), f"no UTF-8 text 不是 UTF-8 文本 ({error.reason})", "save it as UTF-8 存为 UTF-8")
    except OSError as error:
        page.wrong(
            (), f"cannot be read 无法读取: {error.strerror}", "give the agent the right to read it 授予读权限"
        )
    except tomllib.TOMLDecodeError as error:
        page.wrong(
            (),
            f"no TOML 不是 TOML: {error}",
            "see that line: quotes, brackets, =  检查该行的引号、括号、等号",
        )
    else:
        page.lines.update(_lines(text))
        return page, Table(page, (), content)
    page.stop_if_wrong()
    raise AssertionError("unreachable")


@dataclass(slots=True)
class Table:
    """One table of the file. Each getter notes what is wrong and goes on, so that all is told at once."""

    page: Page
    place: Place
    content: dict[str, Any]
    _asked: set[str] = field(default_factory=set)

    def text(self, key: str, default: str | None = None, *, pattern: re.Pattern[str] | None = None) -> str:
        """A text. Required where there is no default."""
        value = self._value(key, default, str, "a text in quotes 加引号的文本")
        if pattern and isinstance(value, str) and value is not _WRONG and not pattern.match(value):
            self.wrong(key, f"{value!r} is not of the form 格式不符 {pattern.pattern}", "correct it 改正")
        return str(value)

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(key, default)
        if value is not _WRONG and value not in choices:
            near = difflib.get_close_matches(value, choices, 1)
            self.wrong(
                key, f"{value!r} is none of 不属于 {', '.join(choices)}", f"take 用 {(near or choices)[0]!r}"
            )
        return value

    def number(self, key: str, default: int | None = None, *, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._value(key, default, int, f"a whole number 整数 {low} .. {high}")
        if not isinstance(value, int):
            return low
        if not low <= value <= high:
            self.wrong(key, f"{value} is outside 超出 {low} .. {high}", "choose one inside 取范围内的值")
        return value

    def seconds(self, key: str, default: float | None = None, *, low: float, high: float) -> float:
        """A time in seconds within bounds."""
        value = self._value(key, default, (int, float), f"seconds 秒 {low} .. {high}")
        if not isinstance(value, int | float):
            return low
        if not low <= value <= high:
            self.wrong(key, f"{value} is outside 超出 {low} .. {high}", "choose one inside 取范围内的值")
        return float(value)

    def decimal(self, key: str, default: str | None = None) -> Decimal:
        """An exact positive number, written as text ("0.01") or whole number."""
        value = self._value(key, default, (str, int), 'a text such as 文本，如 "0.01"')
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal(0)
        if value is not _WRONG and not (number.is_finite() and number > 0):
            self.wrong(
                key, f"{value!r} is no number above 0 不是正数", 'write it as text 写成文本，如 "0.01"'
            )
        return number if number.is_finite() and number > 0 else Decimal(1)

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        return bool(self._value(key, default, bool, "true / false"))

    def path(self, key: str, default: str | None = None, *, must_exist: bool = False) -> Path:
        """A file, relative to the configuration's own folder."""
        value = self.text(key, default)
        path = self.page.path.parent / Path(value).expanduser()
        if must_exist and value is not _WRONG and not path.is_file():
            self.wrong(
                key, f"there is no file 没有文件 {path}", "put it there or correct the path 放入文件或改路径"
            )
        return path

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.content

    def table(self, key: str, *, required: bool = True) -> "Table":
        """The table below a key; empty where it is missing."""
        value = self._value(
            key, None if required else {}, dict, f"a section 小节 [{_dotted((*self.place, key))}]"
        )
        return Table(self.page, (*self.place, key), value if isinstance(value, dict) else {})

    def tables(self, key: str) -> list["Table"]:
        """The tables of an array of tables."""
        value = self._value(key, [], list, f"sections 小节 [[{_dotted((*self.place, key))}]]")
        rows = value if isinstance(value, list) else []
        for row in rows:
            if not isinstance(row, dict):
                self.wrong(
                    key, "holds something that is no table 含非表元素", "{ key = value } or 或 [[...]]"
                )
        return [
            Table(self.page, (*self.place, key, n), row)
            for n, row in enumerate(rows)
            if isinstance(row, dict)
        ]

    def named(self, key: str) -> dict[str, "Table"]:
        """The named tables below a key, as [meters.NAME]."""
        inner = self.table(key)
        return {name: inner.table(name) for name in inner.content}

    def texts(self, key: str) -> dict[str, str]:
        """A table of texts, as { meter = "column" }."""
        inner = self.table(key)
        return {name: inner.text(name) for name in inner.content}

    def wrong(self, key: str, problem: str, remedy: str) -> None:
        """Notes a problem with one key."""
        self.page.wrong((*self.place, key), problem, remedy)

    def done(self) -> None:
        """Notes every key that nobody asked for: most are misspelt."""
        for key in self.content:
            if key not in self._asked:
                near = difflib.get_close_matches(key, sorted(self._asked), 1)
                remedy = f"did you mean 是否为 {near[0]!r}?" if near else "take it out 删去"
                self.wrong(key, "no such setting 没有此设置", remedy)

    def _value(self, key: str, default: Any, kind: type | tuple[type, ...], form: str) -> Any:
        self._asked.add(key)
        if key not in self.content:
            if default is None:
                self.wrong(key, "is missing 缺失", f"give 填写 {form}")
                return _WRONG
            return default
        value = self.content[key]
        is_flag = isinstance(value, bool) and kind is not bool
        if is_flag or not isinstance(value, kind):
            self.wrong(key, f"{value!r} has the wrong type 类型不符", f"give 填写 {form}")
            return _WRONG
        return value


def each(tables: Sequence[Table], read: Callable[[Table], Any]) -> list[Any]:
    """What `read` makes of each table; keys it did not ask for are noted."""
    made = []
    for table in tables:
        made.append(read(table))
        table.done()
    return made


def _dotted(place: Place) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _lines(text: str) -> dict[Place, int]:
    """On which line each header and key stands, by its path; an array's items count from 0."""
    found: dict[Place, int] = {}
    place: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            place = _entered(header[2], is_item=header[1] == "[[", counts=counts)
            found.setdefault(place, number)
        elif key := _KEY.match(line):
            found.setdefault((*place, *_parts(key[1])), number)
    return found


def _entered(name: str, *, is_item: bool, counts: dict[Place, int]) -> Place:
    place: Place = ()
    parts = _parts(name)
    for n, part in enumerate(parts):
        place = (*place, part)
        if is_item and n == len(parts) - 1:
            counts[place] = counts.get(place, -1) + 1
            # The tables below a new item are counted from the start.
            for other in [key for key in counts if key[: len(place)] == place and key != place]:
                if other[len(place)] == counts[place]:
                    del counts[other]
        if place in counts:
            place = (*place, counts[place])
    return place


def _parts(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", name)]

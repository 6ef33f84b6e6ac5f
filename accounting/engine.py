"""The files a guideline's calculation consists of, for a browser that runs the very same code."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import lexicon
import proof
from lexicon import canonical

import accounting
from accounting.domain.factors import FACTORS
from accounting.domain.registry import GUIDELINES, guidelines

ENTRY = "accounting.domain.recompute"
_ROOTS = {
    package.__name__: Path(str(package.__file__)).resolve().parent for package in (accounting, lexicon, proof)
}


@lru_cache(maxsize=32)
def engine_of(guideline_id: str, published: tuple[tuple[str, str], ...] = ()) -> dict[str, object]:
    """Modules, streams and factor sets of a guideline: `{guideline, entry, digest, files: [{path, text}]}`.

    Every module that the entry reaches, found by its imports; only this guideline's folder and sets.
    published: id and text of every published set that succeeds one of the guideline's. Raises KeyError.
    """
    guideline = guidelines()[guideline_id]
    paths = _modules(ENTRY) | _modules(f"accounting.guidelines.{guideline.folder.name}.formulas")
    sets = {name for offered in guideline.factor_sets.values() for name in offered}
    data = [guideline.folder / "streams.toml", GUIDELINES / "shared.toml", GUIDELINES / "limits.toml"]
    data += [FACTORS / f"{name}.toml" for name in sets]
    files = [(_place(path), path.read_text(encoding="utf-8")) for path in {*paths, *data}]
    files = sorted([*files, *((_place(FACTORS / f"{name}.json"), text) for name, text in published)])
    listed = [{"path": place, "text": text} for place, text in files]
    return {
        "guideline": guideline.id,
        "entry": ENTRY,
        "digest": canonical.digest(listed),
        "files": listed,
    }


def _modules(name: str) -> set[Path]:
    """The files of a module and of everything of ours that it imports, packages' own files with them."""
    found: set[Path] = set()
    waiting = [name]
    while waiting:
        for path in _files(waiting.pop()):
            if path not in found:
                found.add(path)
                waiting += _imports(path)
    return found


def _files(name: str) -> Iterator[Path]:
    """The file of a dotted name of ours and those of the packages around it; nothing for anybody else's."""
    root, *parts = name.split(".")
    if root not in _ROOTS:
        return
    folder = _ROOTS[root]
    yield folder / "__init__.py"
    for part in parts:
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
        folder = folder / part
        if (folder / "__init__.py").is_file():
            yield folder / "__init__.py"


def _imports(path: Path) -> list[str]:
    """Dotted names a file imports; of `from a import b` both a and a.b, which may be a module."""
    named: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            named += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return named


def _place(path: Path) -> str:
    """Where a file stands under a folder that is on Python's path."""
    root, base = next((name, base) for name, base in _ROOTS.items() if path.is_relative_to(base))
    return f"{root}/{path.relative_to(base).as_posix()}"

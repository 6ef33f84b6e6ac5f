"""`python -m operations.third_party [--check]`: writes dashboards/public/third-party.txt.

Served with the product. Every package of others that a running system holds, with version and licence: names
from the lock files, licences from what the packages say of themselves. Those for other machines are left out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCK = ROOT / "requirements" / "runtime.lock"
NODE_LOCK = ROOT / "dashboards" / "package-lock.json"
TARGET = ROOT / "dashboards" / "public" / "third-party.txt"
# A longer field is the text of a licence, not its name.
NAME_LENGTH_MAX = 60
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)

_HEAD = """Third-party software of Tanheng / 碳衡所含第三方软件

Tanheng itself is under the Apache License 2.0. It is delivered with, or installs, the packages below,
each under its own licence. Written by `make gen` from the lock files.
碳衡以 Apache License 2.0 发布。下列软件包随之分发或安装，各依其许可证。

Python in the browser: the folder pyodide/ beside this file holds files of Pyodide {pyodide} (Mozilla Public
License 2.0), unchanged, and a memory image that they made; Pyodide contains CPython and its standard library
(Python Software Foundation License 2.0). Their source form is published by the Pyodide project (pyodide.org).
浏览器中的 Python：本文件旁的 pyodide/ 目录为未经修改的 Pyodide {pyodide}
（Mozilla Public License 2.0）文件及由其生成的内存映像，
内含 CPython 及其标准库（PSF License 2.0）；源代码由 Pyodide 项目发布（pyodide.org）。
"""

Row = tuple[str, str, str]


def main(arguments: list[str]) -> int:
    """Exit status: 0 when the file is written, or with --check, when it is as it should be."""
    text = document()
    if "--check" in arguments:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        print("third-party.txt is up to date" if same else "third-party.txt is old: run make gen")
        return 0 if same else 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


def document() -> str:
    """The whole file."""
    node = node_packages()
    pyodide = next(version for name, version, _ in node if name == "pyodide")
    parts = [
        _HEAD.format(pyodide=pyodide),
        _table("In the browser / 浏览器", node),
        _table("On the server / 服务器", python_packages()),
    ]
    return "\n".join(parts)


def python_packages() -> list[Row]:
    """Name, version and licence of what the lock installs here."""
    names = dict.fromkeys(_PINNED.findall(PYTHON_LOCK.read_text(encoding="utf-8")))
    return sorted(row for name in names if (row := _installed(name)) is not None)


def node_packages() -> list[Row]:
    """Name, version and licence of what the built front end may contain."""
    packages = json.loads(NODE_LOCK.read_text(encoding="utf-8"))["packages"]
    kept = {place: one for place, one in packages.items() if place and not one.get("dev")}
    rows = {
        (place.rpartition("node_modules/")[2], one["version"], one["license"])
        for place, one in kept.items()
        if not one.get("devOptional")
    }
    return sorted(rows)


def _installed(name: str) -> Row | None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    return name, str(about["Version"]), licence_of(about)


def licence_of(about: metadata.PackageMetadata) -> str:
    """The licence's name: an expression, a short field, or classifiers. Raises ValueError where none is."""
    fields = about.json
    expression, short = str(fields.get("license_expression", "")), str(fields.get("license", "")).strip()
    if expression:
        return expression
    if short and len(short) <= NAME_LENGTH_MAX and "\n" not in short:
        return short
    classifiers = fields.get("classifier", [])
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    if not named:
        raise ValueError(f"{fields.get('name')} names no licence")
    return " / ".join(named)


def _table(title: str, rows: Iterable[Row]) -> str:
    return "\n".join([title, "", *(f"{name} {version}: {licence}" for name, version, licence in rows), ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

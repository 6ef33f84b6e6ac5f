"""The virtual environment: hashed locks by uv (pip where uv has no wheel), this project in place."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from .shell import SetUpFailed, run, say, succeeds

LOCK = "requirements/dev.lock"
BOOTSTRAP = "requirements/uv.lock"
# What decides whether the environment is still the right one.
INPUTS = (LOCK, BOOTSTRAP, "pyproject.toml")


def ensure(root: Path) -> None:
    """Bring `.venv` to exactly what the lock says; nothing is done when it already is."""
    venv = root / ".venv"
    stamp = venv / "tanheng-packages.json"
    wanted = _fingerprint(root)
    if _stamped(stamp) == wanted and (venv / "bin" / "tanheng").exists():
        return
    if not succeeds([str(venv / "bin" / "python"), "-c", "pass"]):
        _make_venv(venv)
    _install(root, venv)
    stamp.write_text(json.dumps({"inputs": wanted}), encoding="utf-8")


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in INPUTS:
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _stamped(stamp: Path) -> str:
    try:
        return str(json.loads(stamp.read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError):
        return ""


def _make_venv(venv: Path) -> None:
    say(f"virtual environment with Python {sys.version.split()[0]}")
    try:
        run([sys.executable, "-m", "venv", "--clear", str(venv)], why="making the virtual environment")
    except SetUpFailed as error:
        raise SetUpFailed(f"{error}; on Debian install the package python3-venv and run this again") from None


def _install(root: Path, venv: Path) -> None:
    python, uv = str(venv / "bin" / "python"), str(venv / "bin" / "uv")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not succeeds([uv, "--version"]):
        succeeds([*pip, "--require-hashes", "-r", str(root / BOOTSTRAP)])
    if succeeds([uv, "--version"]):
        say("packages from the lock, with hashes (uv)")
        # Several processes start at once later; bytecode made now is not made by each of them then.
        sync = [
            uv,
            "pip",
            "sync",
            "--python",
            python,
            "--require-hashes",
            "--compile-bytecode",
            str(root / LOCK),
        ]
        run(sync, why="installing the packages")
        editable = [uv, "pip", "install", "--python", python]
    else:
        say("packages from the lock, with hashes (pip; uv has no wheel here)")
        run([*pip, "--require-hashes", "-r", str(root / LOCK)], why="installing the packages")
        editable = pip
    # hatchling is in the lock, so nothing is fetched to build this project.
    run([*editable, "--no-deps", "--no-build-isolation", "-e", str(root)], why="installing tanheng itself")

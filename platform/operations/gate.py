"""`make check` and `make gen`: run every check, go on after a failure, name what failed at the end."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from operations.set_up.front_end import node_environment

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PYTHON = sys.executable
MANAGE = (PYTHON, "platform/manage.py")
TYPED = (
    *(f"platform/{name}" for name in ("lexicon", "proof", "kit", "tanheng", "operations")),
    *("fabric/ledger", "fabric/localnet", "fabric/network"),
    *("tenants", "ingest", "accounting", "market", "chaincode", "agent", "bench"),
)
NPM = ("npm", "--prefix", "dashboards", "run", "--silent")


@dataclass(frozen=True, slots=True)
class Check:
    """One command of the gate; for a generated file also the command that writes it."""

    name: str
    command: tuple[str, ...]
    write: tuple[str, ...] = ()


CHECKS = (
    Check("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("lint", (str(BIN / "ruff"), "check", ".")),
    Check("types", (str(BIN / "mypy"), *TYPED)),
    Check("import contracts", (str(BIN / "lint-imports"),)),
    Check(
        "words for the front end",
        (PYTHON, "-m", "lexicon.typescript", "--check"),
        (PYTHON, "-m", "lexicon.typescript"),
    ),
    Check(
        "clauses for the front end",
        (PYTHON, "-m", "accounting.clause_words", "--check"),
        (PYTHON, "-m", "accounting.clause_words"),
    ),
    Check("API description", (*MANAGE, "openapi", "--check"), (*MANAGE, "openapi")),
    Check("API types for the front end", (*NPM, "gen:api", "--", "--check"), (*NPM, "gen:api")),
    Check(
        "licences of others",
        (PYTHON, "-m", "operations.third_party", "--check"),
        (PYTHON, "-m", "operations.third_party"),
    ),
    Check("table of permissions", (*MANAGE, "permissions", "--check"), (*MANAGE, "permissions")),
    Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("front-end types", (*NPM, "typecheck")),
    Check("front-end lint", (*NPM, "lint")),
    Check("front-end tests", (*NPM, "test")),
)


def main(arguments: list[str]) -> int:
    """Exit status: 0 when every command ended with 0."""
    writing = "--write" in arguments
    environment = dict(node_environment(ROOT))
    failed = []
    for check in CHECKS:
        command = check.write if writing else check.command
        if not command:
            continue
        began = time.monotonic()
        print(f"== {check.name}", flush=True)
        good = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
        print(f"-- {check.name}: {'ok' if good else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
        if not good:
            failed.append(check.name)
    print(f"gate: {'failed: ' + ', '.join(failed) if failed else 'all good'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

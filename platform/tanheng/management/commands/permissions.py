"""`manage.py permissions [--check]`: docs/permissions.md, from the lexicon's rights and signers."""

import sys
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from lexicon.arguments import Act
from lexicon.rights import ROLES_OF_RIGHT, Right
from lexicon.terms import Role
from lexicon.transactions import ACT_SIGNERS, SIGNERS

_HEAD = """# Who may do what

Generated from `lexicon.rights` and `lexicon.transactions` by `make gen`; do not edit.
The application's table never widens the ledger's: chaincode checks the role of the bound key again.
"""


class Command(BaseCommand):
    """Writes the file, or says whether it is stale."""

    help = "Write docs/permissions.md; with --check only compare."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the file is stale")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "permissions.md"
        if not check:
            path.write_text(described(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != described():
            sys.exit("docs/permissions.md is stale: run `make gen`.")


def described() -> str:
    """The document: rights of the application, signers of the ledger, acts of two persons."""
    return "\n".join([_HEAD, *_rights(), "", *_signers(), "", *_acts(), ""])


def _rights() -> list[str]:
    rows = [f"| {right.zh} / {right.en} | {_marks(ROLES_OF_RIGHT[right])} |" for right in Right]
    return ["## In the application", "", _heading("right"), *rows]


def _signers() -> list[str]:
    rows = [f"| `{name}` | {_marks(roles)} |" for name, roles in SIGNERS.items()]
    return ["## Whose signature the ledger takes", "", _heading("transaction"), *rows]


def _acts() -> list[str]:
    rows = [f"| `{act}` | {_anybody(ACT_SIGNERS[act][0])} | {_anybody(ACT_SIGNERS[act][1])} |" for act in Act]
    return ["## Acts of two persons", "", "| act | proposed by | confirmed by |\n|---|---|---|", *rows]


def _anybody(roles: Collection[Role]) -> str:
    return "anybody of the account" if len(roles) == len(Role) else ", ".join(role.en for role in roles)


def _marks(roles: Collection[Role]) -> str:
    return " | ".join("x" if role in roles else "" for role in Role)


def _heading(first: str) -> str:
    names = " | ".join(f"{role.zh} {role.en}" for role in Role)
    return f"| {first} | {names} |\n|---|" + "---|" * len(Role)

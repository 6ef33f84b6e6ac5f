"""What must be there before the processes start: the ledger's material and up-to-date schemas. For images."""

from __future__ import annotations

import os
import sys

from tanheng.env import REPOSITORY

from operations import ledger_material


def main() -> None:
    """Write missing material, then become the migration command."""
    if status := ledger_material.main():
        sys.exit(status)
    manage = str(REPOSITORY / "platform" / "manage.py")
    os.execv(sys.executable, [sys.executable, manage, "prepare_database"])  # noqa: S606  our own program


if __name__ == "__main__":
    main()

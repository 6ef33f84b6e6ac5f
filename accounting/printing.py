"""A report's file, made in a process of its own that is forked from one with the libraries loaded.

They need most of a second to load and hundreds of megabytes to work, so no other process imports them: the
server (`accounting.services.printer`) imports this module once and lies in wait, and each file is made in a
fork of it, which ends with the file. Equal jobs give equal bytes: the attachment's dates are the report's.
"""

import gc
import resource
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

# A year's report of six hundred lines takes half of it on a slow machine.
CPU_S_MAX = 60


def run(job: Mapping[str, Any], target: str) -> None:
    """Writes a file whole, then ends the process; its last words, where it fails, are beside the target.

    job: {"html", "attachment", "name", "made_at"} for a PDF; with "tables" in place of "html" an XLSX.
    Beyond its processor time the process is ended.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    # What it makes it keeps until it ends, soon: looking for what could go took a tenth of its time.
    gc.disable()
    try:
        Path(target).write_bytes(_workbook(job) if job["tables"] else _pdf(job))
    except Exception as error:  # noqa: BLE001 (whatever it is, the order's row shall say it)
        words_of(target).write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
        sys.exit(1)


def words_of(target: str) -> Path:
    """Where a printing that failed leaves its last words."""
    return Path(target).with_suffix(".error")


def _workbook(job: Mapping[str, Any]) -> bytes:
    from accounting.report_sheets import Table, write_report  # noqa: PLC0415 (a PDF needs none of it)

    tables = [
        Table(
            one["name"], one["headings"], one["rows"], {int(at): form for at, form in one["numbers"].items()}
        )
        for one in job["tables"]
    ]
    return write_report(tables, job["attachment"])


def _pdf(job: Mapping[str, Any]) -> bytes:
    # Loaded here: importing this module must stay cheap for whoever only asks where it is.
    from weasyprint import HTML, Attachment  # noqa: PLC0415

    made_at = datetime.fromisoformat(job["made_at"])
    attachments = []
    if job["attachment"]:
        attachments = [
            Attachment(string=job["attachment"], name=job["name"], created=made_at, modified=made_at)
        ]
    printed: bytes = HTML(string=job["html"]).write_pdf(attachments=attachments)
    return printed

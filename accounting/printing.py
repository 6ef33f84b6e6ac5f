"""A report's file in a process of its own: `python -m accounting.printing OUT`, a JSON job on standard input.

The libraries need seconds to load and hundreds of megabytes to work, so no other process imports them. The
job is {"html", "attachment", "name", "made_at"} for a PDF; the attachment's dates are the report's, so equal
jobs give equal bytes. With "tables" in place of "html" it is an XLSX.
"""

import gc
import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

# A year's report of six hundred lines takes half of it on a slow machine.
CPU_S_MAX = 60


def main() -> int:
    """0 when the file is written whole; beyond its processor time the process is ended."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    # What it makes it keeps until it ends, soon: looking for what could go took a tenth of its time.
    gc.disable()
    job = json.load(sys.stdin)
    content = _workbook(job) if job["tables"] else _pdf(job)
    Path(sys.argv[1]).write_bytes(content)
    return 0


def _workbook(job: dict[str, Any]) -> bytes:
    from accounting.report_sheets import Table, write_report  # noqa: PLC0415 (a PDF needs none of it)

    tables = [
        Table(
            one["name"], one["headings"], one["rows"], {int(at): form for at, form in one["numbers"].items()}
        )
        for one in job["tables"]
    ]
    return write_report(tables, job["attachment"])


def _pdf(job: dict[str, Any]) -> bytes:
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


if __name__ == "__main__":
    sys.exit(main())

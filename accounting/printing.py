"""HTML to PDF in a process of its own: `python -m accounting.printing OUT` with a JSON job on standard input.

The library needs seconds to load and hundreds of megabytes to work, so no other process imports it. The
job is {"html", "attachment", "name", "made_at"}; the attachment's dates are the report's, so equal jobs
give equal bytes.
"""

import json
import sys
from datetime import datetime
from pathlib import Path


def main() -> int:
    """0 when the file is written whole."""
    # Loaded here: importing this module must stay cheap for whoever only asks where it is.
    from weasyprint import HTML, Attachment  # noqa: PLC0415

    job = json.load(sys.stdin)
    made_at = datetime.fromisoformat(job["made_at"])
    attachments = []
    if job["attachment"]:
        attachments = [
            Attachment(string=job["attachment"], name=job["name"], created=made_at, modified=made_at)
        ]
    draft = Path(sys.argv[1])
    draft.write_bytes(HTML(string=job["html"]).write_pdf(attachments=attachments))
    return 0


if __name__ == "__main__":
    sys.exit(main())

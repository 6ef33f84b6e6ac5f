"""Django's command line, with the source roots on the path."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT, ROOT / "platform", ROOT / "fabric"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)

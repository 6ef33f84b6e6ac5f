"""The hour worker: dirty hours become hours, days and months within five seconds of a reading.

`python -m ingest.hour_worker`. One is active at a time; killed at any moment, it finds its marks again.
"""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    django.setup()
    from ingest.hour_loop import run

    run()

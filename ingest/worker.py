"""The ingest worker: takes messages from the broker, stores them durably, and only then acknowledges.

`python -m ingest.worker`. One is active at a time (an advisory lock); it may be killed at any moment: what
was not acknowledged comes again, and a reading that comes again is the same reading.
"""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    django.setup()
    from ingest.writer import run

    run()

"""`python -m tests.bench.late_network network up --json`: says that it is ready after LATE_S seconds."""

import os
import signal
import sys
import time

if __name__ == "__main__":
    time.sleep(float(os.environ["LATE_S"]))
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    signal.pause()

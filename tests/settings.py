"""The project's settings for tests: a home of their own, a fast hash, a socket that conftest fills in."""

import atexit
import os
import shutil
import tempfile

_HOME = tempfile.mkdtemp(prefix="tanheng-tests-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("TANHENG_")]:
    del os.environ[name]
os.environ["TANHENG_HOME"] = _HOME
os.environ["TANHENG_LOG_LEVEL"] = "WARNING"
os.environ.pop("DATABASE_URL", None)

from tanheng.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LEDGER_NETWORK = "0f" * 32

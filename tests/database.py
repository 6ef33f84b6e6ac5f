"""A PostgreSQL for the tests of one run: a copy of a migrated, populated data folder, on its own socket.

The folder is built once for each state of migrations, settings and people, and kept under var/test-pg. A run
copies it, so several runs can go at once; what a killed run left is swept by the next.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from operations.embedded_postgres import TEST_OPTIONS, Cluster, stop

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "var" / "test-pg"
DATABASE = "tanheng_test"
KEPT = 3


def inputs() -> list[Path]:
    """The files whose content decides what the database looks like."""
    folders = ("tenants", "ingest", "accounting", "market", "platform/kit")
    migrations = [path for folder in folders for path in (ROOT / folder).rglob("migrations/*.py")]
    code = [
        ROOT / "platform/tanheng/settings.py",
        ROOT / "tenants/services/schemas.py",
        ROOT / "tenants/services/web_login.py",
        ROOT / "tests/world.py",
        ROOT / "tests/database.py",
        ROOT / "requirements/dev.lock",
    ]
    return sorted(migrations) + code


def version() -> str:
    """The name of the folder for the present inputs."""
    digest = hashlib.sha256()
    for path in inputs():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def running_copy(populate: Callable[[Path], None]) -> Iterator[Path]:
    """The socket folder of a server on a fresh copy. populate(socket): migrates and fills a new database."""
    template = _template(populate)
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=CACHE))
    try:
        subprocess.run(["cp", "-a", str(template), str(folder / "pg")], check=True)
        with _serving(folder / "pg") as socket:
            yield socket
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _template(populate: Callable[[Path], None]) -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    template = CACHE / version()
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            _build(template, populate)
        os.utime(template)
    return template


def _build(template: Path, populate: Callable[[Path], None]) -> None:
    draft = CACHE / f"draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        cluster = Cluster(data=draft, socket=draft, options=TEST_OPTIONS)
        cluster.initialise(DATABASE, wal_segment_mb=1)
        with _serving(draft) as socket:
            populate(socket)
        draft.rename(template)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _serving(data: Path) -> Iterator[Path]:
    socket = Path(tempfile.mkdtemp(prefix="tanheng-pg-"))
    process = Cluster(data=data, socket=socket, options=TEST_OPTIONS).start()
    try:
        yield socket
    finally:
        stop(process)
        shutil.rmtree(socket, ignore_errors=True)


def _sweep() -> None:
    """Remove copies of runs that are gone, and templates beyond the newest few."""
    for folder in CACHE.glob("run-*"):
        if not Path(f"/proc/{folder.name.split('-')[1]}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    templates = [path for path in CACHE.iterdir() if (path / "PG_VERSION").exists()]
    for old in sorted(templates, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)

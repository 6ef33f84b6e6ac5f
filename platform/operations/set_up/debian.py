"""Programs and fonts that come from the system: installed on Debian as root, else named in one sentence."""

from __future__ import annotations

import ctypes.util
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .shell import say, succeeds


def _program(name: str) -> bool:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin") is not None


def _library(name: str) -> bool:
    return ctypes.util.find_library(name) is not None


def _chinese_font() -> bool:
    return succeeds(["sh", "-c", "fc-list :lang=zh file | grep -q ."]) or any(
        os.path.isdir(folder) and os.listdir(folder)
        for folder in ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/wqy")
    )


@dataclass(frozen=True)
class Need:
    """One Debian package, how to see that it is there, and what is missing without it."""

    package: str
    there: Callable[[], bool]
    without: str


NEEDS = (
    Need("mosquitto", lambda: _program("mosquitto"), "the slower broker amqtt is used"),
    # A client that is not ours: tests publish with it, and the lines that pages show for devices are of it.
    Need("mosquitto-clients", lambda: _program("mosquitto_pub"), "tests with a foreign client are skipped"),
    Need("libpango-1.0-0", lambda: _library("pango-1.0"), "reports have no PDF"),
    Need("libpangoft2-1.0-0", lambda: _library("pangoft2-1.0"), "reports have no PDF"),
    Need("libharfbuzz-subset0", lambda: _library("harfbuzz-subset"), "PDFs take longer to print"),
    Need("fonts-noto-cjk", _chinese_font, "PDFs show no Chinese"),
)
FOR_BROWSER_TESTS = (Need("chromium", lambda: _program("chromium"), "browser tests cannot run"),)


def ensure(*, browser: bool) -> None:
    """Install what is missing when that is possible here; never fails, because each part has a fallback."""
    missing = [need for need in (*NEEDS, *(FOR_BROWSER_TESTS if browser else ())) if not need.there()]
    if not missing:
        return
    if os.path.exists("/etc/debian_version") and os.geteuid() == 0:
        missing = _installed(missing)
        if not missing:
            return
    consequences = "; ".join(f"without {need.package} {need.without}" for need in missing)
    listed = " ".join(need.package for need in missing)
    say(f"missing here: {listed} ({consequences}). Install with: apt-get install {listed}")


def _installed(missing: Sequence[Need]) -> list[Need]:
    """Installs what is missing, together or else one by one; what is missing still is given back."""
    names = [need.package for need in missing]
    say(f"Debian packages: {' '.join(names)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    succeeds(["apt-get", "update", "-qq"], env=environment)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    if not succeeds([*install, *names], env=environment):
        for name in names:
            succeeds([*install, name], env=environment)
    return [need for need in missing if not need.there()]

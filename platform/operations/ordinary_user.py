"""How a program that refuses root is started by root: in a namespace of its own, else under another number.

Neither makes a system user nor opens a folder. In the namespace root is only called 1000. Where the kernel
allows no namespace (in most containers, in a chroot) the program runs as NOBODY and keeps one right of root,
to pass the file modes, so the folders above its data stay closed (docs/adr/0042).
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NOBODY = 65534
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
# Without no_setuid_fixup access(2) forgets the right that open(2) has, and initdb asks by access(2).
NUMBER = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
    "--bounding-set=-all,+dac_override",
    "--securebits=+no_setuid_fixup",
    "--",
)


class NoOrdinaryUser(RuntimeError):
    """Root cannot start a program as somebody else here; the text says what to do."""


@cache
def way() -> tuple[str, ...]:
    """What stands before the command; empty where we are not root.

    Raises: NoOrdinaryUser where neither way is allowed.
    """
    if os.getuid() != 0:
        return ()
    for prefix in (NAMESPACE, NUMBER):
        if shutil.which(prefix[0]) and _works(prefix):
            return prefix
    raise NoOrdinaryUser(
        "PostgreSQL refuses root, and this machine allows neither a user namespace (unshare) nor another "
        "user number (setpriv, both of util-linux). Start Tanheng as an ordinary user, or set DATABASE_URL."
    )


def hand_over(folder: Path) -> None:
    """Make the program's data its own, under the number that the disk sees; nothing to do when they are."""
    if not way():
        return
    owner = NOBODY if way() == NUMBER else 0
    if folder.stat().st_uid == owner:
        return
    # The folder itself comes last: it says that all below is done.
    for place, _, files in os.walk(folder, topdown=False):
        for path in (*(Path(place, name) for name in files), Path(place)):
            os.chown(path, owner, owner, follow_symlinks=False)


def _works(prefix: tuple[str, ...]) -> bool:
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0

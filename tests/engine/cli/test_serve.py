"""The server as an operator starts and stops it: a process of its own, on a free port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = [sys.executable, "-c", "from engine.cli import main; main()"]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "SIMYANDU_VAR": str(folder), "PYTHONUNBUFFERED": "1"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(folder), capture_output=True, text=True, timeout=120, check=False
    )


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the first line it prints."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def test_serves_pages_and_stops_in_order(tmp_path: Path) -> None:
    assert run(tmp_path, "init").returncode == 0
    with running(tmp_path, "serve", "--port", "0") as (process, line):
        address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
            assert "SIMYANDU" in answer.read().decode()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "berhenti" in out
    assert "Traceback" not in err


def crew_of(process: subprocess.Popen[str]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_several_processes_answer_one_address(tmp_path: Path) -> None:
    assert run(tmp_path, "init").returncode == 0
    with running(tmp_path, "serve", "--port", "0", "--processes", "2") as (process, line):
        address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
        first = crew_of(process)
        assert len(first) == 3  # two that answer, one for the background work
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(crew_of(process)) == 3 and first[0] not in crew_of(process))
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
        crew = crew_of(process)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "berhenti" in out
        assert "Traceback" not in err
        assert not any(Path(f"/proc/{pid}").exists() for pid in crew)


def test_the_crew_goes_with_its_first_process(tmp_path: Path) -> None:
    assert run(tmp_path, "init").returncode == 0
    with running(tmp_path, "serve", "--port", "0", "--processes", "2") as (process, _):
        crew = crew_of(process)
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in crew))


def test_worker_stops_in_order(tmp_path: Path) -> None:
    assert run(tmp_path, "init").returncode == 0
    with running(tmp_path, "worker") as (process, line):
        assert "berjalan" in line
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_database_that_is_not_set_up_is_one_clear_line(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", "--port", "0")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "simyandu init" in result.stderr


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    assert run(tmp_path, "init").returncode == 0
    with running(tmp_path, "serve", "--port", "0") as (_, line):
        port = line.split("http://127.0.0.1:")[1].split()[0]
        result = run(tmp_path, "serve", "--port", port)
    assert result.returncode == 2
    assert result.stderr.strip().count("\n") == 0
    assert port in result.stderr

"""What installs this project is checked too: locks, entry point, make targets, the words for what is missing."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution, entry_points, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def locked(name: str) -> dict[str, str]:
    """Package -> version of a lock."""
    lines = (ROOT / name).read_text().splitlines()
    return {canonicalize_name(match[1]): match[2] for line in lines if (match := PINNED.match(line))}


def wanted() -> list[Requirement]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    texts = [config["options"]["install_requires"], *config["options.extras_require"].values()]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-node.lock"])
def test_a_lock_pins_by_hash_and_knows_no_machine(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        assert PINNED.match(line) or HASH.match(line) or line.startswith("# ") or not line, line
    assert locked(name)


def test_no_platform_is_left_out_of_the_lock() -> None:
    """A package that is compiled has one file per Python and processor; Debian 12 and 13 need more than ours."""
    text = (ROOT / "requirements.lock").read_text()
    for compiled in ("lxml", "orjson", "psycopg-binary", "pillow", "cffi"):
        block = text.split(f"\n{compiled}==", 1)[1].split("==", 1)[0]
        assert block.count("--hash") > 10, compiled


def test_the_lock_holds_what_setup_cfg_asks_for() -> None:
    pins = locked("requirements.lock")
    for requirement in wanted():
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not locked: make lock"
        assert requirement.specifier.contains(pin), f"{requirement} but locked is {pin}: make lock"


def test_what_runs_here_is_what_is_locked() -> None:
    pins = locked("requirements.lock")
    del pins["setuptools"]  # only installs
    different = {name: (pin, version(name)) for name, pin in pins.items() if version(name) != pin}
    assert not different


def test_python_is_new_enough_and_said_so() -> None:
    assert sys.version_info >= (3, 11)
    assert distribution("simyandu").metadata["Requires-Python"] == ">=3.11"
    assert distribution("simyandu").metadata["License"] == "LGPL-3.0-or-later"


def test_the_command_is_installed_and_helps() -> None:
    (command,) = entry_points(group="console_scripts", name="simyandu")
    assert command.value == "engine.cli:main"
    done = subprocess.run([Path(sys.executable).parent / "simyandu", "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in ("init", "demo", "serve", "worker", "processes", "replay", "verify", "clock"):
        assert name in done.stdout


def test_make_knows_its_targets_and_ci_runs_them() -> None:
    for target in ("setup", "run", "test", "check-processes", "bench", "messages"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, env=_env())
        assert done.returncode == 0, done.stderr
    for script in (ROOT / ".ci").iterdir():
        assert os.access(script, os.X_OK), script
        assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("exec make test")


def test_a_run_without_tests_is_no_success(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-q", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        env=_env(),
    )
    assert done.returncode == 5


def test_missing_packages_are_named(tmp_path: Path) -> None:
    """On a machine with a shell and nothing else (and no apt-get, so that nothing is installed)."""
    for tool in ("bash", "cat", "id", "grep"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    bare = {"PATH": str(tmp_path), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["/bin/bash", ".ci/system"], cwd=ROOT, capture_output=True, text=True, env=bare)
    assert done.returncode == 1
    assert "chromium (tests of the pages)" in done.stderr
    assert re.search(r"As root: apt-get install .*libpango-1\.0-0.* chromium", done.stderr)


def test_nothing_is_said_when_nothing_is_missing() -> None:
    done = subprocess.run(["bash", ".ci/system"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _env() -> dict[str, str]:
    # A make or a pytest around this one must not lend its options to those that are tested.
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTEST_", "COV_"))
    }

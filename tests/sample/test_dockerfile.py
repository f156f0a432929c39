"""What can be said of the image without building it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
COPIED = [
    source for line in LINES if line.startswith("COPY ") and "--from" not in line for source in line.split()[1:-1]
]


def value(instruction: str) -> str:
    return next(line.removeprefix(f"{instruction} ") for line in reversed(LINES) if line.startswith(f"{instruction} "))


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_is_there_and_not_ignored(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source}" in IGNORED


def test_nothing_else_gets_in() -> None:
    assert IGNORED[1] == "*"
    assert {line.removeprefix("!") for line in IGNORED if line.startswith("!")} == set(COPIED)


def test_all_that_runs_is_copied() -> None:
    assert {"bot", "adapters", "storage", "requirements.lock"} <= set(COPIED)


def test_it_runs_without_root_and_without_a_shell() -> None:
    assert value("USER") not in {"root", "0"}
    command = json.loads(value("CMD"))
    assert command[:3] == ["python", "-m", "bot"]
    name, option = command[3], command[4]
    shown = CliRunner().invoke(cli, [name, "--help"], env={"NO_COLOR": "1", "TERM": "dumb"})
    assert shown.exit_code == 0
    assert option in shown.output


def test_every_requirement_is_pinned_with_hashes_and_without_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[a-z])", lock.strip())
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+==\S+", pin), pin
        assert "--hash=sha256:" in pin, pin
    assert "://" not in lock
    assert any("--require-hashes" in line for line in LINES)

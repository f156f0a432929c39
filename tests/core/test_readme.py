"""The README says what is true."""

import re

import pytest

from tests.readme import README, with_tables

TEXT = README.read_text(encoding="utf-8")
ROOT = README.parent


def test_the_tables_are_those_of_the_code() -> None:
    assert with_tables(TEXT) == TEXT, "run: python -m tests.readme"


def test_every_target_of_make_is_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z]+)\b", TEXT, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize(
    "path",
    sorted(
        set(re.findall(r"\]\(([^)#:]+)\)", TEXT))
        | set(re.findall(r"`((?:bot|adapters|tests|storage)/[\w/.]+\.py)`", TEXT))
    ),
)
def test_every_file_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("note", ["docs/design.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_file_the_notes_name_is_there(note: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / note).read_text(encoding="utf-8"), flags=re.DOTALL)
    for path in re.findall(r"`((?:bot|adapters|storage)/[\w/]+\.py)`", text):
        assert (ROOT / path).exists(), path

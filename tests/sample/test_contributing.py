"""The snippets of CONTRIBUTING.md fit the code they talk about."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.registry import Registry

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", TEXT, re.DOTALL))


def test_every_snippet_says_where_it_goes_and_parses() -> None:
    assert len(SNIPPETS) == TEXT.count("```python")
    for path, code in SNIPPETS.items():
        ast.parse(code, path)


def test_the_command_is_one() -> None:
    module = ModuleType("counting")
    sys.modules["counting"] = module  # dataclasses look their module up
    try:
        exec(SNIPPETS["bot/features/counting.py"], vars(module))  # noqa: S102 - our own document, run as its reader would
        (declared,) = Registry([module]).group("course")
    finally:
        del sys.modules["counting"]
    assert declared.usage == "/course count [topic] [level:]"
    assert [option.choices for option in declared.options] == [(), ("beginner", "medium", "experienced")]


def test_the_table_and_its_repository_fit_together() -> None:
    """In a process of its own, because a table that is declared stays."""
    program = "\n".join(
        [
            "from storage.tables import learning",
            f"exec({SNIPPETS['storage/tables/learning.py']!r}, vars(learning))",
            f"exec({SNIPPETS['storage/bookmarks.py']!r})",
            "from sqlalchemy.dialects import postgresql",
            "print(_KEEP.compile(dialect=postgresql.dialect()))",
        ]
    )
    done = subprocess.run(  # noqa: S603 - our own document
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "INSERT INTO bookmark (community, person, course, kept_at)" in done.stdout


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:bot|adapters|storage|tests)/[\w/.]*)`", TEXT))))
def test_what_it_points_to_is_there(path: str) -> None:
    assert (ROOT / path).exists() or path.endswith("r0002_bookmarks.py")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make (\w+)", TEXT, re.MULTILINE))))
def test_the_make_targets_it_names_are_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

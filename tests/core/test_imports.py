"""Course files in the Offcourse YAML form."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Limits
from bot.features.courses.imports import read_course
from bot.model import Checkpoint, Level

LIMITS = Limits()
REAL = Path(__file__).parents[3] / "shared" / "data" / "offcourse-courses"

FILE = """
goal: Know the sea
curator: Charlotte
level: beginner
topics: [Sea, water]
checkpoints:
  - task: Swim a little  # a comment
    resource-url: 'https://example.org/swim'
  - resource-url: https://example.org/dive-deep
"""


def test_a_course_file_is_read() -> None:
    read = read_course(FILE, LIMITS)
    assert read.curator == "Charlotte"
    assert read.content.level is Level.BEGINNER
    assert read.content.topics == ("sea", "water")
    assert read.content.steps == (
        Checkpoint("Swim a little", "https://example.org/swim"),
        Checkpoint("dive deep (example.org)", "https://example.org/dive-deep"),
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "this is no course"),
        ("- a\n- b", "this is no course"),
        ("goal: [a", "this is not YAML that I read at line"),
        ("goal: x", "goal has 1 characters, 5 to 55"),
        ("goal: Know the sea", "checkpoints: a list of steps is expected"),
        (FILE.replace("'https://example.org/swim'", "codepen"), "step 1: “codepen” is no web address"),
        (FILE + "owner: me", "unknown: owner"),
        (FILE.replace("beginner", "guru"), "level: “guru” is not one of"),
        (FILE.replace("task: Swim a little", "tsak: Swim"), "step 1: task and resource-url are expected"),
        ("goal: !!python/object/apply:os.system ['true']", "goal: one text is expected"),
        ("goal: &a [x]\ncheckpoints: *a", "references"),
        ("a: &a {<<: *a}", "references"),
        (FILE + "goal: Know it twice", "goal stands twice"),
        (FILE.replace("[Sea, water]", "[[Sea], {a: b}]"), "topics: a list of words is expected"),
        ("a" * 300_000, "too long, at most 262,144"),
        ("goal: " + "[" * 5000, "this is not YAML"),
    ],
)
def test_a_bad_file_says_why(raw: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        read_course(raw, LIMITS)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(raw: str) -> None:
    try:
        read = read_course(raw, LIMITS)
    except ValueError:
        return
    assert read.content.steps


def test_words_stay_the_words_that_were_written() -> None:
    raw = FILE.replace("Know the sea", "0123456").replace("beginner", "medium") + "language: no\n"
    read = read_course(raw, LIMITS)
    assert (read.content.goal, read.content.language) == ("0123456", "no")


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the community's real course files in ../shared/data")
def test_the_communitys_own_files() -> None:
    good, bad = [], []
    for file in sorted(REAL.rglob("*.yaml")):
        try:
            good.append(read_course(file.read_text(encoding="utf-8"), LIMITS).content.goal)
        except ValueError as error:
            bad.append((file.name, str(error)))
    assert len(good) == 11
    assert "Write in Markdown" in good
    (only,) = bad
    assert only[0] == "Be_Dynamic_With_Templates.yaml"
    assert "step 4: “codepen” is no web address" in only[1]

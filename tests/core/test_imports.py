"""Course files: the Offcourse YAML form, tables and JSON lines, and making them fit."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Limits
from bot.features.courses.imports import Fit, Read, read_course, read_path
from bot.features.courses.imports.fitting import Fitted, RawCourse, RawStep, fit, shortened
from bot.features.courses.imports.jsonlines import read_row
from bot.features.courses.imports.lines import LINE_LENGTH, lines_of
from bot.features.courses.imports.tables import STEPS, Row, read_table
from bot.model import Checkpoint, Level
from bot.topics import normal_topics

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
        ("goal: '…'", "the goal needs some words, 5 to 55"),
        ("goal: " + "long " * 12, "goal has 59 characters, 5 to 55 are possible (--shorten)"),
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
        (FILE.replace("Sea, water", "a, b, c, d, e, f, g, h, i"), "topics: there are 9 topics, at most 8 are possible"),
        ("a" * 300_000, "too long, at most 262,144"),
        ("goal: " + "[" * 5000, "this is not YAML"),
    ],
)
def test_a_bad_file_says_why(raw: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
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


ALL = Fit(split=True, shorten=True)


def raw(goal: str = "Know the sea", steps: int = 1, task: str = "Swim first", **more: object) -> RawCourse:
    made = [RawStep(task, f"https://example.org/{number}") for number in range(1, steps + 1)]
    return RawCourse(**({"goal": goal, "steps": made} | more))  # type: ignore[arg-type] # a test's shorthand


@pytest.mark.parametrize(
    ("steps", "sizes"),
    [(7, [7]), (8, [4, 4]), (14, [7, 7]), (15, [5, 5, 5]), (22, [6, 6, 5, 5])],
)
def test_a_course_with_too_many_steps_is_parted_evenly(steps: int, sizes: list[int]) -> None:
    fitted = fit(raw(steps=steps), LIMITS, Fit(split=True))
    assert [len(content.steps) for content in fitted.contents] == sizes
    assert [step.url for content in fitted.contents for step in content.steps] == [
        f"https://example.org/{number}" for number in range(1, steps + 1)
    ]
    if len(sizes) > 1:
        assert [content.goal for content in fitted.contents] == [
            f"Know the sea ({number} of {len(sizes)})" for number in range(1, len(sizes) + 1)
        ]


def test_too_many_steps_are_refused_unless_allowed() -> None:
    with pytest.raises(ValueError, match=r"there are 8, at most 7 are possible \(--split"):
        fit(raw(steps=8), LIMITS, Fit(shorten=True))


def test_the_name_of_a_part_fits_into_a_goal() -> None:
    goal = "Understand everything that there is to know of the sea"
    for content in fit(raw(goal, steps=70), LIMITS, Fit(split=True)).contents:
        assert len(content.goal) <= LIMITS.goal_max
        assert content.goal.startswith("Understand everything that there is to")
        assert content.goal.endswith(" of 10)")
    with pytest.raises(ValueError, match="has no room"):
        fit(raw("Swim", steps=8), Limits(goal_min=4, goal_max=10), Fit(split=True))


def test_what_is_too_short_is_completed() -> None:
    fitted = fit(raw("Git", task="CLI"), LIMITS, Fit())
    assert (fitted.content.goal, fitted.content.steps[0].task) == ("Learn Git", "Look at CLI")
    assert fitted.notes == ("goal completed", "task completed")
    fitted = fit(raw("数学", steps=2, task="本"), LIMITS, Fit())
    assert (fitted.content.goal, fitted.content.steps[1].task) == ("Learn 数学", "Look at 本")
    assert fitted.notes == ("goal completed", "2 tasks completed")


def test_a_step_without_a_task_is_called_as_its_page_is() -> None:
    steps = [RawStep("", "https://example.org/a", "The sea | a primer"), RawStep("", "https://example.org/dive-deep")]
    fitted = fit(RawCourse("Know the sea", steps), LIMITS, Fit())
    assert [step.task for step in fitted.content.steps] == ["The sea – a primer", "dive deep (example.org)"]
    assert fitted.titles == {"https://example.org/a": "The sea | a primer"}


def test_what_is_too_long_is_shortened_only_if_allowed() -> None:
    long = raw("word " * 12, task="word " * 12, description="word " * 50, topics=["sea", "x" * 31, *"abcdefgh"])
    with pytest.raises(
        ValueError, match=r"the goal has 59 .*; step 1: the task has 59 .*; topics: .*; the description"
    ):
        fit(long, LIMITS, Fit(split=True))
    fitted = fit(long, LIMITS, ALL)
    assert fitted.content.goal == fitted.content.steps[0].task == "word " * 10 + "word…"
    assert fitted.content.topics == ("sea", *"abcdefg")
    assert len(fitted.content.description) <= LIMITS.description_max
    assert fitted.notes == (
        "goal shortened",
        "task shortened",
        "topic “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx” left out",
        "1 topics left out",
        "description shortened",
    )


def test_a_description_that_says_too_little_is_left_out_only_if_allowed() -> None:
    with pytest.raises(ValueError, match="the description has 8 characters"):
        fit(raw(description="Toolkits"), LIMITS, Fit())
    assert fit(raw(description="Toolkits"), LIMITS, ALL).content.description == ""


@pytest.mark.parametrize("length", [54, 55, 56])
def test_a_text_of_the_limit_is_not_touched(length: int) -> None:
    goal = "x" * length
    assert (fit(raw(goal), LIMITS, ALL).content.goal == goal) == (length <= 55)


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=120), st.integers(5, 60))
def test_a_shortened_text_fits(text: str, longest: int) -> None:
    short = shortened(text, longest)
    assert len(short) <= max(longest, 1)
    assert short == text or short.endswith("…")


@pytest.mark.parametrize(
    ("text", "short"),
    [("one two three four", "one two…"), ("one two, three", "one two…"), ("onetwothreefour", "onetwothr…")],
)
def test_a_text_is_shortened_at_a_words_end(text: str, short: str) -> None:
    assert shortened(text, 10) == short


ROW = {
    "id": "c1",
    "goal": "Know the sea",
    "steps": [{"task": "Swim first", "url": "https://example.org/", "title": "T"}],
}


def test_a_line_of_json_is_read() -> None:
    said = ROW | {
        "topics": ["Sea"],
        "language": "pt_BR",
        "level": "",
        "description": "",
        "license": "MIT",
        "owner": "Ana",
    }
    read = read_row(json.dumps(said), LIMITS, Fit())
    assert (read.content.topics, read.content.language, read.content.level) == (("sea",), "pt-br", None)
    assert (read.curator, read.titles) == ("Ana", {"https://example.org/": "T"})
    assert read_row(json.dumps(ROW | {"owner": 5, "origin": "fork of 3 by 5"}), LIMITS, Fit()).origin is None
    assert read_row(json.dumps(ROW | {"origin": "a" * 64}), LIMITS, Fit()).origin == "a" * 64


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "this is not JSON that I read at character 2"),
        ("[" * 100_000, "this is not JSON that I read"),
        ('{"goal": NaN}', "this is not JSON that I read"),
        ('{"goal": ' + "9" * 5000 + "}", "this is not JSON that I read"),
        ("[]", "this is no course"),
        ('{"name": "Ana"}', "this is no course: it needs goal and steps. An export is imported as its whole folder"),
        (json.dumps(ROW | {"goal": {"a": 1}}), "goal: one text is expected"),
        (json.dumps(ROW | {"steps": {}}), "steps: a list is expected"),
        (json.dumps(ROW | {"steps": ["x"]}), "step 1: task and url are expected"),
        (json.dumps(ROW | {"steps": [{"task": "Swim first"}]}), "step 1: “” is no web address"),
        (json.dumps(ROW | {"steps": [{"task": 5, "url": "example.org"}]}), "step 1: one text is expected"),
        (json.dumps(ROW | {"topics": [5]}), "topics: a list of words is expected"),
        (json.dumps(ROW | {"goal": "x" * 56, "level": "guru"}), "(--shorten); level: “guru” is not one of"),
    ],
)
def test_a_bad_line_says_why(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read_row(line, LIMITS, Fit())


@settings(deadline=None)  # the machine may be busy
@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_read_or_refused(said: object) -> None:
    for value in (said, {"goal": said}, ROW | {"steps": said}, ROW | {"steps": [said]}, ROW | {"topics": said}):
        try:
            assert read_row(json.dumps(value), LIMITS, ALL).contents
        except ValueError:
            continue


def table(text: str | bytes, how: Fit | None = None) -> list[Row]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_table(lines_of(io.BytesIO(raw)), LIMITS, how or Fit()))


def courses(rows: list[Row]) -> Iterator[Fitted]:
    for row in rows:
        assert row.course, row.problem
        yield row.course


STEP_A_ROW = """goal,task,url,level,topics,owner
Know the sea,Swim first,https://example.org/swim,beginner,"sea, water",Ana
Know the sea,,https://example.org/dive-deep,,,
,"Come up, slowly",https://example.org/up,,,
,,,,,
Bake bread,=HYPERLINK("x"),https://example.org/bread,,,
"""


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_of_one_goal_make_a_course(mark: str, bom: str, end: str) -> None:
    text = STEP_A_ROW if mark == "," else re.sub(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', mark, STEP_A_ROW)
    rows = table(bom + text.replace("\n", end))
    assert [row.line for row in rows] == [2, 6]
    sea, bread = courses(rows)
    assert [step.task for step in sea.content.steps] == ["Swim first", "dive deep (example.org)", "Come up, slowly"]
    assert (sea.content.level, sea.content.topics, sea.curator) == (Level.BEGINNER, ("sea", "water"), "Ana")
    assert bread.content.steps[0].task == '=HYPERLINK("x")'  # text, whatever a spreadsheet would make of it


def test_all_steps_can_stand_in_one_cell() -> None:
    rows = table(
        'Goal;Steps;Topic\nKnow the sea;"Swim | example.org/a\nexample.org/b-c";sea\nKnow the sea;x | y.org;\n'
    )
    first, second = courses(rows)
    assert [row.line for row in rows] == [2, 4]
    assert [step.task for step in first.content.steps] == ["Look at Swim", "b c (example.org)"]
    assert second.content.steps[0].url == "https://y.org"


def test_a_hint_that_excel_leaves_for_itself_is_read() -> None:
    (only,) = courses(table("sep=;\ngoal;task;url\nKnow the sea;Swim, then;example.org/a\n"))
    assert only.content.steps[0].task == "Swim, then"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the first row must name the columns"),
        ("a,b\n1,2\n", 1, "the first row must name the columns"),
        ("goal,url,link\n", 1, "two columns for url"),
        ("goal,url\n,example.org\n", 2, "the goal needs some words"),
        ("goal,url,level\nKnow it,example.org,medium\n,b.org,beginner\n", 2, "line 3: level is “beginner” here"),
        ("goal,url\nKnow, it,example.org\n", 2, "there are 3 cells for 2 columns"),
        ('goal,url\nKnow it,example.org\n"x', 3, "there are none, at least one is needed"),
        ('goal,url\n"Know it,example.org\n' + "x,y\n" * 50_000, 2, "is a quotation mark missing?"),
        ("goal,url\n" + "Know it,example.org\n" * (STEPS + 1), 2, f"it has more than {STEPS} steps"),
        ("goal,steps,task\nKnow it,a | example.org,more\n", 2, "its steps stand in one cell already"),
        (b"goal,url\nK\xe9,example.org\n", 2, "this is not UTF-8 text: save it as UTF-8"),
        (b"goal,url\nKnow\x00,example.org\n", 2, "zero bytes"),
        ("goal,url\n".encode("utf-16"), 1, "this is UTF-16: save it as UTF-8"),
    ],
)
def test_a_bad_table_says_why_and_where(text: str | bytes, line: int, said: str) -> None:
    first = next(row for row in table(text) if row.problem)
    assert first.line == line
    assert said in first.problem


def test_a_bad_row_of_a_table_stops_no_other() -> None:
    rows = table(
        b"goal,url\nKnow it,example.org\n,\xff\nBake bread,example.org\n\nx"
        + b"y" * LINE_LENGTH
        + b"\nSwim well,a.org\n"
    )
    assert [bool(row.course) for row in rows] == [False, False, True]
    assert "line 3: this is not UTF-8 text" in rows[0].problem
    assert "line 6: the line is too long" in rows[1].problem
    assert rows[-1].line == 7


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=300))
def test_any_table_is_read_or_refused(text: str) -> None:
    for row in table("goal,task,url,steps\n" + text) + table(text):
        assert bool(row.course) != bool(row.problem)


def test_lines_are_never_longer_than_allowed() -> None:
    file = io.BytesIO(b"a" * (LINE_LENGTH - 1) + b"\n" + b"b" * (LINE_LENGTH + 1) + b"\nc\r\n" + b"d" * 3 * LINE_LENGTH)
    lines = list(lines_of(file))
    assert [(line.number, len(line.text), bool(line.problem)) for line in lines] == [
        (1, LINE_LENGTH - 1, False),
        (2, 0, True),
        (3, 1, False),
        (4, 0, True),
    ]
    assert lines[-1].end == file.tell()


def test_a_folder_is_read_by_name_with_how_far_it_is(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "b" / "c.jsonl").write_text(f"{json.dumps(ROW)}\n\n{{\n", encoding="utf-8")
    (tmp_path / "d.CSV").write_text("goal,url\nBake bread,example.org\n", encoding="utf-8")
    (tmp_path / "e.txt").write_text("no course", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    read: list[Read] = list(read_path(tmp_path, LIMITS, Fit()))
    assert [(one.path.name, one.line, bool(one.course)) for one in read] == [
        ("a.yaml", None, True),
        ("c.jsonl", 1, True),
        ("c.jsonl", 3, False),
        ("d.CSV", 2, True),
    ]
    shares = [one.share for one in read]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


CATALOGUE = Path(__file__).parents[3] / "shared" / "data" / "course-search" / "docs.jsonl"


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="needs the catalogue of real links in ../shared/data")
def test_a_catalogue_of_real_links_comes_in_whole() -> None:
    read = list(read_path(CATALOGUE, LIMITS, ALL))
    assert (len(read), [one.problem for one in read if one.problem]) == (2552, [])
    for content in (content for one in read if one.course for content in one.course.contents):
        assert LIMITS.goal_min <= len(content.goal) <= LIMITS.goal_max
        assert 1 <= len(content.steps) <= LIMITS.steps_max
        assert all(LIMITS.task_min <= len(step.task) <= LIMITS.task_max for step in content.steps)
        assert normal_topics(content.topics) == content.topics
    refused = [one.problem for one in read_path(CATALOGUE, LIMITS, Fit()) if one.problem]
    assert len(refused) == 794
    assert all("(--" in problem for problem in refused)

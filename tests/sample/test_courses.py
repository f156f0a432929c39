"""The sample community's courses keep the rules that members' courses keep."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from adapters.links.rules import target
from adapters.playground.members import MEMBERS
from bot.config import Limits
from bot.features.courses.imports import Fitted, read_course
from bot.model import Level

FOLDER = Path(__file__).parents[2] / "adapters/playground/sample"
FILES = sorted(FOLDER.glob("*.yaml"))
LIMITS = Limits()


def course(path: Path) -> Fitted:
    return read_course(path.read_text(encoding="utf-8"), LIMITS)


def test_only_courses_lie_there() -> None:
    assert sorted(FOLDER.iterdir()) == FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_course_is_imported_the_ordinary_way(path: Path) -> None:
    read = course(path)
    assert read.curator in {member.name for member in MEMBERS}
    assert read.content.level is not None
    assert read.content.language is not None
    assert read.content.topics


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_course_keeps_the_limits(path: Path) -> None:
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert LIMITS.goal_min <= len(said["goal"]) <= LIMITS.goal_max
    assert LIMITS.description_min <= len(said["description"]) <= LIMITS.description_max
    assert 2 <= len(said["checkpoints"]) <= LIMITS.steps_max
    for step in said["checkpoints"]:
        assert set(step) == {"task", "resource-url"}
        assert LIMITS.task_min <= len(step["task"]) <= LIMITS.task_max


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_course_leads_to_public_pages(path: Path) -> None:
    urls = [step.url for step in course(path).content.steps]
    assert len(set(urls)) == len(urls)
    for url in urls:
        assert target(url).scheme == "https"


def test_the_courses_make_a_community() -> None:
    courses = [course(path) for path in FILES]
    assert 14 <= len(courses) <= 20
    assert len({one.content.goal for one in courses}) == len(courses)
    assert {one.curator for one in courses} == {member.name for member in MEMBERS}
    assert {one.content.level for one in courses} == set(Level)
    languages = Counter(one.content.language for one in courses)
    assert set(languages) == {"en", "nl", "fr", "es", "tr"}
    assert languages["en"] > len(courses) / 2
    topics = Counter(topic for one in courses for topic in one.content.topics)
    assert len(topics) > 20
    assert topics.most_common(1)[0][1] > 2, "some topic joins several courses"

"""How two versions of a meetup differ, in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.features.meetups.differences import differences
from bot.meetups.meetup import MeetupContent
from bot.model import Level
from bot.ui import Time, plain, text

BEFORE = MeetupContent(
    "Bake bread", datetime(2026, 3, 5, 19, 0), "Europe/Brussels", 90, "Library", "https://meet.example/1",  # noqa: DTZ001 - a clock on a wall
    about="We knead.", topics=("bread",), course=1, level=Level.BEGINNER, bring="an apron", places=2,
)  # fmt: skip


def said(**changes: object) -> list[str]:
    return [plain(line) for line in differences(BEFORE, replace(BEFORE, **changes))]  # type: ignore[arg-type] # a test's shorthand


def test_what_is_the_same_is_no_news() -> None:
    assert said() == []
    assert said(wall=datetime(2026, 3, 5, 18, 0), zone="Europe/Lisbon") == [], "the same moment"  # noqa: DTZ001 - a clock on a wall


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"title": "Bake rye"}, "Title: “Bake bread” → “Bake rye”"),
        ({"title": "x" * 200}, f"Title: “Bake bread” → “{'x' * 99}…”"),
        ({"minutes": 120}, "Length: 90 min → 2 hours"),
        ({"address": ""}, "Where: “Library” → nothing"),
        ({"link": "https://meet.example/2"}, "There is another link"),
        ({"link": ""}, "There is no link any more"),
        ({"link_for_all": True}, "The link is for everybody now"),
        ({"about": "We rest."}, "The description was changed"),
        ({"about": ""}, "The description was removed"),
        ({"topics": ("rye", "bread")}, "Topics: bread → rye, bread"),
        ({"course": None}, "Course: C1 → nothing"),
        ({"level": None}, "Level: beginner → all"),
        ({"bring": "hunger"}, "Bring: “an apron” → “hunger”"),
        ({"places": None}, "Places: 2 → any number"),
    ],
)
def test_each_field_is_told_with_what_it_was(changes: dict[str, object], line: str) -> None:
    assert said(**changes) == [line]
    assert all("meet.example" not in one for one in said(**changes)), "not all who are told may see the link"


def test_another_time_is_told_on_each_readers_clock() -> None:
    later = replace(BEFORE, wall=datetime(2026, 3, 6, 19, 0))  # noqa: DTZ001 - a clock on a wall
    was, becomes = (Time(datetime(2026, 3, day, 18, 0, tzinfo=UTC)) for day in (5, 6))
    assert differences(BEFORE, later) == [text("When: ", was, " → ", becomes)]


def test_a_link_that_comes_is_told_without_it() -> None:
    (line,) = differences(replace(BEFORE, link=""), BEFORE)
    assert plain(line) == "There is a link to join online"

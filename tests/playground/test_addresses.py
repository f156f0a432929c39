"""Links of the playground lead back to their message, and nothing else does."""

from datetime import timedelta

import pytest

from adapters.playground.addresses import link_of, place_of, ref_in, ref_of, spot
from adapters.playground.moments import day_name, relative, show
from tests.doubles.core import NOW

REF = ref_of("courses", 12)


@pytest.mark.parametrize("channel", ["courses", "support-centre", "@ana"])
def test_a_link_is_read_back(channel: str) -> None:
    ref = ref_of(channel, 12)
    link = link_of(ref)
    assert ref_in(link) == ref
    assert ref_in(f"http://127.0.0.1:8080{link}") == ref
    assert ref_in(f"http://localhost:8080{link}&as=ben") == ref


@pytest.mark.parametrize(
    "other",
    [
        "",
        "/",
        "/?at=courses",
        "/?at=",
        "/?at=courses/",
        "/?at=courses/x",
        "/?at=../12",
        "/elsewhere?at=courses/12",
        "https://example.org/?at=courses/12",
        "http://[::1/?at=courses/12",
        "courses/12",
        "\x00",
    ],
)
def test_any_other_text_is_no_link(other: str) -> None:
    assert ref_in(other) is None


@pytest.mark.parametrize("other", ["", "slack:T1/C1/1", "playground:other/courses", "playground:home/", "courses/12"])
def test_any_other_text_is_no_address(other: str) -> None:
    assert spot(other) is None


def test_a_thread_is_the_place_named_by_its_root() -> None:
    found = spot(place_of("courses", 12))
    assert found is not None
    assert (found.channel, found.number) == ("courses", 12)
    assert str(place_of("courses", 12)) == str(REF)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Brussels", "Mon 4 May 2026, 11:30"),
        ("America/Montreal", "Mon 4 May 2026, 05:30"),
        ("Europe/Istanbul", "Mon 4 May 2026, 12:30"),
    ],
)
def test_each_reader_sees_their_own_time(zone: str, said: str) -> None:
    assert show(NOW, "datetime", zone, NOW) == said
    assert show(NOW, "date", zone, NOW) == said.partition(",")[0]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (59, "now"),
        (60, "in 1 minute"),
        (-7300, "2 hours ago"),
        (86400 * 3, "in 3 days"),
        (86400 * 14, "in 2 weeks"),
        (-86400 * 800, "2 years ago"),
    ],
)
def test_relative_times_use_the_largest_unit(seconds: int, said: str) -> None:
    assert relative(NOW + timedelta(seconds=seconds), NOW) == said


def test_days_are_named_as_people_do() -> None:
    today = NOW.date()
    names = [day_name(today.replace(day=day), today) for day in (4, 3, 1)]
    assert names == ["Today", "Yesterday", "Friday 1 May"]
    assert day_name(today.replace(year=2025), today) == "Sunday 4 May 2025"

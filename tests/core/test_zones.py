"""Time zones: whose rules, and what people type to name one."""

import contextlib
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import zones
from bot.config import Config
from bot.model import Person
from bot.zones import Teller

CONFIG = Config.model_validate({"community": {"timezone": "Asia/Kathmandu"}})


@pytest.mark.parametrize(
    ("own", "platform", "zone", "teller"),
    [
        ("America/Lima", "Europe/Lisbon", "America/Lima", Teller.PERSON),
        (None, "Europe/Lisbon", "Europe/Lisbon", Teller.PLATFORM),
        (None, None, "Asia/Kathmandu", Teller.COMMUNITY),
        ("Mars/Olympus", "Europe/Lisbon", "Europe/Lisbon", Teller.PLATFORM),
        ("../etc", "Mars/Olympus", "Asia/Kathmandu", Teller.COMMUNITY),
        ("America/Lima", "../etc", "America/Lima", Teller.PERSON),
        ("", "", "Asia/Kathmandu", Teller.COMMUNITY),
    ],
)
def test_ones_own_zone_rules_then_the_platforms_then_the_communitys(
    own: str | None, platform: str | None, zone: str, teller: Teller
) -> None:
    person = Person(1, "Ana", platform, own_zone=own)
    assert zones.told(person, CONFIG) == (ZoneInfo(zone), teller)
    assert zones.zone_of(person, CONFIG).key == zone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Brussels", "Europe/Brussels"),
        ("europe/brussels", "Europe/Brussels"),
        (" Europe / Brussels ", "Europe/Brussels"),
        ("brussels", "Europe/Brussels"),
        ("New York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Argentina/Buenos Aires", None),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Belgium", "Europe/Brussels"),
        ("US/Eastern", "US/Eastern"),
        ("utc", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("EST", None),
        ("Factory", None),
        ("localtime", None),
        ("../../etc/passwd", None),
        ("", None),
        ("\u200b", None),
    ],
)
def test_a_zone_is_read_as_people_write_it(typed: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(ValueError, match="time zone"):
            zones.named(typed)
    else:
        assert zones.named(typed) == name


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Brusels", "I know no time zone “Brusels”. Did you mean Europe/Brussels?"),
        ("Europe/Brusel", "Did you mean Europe/Brussels"),
        ("Mars", "Write an area and a big city in it, such as Europe/Brussels or America/New_York"),
        ("United States", "has several time zones. Name one, such as America/New_York, America/"),
        ("UTC+2", "hours alone don't tell when clocks are changed. Write an area"),
        ("+02:00", "hours alone"),
        ("x" * 5000, "…”. Write an area"),
    ],
)
def test_what_is_no_zone_is_said_with_the_cure(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"Write|Did you mean|Name one") as error:
        zones.named(typed)
    assert said in str(error.value)
    assert len(str(error.value)) < 200


@given(st.text(max_size=60))
def test_any_text_is_a_zone_or_told_kindly(typed: str) -> None:
    with contextlib.suppress(ValueError):
        found = zones.named(typed)
        assert ZoneInfo(found).key == found


def test_every_zone_is_found_by_its_name_and_suggested_while_it_is_typed() -> None:
    for name in zones.places():
        assert zones.named(name) == name
        assert name in [found for found, _ in zones.suggested(name.rpartition("/")[2], 25)]
    assert zones.places().keys() <= zones.names()


def test_suggestions_begin_with_the_city_and_know_countries() -> None:
    assert zones.suggested("brus", 25) == [("Europe/Brussels", "Belgium")]
    assert [name for name, _ in zones.suggested("belg", 25)] == ["Europe/Belgrade", "Europe/Brussels"]
    assert [name for name, _ in zones.suggested("lond", 1)] == ["Europe/London"]
    assert zones.suggested("brusels", 3)[0][0] == "Europe/Brussels"
    assert len(zones.suggested("a", 25)) == 25
    assert zones.suggested("zzzz", 25) == []

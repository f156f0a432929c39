"""Pictures that hang at an address for a while."""

from datetime import timedelta
from itertools import count

from bot.pictures import HANGING, MOST, Pictures
from tests.doubles.core import NOW


def gallery(public_url: str = "https://bot.example/") -> Pictures:
    names = count(1)
    return Pictures(public_url, lambda: f"secret-{next(names)}")


def test_a_picture_hangs_for_an_hour() -> None:
    pictures = gallery()
    assert pictures.hang(b"one", NOW) == "https://bot.example/pictures/secret-1.png"
    assert pictures.hang(b"two", NOW) == "https://bot.example/pictures/secret-2.png"
    assert pictures.at("secret-1", NOW + HANGING - timedelta(seconds=1)) == b"one"
    assert pictures.at("secret-1", NOW + HANGING) is None
    assert pictures.at("secret-3", NOW) is None


def test_the_oldest_of_many_goes() -> None:
    pictures = gallery()
    for number in range(MOST + 1):
        pictures.hang(bytes([number]), NOW)
    assert pictures.at("secret-1", NOW) is None
    assert pictures.at("secret-2", NOW) == b"\x01"
    assert pictures.at(f"secret-{MOST + 1}", NOW) == bytes([MOST])


def test_where_the_world_does_not_reach_us_nothing_hangs() -> None:
    pictures = gallery("")
    assert pictures.hang(b"one", NOW) == ""
    assert pictures.at("secret-1", NOW) is None

"""What people told of themselves."""

import pytest

from bot.model import Interests, Level
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, later, meet

TOLD = Interests(Level.MEDIUM, ("Python", "bread", "art"), ("Garden", "art"), NOW)


async def test_who_told_nothing_has_no_interests(unit: Unit) -> None:
    ana = await meet(unit)
    assert await unit.people.interests(ana.id) == Interests()
    assert await unit.people.interests(99) == Interests()
    assert await unit.people.interests(2**70) == Interests()


async def test_they_come_back_as_they_were_told(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    await unit.people.set_interests(ana.id, TOLD)
    assert await unit.people.interests(ana.id) == TOLD
    assert await unit.people.interests(ben.id) == Interests()
    assert await unit.people.get(ana.id) == ana, "a person shows nothing of it"


@pytest.mark.parametrize(
    "then",
    [
        TOLD,
        Interests(None, ("art",), ("Python",), later(9)),
        Interests(Level.BEGINNER, (), (), None),
        Interests(asked_at=later(9)),
        Interests(),
    ],
)
async def test_they_take_the_place_of_what_was_told_before(unit: Unit, then: Interests) -> None:
    ana = await meet(unit)
    for told in (TOLD, then, then):
        await unit.people.set_interests(ana.id, told)
        assert await unit.people.interests(ana.id) == told


async def test_who_would_rather_not_say_was_asked(unit: Unit) -> None:
    ana = await meet(unit)
    await unit.people.set_interests(ana.id, Interests(asked_at=NOW))
    assert await unit.people.interests(ana.id) == Interests(asked_at=NOW)


async def test_a_topic_told_twice_counts_once(unit: Unit) -> None:
    ana = await meet(unit)
    await unit.people.set_interests(ana.id, Interests(None, ("art", "Go", "ART"), ("  go ", "go"), NOW))
    found = await unit.people.interests(ana.id)
    assert [topic.casefold() for topic in found.learn] == ["art", "go"]
    assert [topic.strip() for topic in found.help] == ["go"]


async def test_any_text_is_a_topic(unit: Unit) -> None:
    ana = await meet(unit)
    odd = ("a\x00b", "\ud800", "\u200b", "👩‍👩‍👧", "%_!'\"", "é" * 200, "<!channel>", "\u202eabc")
    await unit.people.set_interests(ana.id, Interests(None, odd, odd, NOW))
    found = await unit.people.interests(ana.id)
    kept = tuple(topic.replace("\x00", "\ufffd").replace("\ud800", "\ufffd") for topic in odd)
    assert (found.learn, found.help) == (kept, kept)


async def test_somebody_we_do_not_know_tells_nothing(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await unit.people.set_interests(99, Interests(Level.MEDIUM, asked_at=NOW))
        assert await unit.people.interests(99) == Interests()
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await unit.people.set_interests(99, TOLD)


async def test_the_same_number_in_another_community_is_another_person(store: Store) -> None:
    for community, told in ((NORTH, TOLD), (SOUTH, Interests(None, ("other",), (), later(1)))):
        async with store.write(community) as unit:
            ana = await meet(unit)
            await unit.people.set_interests(ana.id, told)
    async with store.write(SOUTH) as unit:
        await unit.people.set_interests(1, Interests())
    async with store.read(NORTH) as unit:
        assert await unit.people.interests(1) == TOLD

"""Nothing of one community shows in another: every method, asked with the other one's ids."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot import ports
from bot.model import CourseContent, CourseQuery, OutboxState, Post, Profile, Ref, Workspace
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, ana, content, later, letter, meet, share

SUBJECT = "canary subject"
REF = Ref("slack:T1/canary")
Ask = Callable[[Unit], Awaitable[Any]]

READS: dict[str, Ask] = {
    "people.of": lambda unit: unit.people.of(ana()),
    "people.named": lambda unit: unit.people.named("canary"),
    "people.get": lambda unit: unit.people.get(1),
    "courses.get": lambda unit: unit.courses.get(1),
    "courses.search": lambda unit: unit.courses.search(CourseQuery("canary"), 0, 9),
    "courses.titled": lambda unit: unit.courses.titled("canary", 9),
    "courses.topics": lambda unit: unit.courses.topics(),
    "courses.telling": lambda unit: unit.courses.telling("canary secret goal topic step"),
    "courses.owners": lambda unit: unit.courses.owners("", 9),
    "posts.at": lambda unit: unit.posts.at(REF),
    "posts.of": lambda unit: unit.posts.of("course", SUBJECT),
    "outbox.claim": lambda unit: unit.outbox.claim(later(999), 1, 9, "south", ["slack"]),
    "outbox.due": lambda unit: unit.outbox.due(later(999), ["slack"]),
    "outbox.get": lambda unit: unit.outbox.get(1),
    "outbox.find": lambda unit: unit.outbox.find("course", SUBJECT, "", None),
    "outbox.counts": lambda unit: unit.outbox.counts(),
    "deliveries.forget": lambda unit: unit.deliveries.forget(later(999)),
    "drafts.get": lambda unit: unit.drafts.get(1, 1),
    "drafts.forget": lambda unit: unit.drafts.forget(later(999)),
}
CHANGES: dict[str, Ask] = {
    "people.update": lambda unit: unit.people.update(1, Profile("Intruder", "UTC", "xx"), NOW),
    "outbox.sent": lambda unit: unit.outbox.sent(2, Ref("slack:T2/x"), Workspace("slack", "T2"), NOW),
    "outbox.refresh": lambda unit: unit.outbox.refresh("course", SUBJECT, later(5)),
    "outbox.edited": lambda unit: unit.outbox.edited(2, "south", NOW, later(5)),
    "outbox.delay": lambda unit: unit.outbox.delay(2, later(1), "intruder", attempted=True),
    "outbox.doubt": lambda unit: unit.outbox.doubt(2, later(1), "intruder"),
    "outbox.close": lambda unit: unit.outbox.close(2, OutboxState.DEAD, "intruder"),
}
FRESH = {
    "people.meet": "test_people: the same account in two communities is two people",
    "people.add": "makes a new person",
    "courses.add": "makes a new course; below",
    "outbox.queue": "test_outbox: the same letter in two communities",
    "deliveries.add": "below",
    "drafts.keep": "below",
    "workspaces.all": "below",
}


async def fill(store: Store) -> None:
    async with store.write(NORTH) as unit:
        person = await meet(unit, name="Canary")
        course, _ = await unit.courses.add(_content(), person.id, NOW)
        assert (person.id, course.id) == (1, 1)
        await unit.outbox.queue([letter(SUBJECT, occurrence="posted"), letter(SUBJECT)], NOW)
        await unit.outbox.sent(1, REF, Workspace("slack", "T1"), NOW)
        await unit.deliveries.add("slack", "Ev1", NOW)
        await unit.drafts.keep(person.id, "course.share", {"goal": "canary"}, "", NOW)


def _content() -> CourseContent:
    return content("Sing like a canary", topics=("canary",))


async def picture(store: Store) -> list[object]:
    """Everything that the northern community can see of itself."""
    async with store.read(NORTH) as unit:
        return [
            await unit.people.get(1),
            await unit.courses.get(1),
            await unit.outbox.find("course", SUBJECT, "", None),
            await unit.outbox.find("course", SUBJECT, "posted", None),
            await unit.posts.of("course", SUBJECT),
            await unit.drafts.get(1, 1),
            await unit.workspaces.all(),
        ]


def test_every_method_of_every_repository_is_asked() -> None:
    kept = {name for name in dir(ports.Unit) if not name.startswith("_") and name != "community"}
    methods = {
        f"{name}.{method}"
        for name in kept
        for method in vars(getattr(ports, name.capitalize()))
        if not method.startswith("_")
    }
    assert methods == READS.keys() | CHANGES.keys() | FRESH.keys()


@pytest.fixture
async def filled(store: Store) -> Store:
    await fill(store)
    return store


async def test_the_other_community_sees_and_changes_nothing(filled: Store) -> None:
    before = await picture(filled)
    async with filled.write(SOUTH) as south:
        for name, ask in (READS | CHANGES).items():
            answer = await ask(south)
            nothing = not answer or not getattr(answer, "total", 1) or set(getattr(answer, "values", list)()) == {0}
            assert nothing, f"{name} gave {answer}"
    assert await picture(filled) == before
    async with filled.write(NORTH) as north:
        assert await north.deliveries.forget(later(999)) == 1
        assert await north.drafts.forget(later(999)) == 1


async def test_the_own_community_sees_all_of_it(filled: Store) -> None:
    """The counterpart: the questions above do have answers."""
    async with filled.write(NORTH) as north:
        for name, ask in sorted(READS.items(), key=lambda read: read[0] == "outbox.claim"):  # the claim last
            assert await ask(north), name


async def test_the_same_in_the_other_community_is_new_there(filled: Store) -> None:
    async with filled.write(SOUTH) as south:
        assert await south.deliveries.add("slack", "Ev1", NOW)
        assert (await share(south, "Sing like a canary")).id == 1
        assert await south.workspaces.all() == [Workspace("slack", "T2", "Team Two")]


async def test_a_row_cannot_point_into_the_other_community(filled: Store) -> None:
    with pytest.raises(ValueError, match="refuse"):
        async with filled.write(SOUTH) as south:
            await south.drafts.keep(1, "course.share", {}, "", NOW)
    with pytest.raises(ValueError, match="refuse"):
        async with filled.write(SOUTH) as south:
            await south.courses.add(_content(), 1, NOW)


async def test_the_same_message_address_in_two_communities_stays_two_posts(filled: Store) -> None:
    async with filled.write(SOUTH) as south:
        await south.outbox.queue([letter("southern")], NOW)
        await south.outbox.sent(1, REF, Workspace("slack", "T2"), NOW)
        assert [post.subject for post in [await south.posts.at(REF)] if post] == ["southern"]
    async with filled.read(NORTH) as north:
        assert await north.posts.at(REF) == Post("course", SUBJECT, Workspace("slack", "T1", "Team One"), REF)

"""Posts, deliveries, drafts, communities and workspaces."""

import pytest

from bot.model import Draft, Post, Ref, Workspace
from bot.ports import Store, Unit
from storage.drafts import KEPT
from tests.storage.sample import NORTH, NOW, SOUTH, later, letter, meet

TEAM = Workspace("slack", "T1", "Team One")


async def post(unit: Unit, subject: str, ref: str, workspace: Workspace = TEAM) -> None:
    await unit.outbox.queue([letter(subject, occurrence=ref)], NOW)
    (queued,) = await unit.outbox.find("course", subject, ref, None)
    await unit.outbox.sent(queued.id, Ref(ref), workspace, NOW)


async def test_posts_are_found_by_message_and_by_subject(unit: Unit) -> None:
    guild = Workspace("discord", "G1", "ignored: the workspace's own name counts")
    await post(unit, "1", "slack:T1/1")
    await post(unit, "1", "discord:G1/1", guild)
    await post(unit, "2", "slack:T1/2")
    assert await unit.posts.at(Ref("slack:T1/2")) == Post("course", "2", TEAM, Ref("slack:T1/2"))
    assert await unit.posts.at(Ref("slack:T1/3")) is None
    assert {(found.ref, found.workspace.id) for found in await unit.posts.of("course", "1")} == {
        ("slack:T1/1", "T1"),
        ("discord:G1/1", "G1"),
    }
    assert await unit.posts.of("meetup", "1") == []


async def test_a_message_stands_for_the_last_thing_said_there(unit: Unit) -> None:
    await post(unit, "1", "slack:T1/1")
    await post(unit, "2", "slack:T1/1")
    assert [found.subject for found in [await unit.posts.at(Ref("slack:T1/1"))] if found] == ["2"]
    assert await unit.posts.of("course", "1") == []


async def test_a_delivery_is_handled_once(unit: Unit) -> None:
    assert await unit.deliveries.add("slack", "Ev1", NOW)
    assert not await unit.deliveries.add("slack", "Ev1", later(9))
    assert await unit.deliveries.add("discord", "Ev1", NOW)
    assert await unit.deliveries.add("slack", "Ev2", NOW)


async def test_old_deliveries_are_forgotten(unit: Unit) -> None:
    for n in range(4):
        await unit.deliveries.add("slack", f"Ev{n}", later(n))
    assert await unit.deliveries.forget(later(2)) == 2
    assert await unit.deliveries.forget(later(2)) == 0
    assert await unit.deliveries.add("slack", "Ev0", NOW)
    assert not await unit.deliveries.add("slack", "Ev2", NOW)


async def test_a_draft_is_for_the_one_who_typed_it(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    typed = {"goal": "Le\x00arn \ud800", "steps": "a\nb"}
    number = await unit.drafts.keep(ana.id, "course.share", typed, "s", NOW)
    assert await unit.drafts.get(number, ana.id) == Draft(number, ana.id, "course.share", typed, "s")
    assert await unit.drafts.get(number, ben.id) is None
    assert await unit.drafts.get(number + 1, ana.id) is None


async def test_every_draft_is_kept_beside_the_others(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2")
    theirs = await unit.drafts.keep(ben.id, "course.share", {"goal": "b"}, "", NOW)
    numbers = [await unit.drafts.keep(ana.id, "course.share", {"goal": str(n)}, "", later(n)) for n in range(KEPT + 2)]
    kept = [await unit.drafts.get(number, ana.id) for number in numbers]
    assert kept[:2] == [None, None], "the oldest of many go"
    assert [draft.values["goal"] for draft in kept[2:] if draft] == [str(n) for n in range(2, KEPT + 2)]
    assert await unit.drafts.get(theirs, ben.id) is not None


async def test_drafts_are_forgotten(unit: Unit) -> None:
    ana = await meet(unit)
    numbers = [await unit.drafts.keep(ana.id, f"f{n}", {}, "", later(n)) for n in range(4)]
    assert await unit.drafts.forget(later(2)) == 2
    left = [number for number in numbers if await unit.drafts.get(number, ana.id)]
    assert left == numbers[2:]


async def test_a_workspace_belongs_to_one_community(store: Store) -> None:
    assert await store.community_of(TEAM) == NORTH
    assert await store.community_of(Workspace("slack", "T9")) is None
    assert await store.community_of(Workspace("discord", "T1")) is None
    with pytest.raises(ValueError, match="another community"):
        await store.join(TEAM, SOUTH)
    assert await store.community_of(TEAM) == NORTH
    await store.join(Workspace("discord", "G1", "Guild"), NORTH)
    async with store.read(NORTH) as unit:
        assert await unit.workspaces.all() == [Workspace("discord", "G1", "Guild"), TEAM]


async def test_joining_again_updates_the_name_and_an_empty_one_leaves_it(store: Store) -> None:
    await store.join(Workspace("slack", "T1", "Renamed"), NORTH)
    await store.join(Workspace("slack", "T1"), NORTH)
    async with store.read(NORTH) as unit:
        assert await unit.workspaces.all() == [Workspace("slack", "T1", "Renamed")]


async def test_communities_are_listed_and_founding_again_only_renames(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)
    await store.found(NORTH, "Renamed")
    assert await store.communities() == [NORTH, SOUTH]
    async with store.write(NORTH) as unit:
        assert (await meet(unit, "U2", "Ben")).id == 2

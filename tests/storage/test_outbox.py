"""The outbox: what must be said once."""

import pytest

from bot.model import Letter, OutboxState, Post, Recipient, Ref, Workspace
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, later, letter

SLACK = ("slack",)


async def claimed(unit: Unit, seconds: float = 0, limit: int = 10) -> list[Letter]:
    return list(await unit.outbox.claim(later(seconds), 30, limit, "worker", SLACK))


async def only(unit: Unit, subject: str = "1") -> Letter:
    (found,) = await unit.outbox.find("course", subject, "", None)
    return found


async def test_a_queued_letter_is_new_and_marked(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    queued = await only(unit)
    assert (queued.id, queued.state, queued.attempts, queued.due_at) == (1, OutboxState.NEW, 0, NOW)
    assert (queued.claimed_at, queued.ref, queued.error) == (None, None, "")
    assert len(queued.key) == 22
    assert queued.key.isalnum()


async def test_queueing_again_changes_nothing(unit: Unit) -> None:
    await unit.outbox.queue([letter(), letter(due_at=later(99))], NOW)
    first = await only(unit)
    await unit.outbox.queue(iter([letter(due_at=later(5))]), later(60))
    await unit.outbox.queue([], NOW)
    assert await only(unit) == first


async def test_each_part_of_the_key_makes_another_letter_with_another_marker(unit: Unit) -> None:
    letters = [
        letter(),
        letter("2"),
        letter(recipient=Recipient("account:slack:T1:U1")),
        letter(occurrence="x"),
        letter(kind="k"),
    ]
    await unit.outbox.queue(letters, NOW)
    given = await claimed(unit)
    assert len({one.key for one in given}) == len({one.id for one in given}) == len(letters)


async def test_the_same_letter_in_two_communities_has_two_markers(store: Store) -> None:
    keys = set()
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            await unit.outbox.queue([letter()], NOW)
            keys.add((await only(unit)).key)
    assert len(keys) == 2


async def test_claim_gives_due_letters_oldest_first_as_they_were(unit: Unit) -> None:
    dues = {"1": later(3), "2": later(1), "3": None, "4": later(99)}
    await unit.outbox.queue([letter(subject, due_at=due) for subject, due in dues.items()], NOW)
    given = await claimed(unit, 10)
    assert [(one.subject, one.state, one.attempts, one.claimed_at) for one in given] == [
        (subject, OutboxState.NEW, 0, None) for subject in ("3", "2", "1")
    ]
    after = await only(unit, "3")
    assert (after.state, after.attempts, after.claimed_at) == (OutboxState.SENDING, 1, later(10))
    assert await claimed(unit, 39) == []


async def test_claim_takes_no_more_than_asked(unit: Unit) -> None:
    await unit.outbox.queue([letter(str(n)) for n in range(5)], NOW)
    assert [len(await claimed(unit, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


async def test_claim_and_due_look_at_the_platforms_asked_for(unit: Unit) -> None:
    recipients = ("channel:slack:T1:courses", "account:discord:G1:5", "place:discord:G1/7")
    await unit.outbox.queue([letter(recipient=Recipient(to)) for to in recipients], NOW)
    assert not await unit.outbox.due(NOW, ())
    assert not await unit.outbox.due(NOW, ("playground",))
    assert await unit.outbox.due(NOW, ("discord", "slack"))
    assert not await unit.outbox.due(later(-1), ("discord",))
    assert len(await unit.outbox.claim(NOW, 30, 10, "worker", ("discord",))) == 2
    assert not await unit.outbox.due(NOW, ("discord",))
    assert await unit.outbox.claim(NOW, 30, 10, "worker", ()) == []
    assert len(await claimed(unit)) == 1


async def test_after_the_lease_a_letter_is_in_doubt_since_its_first_claim(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    await claimed(unit)
    for seconds in (30, 60):
        assert await unit.outbox.due(later(seconds), SLACK)
        (doubtful,) = await claimed(unit, seconds)
        assert (doubtful.state, doubtful.claimed_at, doubtful.attempts) == (OutboxState.SENDING, NOW, 1)


async def test_a_sent_letter_stands_at_a_message_and_is_done(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    (one,) = await claimed(unit)
    team = Workspace("slack", "T1", "Team One")
    await unit.outbox.sent(one.id, Ref("slack:T1/C1/1.1"), team, later(1))
    assert (await only(unit)).state is OutboxState.SENT
    assert (await only(unit)).ref == "slack:T1/C1/1.1"
    assert await unit.posts.of("course", "1") == [Post("course", "1", team, Ref("slack:T1/C1/1.1"))]
    assert await claimed(unit, 9999) == []


@pytest.mark.parametrize(("attempted", "attempts"), [(True, 1), (False, 0)])
async def test_a_delayed_letter_is_new_again_later(unit: Unit, *, attempted: bool, attempts: int) -> None:
    await unit.outbox.queue([letter()], NOW)
    (one,) = await claimed(unit)
    await unit.outbox.delay(one.id, later(50), "asked to wait", attempted=attempted)
    delayed = await only(unit)
    assert (delayed.state, delayed.attempts, delayed.error) == (OutboxState.NEW, attempts, "asked to wait")
    assert (delayed.due_at, delayed.claimed_at) == (later(50), None)
    assert await claimed(unit, 49) == []
    assert [again.attempts for again in await claimed(unit, 50)] == [attempts]


async def test_a_doubtful_letter_is_looked_up_after_its_moment(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    (one,) = await claimed(unit)
    await unit.outbox.doubt(one.id, later(200), "no answer")
    assert await claimed(unit, 199) == []
    (doubtful,) = await claimed(unit, 200)
    assert (doubtful.state, doubtful.error, doubtful.claimed_at) == (OutboxState.SENDING, "no answer", NOW)


@pytest.mark.parametrize("state", [OutboxState.DEAD, OutboxState.UNKNOWN])
async def test_a_closed_letter_stays_closed(unit: Unit, state: OutboxState) -> None:
    await unit.outbox.queue([letter()], NOW)
    (one,) = await claimed(unit)
    await unit.outbox.close(one.id, state, "why")
    assert await claimed(unit, 9999) == []
    assert ((await only(unit)).state, (await only(unit)).error) == (state, "why")
    with pytest.raises(ValueError, match="asleep"):
        await unit.outbox.close(one.id, "asleep", "")


async def test_what_was_sent_stays_sent_whatever_a_slow_worker_says(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    (one,) = await claimed(unit)
    await unit.outbox.sent(one.id, Ref("slack:T1/C1/1.1"), Workspace("slack", "T1"), NOW)
    await unit.outbox.delay(one.id, NOW, "", attempted=True)
    await unit.outbox.doubt(one.id, NOW, "")
    await unit.outbox.close(one.id, OutboxState.DEAD, "")
    assert (await only(unit)).state is OutboxState.SENT


async def test_find_and_counts(unit: Unit) -> None:
    await unit.outbox.queue([letter(), letter(recipient=Recipient("account:slack:T1:U1")), letter(occurrence="x")], NOW)
    found = await unit.outbox.find("course", "1", "", None)
    assert [one.recipient for one in found] == ["channel:slack:T1:courses", "account:slack:T1:U1"]
    assert len(await unit.outbox.find("course", "1", "", Recipient("account:slack:T1:U1"))) == 1
    assert await unit.outbox.find("course", "1", "", Recipient("account:slack:T1:U2")) == []
    await claimed(unit, limit=1)
    counts = await unit.outbox.counts()
    assert counts == {"new": 2, "sending": 1, "sent": 0, "unknown": 0, "dead": 0, "unreached": 0}


# Edits: one row for each message, which goes round.

EDIT = 2
"""The number of the edit of the first letter."""


async def edit(unit: Unit) -> Letter:
    found = await unit.outbox.get(EDIT)
    assert found is not None
    return found


async def standing(unit: Unit) -> None:
    """Have one letter stand at a message, and refresh it."""
    await unit.outbox.queue([letter()], NOW)
    (one,) = await claimed(unit)
    await unit.outbox.sent(one.id, Ref("slack:T1/C1/1.1"), Workspace("slack", "T1"), NOW)
    await unit.outbox.refresh("course", "1", NOW)


async def test_refresh_writes_an_edit_of_each_message_of_the_subject(unit: Unit) -> None:
    recipients = ("channel:slack::courses", "account:discord:G1:5", "place:playground:home/7")
    await unit.outbox.queue([letter(recipient=Recipient(to)) for to in recipients], NOW)
    await unit.outbox.queue([letter("2"), letter(kind="k"), letter(occurrence="dead")], NOW)
    await unit.outbox.close(6, OutboxState.DEAD, "")
    await unit.outbox.refresh("course", "1", later(3))
    edits = [await unit.outbox.get(number) for number in range(7, 12)]
    assert [one and one.recipient for one in edits] == [
        "edit:slack::1",
        "edit:discord:G1:2",
        "edit:playground:home:3",
        None,
        None,
    ]
    for one in edits[:3]:
        assert one is not None
        assert (one.kind, one.subject, one.state, one.due_at) == ("course", "1", OutboxState.NEW, later(3))
        assert one.recipient.letter == one.id - 6
    assert [one.id for one in await unit.outbox.claim(later(3), 30, 9, "x", ("discord",))] == [2, 8]


async def test_refreshing_a_message_whose_edit_waits_adds_nothing(unit: Unit) -> None:
    await standing(unit)
    first = await edit(unit)
    for seconds in range(1, 4):
        await unit.outbox.refresh("course", "1", later(seconds))
    assert await edit(unit) == first
    assert [one.id for one in await claimed(unit, 9)] == [EDIT]
    assert await claimed(unit, 9) == []


async def test_an_edit_that_was_made_may_be_made_again_after_its_pace(unit: Unit) -> None:
    await standing(unit)
    await claimed(unit, 1)
    assert await unit.outbox.edited(EDIT, "worker", later(1), later(3))
    assert (await edit(unit)).state is OutboxState.SENT
    assert await claimed(unit, 999) == []
    await unit.outbox.refresh("course", "1", later(2))
    assert await claimed(unit, 2.9) == []
    assert [one.id for one in await claimed(unit, 3)] == [EDIT]
    assert await unit.outbox.edited(EDIT, "worker", later(3), later(5))
    await unit.outbox.refresh("course", "1", later(60))
    assert (await edit(unit)).due_at == later(60)


async def test_a_refresh_takes_the_claim_away_and_the_edit_is_made_once_more(unit: Unit) -> None:
    await standing(unit)
    await claimed(unit, 1)
    await unit.outbox.refresh("course", "1", later(1))
    assert await claimed(unit, 30) == [], "its lease still runs: nobody else works on the message"
    assert not await unit.outbox.edited(EDIT, "worker", later(1), later(3))
    assert ((await edit(unit)).state, (await edit(unit)).due_at) == (OutboxState.NEW, later(3))


@pytest.mark.parametrize("first_to_end", ["late", "other"])
async def test_who_was_overtaken_has_the_edit_made_once_more(unit: Unit, first_to_end: str) -> None:
    await standing(unit)
    await claimed(unit, 1)
    (again,) = await unit.outbox.claim(later(31), 30, 9, "other", SLACK)
    assert (again.id, again.state) == (EDIT, OutboxState.SENDING)
    if first_to_end == "other":
        assert await unit.outbox.edited(EDIT, "other", later(31), later(33))
    assert not await unit.outbox.edited(EDIT, "worker", later(1), later(32))
    assert (await edit(unit)).state is OutboxState.NEW
    if first_to_end == "late":
        assert not await unit.outbox.edited(EDIT, "other", later(31), later(33))
    assert (await edit(unit)).state is OutboxState.NEW


async def test_a_claim_is_told_by_its_moment_too(unit: Unit) -> None:
    """The same process may find its own slow edit again when the lease has run out."""
    await standing(unit)
    await claimed(unit, 1)
    await unit.outbox.refresh("course", "1", later(2))
    await claimed(unit, 31)
    assert not await unit.outbox.edited(EDIT, "worker", later(1), later(32))


async def test_an_edit_that_failed_is_dead_until_the_next_refresh(unit: Unit) -> None:
    await standing(unit)
    await claimed(unit, 1)
    assert await unit.outbox.edited(EDIT, "worker", later(1), later(3), "gone")
    assert ((await edit(unit)).state, (await edit(unit)).error) == (OutboxState.DEAD, "gone")
    await unit.outbox.refresh("course", "1", later(9))
    assert [(one.id, one.attempts) for one in await claimed(unit, 9)] == [(EDIT, 0)]


async def test_an_edit_in_doubt_is_made_again_though_another_one_was_made(unit: Unit) -> None:
    await standing(unit)
    await claimed(unit, 1)
    await unit.outbox.claim(later(31), 30, 9, "other", SLACK)
    assert await unit.outbox.edited(EDIT, "other", later(31), later(32))
    await unit.outbox.delay(EDIT, later(40), "no answer", attempted=True)
    assert [one.id for one in await claimed(unit, 40)] == [EDIT]


async def test_edits_are_neither_posts_nor_letters_and_do_not_count(unit: Unit) -> None:
    await standing(unit)
    await unit.outbox.queue([letter("2", "account:slack:T1:U1")], NOW)
    await unit.outbox.close(3, OutboxState.DEAD, "shut")
    assert (await only(unit)).id == 1
    assert await unit.outbox.find("course", "1", "", (await edit(unit)).recipient) == []
    counts = await unit.outbox.counts()
    assert counts == {"new": 0, "sending": 0, "sent": 1, "unknown": 0, "dead": 0, "unreached": 1}
    await claimed(unit, 1)
    await unit.outbox.edited(EDIT, "worker", later(1), later(2))
    assert len(await unit.posts.of("course", "1")) == 1


async def test_a_letter_is_no_edit(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    await claimed(unit)
    assert not await unit.outbox.edited(1, "someone else", NOW, NOW)
    assert (await only(unit)).state is OutboxState.SENDING


async def unknown(unit: Unit, *subjects: str) -> list[Letter]:
    """Leave letters of which nobody knows whether they arrived, claimed one after the other."""
    for second, subject in enumerate(subjects):
        await unit.outbox.queue([letter(subject)], NOW)
        (one,) = await claimed(unit, second)
        await unit.outbox.close(one.id, OutboxState.UNKNOWN, "I can't look up whether it arrived.")
    return [await only(unit, subject) for subject in subjects]


async def test_unknown_letters_are_listed_the_longest_first(unit: Unit) -> None:
    letters = await unknown(unit, "b", "a", "c")
    await unit.outbox.queue([letter("d")], NOW)
    assert await unit.outbox.unknown(9) == (letters, 3)
    assert await unit.outbox.unknown(2) == (letters[:2], 3)


async def test_an_unknown_letter_is_sent_again_once_under_a_new_marker(unit: Unit) -> None:
    (lost,) = await unknown(unit, "1")
    assert await unit.outbox.resend(lost.id, lost.key, later(60))
    again = await only(unit)
    assert (again.state, again.attempts, again.claimed_at, again.error) == (OutboxState.NEW, 0, None, "")
    assert again.key != lost.key
    assert not await unit.outbox.resend(lost.id, lost.key, later(61)), "somebody has decided already"
    assert not await unit.outbox.forget(lost.id, lost.key)
    (sent,) = await claimed(unit, 61)
    assert (sent.key, sent.due_at) == (again.key, later(60))
    await unit.outbox.close(sent.id, OutboxState.UNKNOWN, "Nobody knows this time either.")
    assert not await unit.outbox.resend(lost.id, lost.key, later(62)), "an old button speaks of an old try"
    assert await unit.outbox.resend(lost.id, again.key, later(62))


async def test_an_unknown_letter_is_let_be_once(unit: Unit) -> None:
    (lost,) = await unknown(unit, "1")
    assert await unit.outbox.forget(lost.id, lost.key)
    assert (await only(unit)).state is OutboxState.DEAD
    assert not await unit.outbox.forget(lost.id, lost.key)
    assert not await unit.outbox.resend(lost.id, lost.key, later(9))
    assert await unit.outbox.unknown(9) == ([], 0)


async def test_no_other_letter_is_sent_again_or_let_be(unit: Unit) -> None:
    await unit.outbox.queue([letter()], NOW)
    one = await only(unit)
    assert not await unit.outbox.resend(one.id, one.key, later(9))
    assert not await unit.outbox.forget(one.id, one.key)
    assert not await unit.outbox.resend(99, one.key, later(9))
    assert await only(unit) == one

"""Nothing of one community shows in another: every method, asked with the other one's ids."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from bot import ports
from bot.care import Escalation, FlagKind, Outcome, Reason, Settled, Stage, Standing, Why
from bot.doors import Door, Queue
from bot.health import FOUND, Checked, Presence
from bot.meetups.acts import Say
from bot.meetups.meetup import Answer, Meetup, MeetupContent, MeetupQuery
from bot.model import (
    Account,
    ChangeKind,
    Course,
    CourseContent,
    CourseQuery,
    Interests,
    Level,
    OutboxState,
    Page,
    Person,
    Post,
    Profile,
    Ref,
    Workspace,
)
from bot.nudges import Carer, DigestKind, Item
from bot.ports import Store, Unit
from bot.records import Record
from bot.urls import resource_key
from bot.usage import Viewed, Week
from storage.outbox import marker
from tests.storage.sample import NORTH, NOW, SOUTH, ana, content, later, letter, meet, share

SUBJECT = "canary subject"
GONE = Account("slack", "T1", "U9")
REF = Ref("slack:T1/canary")
KEY = marker(NORTH, letter(SUBJECT, occurrence="unknown"), NOW)
NOT_THERE = Checked(Presence.GONE, "404 Not Found")
LONG_AFTER = later(2 * 10**7)
Ask = Callable[[Unit], Awaitable[Any]]

SEEN = Course(
    **asdict(content()) | {"steps": content().steps},
    id=1,
    owner=None,
    created_at=NOW,
    updated_at=NOW,
    reviewed_at=NOW,
    revision=1,
    step_numbers=(1, 2),
    steps_drawn=2,
    root=1,
)
"""What somebody of the other community holds in their hands."""


PLAN = MeetupContent("Sing like a canary", datetime(2026, 6, 11, 19, 0), "UTC", topics=("canary",), places=1)  # noqa: DTZ001 - a clock on a wall


async def _told(unit: Unit) -> Interests | None:
    found = await unit.people.interests(1)
    return None if found == Interests() else found


async def _settled(unit: Unit) -> Settled | None:
    found = await unit.reviews.attend(1, 1, later(5), Outcome.REVIEWED)
    return None if found == Settled() else found


async def _started(unit: Unit) -> int:
    return (await unit.learning.started(1, 0, 9))[1]


async def _carer(unit: Unit) -> Carer | None:
    found = await unit.carers.of(1)
    return None if found == Carer(1) else found


async def _door(unit: Unit) -> Door | None:
    found = await unit.doors.of(ana())
    return None if found == Door() else found


async def _queue(unit: Unit) -> Queue | None:
    found = await unit.doors.queue(Account("slack", "T1", "U9"), NOW - timedelta(days=1), NOW)
    return None if found == Queue() else found


async def _given_away(unit: Unit) -> object:
    """Offer what is asked to others for a moment."""
    await unit.digests.end([5], Outcome.OFFERED, NOW)
    found = await unit.digests.given_away(1)
    await unit.digests.reopen(5)
    return found


async def _heard(unit: Unit) -> object:
    """Take a course from the stewards' list for a moment."""
    way = await unit.escalations.of(1)
    await unit.escalations.end(1)
    heard = await unit.flags.heard([1])
    if way is not None:
        await unit.escalations.put(way)
    return heard


async def _held(unit: Unit) -> int:
    return (await unit.joinings.holdings(1)).courses


async def _listed(unit: Unit) -> int:
    return (await unit.escalations.listed(0, 9))[1]


async def _counted(unit: Unit) -> int:
    return (await unit.rsvps.counts([1]))[1].going


async def _planned(unit: Unit) -> int:
    return (await unit.meetups.upcoming(MeetupQuery(), NOW, 0, 9)).total


async def _in_use(unit: Unit) -> int:
    return (await unit.usage.freshness(NOW, 8)).used


async def _unreachable(unit: Unit) -> int:
    return (await unit.insights.unreachable(9))[1]


async def _unknown(unit: Unit) -> int:
    return (await unit.outbox.unknown(9))[1]


async def _archived(unit: Unit) -> list[Record]:
    return [record for kind in get_args(Record) for record in await unit.archive.page(kind, None, 9)]


READS: dict[str, Ask] = {
    "archive.page": _archived,
    "people.of": lambda unit: unit.people.of(ana()),
    "people.named": lambda unit: unit.people.named("canary"),
    "people.get": lambda unit: unit.people.get(1),
    "people.interests": _told,
    "looks.due": lambda unit: unit.looks.due(later(999), 9),
    "looks.turn": lambda unit: unit.looks.turn(),
    "doors.muted_at": lambda unit: unit.doors.muted_at(1),
    "people.present": lambda unit: unit.people.present("canary", 9),
    "people.owners": lambda unit: unit.people.owners([1], 7),
    "people.gone": lambda unit: unit.people.gone(2),
    "meetups.get": lambda unit: unit.meetups.get(1),
    "meetups.change": lambda unit: unit.meetups.change(1, 2),
    "meetups.upcoming": _planned,
    "meetups.titled": lambda unit: unit.meetups.titled("canary", NOW, 9),
    "meetups.topics": lambda unit: unit.meetups.topics(NOW),
    "hostings.of": lambda unit: unit.hostings.of(1),
    "rsvps.turning": lambda unit: unit.rsvps.turning(LONG_AFTER, 9),
    "rsvps.of": lambda unit: unit.rsvps.of(1, 1),
    "rsvps.several": lambda unit: unit.rsvps.several([1], 1),
    "rsvps.counts": _counted,
    "rsvps.goers": lambda unit: unit.rsvps.goers(1, 9),
    "rsvps.concerned": lambda unit: unit.rsvps.concerned(1),
    "handovers.of": lambda unit: unit.handovers.of(1),
    "handovers.to": lambda unit: unit.handovers.to(1),
    "handovers.by": lambda unit: unit.handovers.by(4),
    "handovers.put_up_by": lambda unit: unit.handovers.put_up_by(1),
    "handovers.looking": lambda unit: unit.handovers.looking(0, 9),
    "escalations.of": lambda unit: unit.escalations.of(1),
    "escalations.left_by": lambda unit: unit.escalations.left_by(1),
    "escalations.due": lambda unit: unit.escalations.due(later(999), 9),
    "escalations.listed": _listed,
    "courses.get": lambda unit: unit.courses.get(1),
    "courses.several": lambda unit: unit.courses.several([1]),
    "courses.changes": lambda unit: unit.courses.changes(1, 0, 9),
    "courses.of_lineage": lambda unit: unit.courses.of_lineage(1, 1),
    "courses.by_page": lambda unit: unit.courses.by_page("canary-page"),
    "courses.using": lambda unit: unit.courses.using(["https://example.org/a"], 9),
    "learning.of": lambda unit: unit.learning.of(1, 1),
    "learning.started": _started,
    "shelf.holds": lambda unit: unit.shelf.holds(1, 1),
    "shelf.of": lambda unit: unit.shelf.of(1, 0, 9),
    "resources.known": lambda unit: unit.resources.known(["https://example.org/a"]),
    "resources.due": lambda unit: unit.resources.due(later(999)),
    "resources.claim": lambda unit: unit.resources.claim(later(999), 1, 9),
    "resources.check_due": lambda unit: unit.resources.check_due(later(999_999)),
    "resources.claim_checks": lambda unit: unit.resources.claim_checks(later(999_999), 1, 9),
    "resources.ailing": lambda unit: unit.resources.ailing(["https://example.org/b"]),
    "courses.search": lambda unit: unit.courses.search(CourseQuery("canary"), 0, 9),
    "courses.titled": lambda unit: unit.courses.titled("canary", 9),
    "courses.topics": lambda unit: unit.courses.topics(),
    "courses.telling": lambda unit: unit.courses.telling("canary secret goal topic step"),
    "courses.owners": lambda unit: unit.courses.owners("", 9),
    "usage.of": lambda unit: unit.usage.of([1], NOW),
    "usage.freshness": _in_use,
    "usage.stale": lambda unit: unit.usage.stale(LONG_AFTER, 9),
    "usage.has_week": lambda unit: unit.usage.has_week(8),
    "usage.weeks": lambda unit: unit.usage.weeks(1),
    "insights.reasons": lambda unit: unit.insights.reasons(NOW),
    "insights.switched_off": lambda unit: unit.insights.switched_off(),
    "insights.unreachable": _unreachable,
    "posts.at": lambda unit: unit.posts.at(REF),
    "posts.of": lambda unit: unit.posts.of("course", SUBJECT),
    "outbox.claim": lambda unit: unit.outbox.claim(later(999), 1, 9, "south", ["slack"]),
    "outbox.due": lambda unit: unit.outbox.due(later(999), ["slack"]),
    "outbox.unknown": _unknown,
    "outbox.get": lambda unit: unit.outbox.get(1),
    "outbox.find": lambda unit: unit.outbox.find("course", SUBJECT, "", None),
    "doors.queue": _queue,
    "doors.of": _door,
    "carers.of": _carer,
    "carers.due": lambda unit: unit.carers.due(NOW + timedelta(days=999)),
    "carers.next": lambda unit: unit.carers.next(NOW + timedelta(days=999), 9),
    "digests.get": lambda unit: unit.digests.get(4),
    "digests.latest": lambda unit: unit.digests.latest(1),
    "digests.open": lambda unit: unit.digests.open(1),
    "digests.given_away": _given_away,
    "digests.before": lambda unit: unit.digests.before(5),
    "digests.asked": lambda unit: unit.digests.asked(5),
    "outbox.counts": lambda unit: unit.outbox.counts(),
    "deliveries.forget": lambda unit: unit.deliveries.forget(later(999)),
    "joinings.offered": lambda unit: unit.joinings.offered("canary"),
    "joinings.missed": lambda unit: unit.joinings.missed(1, later(-1)),
    "joinings.holdings": _held,
    "joinings.of": lambda unit: unit.joinings.of(3),
    "joinings.forget": lambda unit: unit.joinings.forget(later(999), later(999)),
    "flags.open": lambda unit: unit.flags.open(1),
    "flags.get": lambda unit: unit.flags.get(1),
    "flags.by": lambda unit: unit.flags.by(1),
    "flags.heard": _heard,
    "flags.unread": lambda unit: unit.flags.unread(9),
    "drafts.get": lambda unit: unit.drafts.get(1, 1),
    "drafts.forget": lambda unit: unit.drafts.forget(later(999)),
}
CHANGES: dict[str, Ask] = {
    "people.update": lambda unit: unit.people.update(1, Profile("Intruder", "UTC", "xx"), NOW),
    "courses.remove_co_owner": lambda unit: unit.courses.remove_co_owner(1, 3, None, NOW),
    "people.set_zone": lambda unit: unit.people.set_zone(1, "UTC", NOW),
    "doors.mute": lambda unit: unit.doors.mute(1, None),
    "people.left": lambda unit: unit.people.left(ana(), NOW),
    "people.came": lambda unit: unit.people.came(GONE),
    "meetups.edit": lambda unit: unit.meetups.edit(_meetup(), replace(PLAN, title="Intruded"), 1, NOW),
    "meetups.cancel": lambda unit: unit.meetups.cancel(1, 1, NOW),
    "meetups.remove_co_host": lambda unit: unit.meetups.remove_co_host(1, 3),
    "meetups.follow_clocks": lambda unit: unit.meetups.follow_clocks(NOW),
    "hostings.end": lambda unit: unit.hostings.end(1),
    "hostings.accept": lambda unit: unit.hostings.accept(1, 3),
    "rsvps.play": lambda unit: unit.rsvps.play(1, Say(1, Answer.CANT, later(99)), later(99)),
    "handovers.end": lambda unit: unit.handovers.end(1),
    "handovers.accept": lambda unit: unit.handovers.accept(1, 1, NOW),
    "handovers.adopt": lambda unit: unit.handovers.adopt(1, 1, NOW),
    "handovers.move": lambda unit: unit.handovers.move(1, None, None, NOW, ChangeKind.LEFT),
    "handovers.put_up": lambda unit: unit.handovers.put_up(1, NOW),
    "escalations.begin": lambda unit: unit.escalations.begin(1, Why.SILENT, NOW),
    "escalations.cancel": lambda unit: unit.escalations.cancel(1, NOW),
    "escalations.resume": lambda unit: unit.escalations.resume(1, NOW),
    "escalations.end": lambda unit: unit.escalations.end(1),
    "escalations.reached": lambda unit: unit.escalations.reached(1),
    "escalations.move": lambda unit: unit.escalations.move(1, Stage.ADOPTION, None),
    "people.set_interests": lambda unit: unit.people.set_interests(1, Interests(Level.MEDIUM, asked_at=NOW)),
    "courses.edit": lambda unit: unit.courses.edit(replace(SEEN, revision=2), content("Intruded"), (1, 2), 1, NOW),
    "courses.set_archived": lambda unit: unit.courses.set_archived(1, 1, NOW, on=True),
    "courses.open_page": lambda unit: unit.courses.open_page(1, "intruder"),
    "courses.show_page": lambda unit: unit.courses.show_page(1, on=False),
    "resources.learn": lambda unit: unit.resources.learn("https://example.org/a", Page("", "Intruder"), NOW),
    "resources.missed": lambda unit: unit.resources.missed(resource_key("https://example.org/a"), None),
    "resources.checked": lambda unit: unit.resources.checked(resource_key("https://example.org/b"), FOUND, NOW),
    "reviews.set_interval": lambda unit: unit.reviews.set_interval(1, 7),
    "reviews.attend": _settled,
    "reviews.undo": lambda unit: unit.reviews.undo(1, NOW, Standing(later(-5))),
    "joinings.join": lambda unit: unit.joinings.join(1, "canary", NOW),
    "joinings.part": lambda unit: unit.joinings.part(3, 3, NOW),
    "flags.put": lambda unit: unit.flags.put(1, 1, FlagKind.OTHER, "Intruded", NOW),
    "carers.reached": lambda unit: unit.carers.reached(1, later(7)),
    "carers.missed": lambda unit: unit.carers.missed(1, later(7)),
    "carers.told": lambda unit: unit.carers.told(1, later(7)),
    "digests.sent": lambda unit: unit.digests.sent(4, later(7)),
    "digests.end": lambda unit: unit.digests.end([5], Outcome.GONE, later(7)),
    "digests.reopen": lambda unit: unit.digests.reopen(5),
    "digests.snooze": lambda unit: unit.digests.snooze(5, later(7)),
    "digests.opened": lambda unit: unit.digests.opened(1, later(7)),
    "digests.answer": lambda unit: unit.digests.answer(1, later(7)),
    "digests.doubt": lambda unit: unit.digests.doubt(5, later(7)),
    "flags.settle": lambda unit: unit.flags.settle(2, 1, NOW, Outcome.REVIEWED),
    "flags.reopen": lambda unit: unit.flags.reopen(1, later(9)),
    "flags.revive": lambda unit: unit.flags.revive(1, later(9)),
    "outbox.sent": lambda unit: unit.outbox.sent(2, Ref("slack:T2/x"), Workspace("slack", "T2"), NOW),
    "outbox.refresh": lambda unit: unit.outbox.refresh("course", SUBJECT, later(5)),
    "outbox.edited": lambda unit: unit.outbox.edited(2, "south", NOW, later(5)),
    "outbox.delay": lambda unit: unit.outbox.delay(2, later(1), "intruder", attempted=True),
    "outbox.doubt": lambda unit: unit.outbox.doubt(2, later(1), "intruder"),
    "insights.switch": lambda unit: unit.insights.switch(Reason.DUE, NOW, on=True),
    "outbox.resend": lambda unit: unit.outbox.resend(3, KEY, later(5)),
    "outbox.forget": lambda unit: unit.outbox.forget(3, KEY),
    "outbox.close": lambda unit: unit.outbox.close(2, OutboxState.DEAD, "intruder"),
}
FRESH = {
    "digests.needs": "test_digests: each community has its own needs",
    "digests.next_need": "test_digests: each community has its own needs",
    "usage.count": "below: a row cannot point into the other community",
    "usage.keep_week": "test_usage: each community has its own",
    "usage.forget": "below",
    "reviews.intervals": "test_reviews: each community has its own",
    "reviews.set_intervals": "test_reviews: each community has its own",
    "archive.add": "test_transfer: the same archive in two communities is two",
    "courses.add_many": "makes new courses, as courses.add does",
    "people.meet": "test_people: the same account in two communities is two people",
    "people.add": "makes a new person",
    "courses.add": "makes a new course; below",
    "courses.fork": "makes a new course; below",
    "carers.prefer": "below: a row cannot point into the other community",
    "carers.plan": "below: a row cannot point into the other community",
    "carers.turned": "below: a row cannot point into the other community",
    "digests.make": "below: a row cannot point into the other community",
    "digests.take_up": "below: a row cannot point into the other community",
    "courses.add_co_owner": "below: a row cannot point into the other community",
    "learning.start": "below: a row cannot point into the other community",
    "learning.set_done": "below: a row cannot point into the other community",
    "shelf.set": "below: a row cannot point into the other community",
    "outbox.queue": "test_outbox: the same letter in two communities",
    "joinings.offer": "below: a row cannot point into the other community",
    "joinings.miss": "below: a row cannot point into the other community",
    "meetups.add": "makes a new meetup; below",
    "hostings.offer": "below: a row cannot point into the other community",
    "meetups.add_co_host": "below: a row cannot point into the other community",
    "handovers.offer": "below: a row cannot point into the other community",
    "escalations.put": "below: a row cannot point into the other community",
    "resources.take_hosts": "test_resources: each community has its own hosts",
    "looks.plan": "test_looks: each community has its own",
    "looks.doubt": "test_looks: each community has its own",
    "looks.settle": "test_looks: each community has its own",
    "looks.took": "test_looks: each community has its own",
    "doors.opened": "test_doors: each community has its own",
    "doors.place": "test_doors: each community has its own",
    "doors.shut": "test_doors: each community has its own",
    "deliveries.add": "below",
    "drafts.keep": "below",
    "workspaces.all": "below",
}


async def fill(store: Store) -> None:
    async with store.write(NORTH) as unit:
        person = await meet(unit, name="Canary")
        course, _ = await unit.courses.add(_content(), person.id, NOW)
        assert (person.id, course.id) == (1, 1)
        edited = await unit.courses.edit(course, _content(), (1, 2), person.id, NOW)
        assert edited is not None
        await unit.courses.open_page(course.id, "canary-page")
        await unit.doors.mute(person.id, NOW)
        await unit.looks.plan(ana(), NOW)
        await unit.looks.took(7)
        await unit.people.set_interests(person.id, Interests(Level.BEGINNER, ("canaries",), (), NOW))
        await unit.learning.set_done(person.id, course.id, 1, NOW, on=True)
        await unit.shelf.set(person.id, course.id, NOW, on=True)
        await unit.resources.learn("https://example.org/a", Page("https://example.org/a", "Canary title"), NOW)
        letters = [letter(SUBJECT, occurrence=one) for one in ("posted", "", "unknown")]
        await unit.outbox.queue(letters, NOW)
        await unit.outbox.close(3, OutboxState.UNKNOWN, "Nobody knows.")
        await unit.insights.switch(Reason.DUE, NOW, on=False)
        for days in range(6):
            await unit.resources.checked(resource_key("https://example.org/b"), NOT_THERE, later(86400 * days))
        await unit.outbox.sent(1, REF, Workspace("slack", "T1"), NOW)
        await unit.flags.put(course.id, person.id, FlagKind.OTHER, "It is about eagles", NOW)
        await unit.flags.settle(1, person.id, later(9), Outcome.UPDATED)
        await unit.flags.put(course.id, person.id, FlagKind.OTHER, "It is about canaries", NOW)
        await unit.people.meet(GONE, Profile("Canary too"), NOW)
        await unit.people.left(GONE, NOW)
        for user, name in (("U3", "Canary here"), ("U4", "Canary there")):
            await meet(unit, user, name)
        await unit.joinings.offer(4, "canary", later(600))
        await unit.courses.add_co_owner(course.id, 3, 1, NOW)
        joining = await unit.joinings.join(3, "canary", NOW)
        assert joining is not None
        assert joining.id == 3
        await unit.joinings.offer(1, "canary", later(600))
        await unit.joinings.miss(1, NOW, NOW)
        await unit.handovers.offer(course.id, 4, person.id, NOW)
        await unit.handovers.put_up(course.id, NOW)
        await unit.escalations.put(Escalation(course.id, 1, Stage.ADOPTION, Why.LEFT, NOW, NOW))
        await unit.doors.opened(ana(), NOW)
        await unit.doors.place(ana(), NOW)
        await unit.deliveries.add("slack", "Ev1", NOW)
        await unit.digests.make(person.id, DigestKind.DIGEST, [Item(course.id, Reason.DUE, NOW)], NOW)
        await unit.digests.take_up(person.id, course.id, Reason.DUE, NOW)
        await unit.digests.sent(4, NOW)
        await unit.carers.prefer(Carer(person.id, weekday=3))
        await unit.carers.missed(person.id, NOW)
        await unit.drafts.keep(person.id, "course.share", {"goal": "canary"}, "", NOW)
        await unit.usage.count([Viewed(course.id, moment.toordinal(), 3) for moment in (NOW, LONG_AFTER)])
        await unit.usage.keep_week(Week(8, 1, 1))
        await _meet_up(unit)


async def _meet_up(unit: Unit) -> None:
    meetup, _ = await unit.meetups.add(PLAN, 1, NOW, "canary")
    await unit.meetups.edit(meetup, replace(PLAN, about="Canaries"), 1, NOW)
    await unit.meetups.add_co_host(meetup.id, 3)
    await unit.hostings.offer(meetup.id, 1, 3, NOW)
    for one in (1, 3):
        await unit.rsvps.play(meetup.id, Say(one, Answer.GOING, NOW), NOW)


def _content() -> CourseContent:
    return content("Sing like a canary", topics=("canary",))


def _meetup() -> Meetup:
    plan = {name: getattr(PLAN, name) for name in asdict(PLAN)}
    return Meetup(**plan, id=1, host=Person(1, "Canary"), created_at=NOW, updated_at=NOW, revision=2)


async def picture(store: Store) -> list[object]:
    """Everything that the northern community can see of itself."""
    async with store.read(NORTH) as unit:
        return [
            await unit.people.get(1),
            await unit.courses.get(1),
            await unit.courses.by_page("canary-page"),
            await unit.people.interests(1),
            await unit.doors.muted_at(1),
            await unit.learning.of(1, 1),
            await unit.shelf.of(1, 0, 9),
            await unit.meetups.get(1),
            await unit.rsvps.of(1, 1),
            await unit.handovers.of(1),
            await unit.escalations.of(1),
            await unit.people.gone(2),
            await unit.resources.known(["https://example.org/a"]),
            await unit.resources.ailing(["https://example.org/b"]),
            await unit.outbox.find("course", SUBJECT, "", None),
            await unit.outbox.find("course", SUBJECT, "posted", None),
            await unit.outbox.find("course", SUBJECT, "unknown", None),
            await unit.insights.switched_off(),
            await unit.posts.of("course", SUBJECT),
            await unit.drafts.get(1, 1),
            await unit.carers.of(1),
            await unit.digests.get(4),
            await unit.usage.of([1], NOW),
            await unit.usage.weeks(1),
            await unit.flags.open(1),
            await unit.joinings.of(3),
            await unit.joinings.offered("canary"),
            await unit.joinings.missed(1, later(-1)),
            await unit.flags.get(1),
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
        assert await south.usage.keep_week(Week(8, 2, 2))
        assert await south.usage.forget(NOW.toordinal() + 9) == 0
        assert (await share(south, "Sing like a canary")).id == 1
        assert await south.workspaces.all() == [Workspace("slack", "T2", "Team Two")]


async def test_a_row_cannot_point_into_the_other_community(filled: Store) -> None:
    with pytest.raises(ValueError, match="refuse"):
        async with filled.write(SOUTH) as south:
            await south.drafts.keep(1, "course.share", {}, "", NOW)
    with pytest.raises(ValueError, match="refuse"):
        async with filled.write(SOUTH) as south:
            await south.courses.add(_content(), 1, NOW)


TOUCHES: dict[str, Ask] = {
    "fork": lambda unit: unit.courses.fork(SEEN, 1, NOW),
    "co-owners": lambda unit: unit.courses.add_co_owner(1, 1, None, NOW),
    "start": lambda unit: unit.learning.start(1, 1, NOW),
    "done": lambda unit: unit.learning.set_done(1, 1, 1, NOW, on=True),
    "shelf": lambda unit: unit.shelf.set(1, 1, NOW, on=True),
    "wishes": lambda unit: unit.carers.prefer(Carer(1)),
    "plan": lambda unit: unit.carers.plan(1, NOW),
    "turn": lambda unit: unit.carers.turned(1, 1, NOW),
    "digest": lambda unit: unit.digests.make(1, DigestKind.SILENCE, [], NOW),
    "act": lambda unit: unit.digests.take_up(1, 1, Reason.DUE, NOW),
    "code": lambda unit: unit.joinings.offer(1, "canary", NOW),
    "wrong code": lambda unit: unit.joinings.miss(1, NOW, NOW),
    "offer": lambda unit: unit.handovers.offer(1, None, 1, NOW),
    "escalation": lambda unit: unit.escalations.put(Escalation(1, None, Stage.BEGUN, Why.SILENT, NOW)),
    "meetup": lambda unit: unit.meetups.add(PLAN, 1, NOW, "canary"),
    "hosting": lambda unit: unit.hostings.offer(1, 1, 3, NOW),
    "co-hosts": lambda unit: unit.meetups.add_co_host(1, 1),
    "looks": lambda unit: unit.usage.count([Viewed(1, NOW.toordinal(), 1)]),
}


@pytest.mark.parametrize("touch", TOUCHES)
async def test_nothing_can_be_hung_onto_what_is_the_other_communitys(filled: Store, touch: str) -> None:
    before = await picture(filled)
    with pytest.raises(ValueError, match="refuse"):
        async with filled.write(SOUTH) as south:
            await TOUCHES[touch](south)
    assert await picture(filled) == before


async def test_the_same_message_address_in_two_communities_stays_two_posts(filled: Store) -> None:
    async with filled.write(SOUTH) as south:
        await south.outbox.queue([letter("southern")], NOW)
        await south.outbox.sent(1, REF, Workspace("slack", "T2"), NOW)
        assert [post.subject for post in [await south.posts.at(REF)] if post] == ["southern"]
    async with filled.read(NORTH) as north:
        assert await north.posts.at(REF) == Post("course", SUBJECT, Workspace("slack", "T1", "Team One"), REF)

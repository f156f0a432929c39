"""A community in which everything that leaves a trace was done: what an export must bring back."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.app import COMMUNITY
from bot.care import Escalation, FlagKind, Outcome, Stage, Why
from bot.health import Checked, Presence
from bot.meetups.acts import Say
from bot.meetups.meetup import Answer, MeetupContent
from bot.model import (
    Account,
    ChangeKind,
    Checkpoint,
    Course,
    Interests,
    Letter,
    Level,
    Page,
    Person,
    Profile,
    Recipient,
    Ref,
    ResourceKind,
    Workspace,
)
from bot.ports import Unit
from bot.urls import resource_key
from bot.usage import Viewed, Week
from storage.tables import METADATA
from tests.storage.people_filled import run_on
from tests.storage.sample import NOW, content, later, meet

CANVAS = "https://example.org/canvas"


async def fill(unit: Unit) -> None:
    """Let two members and a curator do all that leaves a trace."""
    ana, ben = await meet(unit, "U1", "Ana"), await meet(unit, "U2", "Ben “the =SUM(1)” 🦊")
    curator = await unit.people.add("Charlotte", later(0.25))
    await unit.people.update(ana.id, Profile("Ana", "Europe/Lisbon", "pt"), later(7))
    await unit.people.set_zone(ana.id, "Asia/Kathmandu", later(8))
    for one in (ana, ben):
        await unit.doors.mute(one.id, later(8))
    await unit.people.set_interests(ana.id, Interests(Level.MEDIUM, ("sea", "art"), ("bread",), later(3)))
    first, _ = await unit.courses.add(
        content("Bake “bread” 🍞", topics=("bread", "food"), level=Level.BEGINNER, language="en"), ana.id, NOW
    )
    await unit.courses.add(
        content("Know the sea", description="All of the sea."), curator.id, NOW, "a file of Charlotte"
    )
    fork, _ = await unit.courses.fork(first, ben.id, later(60))
    steps = (*first.steps, Checkpoint("Draw", CANVAS))
    edited = await unit.courses.edit(first, replace(content("Bake rye"), steps=steps), (2, 1, 3), ben.id, later(90))
    assert edited is not None
    gone, _ = await unit.courses.add(content("Learn Flash"), ben.id, later(100))
    await unit.handovers.move(gone.id, ana.id, ben.id, later(150), ChangeKind.HANDED_OVER)
    await unit.reviews.attend(gone.id, ana.id, later(160), Outcome.REVIEWED)
    await unit.courses.set_archived(gone.id, ana.id, later(200), on=True)
    await unit.courses.add_co_owner(first.id, ben.id, ana.id, later(210))
    await unit.courses.remove_co_owner(first.id, ben.id, ben.id, later(211))
    for person in (ben.id, curator.id):
        await unit.courses.add_co_owner(first.id, person, ana.id, later(212))
    await unit.courses.open_page(first.id, "token-of-a-page")
    await unit.courses.show_page(first.id, on=False)
    await unit.learning.start(ben.id, first.id, later(300))
    await unit.learning.set_done(ben.id, first.id, 3, later(301), on=True)
    await unit.learning.set_done(ben.id, first.id, 1, later(302), on=True)
    await unit.learning.start(ana.id, fork.id, later(303))
    await unit.shelf.set(ana.id, fork.id, later(400), on=True)
    page = Page(CANVAS, "Canvas", "en", "Draw!", ResourceKind.VIDEO, ("art",), "https://example.org/a")
    await unit.resources.learn(CANVAS, page, later(500))
    await post(unit, first.id)
    await care(unit, first, fork)
    await meetups(unit, first)
    await belong_together(unit, ben, first)


async def care(unit: Unit, first: Course, fork: Course) -> None:
    """Let links break, readers flag, owners be asked, courses be offered and escalated, and accounts leave."""
    for days in range(6):
        gone = Checked(Presence.GONE, "404 Not Found", moved_to="https://example.org/moved")
        await unit.resources.checked(resource_key("https://example.org/b"), gone, later(86400 * days))
    alive = Checked(Presence.ALIVE, "200 OK", tag="t1", changed="Mon, 04 May 2026 09:30:00 GMT")
    await unit.resources.checked(resource_key(CANVAS), alive, later(900))
    await unit.reviews.set_interval(first.id, 90)
    flags = [await unit.flags.put(first.id, n, FlagKind.OUTDATED, "It says “2019”.", later(700 + n)) for n in (1, 2)]
    assert flags[0]
    await unit.flags.settle(flags[0][0].id, 1, later(800), Outcome.UPDATED)
    await unit.handovers.offer(first.id, 1, 2, later(900))
    await unit.handovers.offer(fork.id, None, 1, later(901))
    await unit.handovers.put_up(fork.id, later(902))
    await unit.escalations.put(Escalation(fork.id, 2, Stage.ADOPTION, Why.SILENT, later(903), later(904)))
    await unit.usage.count([Viewed(first.id, NOW.toordinal(), 3)])
    await unit.usage.keep_week(Week(NOW.toordinal(), 3, 2))
    dora = await meet(unit, "U4", "Dora")
    await unit.people.left(dora.accounts[0], later(950))
    await run_on(unit, ask)


async def meetups(unit: Unit, course: Course) -> None:
    """Let a meetup be planned, changed, answered and cancelled, and another one be a part of a series."""
    content = MeetupContent(
        "Bake “together” 🍞", datetime(2026, 6, 11, 19, 0), "Europe/Lisbon", 90, "Rua do Sol 1", "https://example.org/m",  # noqa: DTZ001 - a clock on a wall
        link_for_all=True, about="Bring hunger.", topics=("bread", "food"), course=course.id, level=Level.MEDIUM,
        bring="An apron", places=1,
    )  # fmt: skip
    meetup, _ = await unit.meetups.add(content, 1, later(1000), "a plan of Ana's")
    other, _ = await unit.meetups.add(replace(content, course=None, topics=("sea",)), 2, later(1001), "a plan of Ben's")
    edited = await unit.meetups.edit(meetup, replace(content, title="Bake rye together"), 1, later(1002))
    assert edited is not None
    await unit.meetups.add_co_host(meetup.id, 2)
    going, maybe, cant = Answer.GOING, Answer.MAYBE, Answer.CANT
    for n, (person, answer) in enumerate(
        ((1, going), (2, going), (3, maybe), (1, cant)), 1003
    ):  # Ben has an offer then
        await unit.rsvps.play(meetup.id, Say(person, answer, later(n)), later(n))
    await unit.meetups.cancel(other.id, 2, later(1010))
    await unit.hostings.offer(meetup.id, 1, 3, later(1011))
    rows = METADATA.tables["meetup"]
    its = (rows.c.community == COMMUNITY) & (rows.c.id == other.id)
    series = rows.update().where(its).values(series=7, slot="2026-06-12T19:00")
    await run_on(unit, lambda db: db.execute(series))


def ask(db: Connection) -> None:
    """Write down what reminders leave behind."""
    moments = {name: later(n) for n, name in enumerate(("paused_until", "away_until", "greeted_at", "digest_at"), 1000)}
    said = {"weekday": 1, "hour": 9, "stopped": True, "without": '["due", "question"]', "rounds": 2}
    lost = {"unreachable_since": later(1010), "told_at": later(1011)}
    rows: list[tuple[str, dict[str, object]]] = [
        ("digest", {"id": 50, "person": 1, "kind": "digest", "made_at": NOW, "sent_at": NOW, "answered_at": later(5)}),
        ("asked", {
            "id": 51, "digest": 50, "position": 0, "person": 1, "course": 1, "reason": "due", "asked_at": NOW,
            "tapped_at": later(1), "not_useful_at": later(2), "settled_at": later(3), "outcome": "snoozed",
            "settled_by": 1, "until": later(4), "before": '{"reviewed_at": "2026-05-04T09:30:00+00:00"}',
        }),
    ]  # fmt: skip
    for name, row in rows:
        db.execute(METADATA.tables[name].insert(), {"community": COMMUNITY} | row)
    carer = METADATA.tables["carer"]
    ana = (carer.c.community == COMMUNITY) & (carer.c.person == 1)
    db.execute(carer.update().where(ana).values(moments | said | lost))
    course = METADATA.tables["course"]
    its = (course.c.community == COMMUNITY) & (course.c.id == 3)
    db.execute(course.update().where(its).values(snoozed_until=later(2000), taken_at=later(1000)))
    community = METADATA.tables["community"]
    db.execute(community.update().where(community.c.id == COMMUNITY).values(care_drawn=60))


async def belong_together(unit: Unit, ben: Person, course: Course) -> None:
    """Join Ben and somebody who learned and flagged on another platform, and two who parted again."""
    there = await unit.people.meet(Account("discord", "G1", "9"), Profile("Benny"), later(1100))
    await unit.learning.set_done(there.id, course.id, 2, later(1101), on=True)
    await unit.flags.put(course.id, there.id, FlagKind.OTHER, "The same, from there", later(1102))
    await unit.shelf.set(there.id, course.id, later(1103), on=True)
    for number, parted in ((there.id, False), ((await meet(unit, "U5", "Eve")).id, True)):
        await unit.joinings.offer(number, "digest", later(2000))
        joining = await unit.joinings.join(ben.id, "digest", later(1200))
        assert joining
        if parted:
            await unit.joinings.part(joining.id, ben.id, later(1300))


async def post(unit: Unit, course: int) -> None:
    """Let a card of a course stand somewhere, and a private word about it."""
    card = Letter("course.card", str(course), Recipient("channel:slack:T1:courses"))
    private = Letter("course.forked", str(course), Recipient("account:slack:T1:U1"))
    inherited = Letter("course.inherited", "1", Recipient("account:slack:T1:U2"))  # from Ana
    await unit.outbox.queue([card, private, inherited], NOW)
    claimed = await unit.outbox.claim(NOW, 60, 9, "me", ["slack"])
    for letter, place in zip(claimed, ("C9", "D9", "D8"), strict=True):
        await unit.outbox.sent(
            letter.id, Ref(f"slack:T1/{place}/{course}.5"), Workspace("slack", "T1"), later(600), opens=place != "C9"
        )

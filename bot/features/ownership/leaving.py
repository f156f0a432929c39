"""Leaving: what becomes of somebody's courses when their last account is gone, and how they come back to them."""

from dataclasses import replace
from datetime import datetime

from bot.care import Escalation, Stage, Why
from bot.commands import Background, Context, action, listen, post
from bot.config import Config
from bot.courses.attention import HANDOVER, ask_again
from bot.courses.naming import CourseArgs, course_of
from bot.features.ownership import handover, ladder
from bot.features.ownership.moving import MONTH, changed_hands, named, show, told
from bot.features.ownership.weekly import WEEK
from bot.letters import letters_to
from bot.model import Account, ChangeKind, Course, CourseQuery, Letter, Person
from bot.offers import UNREACHED
from bot.ports import Unit
from bot.requests import Event, EventKind
from bot.ui import Block, Button, Buttons, Card, Code, note, paragraph, token

INHERITED = "course.inherited"
"""The kind of letter that tells a co-owner what came to them; its subject is the person who left."""
BACK = "owner.back"
"""The kind of letter to somebody who came back; its subject is their number."""
PAGE = 100
"""Courses of a leaver that are read at a time."""
SHOWN = 5
"""Courses that one letter names; of the others it tells how many they are."""


@listen(EventKind.LEFT)
async def gone(background: Background, event: Event) -> None:
    """Note that an account is gone; with a person's last one their courses go on."""
    person = await background.unit.people.left(event.account, background.now)
    if person is not None and not person.accounts:
        await leave(background.unit, person, background.now, background.config)


async def leave(unit: Unit, person: Person, now: datetime, config: Config) -> None:
    """Pass on all that somebody looked after: to co-owners, else to the stewards' list. Archived courses wait there."""
    heirs: dict[int, Person] = {}
    for archived in (False, True):
        while found := (await unit.courses.search(CourseQuery(owner=person.id, archived=archived), 0, PAGE)).courses:
            for course in found:
                heir = None if archived else ladder.heir_of(course)
                way = await _way_of(unit, course.id, person, now)
                await _pass(unit, course, way, heir, now, ChangeKind.LEFT)
                await changed_hands(unit, course.id, person.id, now, config)
                heirs |= {heir.id: heir} if heir else {}
    await unit.outbox.queue(letters_to(heirs.values(), INHERITED, str(person.id), now.isoformat()), now)
    for offer in await unit.handovers.to(person.id):
        await _unanswered(unit, offer.course, now)


async def _way_of(unit: Unit, course: int, leaver: Person, now: datetime) -> Escalation:
    """Begin the way of a leaver's course; what had only just come to them from another leaver stays that one's."""
    before = await unit.escalations.of(course)
    if before is not None and before.stage is Stage.PASSED and now - before.since <= MONTH:
        return before
    return Escalation(course, leaver.id, Stage.BEGUN, Why.LEFT, now)


async def _pass(
    unit: Unit, course: Course, way: Escalation, heir: Person | None, now: datetime, kind: ChangeKind
) -> None:
    """Give a course to an heir, or put it on the stewards' list; what its owner offered to somebody stays offered."""
    offer = await unit.handovers.of(course.id)
    by = course.owner.id if course.owner else None
    await unit.handovers.move(course.id, heir.id if heir else None, by, now, kind)
    if heir:
        await unit.escalations.put(replace(way, stage=Stage.PASSED, due_at=way.since + MONTH))
        return
    await unit.escalations.put(replace(way, stage=Stage.STEWARDS, due_at=now + WEEK))
    if offer and offer.giver and offer.taker.accounts:
        await unit.handovers.offer(course.id, offer.giver.id, offer.taker.id, offer.offered_at)


async def _unanswered(unit: Unit, course: int, now: datetime) -> None:
    """End an offer to somebody who left, and tell who made it."""
    offer = await unit.handovers.end(course)
    if offer is None:
        return
    await ask_again(unit, course, offer.offered_at, now)
    if offer.giver is None:
        await ladder.to_stewards(unit, course, now)
        return
    await unit.outbox.queue(letters_to([offer.giver], handover.ANSWER, str(course), offer.told(UNREACHED)), now)


@post(INHERITED, why="you look after courses whose owner has left")
async def tell_heir(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to a co-owner to whom a leaver's courses came."""
    unit = background.unit
    leaver = await unit.people.get(int(letter.subject))
    heir = await unit.people.of(Account.parse(letter.recipient.address))
    if leaver is None or heir is None:
        return None
    ways = [way for way in await unit.escalations.left_by(leaver.id) if way.stage is Stage.PASSED]
    courses = [one for one in await unit.courses.several([way.course for way in ways]) if _is_of(one, heir)]
    if courses:
        return inherited_card(leaver, courses)
    said = "All of that is settled. Thank you!"
    return Card(said, (paragraph(said),)) if letter.ref else None


def _is_of(course: Course, person: Person) -> bool:
    return course.owner is not None and course.owner.id == person.id


def inherited_card(leaver: Person, courses: list[Course]) -> Card:
    """Tell a co-owner what they look after now, with a way to say no to each."""
    said = f"{leaver.name} has left, and you look after what you shared the care of:"
    blocks: list[Block] = [paragraph(said)]
    for course in courses[:SHOWN]:
        blocks += [
            paragraph(*named(course)),
            Buttons((Button("No thanks", token("course.pass_on", course.id)), show(course))),
        ]
    more = len(courses) - SHOWN
    rest = (f"{more} more: ", Code("/course list mine"), ". ") if more > 0 else ()
    hint = "If they come back within a month, and you haven't reviewed it, it is theirs again."
    return Card(f"{leaver.name} has left: {len(courses)} of their courses came to you", (*blocks, note(*rest, hint)))


@action("course.pass_on", args=CourseArgs, changes=True)
async def pass_on(ctx: Context, args: CourseArgs) -> Card:
    """Say no to a course that came to somebody because its owner left: the next co-owner has it, or the stewards."""
    course = await course_of(ctx, args)
    way = await ctx.unit.escalations.of(course.id)
    if not _is_of(course, ctx.person):
        return told("You don't look after {} any more.", course)
    if way is None or way.stage is not Stage.PASSED or course.archived_at:
        return told(
            "{} is yours by now. You can hand it over.", course, Button("Hand over", token(HANDOVER, course.id))
        )
    heir = ladder.heir_of(course)
    await _pass(ctx.unit, course, way, heir, ctx.now, ChangeKind.HANDED_OVER)
    await changed_hands(ctx.unit, course.id, ctx.person.id, ctx.now, ctx.config)
    await ctx.unit.outbox.refresh(INHERITED, str(way.owner), ctx.now)
    letters = letters_to([heir], INHERITED, str(way.owner), ctx.now.isoformat())
    await ctx.unit.outbox.queue(letters, ctx.now)
    return told("All right, I look for somebody else for {}. Thank you for saying so.", course)


@listen(EventKind.CAME)
async def came(background: Background, event: Event) -> None:
    """Give back what somebody left behind lately, unless another one made it theirs; tell them what is still free."""
    unit, now = background.unit, background.now
    person = await unit.people.came(event.account)
    if person is None:
        return
    ways = await unit.escalations.left_by(person.id)
    for way in ways:
        if now - way.since <= MONTH:
            await _give_back(unit, way, person, now, background.config)
    if ways:
        await unit.outbox.refresh(INHERITED, str(person.id), now)
        await unit.outbox.queue(letters_to([person], BACK, str(person.id), now.isoformat()), now)


async def _give_back(unit: Unit, way: Escalation, person: Person, now: datetime, config: Config) -> None:
    course = await unit.courses.get(way.course)
    if course is None:
        return
    await unit.handovers.move(course.id, person.id, person.id, now, ChangeKind.RETURNED)
    if course.owner:
        await unit.courses.add_co_owner(course.id, course.owner.id, person.id, now)
    await changed_hands(unit, course.id, person.id, now, config)


@post(BACK, why="you are back where you looked after courses")
async def welcome_back(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to somebody who came back."""
    unit, person = background.unit, int(letter.subject)
    own = await unit.courses.search(CourseQuery(owner=person), 0, SHOWN)
    left = await unit.courses.several([way.course for way in await unit.escalations.left_by(person)])
    free = [course for course in left if course.owner is None and course.archived_at is None]
    blocks: list[Block] = []
    if own.total:
        blocks.append(paragraph("You look after these again:"))
        blocks += [block for course in own.courses for block in (paragraph(*named(course)), Buttons((show(course),)))]
        more = own.total - len(own.courses)
        blocks += [note(f"{more} more: ", Code("/course list mine"), ".")] if more > 0 else []
    if free:
        blocks.append(paragraph("These were yours and still look for somebody. Would you take them back?"))
        for course in free[:SHOWN]:
            adopt = Button("Take it back", token("course.adopt", course.id), "primary")
            blocks += [paragraph(*named(course)), Buttons((adopt, show(course)))]
    return Card("Welcome back!", (paragraph("Welcome back!"), *blocks)) if blocks else None

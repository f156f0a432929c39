"""What a message to an owner shows: the state of this moment, read once, for cards that are pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.care import Flag, Outcome
from bot.commands import Background
from bot.features.ownership.given import Given
from bot.health import LinkHealth
from bot.model import Course, Person
from bot.nudges import Asked, Carer, Digest, Item, ranked
from bot.ports import Unit


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a course that its owner should look at.

    Attributes:
        link: the link that has been broken longest.
        flags: the open flags of readers, the newest first.
    """

    link: LinkHealth | None = None
    flags: Sequence[Flag] = ()


@dataclass(frozen=True, slots=True)
class View:
    """An owner's courses that need a look, as they stand now.

    Attributes:
        items: all that they are to be asked about, the weightiest first.
        courses: those courses that are shown, by number.
        evidence: what speaks for a look at each of them.
    """

    person: Person
    carer: Carer
    items: Sequence[Item]
    courses: Mapping[int, Course]
    evidence: Mapping[int, Evidence]
    now: datetime

    def item(self, course: int) -> Item | None:
        """Give what the owner is asked about a course; None where it needs nothing, or isn't theirs."""
        return next((item for item in self.items if item.course == course), None)

    def owns(self, course: int) -> bool:
        """Tell whether a course that is shown is theirs."""
        found = self.courses.get(course)
        return found is not None and found.owner is not None and found.owner.id == self.person.id


async def items_of(unit: Unit, person: int, now: datetime) -> tuple[Carer, Sequence[Item]]:
    """Find how somebody wants to be asked, and all that they are to be asked about."""
    carer = await unit.carers.of(person)
    return carer, ranked(await unit.digests.needs(person, now), carer.without | carer.off, now)


async def view_of(unit: Unit, person: Person, shown: Iterable[Course], now: datetime) -> View:
    """Read what some courses of an owner need now."""
    carer, items = await items_of(unit, person.id, now)
    courses = {course.id: course for course in shown}
    return View(person, carer, items, courses, {c.id: await _evidence(unit, c) for c in courses.values()}, now)


async def _evidence(unit: Unit, course: Course) -> Evidence:
    """Gather what speaks for a look at a course."""
    flags = await unit.flags.open(course.id) if course.flags else ()
    return Evidence(await _longest_broken(unit, course), flags)


async def _longest_broken(unit: Unit, course: Course) -> LinkHealth | None:
    if course.broken_since is None:
        return None
    ailing = await unit.resources.ailing([step.url for step in course.steps])
    broken = [(link.broken_since, link) for link in ailing if link.broken_since is not None]
    return min(broken, key=lambda found: found[0])[1] if broken else None


@dataclass(frozen=True, slots=True)
class DigestView:
    """A message to an owner with the state of its courses."""

    digest: Digest
    view: View
    names: Mapping[int, str]  # of those who settled something
    given: Given = field(default_factory=Given)
    opens: bool = False  # it is the first message of ours that they get, of any kind

    @property
    def is_first(self) -> bool:
        """Tell whether this is the first message of its kind to the owner, or our first to their account."""
        greeted = self.view.carer.greeted_at
        return self.opens or greeted is None or greeted >= self.digest.made_at

    @property
    def waiting(self) -> list[Asked]:
        """Give what still waits for the owner."""
        return [asked for asked in self.digest.asked if asked.is_open and self.view.item(asked.course)]


async def digest_view(background: Background, digest: Digest, person: Person) -> DigestView:
    """Read the state of a message's courses."""
    courses = await background.unit.courses.several([asked.course for asked in digest.asked])
    view = await view_of(background.unit, person, courses, background.now)
    others = {asked.settled_by for asked in digest.asked if asked.settled_by not in {None, person.id}}
    found = [await background.unit.people.get(number) for number in others if number is not None]
    given = await _given(background.unit, [asked.course for asked in digest.asked if asked.outcome is Outcome.OFFERED])
    return DigestView(digest, view, {one.id: one.name for one in found if one is not None}, given)


async def _given(unit: Unit, courses: Iterable[int]) -> Given:
    """Read how it stands with courses that were given away."""
    offers = {course: await unit.handovers.of(course) for course in courses}
    ways = {course: await unit.escalations.of(course) for course in offers}
    return Given(
        {course: offer for course, offer in offers.items() if offer is not None},
        frozenset(course for course, way in ways.items() if way is not None),
    )

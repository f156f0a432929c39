"""What cards of meetups are made of: pure pieces of text and rows of buttons."""

from collections.abc import Sequence

from bot.addresses import links_in
from bot.courses.phrases import counted
from bot.meetups.lengths import said_length
from bot.meetups.meetup import Answer, Counts, Meetup, MeetupContent
from bot.meetups.rsvp import Rsvp
from bot.model import Course, Person
from bot.ui import Block, Bold, Button, Inline, Link, Mention, Text, Time, joined, note, paragraph, text, token

ANSWERS = {Answer.GOING: "✅ Going", Answer.MAYBE: "🤔 Maybe", Answer.CANT: "❌ Can't"}
"""What one can say to a meetup, as it stands on buttons."""
NAMES = 10
"""Names of those who go that a card shows; more are counted."""
HELPERS = 3
"""Co-hosts that are named beside the host; more are counted."""
NO_LIMIT = "Any number of people can come."


def facts(meetup: Meetup) -> Text:
    """Tell a meetup's number, hosts, level and topics in one line."""
    return joined((meetup.short_id, hosts(meetup), *subject(meetup)), " · ")


def hosts(meetup: Meetup) -> Text:
    """Name who invites, and who helps."""
    helpers: list[Inline | Text] = [person(one) for one in meetup.co_hosts[:HELPERS]]
    more = len(meetup.co_hosts) - HELPERS
    helpers += [f"{more} more"] if more > 0 else []
    return text("hosted by ", person(meetup.host), ", with " if helpers else "", *joined(helpers, ", "))


def person(one: Person) -> Mention:
    """Name somebody."""
    return Mention(one.name, one.accounts)


def subject(content: MeetupContent) -> list[str]:
    """Tell the level and the topics of a meetup, as far as they are known."""
    level = [content.level] if content.level else []
    topics = [" ".join(f"#{topic.replace(' ', '-')}" for topic in content.topics)] if content.topics else []
    return [*level, *topics]


def when(content: MeetupContent) -> Text:
    """Tell when a meetup begins, as each reader's own clock shows it, and how long it lasts."""
    return text("🗓️ ", Time(content.starts_at), f", {said_length(content.minutes)}")


def where(content: MeetupContent, *, shows_link: bool) -> list[Block]:
    """Tell where a meetup is; the link only to those who may see it."""
    blocks: list[Block] = [paragraph("📍 ", *linked(content.address))] if content.address else []
    if content.link:
        shown: Inline = Link(content.link, content.link) if shows_link else "online; who goes sees the link"
        blocks.append(paragraph("💻 ", shown))
    return blocks


def linked(words: str) -> Text:
    """Write a text with its addresses as links."""
    parts: list[Inline] = []
    for link in links_in(words):
        before, _, words = words.partition(link)
        parts += [before, Link(link, link)]
    return text(*parts, words)


def told(content: MeetupContent, course: Course | None) -> list[Block]:
    """Tell what a meetup is about, and what to bring."""
    blocks: list[Block] = [paragraph(*linked(content.about))] if content.about else []
    blocks += [paragraph("📚 About the course ", Bold(course.goal), f" ({course.short_id})")] if course else []
    return [*blocks, *([paragraph("🎒 Bring: ", content.bring)] if content.bring else [])]


def numbers(meetup: MeetupContent, counts: Counts) -> Text:
    """Tell how many say what, how many places are left, and how many wait."""
    said = [f"✅ {counts.going} going", f"🤔 {counts.maybe} maybe", f"❌ {counts.cant} can't"]
    return text(" · ".join([*said, *places(meetup, counts)]))


def places(meetup: MeetupContent, counts: Counts) -> list[str]:
    """Tell how many places are left, and how many wait; nothing where any number can come."""
    if meetup.places is None:
        return []
    left = max(0, meetup.places - counts.going)
    room = f"{left} of {counted(meetup.places, 'place')} left" if left else f"{_all(meetup.places)} taken"
    return [room, *([f"{counts.waiting} on the waitlist"] if counts.waiting else [])]


def _all(places: int) -> str:
    return f"all {places} places" if places > 1 else "the one place is"


def names(goers: Sequence[Person], counts: Counts) -> list[Block]:
    """Name who goes, the first of them."""
    if not goers:
        return []
    more = counts.going - len(goers)
    rest = [f" and {more} more"] if more > 0 else []
    return [note("Going: ", *joined([person(one) for one in goers], ", "), *rest)]


def standing(mine: Rsvp | None) -> Text:
    """Tell somebody what they said to a meetup, and what that came to."""
    if mine is None or mine.answer is None:
        return text("You haven't answered yet.")
    if mine.claim.waits and mine.claim.offered_until:
        return text("A place is free for you: tap Going to take it, until ", Time(mine.claim.offered_until), ".")
    if mine.claim.waits:
        return text(f"All places are taken: you are number {mine.position} on the waitlist.")
    return text(_STANDING[mine.answer])


_STANDING = {
    Answer.GOING: "You are going.",
    Answer.MAYBE: "You said maybe.",
    Answer.CANT: "You can't come.",
}


def comes(mine: Rsvp) -> bool:
    """Tell whether somebody goes, waits or may go."""
    return mine.answer in {Answer.GOING, Answer.MAYBE}


def answers(meetup: Meetup, mine: Rsvp | None = None) -> tuple[Button, ...]:
    """Make the buttons to answer; what somebody said before is marked."""
    return tuple(
        Button(
            label,
            token("meetup.rsvp", meetup.id, answer.value),
            "primary" if mine is not None and mine.answer is answer and not mine.claim.waits else "plain",
        )
        for answer, label in ANSWERS.items()
    )


def show(meetup: Meetup, label: str = "Show") -> Button:
    """Make the button that shows a meetup."""
    return Button(label, token("meetup.show", meetup.id))


def named(meetup: Meetup) -> Text:
    """Name a meetup in running text."""
    return text(Bold(meetup.title), f" ({meetup.short_id})")
